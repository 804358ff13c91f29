"""Documents made from the record: numbers, seals, voiding, verifying, and what the files themselves hold."""

from __future__ import annotations

import hashlib
import io
import subprocess
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import openpyxl
import pdfplumber
import pypdfium2
import pytest
import zxingcpp
from sample_office import Sample
from sqlalchemy import select
from tools import need

from caseworker.documents import verification
from caseworker.documents.faces import faces
from caseworker.documents.sheet import Sheet
from caseworker.errors import Cancelled, EnvironmentFault, FaultKind, InvalidInput, Refusal
from caseworker.sample_data import make_people
from caseworker.sample_data.people import RARE_NAMES
from caseworker.services import documents as documents_service
from caseworker.services.desk import Desk
from caseworker.services.sample_day import SampleDay
from caseworker.services.views import DocumentRow, PartyForm, Role
from caseworker.store.models import Document, DocumentSequence, Office, PaymentBatch, PaymentLine, SealUse
from caseworker.values.money import Money

XUNWU, XW = "xunwu-2022-59", "xw-1-new"
DATONG, DT = "datong-2022", "dt-3-seat"
SEAL_PASSWORD = "yanshi-zhao"


def move(desk: Desk, case_id: int, name: str, reason: str = "") -> None:
    desk.cases.move(case_id, name, version=desk.cases.get(case_id).version, reason=reason)


def sight_everything(desk: Desk, case_id: int) -> None:
    for paper in desk.cases.get(case_id).papers:
        desk.cases.tick(case_id, paper.id, version=paper.version, original=True, copy=True, seal=True)


def decided_case(sample: Sample, desk: Desk, company: str = "xinglian", *, decide: bool = True) -> int:
    """A case of 寻乌's first clause taken to the head's decision. The desk goes from hand to hand."""
    desk = sample.switched(desk, Role.CASEWORKER)
    case_id = desk.cases.accept(sample.made.parties[company], XUNWU, XW)
    sight_everything(desk, case_id)
    for name in ("verify", "papers-complete", "calculated", "propose"):
        move(desk, case_id, name)
    move(sample.switched(desk, Role.REVIEWER), case_id, "review-pass")
    notice = desk.notices.publish([case_id])
    desk.set_practice_date(max(notice.last_day, desk.clock.today()))
    desk.notices.close(notice.id)
    move(desk, case_id, "notice-done")
    if decide:
        move(sample.switched(desk, Role.HEAD), case_id, "decide-grant")
    return case_id


@pytest.fixture
def desk(sample: Sample) -> Iterator[Desk]:
    with sample.desk() as opened:
        yield opened


def sequences(desk: Desk) -> dict[tuple[str, int], int]:
    with desk.file.read() as session:
        return {(row.kind, row.year): row.last for row in session.scalars(select(DocumentSequence))}


def text_of(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "".join(char["text"] for page in pdf.pages for char in page.chars)


def pictures_of(data: bytes) -> int:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return sum(len(page.images) for page in pdf.pages)


def qr_texts(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        pages = [document[number].render(scale=3).to_pil() for number in range(len(document))]
        return [code.text for page in pages for code in zxingcpp.read_barcodes(page)]
    finally:
        document.close()


# ---- making --------------------------------------------------------------------------------


def test_what_the_record_does_not_bear_yet_is_refused(desk: Desk, sample: Sample) -> None:
    case_id = desk.cases.accept(sample.made.parties["xinglian"], XUNWU, XW)
    before = (desk.audit.page().total, sequences(desk), desk.documents.page().total)
    with pytest.raises(Refusal) as caught:
        desk.documents.make("decision", case_id=case_id)
    assert caught.value.code == "not-decided"
    unready = desk.cases.accept(desk.dossiers.create(_new_company()), XUNWU, XW)
    before = (desk.audit.page().total, sequences(desk), desk.documents.page().total)
    with pytest.raises(Refusal) as caught:
        desk.documents.make("calculation", case_id=unready)
    assert caught.value.code == "not-calculated"
    assert "席" in caught.value.message, "the sentence names what is missing"
    for kind in ("decision", "calculation", "application-form"):
        with pytest.raises(Refusal, match="找不到"):
            desk.documents.make(kind, case_id=999)
    with pytest.raises(Refusal, match="找不到"):
        desk.documents.make("payment-list", payment_batch_id=999)
    with pytest.raises(Refusal, match="找不到"):
        desk.documents.make("public-notice", notice_id=999)
    with pytest.raises(InvalidInput):
        desk.documents.make("decision")
    with pytest.raises(InvalidInput):
        desk.documents.make("decision", payment_batch_id=1)
    with pytest.raises(InvalidInput):
        desk.documents.make("no-such-kind", case_id=case_id)
    assert (desk.audit.page().total, sequences(desk), desk.documents.page().total) == before


def _new_company() -> PartyForm:
    from caseworker.values.uscc import check_character

    body = "91360734MA0000077"
    return PartyForm(name="新公司", code=body + check_character(body))


def test_a_decision_is_issued_once_and_given_back_afterwards(desk: Desk, sample: Sample) -> None:
    case_id = decided_case(sample, desk)
    first = desk.documents.make("decision", case_id=case_id)
    assert (first.shown_number, first.state, first.sealed) == ("演产办字〔2023〕1号", "issued", False)
    entries = desk.audit.page().total
    assert desk.documents.make("decision", case_id=case_id) == first
    assert desk.audit.page().total == entries
    name, media_type, data = desk.documents.data(first.id)
    assert (name, media_type) == ("决定书_演产办字〔2023〕1号_星联客服科技有限公司.pdf", "application/pdf")
    words = text_of(data)
    for part in (
        "星联客服科技有限公司",
        "演产办字〔2023〕1号",
        "780,000.00",
        "柒拾捌万元整",
        sample.made.codes["xinglian"],
    ):
        assert part in words.replace("\u00a0", " "), part
    assert [row.id for row in desk.documents.page(case_id=case_id, kind="decision").rows] == [first.id]


def test_a_letters_number_is_of_the_year_of_its_date(desk: Desk, sample: Sample) -> None:
    case_id = decided_case(sample, desk)
    desk.set_practice_date(date(2024, 1, 3))
    letter = desk.documents.make("decision", case_id=case_id)
    assert (letter.dated.year, letter.shown_number) == (2023, "演产办字〔2023〕1号")
    assert sequences(desk)["decision", 2023] == 1
    assert ("decision", 2024) not in sequences(desk)


def test_threads_issue_one_letter_and_number_once(desk: Desk, sample: Sample) -> None:
    case_id = decided_case(sample, desk)
    rows: list[DocumentRow] = []
    start = threading.Barrier(3)

    def work() -> None:
        start.wait()
        rows.append(desk.documents.make("decision", case_id=case_id))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({row.id for row in rows}) == 1
    assert len(rows) == 3
    assert sequences(desk)["decision", 2023] == 1
    assert desk.audit.verify()[0]


def test_numbers_have_no_gaps_from_several_threads(after_day: Sample) -> None:
    """Both letters of the day are voided and issued again, at once: 3 and 4, each once."""
    with after_day.desk() as desk:
        letters = desk.documents.page(kind="decision").rows
        cases = {row.case_number: row for row in letters}
        with desk.file.write(desk.actor, "test.returned") as work:  # no letter is voided while its money is out
            for line in work.session.scalars(select(PaymentLine)):
                line.state, line.open_instalment_id = "returned", None
            work.subject("office", 1)
        for row in letters:
            desk.documents.void(row.id, "错字")
        numbers: list[str] = []
        keys = [case.id for case in desk.cases.page().rows if case.number in cases]
        start = threading.Barrier(len(keys))

        def work(key: int) -> None:
            start.wait()
            numbers.append(desk.documents.make("decision", case_id=key).shown_number)

        threads = [threading.Thread(target=work, args=(key,)) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(numbers) == ["演产办字〔2023〕3号", "演产办字〔2023〕4号"]
        voided = [row for row in desk.documents.page(kind="decision").rows if row.state == "voided"]
        assert sorted(row.shown_number for row in voided) == ["演产办字〔2023〕1号", "演产办字〔2023〕2号"]
        assert desk.audit.verify()[0]


def test_a_failing_rendering_keeps_no_number_and_no_row(
    desk: Desk, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = decided_case(sample, desk)
    before = (sequences(desk), desk.documents.page().total, desk.audit.page().total)
    with monkeypatch.context() as patch:
        patch.setattr(documents_service, "rendered", _out_of_paper)
        with pytest.raises(RuntimeError, match="no paper"):
            desk.documents.make("decision", case_id=case_id)
    assert (sequences(desk), desk.documents.page().total, desk.audit.page().total) == before
    assert desk.documents.make("decision", case_id=case_id).shown_number == "演产办字〔2023〕1号"


def _out_of_paper(*_: object, **__: object) -> bytes:
    raise RuntimeError("no paper")


def test_a_name_that_no_face_can_print_keeps_no_number(desk: Desk, sample: Sample) -> None:
    party = sample.made.parties["xinglian"]
    case_id = decided_case(sample, desk)
    detail = desk.dossiers.get(party)
    import dataclasses

    odd = "星联\U000e0041\U0010fffd公司"  # a private character that no face holds
    desk.dossiers.update(party, detail.version, dataclasses.replace(detail.form, name=odd, account_name=odd))
    before = sequences(desk)
    with pytest.raises(InvalidInput) as caught:
        desk.documents.make("decision", case_id=case_id)
    assert caught.value.problems, "the characters are listed before printing"
    assert sequences(desk) == before


def test_many_at_once_can_be_cancelled_between_documents(desk: Desk, sample: Sample) -> None:
    case_id = desk.cases.accept(sample.made.parties["xinglian"], XUNWU, XW)
    seen: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        desk.documents.make_many(
            "application-form",
            [case_id] * 3,
            progress=lambda done, total: seen.append((done, total)),
            cancelled=lambda: len(seen) == 2,
        )
    assert seen == [(1, 3), (2, 3)]
    assert desk.documents.page(kind="application-form").total == 2


# ---- sealing -------------------------------------------------------------------------------


def test_the_sealed_letter_says_what_was_issued_though_the_dossier_changed(desk: Desk, sample: Sample) -> None:
    import dataclasses

    case_id = decided_case(sample, desk)
    letter = desk.documents.make("decision", case_id=case_id)
    _, _, plain = desk.documents.data(letter.id)
    party = sample.made.parties["xinglian"]
    detail = desk.dossiers.get(party)
    changed = dataclasses.replace(
        detail.form, name="改名后的公司", account_name="改名后的公司", account_number="99990000111122223333"
    )
    desk.dossiers.update(party, detail.version, changed)
    keeper = sample.switched(desk, Role.SEAL_KEEPER)
    seal = keeper.documents.seals()[0]
    with desk.file.read() as session:
        digest = session.scalars(select(Document.digest).where(Document.id == letter.id)).one()
    sealed = keeper.documents.seal(letter.id, seal.id, SEAL_PASSWORD, copies=2)
    assert (sealed.sealed, sealed.shown_number) == (True, letter.shown_number)
    _, _, data = desk.documents.data(letter.id)
    assert text_of(data).replace("样章", "") == text_of(plain).replace("样章", ""), "the letter's words stay"
    assert "改名后的公司" not in text_of(data)
    assert (pictures_of(plain), pictures_of(data)) == (0, 1), "the seal, and only the seal, was put on"
    (code,) = {text for text in qr_texts(data) if verification.parse(text)}
    read = verification.parse(code)
    assert read is not None
    assert (read.digest, read.number, read.payee) == (digest, letter.shown_number, "星联客服科技有限公司")
    assert read.amount == Money.parse(780_000)
    with desk.file.read() as session:
        assert session.scalars(select(Document.digest).where(Document.id == letter.id)).one() == digest
        use = session.scalars(select(SealUse)).one()
        assert (use.number, use.copies, use.document_id, use.seal_id) == (1, 2, letter.id, seal.id)
        assert (use.keeper_id, use.applicant_id) == (keeper.user.id, desk.user.id)
        assert use.approver_id is not None


def test_what_keeps_the_seal_off_a_document(desk: Desk, sample: Sample) -> None:
    case_id = decided_case(sample, desk)
    letter = desk.documents.make("decision", case_id=case_id)
    sheet = desk.documents.make("calculation", case_id=case_id)
    keeper = sample.switched(desk, Role.SEAL_KEEPER)
    seal = keeper.documents.seals()[0]
    entries = desk.audit.page().total

    def refused(code: str, document: int = letter.id, stamp: int = seal.id) -> None:
        with pytest.raises(Refusal) as caught:
            keeper.documents.seal(document, stamp, SEAL_PASSWORD)
        assert caught.value.code == code

    for role in (Role.CASEWORKER, Role.REVIEWER, Role.HEAD, Role.ADMINISTRATOR):
        with pytest.raises(Refusal) as caught:
            sample.switched(desk, role).documents.seal(letter.id, seal.id, sample.made.user(role).password)
        assert caught.value.code == "no-right"
    for wrong in ("", "yanshi-zhang", SEAL_PASSWORD.upper()):
        with pytest.raises(EnvironmentFault) as fault:
            keeper.documents.seal(letter.id, seal.id, wrong)
        assert fault.value.kind is FaultKind.WRONG_PASSWORD
    with pytest.raises(InvalidInput):
        keeper.documents.seal(letter.id, seal.id, SEAL_PASSWORD, copies=0)
    refused("not-sealed-kind", sheet.id)
    refused("not-found", 999)
    refused("not-found", stamp=999)
    assert desk.audit.page().total == entries
    keeper.documents.seal(letter.id, seal.id, SEAL_PASSWORD)
    refused("already-sealed")
    desk.documents.void(letter.id, "错字")
    refused("not-issued")
    assert desk.audit.verify()[0]


def test_a_letter_whose_record_was_tampered_with_is_not_sealed(desk: Desk, sample: Sample) -> None:
    case_id = decided_case(sample, desk)
    letter = desk.documents.make("decision", case_id=case_id)
    with desk.file.write(desk.actor, "document.make") as work:
        row = work.session.get_one(Document, letter.id)
        row.content = {**row.content, "payee": "别的公司"}
        work.subject("document", letter.id)
    keeper = sample.switched(desk, Role.SEAL_KEEPER)
    with pytest.raises(Refusal) as caught:
        keeper.documents.seal(letter.id, keeper.documents.seals()[0].id, SEAL_PASSWORD)
    assert caught.value.code == "content-changed"


@pytest.mark.parametrize("picture", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(100)])
def test_a_bad_picture_is_no_seal(sample: Sample, picture: bytes) -> None:
    with sample.desk(Role.SEAL_KEEPER) as keeper:
        before = keeper.documents.seals()
        with pytest.raises(InvalidInput):
            keeper.documents.load_seal("新章", picture)
        with pytest.raises(InvalidInput):
            keeper.documents.load_seal("  ", picture)
        assert keeper.documents.seals() == before


# ---- voiding, verifying, exporting ---------------------------------------------------------


def test_a_voided_letter_keeps_its_number_and_the_next_gets_another(desk: Desk, sample: Sample) -> None:
    case_id = decided_case(sample, desk)
    first = desk.documents.make("decision", case_id=case_id)
    for reason in ("", "  ", "\u202e"):
        with pytest.raises(InvalidInput):
            desk.documents.void(first.id, reason)
    desk.documents.void(first.id, "收件人写错")
    with pytest.raises(Refusal):
        desk.documents.void(first.id, "再作废")
    second = desk.documents.make("decision", case_id=case_id)
    assert (first.shown_number, second.shown_number) == ("演产办字〔2023〕1号", "演产办字〔2023〕2号")
    states = {row.shown_number: row.state for row in desk.documents.page(kind="decision").rows}
    assert states == {"演产办字〔2023〕1号": "voided", "演产办字〔2023〕2号": "issued"}
    assert desk.documents.data(first.id)[2], "the voided letter stays readable"


def test_after_an_older_file_was_restored_numbers_wait_for_the_head_and_skip_what_was_sent(
    sample: Sample, tmp_path: Path
) -> None:
    older = sample.made.path.read_bytes()
    with sample.desk() as desk:
        letter = desk.documents.make("decision", case_id=decided_case(sample, desk))
        assert letter.shown_number == "演产办字〔2023〕1号"
    sample.made.path.write_bytes(older)
    with sample.desk() as desk:
        assert desk.home.overview().gap is not None
        assert "决定书 2023 年 1 号" in (desk.home.overview().gap or "")
        assert not desk.audit.verify()[0]
        with pytest.raises(Refusal) as caught:
            desk.cases.accept(sample.made.parties["xinglian"], XUNWU, XW)
        assert caught.value.code == "number-gap"
        with pytest.raises(Refusal) as caught:
            desk.accept_gap("核对过了")
        assert caught.value.code == "no-right"
        head = sample.switched(desk, Role.HEAD)
        with pytest.raises(InvalidInput):
            head.accept_gap("  ")
        head.accept_gap("1号决定书已寄出，已逐项核对")
        assert desk.home.overview().gap is None
        again = decided_case(sample, desk)
        assert desk.cases.get(again).number == "XK-2023-0002"
        assert desk.documents.make("decision", case_id=again).shown_number == "演产办字〔2023〕2号"
        assert desk.audit.verify()[0]
        with pytest.raises(Refusal, match="没有缺口"):
            head.accept_gap("再确认一次")


def test_verifying_a_file_and_a_code(desk: Desk, sample: Sample, tmp_path: Path) -> None:
    case_id = decided_case(sample, desk)
    letter = desk.documents.make("decision", case_id=case_id)
    file = desk.documents.export(letter.id, tmp_path / "决定书.pdf")
    entries = desk.audit.page().total
    found = desk.documents.verify(file)
    assert (found.verdict, found.document) == ("unchanged", desk.documents.page(kind="decision").rows[0])
    (code,) = qr_texts(file.read_bytes())
    assert desk.documents.verify(code).verdict == "unchanged"
    parts = code.split("|")
    for place, value in ((5, "0" * 32), (2, "2023-06-30"), (3, "别的公司"), (4, "780000.01")):
        changed = "|".join([*parts[:place], value, *parts[place + 1 :]])
        assert desk.documents.verify(changed).verdict == "changed"
    assert desk.documents.verify(code.replace("1号", "77号")).verdict == "unknown"
    assert desk.documents.verify("https://example.invalid/").verdict == "unknown"
    own = file.read_bytes()
    middle = own.index(b"stream") + 40
    for changed in (own + b"\n", own[:-7], *(_flipped(own, at) for at in (12, middle, len(own) // 2, len(own) - 9))):
        file.write_bytes(changed)
        found = desk.documents.verify(file)
        assert (found.verdict, None if found.document is None else found.document.id) == ("changed", letter.id)
    for stranger in (b"", b"%PDF-1.4", b"PK\x03\x04", _page(f"贵单位{letter.shown_number}收悉。"), bytes(len(own))):
        file.write_bytes(stranger)
        assert (desk.documents.verify(file).verdict, desk.documents.verify(file).document) == ("unknown", None)
    file.write_bytes(_page(letter.shown_number))  # a letter that somebody else made under our number
    assert desk.documents.verify(file).verdict == "changed"
    with pytest.raises(EnvironmentFault):
        desk.documents.verify(tmp_path / "没有.pdf")
    assert desk.audit.page().total == entries, "looking writes nothing"
    desk.documents.void(letter.id, "错字")
    found = desk.documents.verify(code)
    assert found.verdict == "voided"
    assert "错字" in found.message


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def _page(words: str) -> bytes:
    """A PDF of another maker with one line of words."""
    sheet = Sheet(faces(bundled_only=True), "别处的文件", "", date(2023, 6, 1))
    sheet.new_page()
    sheet.text(100, 100, words, 16)
    return sheet.finish()


def test_an_export_is_the_whole_file_and_is_logged(desk: Desk, sample: Sample, tmp_path: Path) -> None:
    case_id = desk.cases.accept(sample.made.parties["xinglian"], XUNWU, XW)
    row = desk.documents.make("application-form", case_id=case_id)
    _, _, data = desk.documents.data(row.id)
    target = tmp_path / "附件3.pdf"
    target.write_bytes(b"an older export")
    assert desk.documents.export(row.id, target) == target
    assert target.read_bytes() == data
    entry = desk.audit.page().rows[0]
    assert (entry.action, entry.subject) == ("导出文书", f"文书 {row.id}")
    assert entry.detail["sha256"] == hashlib.sha256(data).hexdigest()
    entries = desk.audit.page().total
    with pytest.raises(EnvironmentFault):
        desk.documents.export(row.id, tmp_path / "没有这个文件夹" / "附件3.pdf")
    with pytest.raises(EnvironmentFault):
        desk.documents.export(row.id, tmp_path)
    with pytest.raises(Refusal):
        desk.documents.export(999, tmp_path / "x.pdf")
    assert desk.audit.page().total == entries
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["附件3.pdf"], "no half file is left"


def test_the_register_is_searched_and_paged(after_day: Sample) -> None:
    with after_day.desk() as desk:
        everything = desk.documents.page()
        assert everything.total == 10
        whole = [row.id for row in desk.documents.page(sort="kind_name").rows]
        paged = [
            row.id for at in range(0, 10, 3) for row in desk.documents.page(sort="kind_name", offset=at, limit=3).rows
        ]
        assert paged == whole
        assert {row.kind for row in desk.documents.page(search="星联").rows} == {
            "application-form",
            "calculation",
            "decision",
        }
        assert [row.kind for row in desk.documents.page(search="〔2023〕2号").rows] == ["decision"]
        assert desk.documents.page(search="%").total == 0
        assert desk.documents.page(search="_").total == 0
        row = desk.documents.page(kind="payment-list").rows[0]
        assert desk.documents.get(row.id) == row


# ---- what the files of the day hold --------------------------------------------------------


def day_files(day: SampleDay, suffix: str) -> list[Path]:
    found = [path for path in day.files if path.suffix == suffix]
    assert found
    return found


def test_every_face_in_every_pdf_is_embedded(whole_day: SampleDay) -> None:
    pdffonts = need("pdffonts")
    for path in day_files(whole_day, ".pdf"):
        run = subprocess.run([pdffonts, str(path)], capture_output=True, text=True, encoding="utf-8", check=True)
        lines = run.stdout.splitlines()[2:]
        assert lines, path.name
        for line in lines:
            emb, _, uni = line.split()[-5:-2]
            assert (emb, uni) == ("yes", "yes"), f"{path.name}: {line}"


def test_the_code_of_each_sealed_decision_agrees_with_the_register(whole_day: SampleDay, after_day: Sample) -> None:
    letters = [path for path in day_files(whole_day, ".pdf") if path.name.startswith("决定书")]
    assert len(letters) == 2
    with after_day.desk() as desk, desk.file.read() as session:
        for path in letters:
            (text,) = [text for text in qr_texts(path.read_bytes()) if verification.parse(text)]
            code = verification.parse(text)
            assert code is not None
            row = session.scalars(select(Document).where(Document.shown_number == code.number)).one()
            assert (code.digest, code.day) == (row.digest, row.dated)
            assert desk.documents.verify(path).verdict == "unchanged"
            assert code.payee in path.name, "the file's name says whose it is"


def test_the_finance_workbook_adds_up_to_the_batch(whole_day: SampleDay, after_day: Sample, tmp_path: Path) -> None:
    """Recalculated by LibreOffice, so that the formula is trusted and not the value cached beside it."""
    soffice = need("soffice")
    books = day_files(whole_day, ".xlsx")
    command = [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "again"), *map(str, books)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    totals = []
    for book in books:
        original = openpyxl.load_workbook(book).active
        again = openpyxl.load_workbook(tmp_path / "again" / book.name, data_only=True).active
        assert original is not None
        assert again is not None
        cells = [
            cell.coordinate
            for row in original.iter_rows()
            for cell in row
            if isinstance(cell.value, str) and cell.value.startswith("=")
        ]
        assert len(cells) == 1, "one total, and it is a formula"
        assert openpyxl.load_workbook(book, data_only=True).active[cells[0]].value is None, "no value cached beside it"
        totals.append(Decimal(str(again[cells[0]].value)))
    with after_day.desk() as desk, desk.file.read() as session:
        batches = [Decimal(str(total)) for total in session.scalars(select(PaymentBatch.total))]
    assert sorted(totals) == sorted(batches) == [Decimal("540000.00"), Decimal("780000.00")]


def test_the_sample_offices_workbook_says_that_it_is_practice(whole_day: SampleDay) -> None:
    for book in day_files(whole_day, ".xlsx"):
        sheet = openpyxl.load_workbook(book).active
        assert sheet is not None
        assert "演示数据" in str(sheet["A1"].value)


def test_rare_names_come_out_of_the_printed_documents(desk: Desk, sample: Sample, tmp_path: Path) -> None:
    """Nine people with the characters that are missing from ordinary faces, on one roster of 大同."""
    people = make_people(9, Random(11))
    assert [person.name[1:] for person in people] == list(RARE_NAMES)
    months = [f"2022-{month:02d}" for month in (12,)] + [f"2023-{month:02d}" for month in range(1, 6)]
    rosters = [
        (p.name, p.id_number, date(2022, 11, 1), date(2022, 11, 1), date(2025, 10, 31), "数据标注员") for p in people
    ]
    wages = [(p.name, p.id_number, month, "4500.00") for p in people for month in months]
    insured = [(p.name, p.id_number, month) for p in people for month in months]
    party = sample.made.parties["hengyu"]
    for kind, head, rows in (
        ("roster", ("姓名", "身份证号", "入职日期", "合同起始日期", "合同终止日期", "岗位"), rosters),
        ("wages", ("姓名", "身份证号", "月份", "应发工资"), wages),
        ("insurance", ("姓名", "身份证号", "月份"), insured),
    ):
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in (head, *rows):
            sheet.append(list(row))
        book.save(tmp_path / f"{kind}.xlsx")
        desk.imports.take(kind, tmp_path / f"{kind}.xlsx", party, good_rows_only=False)
    case_id = desk.cases.accept(party, DATONG, DT)
    sight_everything(desk, case_id)
    for name in ("verify", "papers-complete", "calculated", "propose"):
        move(desk, case_id, name)
    move(sample.switched(desk, Role.REVIEWER), case_id, "review-pass")
    notice = desk.notices.publish([case_id])
    for row in (
        desk.documents.make("calculation", case_id=case_id),
        desk.documents.make("public-notice", notice_id=notice.id),
    ):
        words = text_of(desk.documents.data(row.id)[2])
        for person in people:
            assert person.name in words, (row.kind_name, person.name)
            assert person.id_number not in words, "numbers are masked in print"


def test_the_sample_office_prints_its_watermark_and_a_real_one_does_not(desk: Desk, sample: Sample) -> None:
    case_id = desk.cases.accept(sample.made.parties["xinglian"], XUNWU, XW)
    marked = text_of(desk.documents.data(desk.documents.make("application-form", case_id=case_id).id)[2])
    with desk.file.write(desk.actor, "office.update") as work:
        office = work.session.scalars(select(Office)).one()
        office.is_sample = False
        work.subject("office", office.id)
    plain = text_of(desk.documents.data(desk.documents.make("application-form", case_id=case_id).id)[2])
    assert "演示数据" in marked
    assert "演示数据" not in plain
