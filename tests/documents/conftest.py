"""What the document tests share: the bundled faces (never this machine's own), samples, and PDFs measured in mm."""

from __future__ import annotations

from datetime import date

import pytest
from measured_pages import Pages

from caseworker.documents.decision import DecisionLetter, DecisionLine
from caseworker.documents.faces import FaceSet, faces
from caseworker.documents.parts import Account, Contact
from caseworker.documents.seal import CLEAR
from caseworker.values.money import Money


@pytest.fixture(scope="session")
def bundled() -> FaceSet:
    return faces(bundled_only=True)


@pytest.fixture
def letter() -> DecisionLetter:
    return DecisionLetter(
        policy="xunwu-2022-59",
        issuer="寻乌县客服产业发展领导小组办公室",
        number="寻客办字〔2023〕12号",
        day=date(2023, 7, 3),
        payee="星联客服科技有限公司",
        code="91360734MA38XK2L5T",
        case_number="XK-2023-0017",
        accepted_on=date(2023, 6, 1),
        lines=(DecisionLine("二（一）1 新设立座席补贴", "260席", "3,000元/席", Money.parse("780000")),),
        deduction=Money.parse("50000"),
        total=Money.parse("730000"),
        account=Account("星联客服科技有限公司", "中国某某银行股份有限公司寻乌支行", "36050182015500001234"),
        contact=Contact("张经办", "0797-0000001", "寻乌县长宁镇示例路1号"),
        reconsider_by="寻乌县人民政府",
        notice_from=date(2023, 6, 20),
        notice_to=date(2023, 6, 28),
        attachments=("测算表",),
        copies_to=("县财政局", "县审计局"),
        seal=CLEAR,
    )


@pytest.fixture
def opened():
    """Opens PDF bytes as Pages and closes them after the test."""
    made: list[Pages] = []

    def open_pages(data: bytes) -> Pages:
        pages = Pages(data)
        made.append(pages)
        return pages

    yield open_pages
    for pages in made:
        pages.close()
