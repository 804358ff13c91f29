"""A document seen, printed and sealed: over a real letter of a real case."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from desktop.desk_bench import Office, OpenWindow, Settle, take_in, user_of
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPageSize
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog, QPrintPreviewWidget
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from services.test_imports import workbook
from sqlalchemy import select

from caseworker.desktop.preview import PdfPreview, print_document
from caseworker.desktop.screens.batch import BatchScreen
from caseworker.desktop.screens.document import DocumentScreen
from caseworker.desktop.screens.documents import DocumentsScreen
from caseworker.desktop.screens.notice import NoticeScreen
from caseworker.desktop.screens.notices import NoticesScreen
from caseworker.desktop.screens.payments import PaymentsScreen
from caseworker.desktop.screens.settings import SettingsScreen
from caseworker.desktop.window import Window
from caseworker.documents.seal import sample_seal_png
from caseworker.services import Desk, Role
from caseworker.store.models import Seal


def as_role(desk: Desk, role: Role) -> Desk:
    user = user_of(role)
    return desk.switch(user.login, user.password)


def move(desk: Desk, case_id: int, move_id: str) -> None:
    desk.cases.move(case_id, move_id, version=desk.cases.get(case_id).version)


def to_notice(desk: Desk, party_id: int) -> tuple[Desk, int]:
    """A case that has passed its review and waits for the notice. Gives the desk back to the caseworker."""
    case_id = take_in(desk, party_id, to="proposal")
    move(desk, case_id, "propose")
    desk = as_role(desk, Role.REVIEWER)
    move(desk, case_id, "review-pass")
    return as_role(desk, Role.CASEWORKER), case_id


def decided(desk: Desk, party_id: int) -> tuple[Desk, int]:
    """A case granted by the head; nothing sealed yet."""
    desk, case_id = to_notice(desk, party_id)
    notice = desk.notices.publish([case_id])
    desk.set_practice_date(notice.last_day + timedelta(days=1))
    desk.notices.close(notice.id)
    move(desk, case_id, "notice-done")
    desk = as_role(desk, Role.HEAD)
    move(desk, case_id, "decide-grant")
    return as_role(desk, Role.CASEWORKER), case_id


def document_screen(window: Window, document_id: int, settle: Settle) -> DocumentScreen:
    assert window.shell is not None
    window.shell.go(("document", document_id))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, DocumentScreen)
    return screen


def test_the_seal_wants_the_password_again(
    open_window: OpenWindow, office: Office, qtbot: QtBot, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, case_id = decided(window.context.desk, office.party("xinglian"))
    letter = desk.documents.make("decision", case_id=case_id)
    window.context.desk = as_role(desk, Role.SEAL_KEEPER)
    screen = document_screen(window, letter.id, settle)
    assert screen.preview.document.pageCount() >= 1
    assert screen.seal_button.isVisible()
    assert screen.seal_button.property("role") == "primary"
    assert screen.print_button.property("role") is None
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert screen.seal_strip.isVisible()
    qtbot.keyClicks(screen.password, "falsches-wort")
    screen._seal()
    settle(window.runner)
    assert screen.row is not None
    assert not screen.row.sealed
    assert screen.password.text() == ""
    screen.password.setText(user_of(Role.SEAL_KEEPER).password)
    screen._seal()
    settle(window.runner)
    assert screen.row.sealed
    assert screen.state.text() == "已用印"
    assert not screen.seal_button.isVisible()
    assert screen.print_button.property("role") == "primary"


def test_without_a_picture_the_use_of_the_seal_is_entered_by_hand(
    open_window: OpenWindow, office: Office, settle: Settle
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk, case_id = decided(window.context.desk, office.party("xinglian"))
    letter = desk.documents.make("decision", case_id=case_id)
    window.context.desk = as_role(desk, Role.SEAL_KEEPER)
    screen = document_screen(window, letter.id, settle)
    assert not screen.wet_button.isVisible(), "this office has a picture of its seal"
    with desk.file.write(desk.actor, "test.retired") as work:
        for seal in work.session.scalars(select(Seal)):
            seal.retired_on = desk.clock.today()
        work.subject("office", 1)
    screen.refresh()
    settle(window.runner)
    assert screen.wet_button.isVisible()
    screen.wet_button.click()
    assert screen.seal_name.isVisible()
    assert not screen.seal_choice.isVisible()
    screen.password.setText(user_of(Role.SEAL_KEEPER).password)
    screen._seal()
    settle(window.runner)
    assert screen.row is not None
    assert screen.row.sealed
    assert not screen.wet_button.isVisible()


def test_saved_as_issued(open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk = window.context.desk
    case_id = take_in(desk, office.party("xinglian"), to="proposal")
    sheet = desk.documents.make("calculation", case_id=case_id)
    screen = document_screen(window, sheet.id, settle)
    target = tmp_path / "测算表.pdf"
    screen.save_to(target)
    settle(window.runner)
    assert target.read_bytes() == desk.documents.data(sheet.id)[2]


def test_the_chosen_rows_of_the_register_become_one_file(
    open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    assert window.shell is not None
    desk = window.context.desk
    case_id = take_in(desk, office.party("xinglian"), to="proposal")
    desk.documents.make_many("calculation", [case_id] * 3)
    window.shell.go(("screen", "documents"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, DocumentsScreen)
    screen.list.table.selectAll()
    settle(window.runner)
    assert screen.batch_button.isEnabled()
    assert screen.batch_button.text() == "成批打印 3 份…"
    shown: list[str] = []
    monkeypatch.setattr(
        "caseworker.desktop.screens.documents.QDesktopServices.openUrl", lambda url: shown.append(url.toLocalFile())
    )
    out = tmp_path / "成批.pdf"
    screen.print_batch(out)
    settle(window.runner)
    document = QPdfDocument()
    document.load(str(out))
    assert document.pageCount() == 6
    document.close()
    assert shown == [str(out)]


def test_printing_gives_the_same_pages_at_true_size(
    open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk = window.context.desk
    case_id = take_in(desk, office.party("xinglian"), to="proposal")
    data = desk.documents.data(desk.documents.make("calculation", case_id=case_id).id)[2]
    preview = PdfPreview()
    qtbot.addWidget(preview)
    assert preview.load(data)
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printed = tmp_path / "printed.pdf"
    printer.setOutputFileName(str(printed))
    assert print_document(preview.document, printer)
    again = QPdfDocument()
    again.load(str(printed))
    assert again.pageCount() == preview.document.pageCount()
    assert again.pagePointSize(0).width() == pytest.approx(595, abs=1)
    image = again.render(0, again.pagePointSize(0).toSize())
    inked = sum(image.pixelColor(x, y).lightness() < 128 for x in range(image.width()) for y in range(image.height()))
    assert inked > 500  # the words are there, not a blank sheet


def test_bytes_that_are_no_pdf_are_not_shown(qapp: QApplication, qtbot: QtBot) -> None:
    preview = PdfPreview()
    qtbot.addWidget(preview)
    assert not preview.load(b"no pdf at all")


def test_from_notice_to_payment_in_the_window(
    open_window: OpenWindow, office: Office, settle: Settle, tmp_path: Path
) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.shell is not None
    context = window.context
    assert context is not None
    context.desk, case_id = to_notice(context.desk, office.party("xinglian"))
    window.shell.go(("screen", "notices"))
    settle(window.runner)
    notices = window.shell.current
    assert isinstance(notices, NoticesScreen)
    assert notices.waiting.model.rowCount() == 1
    notices.waiting.table.selectRow(0)
    notices.main_act()
    settle(window.runner)
    notice = window.shell.current
    assert isinstance(notice, NoticeScreen)
    assert notice.notice is not None
    assert not notice.close_button.isEnabled()  # its days are not over
    window.shell.title.advance(notice.notice.last_day + timedelta(days=1))
    settle(window.runner)
    assert notice.close_button.isEnabled()
    notice.main_act()
    notice.reason._give()
    settle(window.runner)
    assert notice.state.text() == "已结束"

    desk = context.desk
    move(desk, case_id, "notice-done")
    desk = as_role(desk, Role.HEAD)
    move(desk, case_id, "decide-grant")
    desk = as_role(desk, Role.CASEWORKER)
    letter = desk.documents.make("decision", case_id=case_id)
    desk = as_role(desk, Role.SEAL_KEEPER)
    desk.documents.seal(letter.id, desk.documents.seals()[0].id, user_of(Role.SEAL_KEEPER).password)
    context.desk = as_role(desk, Role.CASEWORKER)

    window.shell.go(("screen", "payments"))
    settle(window.runner)
    payments = window.shell.current
    assert isinstance(payments, PaymentsScreen)
    assert payments.due.model.rowCount() == 1
    payments.due.table.selectRow(0)
    payments.order()
    settle(window.runner)
    batch = window.shell.current
    assert isinstance(batch, BatchScreen)
    assert batch.lines.model.rowCount() == 1
    batch.list_button.click()
    settle(window.runner)
    listed = window.shell.current
    assert isinstance(listed, DocumentScreen)
    assert listed.row is not None
    assert listed.row.kind == "payment-list"
    assert not listed.print_button.isVisible()  # a workbook is saved, not printed here

    # the bank's file comes back with no date and another payee's row: the one is asked for, the other waits
    (line,) = context.desk.returns.lines(batch.batch_id)
    window.shell.go(("batch", batch.batch_id))
    settle(window.runner)
    batch = window.shell.current
    assert isinstance(batch, BatchScreen)
    head = ("户名", "账号", "金额", "处理结果")
    rows = [
        (line.payee, line.account_number, str(line.amount), "成功"),
        ("某某有限公司", "12345678", 1, "成功"),
    ]
    batch.open_file(workbook(tmp_path / "回盘.xlsx", head, rows))
    settle(window.runner)
    assert batch.check.isVisible()
    assert (batch.check.good.text(), batch.check.other.text()) == ("拨付成功 1 笔", "待处理 1 笔")
    assert window.focusWidget() is batch.check.day
    QTest.keyClicks(batch.check.day, context.office.today.isoformat())
    batch.main_act()
    settle(window.runner)
    assert not batch.check.isVisible()
    assert context.desk.returns.lines(batch.batch_id)[0].state == "paid"
    assert batch.tabs.currentIndex() == 1
    assert not batch.paid_button.isEnabled()
    batch.rows.table.setFocus()
    QTest.keyClick(batch.rows.table, Qt.Key.Key_Return)
    settle(window.runner)
    assert batch.settle.isVisible()
    batch.settle.act.choose("ignored")
    assert not batch.settle.line.isVisible()
    batch.settle.reason.setText("不是本批的款项")
    QTest.keyClick(batch.settle.reason, Qt.Key.Key_Return)
    settle(window.runner)
    assert not batch.settle.isVisible()
    assert batch.batch is not None
    assert batch.batch.state == "settled"


def test_the_seal_keeper_loads_a_seal_and_a_wrong_picture_is_refused_in_words(
    open_window: OpenWindow, settle: Settle, tmp_path: Path
) -> None:
    window = open_window(Role.SEAL_KEEPER)
    assert window.shell is not None
    window.shell.go(("screen", "settings"))
    settle(window.runner)
    screen = window.shell.current
    assert isinstance(screen, SettingsScreen)
    page = screen.seals
    before = page.list.model.rowCount()
    wrong = tmp_path / "不是图片.png"
    wrong.write_bytes(b"no picture")
    page.offer(wrong)
    page.form.submit()
    settle(window.runner)
    assert not page.message.isHidden()
    right = tmp_path / "新样章.png"
    right.write_bytes(sample_seal_png())
    page.form.set_values({"name": ""})
    page.offer(right)
    page.form.submit()
    settle(window.runner)
    assert page.message.isHidden()
    assert page.list.model.rowCount() == before + 1


def test_the_print_preview_really_opens_with_the_pages(open_window: OpenWindow, office: Office, qtbot: QtBot) -> None:
    window = open_window(Role.CASEWORKER)
    assert window.context is not None
    desk = window.context.desk
    case_id = take_in(desk, office.party("xinglian"), to="proposal")
    data = desk.documents.data(desk.documents.make("calculation", case_id=case_id).id)[2]
    preview = PdfPreview()
    qtbot.addWidget(preview)
    assert preview.load(data)
    seen: list[int] = []

    def look_and_close() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QPrintPreviewDialog)
        widget = dialog.findChild(QPrintPreviewWidget)
        assert widget is not None
        seen.append(widget.pageCount())
        dialog.reject()

    QTimer.singleShot(500, look_and_close)
    preview.print_preview()
    assert seen == [preview.document.pageCount()]
