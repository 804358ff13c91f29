"""送达回证, 用印登记表 and the blank 档案卷宗目录: blank and filled, on their pages, nothing cut off."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from caseworker import resources
from caseworker.documents import delivery_receipt, file_contents, seal_register
from caseworker.documents.delivery_receipt import DeliveryReceipt
from caseworker.documents.faces import FaceSet
from caseworker.documents.seal_register import SealRegister, Use
from caseworker.errors import InvalidInput

OFFICE = "寻乌县客服产业发展领导小组办公室"
FILLED = DeliveryReceipt(
    OFFICE,
    date(2023, 9, 5),
    "不予兑现决定书",
    "寻客办不字〔2023〕12号",
    "2023年9月5日",
    "星联客服科技有限公司",
    "91360734MA38XK2L5T",
    "寻乌县长宁镇示例路1号",
)


def use(number: int, **more: object) -> Use:
    given: dict[str, object] = {
        "number": number,
        "used_on": date(2023, 9, 5),
        "seal": "办公室公章",
        "document": "兑现决定书",
        "reference": f"寻客办字〔2023〕{number}号",
        "copies": 2,
        "applicant": "张经办",
        "approver": "王负责",
        "keeper": "赵印章",
    }
    return Use(**(given | more))  # type: ignore[arg-type]


def test_the_receipt_names_letter_addressee_and_every_way_of_delivery(bundled: FaceSet, opened) -> None:
    pages = opened(delivery_receipt.render(FILLED, bundled))
    text = pages.all_text()
    assert len(pages) == 1
    for said in (
        "送达回证",
        "不予兑现决定书",
        "2023年9月5日",
        "星联客服科技有限公司",
        "91360734MA38XK2L5T",
        "直接送达",
        "留置送达",
        "邮寄送达",
        "与受送达人的关系",
        "见证人",
    ):
        assert said in text, said
    right = max(char["x1"] for char in pages.pages[0].chars)
    assert right <= 185 * 72 / 25.4


def test_a_receipt_takes_a_name_of_sixty_letters(bundled: FaceSet, opened) -> None:
    long = "星联" * 28 + "有限公司"
    receipt = DeliveryReceipt(OFFICE, date(2023, 9, 5), "兑现决定书", "文〔2023〕1号", "2023年9月5日", long)
    pages = opened(delivery_receipt.render(receipt, bundled))
    assert len(pages) == 1
    assert pages.all_text().count("星联") == 28


def test_a_receipt_filled_in_by_half_is_refused(bundled: FaceSet) -> None:
    with pytest.raises(InvalidInput):
        delivery_receipt.render(DeliveryReceipt(OFFICE, letter="兑现决定书"), bundled)


def test_blank_forms_are_one_page_and_say_nothing_of_anybody(bundled: FaceSet, opened) -> None:
    for data in (
        delivery_receipt.render(DeliveryReceipt(), bundled),
        seal_register.render(SealRegister(OFFICE), bundled),
        file_contents.render(file_contents.BLANK, bundled),
    ):
        pages = opened(data)
        assert len(pages) == 1
        assert "2023" not in pages.all_text()
        assert "2000" not in pages.all_text()


def test_the_register_repeats_its_heading_and_sums_up(bundled: FaceSet, opened) -> None:
    uses = tuple(use(number, remark="已作废" if number == 7 else "") for number in range(1, 61))
    register = SealRegister(OFFICE, date(2023, 9, 1), date(2023, 9, 30), date(2023, 10, 8), "赵印章", uses)
    pages = opened(seal_register.render(register, bundled))
    assert len(pages) > 1
    for page in range(len(pages)):
        assert "用印日期" in pages.text(page)
    text = pages.all_text()
    assert "共用印 60 次，120 份。" in text
    assert "起止日期：2023年9月1日至2023年9月30日" in text
    assert "2023.9.5" in text
    assert text.count("张经办") == 60
    assert "作" in text


def test_a_register_without_uses_says_so_and_days_out_of_order_are_refused(bundled: FaceSet, opened) -> None:
    empty = SealRegister(OFFICE, date(2023, 9, 1), date(2023, 9, 30), date(2023, 10, 8), "赵印章")
    assert "没有用印" in opened(seal_register.render(empty, bundled)).all_text()
    for first, last in ((date(2023, 9, 2), date(2023, 9, 1)), (date(2023, 9, 2), None)):
        with pytest.raises(InvalidInput):
            seal_register.render(SealRegister(OFFICE, first, last, date(2023, 10, 8)), bundled)


@pytest.mark.parametrize("kind", ["delivery-receipt", "seal-register", "file-contents"])
def test_a_misspelt_field_is_refused_at_load(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled: FaceSet
) -> None:
    folder = tmp_path / "wording"
    shutil.copytree(resources.path("wording"), folder)
    path = folder / f"{kind}.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nremark =", "\nremrak =", 1), encoding="utf-8", newline="\n")
    whole = resources.path
    monkeypatch.setattr(resources, "path", lambda *parts: folder if parts == ("wording",) else whole(*parts))
    render = {
        "delivery-receipt": lambda: delivery_receipt.render(DeliveryReceipt(), bundled),
        "seal-register": lambda: seal_register.render(SealRegister(OFFICE), bundled),
        "file-contents": lambda: file_contents.render(file_contents.BLANK, bundled),
    }[kind]
    with pytest.raises(InvalidInput) as caught:
        render()
    assert {problem.path for problem in caught.value.problems} == {"remark", "remrak"}
