"""What is noted of a paper: against the dossier, against the other papers, by its date, by its term."""

from __future__ import annotations

from datetime import date

import pytest

from caseworker import resources
from caseworker.casework.checklist import PaperCheck, PaperState, fault_of, required_form
from caseworker.casework.paper_notes import DossierWords, fields_of, paper_notes, same, shown
from caseworker.policy import Clause
from caseworker.policy.loader import load_pack
from caseworker.policy.model import Paper

DAY = date(2023, 6, 1)
CLAUSES = load_pack(resources.path("policies", "datong-2022")).clauses
SEAT, LEASE = CLAUSES["dt-3-seat"], CLAUSES["dt-4-lease"]
ID = "360734198001010011"
DOSSIER = DossierWords(
    name="寻乌县星河客服（集团）有限公司",
    code="91360734MA0000001X",
    representative="张三",
    representative_id=ID,
)


def notes(noted: dict[str, dict[str, str]], clause: Clause = SEAT, **facts: object) -> dict[str, tuple[str, ...]]:
    return paper_notes(clause, noted, DOSSIER, facts, DAY, {"7": "李四", "8": "王五"}.get)  # type: ignore[arg-type]


def test_nothing_noted_gives_no_notes() -> None:
    assert notes({}) == {}


def test_the_forms_name_against_dossier_and_licence() -> None:
    found = notes({"application-form": {"name": "寻乌县星汉客服有限公司"}, "business-licence": {"name": DOSSIER.name}})
    assert set(found) == {"application-form", "business-licence"}
    assert found["application-form"] == (
        "材料上的单位名称“寻乌县星汉客服有限公司”与档案的“寻乌县星河客服（集团）有限公司”不一致。",
        "材料上的“寻乌县星汉客服有限公司”与“企业营业执照正本”上的“寻乌县星河客服（集团）有限公司”不一致。",
    )
    assert len(found["business-licence"]) == 1, "the licence agrees with the dossier and differs from the form only"


def test_width_blanks_and_case_make_no_difference() -> None:
    assert notes({"application-form": {"name": "寻乌县星河客服(集团) 有限公司", "number": "91360734ma0000001x"}}) == {}
    assert not same("星河", "星汉")


def test_numbers_are_told_masked() -> None:
    (words,) = notes({"legal-rep-id": {"number": "360734198001010038"}})["legal-rep-id"]
    assert "360734********0038" in words
    assert "360734********0011" in words
    assert ID not in words
    (code,) = notes({"business-licence": {"number": "91360734MA0000002X"}})["business-licence"]
    assert "91360734MA0000002X" in code


@pytest.mark.parametrize(
    ("until", "expired"), [("2023-05-31", True), ("2023-06-01", False), ("2023-06-02", False), ("", False)]
)
def test_an_id_card_is_valid_through_its_last_day(until: str, expired: bool) -> None:
    assert bool(notes({"legal-rep-id": {"valid_until": until}})) is expired


@pytest.mark.parametrize(
    ("end", "short"), [("2027-12-30", True), ("2027-12-31", False), ("2028-01-01", False), (None, False)]
)
def test_a_lease_shorter_than_the_clause_asks(end: str | None, short: bool) -> None:
    found = notes({}, LEASE, lease_start="2023-01-01", lease_end=end)
    assert bool(found) is short
    if short:
        assert found == {"lease": ("合同期限（2023-01-01 至 2027-12-30）不足条款要求的 60 个月。",)}


def test_the_day_on_the_lease_differs_from_the_one_calculated_with() -> None:
    facts = {"lease_start": "2023-01-01", "lease_end": "2027-12-31"}
    assert notes({"lease": {"valid_until": "2027-12-31"}}, LEASE, **facts) == {}
    (words,) = notes({"lease": {"valid_until": "2026-12-31"}}, LEASE, **facts)["lease"]
    assert "2026年12月31日" in words
    assert "2027年12月31日" in words


def test_people_whose_contracts_are_too_short_are_named() -> None:
    def person(key: str, end: str | None) -> dict[str, object]:
        return {"key": key, "contract_start": "2022-12-01", "contract_end": end}

    people = [person("6", "2023-11-30"), person("7", "2023-11-29"), person("8", "2023-01-31"), person("9", None)]
    assert notes({}, people=people) == {"labour-contracts": ("李四、王五的合同期限不足条款要求的 12 个月。",)}
    many = paper_notes(SEAT, {}, DOSSIER, {"people": [person(str(n), "2023-01-31") for n in range(5)]}, DAY)
    assert many["labour-contracts"] == ("0、1、2等 5 人的合同期限不足条款要求的 12 个月。",)


def test_facts_that_are_missing_or_unreadable_give_no_note() -> None:
    assert notes({}, LEASE) == {}
    assert notes({"lease": {"valid_until": "不详"}}, LEASE, lease_start="2023-01-01", lease_end="x") == {}


def test_a_persons_papers_ask_for_the_persons_own() -> None:
    paper = Paper("personal-id", "身份证", "mandatory", True, True, False, "", carries=("party-name", "party-code"))
    name, number = fields_of(paper, person=True)
    assert (name.label, number.label) == ("姓名", "证件号码")
    assert shown(number, ID) == "360734********0011"
    assert fields_of(paper)[1].label == "信用代码"


def test_what_of_a_paper_is_to_be_supplied() -> None:
    paper = Paper("a", "营业执照", "mandatory", True, True, True, "")

    def check(*lacking: str) -> PaperCheck:
        return PaperCheck(paper, PaperState(), True, lacking, False)

    assert fault_of(check("查验原件", "留存复印件", "加盖公章")) == "缺原件（供查验）、复印件；未加盖公章"
    assert fault_of(check("留存复印件")) == "缺复印件"
    assert fault_of(check("加盖公章"), "  公章不清 ") == "未加盖公章。说明：公章不清"
    assert required_form(paper) == "原件（供查验）和复印件，加盖公章"
    only_copy = Paper("b", "花名册", "mandatory", False, True, False, "")
    assert required_form(only_copy) == "复印件"
    assert required_form(Paper("c", "印模", "mandatory", False, False, True, "")) == "加盖公章"
