"""Dossiers: the form, facts by date, two clerks at one dossier, search, and the history in words."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sample_office import Sample

from caseworker.errors import EditConflict, InvalidInput, Refusal
from caseworker.services.case_facts import dossier_facts
from caseworker.services.desk import Desk
from caseworker.services.views import PartyForm, Role
from caseworker.store.models import Party
from caseworker.values.uscc import check_character

DAY = date(2023, 1, 1)


def code(number: int) -> str:
    body = f"91360734MA{number:07d}"
    return body + check_character(body)


GOOD = PartyForm(
    kind="company",
    name="新岭客服有限公司",
    code=code(1),
    registered_on=date(2022, 3, 1),
    account_name="新岭客服有限公司",
    bank_name="寻乌星河村镇银行营业部",
    account_number="6217 0000 1234 5678",
    bank_code="402428800012",
    phone="0797-2831111 转 8",
    note="两行\n备注",
)


def form(**changes: object) -> PartyForm:
    return dataclasses.replace(GOOD, **changes)  # type: ignore[arg-type]


@pytest.fixture
def desk(sample: Sample) -> Iterator[Desk]:
    with sample.desk() as opened:
        yield opened


# ---- the form ------------------------------------------------------------------------------


def test_a_good_form_is_kept_tidied(desk: Desk) -> None:
    assert desk.dossiers.check(GOOD) == ()
    party = desk.dossiers.create(form(name="  新岭客服有限公司 ", code=code(1).lower()))
    detail = desk.dossiers.get(party)
    assert (detail.form.name, detail.form.code) == ("新岭客服有限公司", code(1))
    assert detail.form.account_number == "6217000012345678"
    assert (detail.version, detail.facts, detail.warnings) == (1, (), ())


WRONG: list[tuple[dict[str, object], str]] = [
    ({"kind": "bank"}, "kind"),
    ({"name": ""}, "name"),
    ({"name": "   "}, "name"),
    ({"name": "字" * 201, "account_name": "字" * 201}, "name"),
    ({"name": "字" * 500, "account_name": "字" * 500}, "account_name"),
    ({"name": "甲\x00公司"}, "name"),
    ({"name": "甲\u202e公司"}, "name"),
    ({"name": "甲\u200f公司"}, "name"),
    ({"name": "甲\u200b公司"}, "name"),
    ({"name": "甲\ud800公司"}, "name"),
    ({"name": "甲\n公司"}, "name"),
    ({"note": "备\x07注"}, "note"),
    ({"note": "备" * 2001}, "note"),
    ({"code": ""}, "code"),
    ({"code": code(1)[:17]}, "code"),
    ({"code": code(1) + "0"}, "code"),
    ({"code": "9136O734MA0000001" + "X"}, "code"),
    ({"account_name": "别的公司"}, "account_name"),
    ({"account_name": ""}, "account_name"),
    ({"bank_name": ""}, "bank_name"),
    ({"account_number": "12-345"}, "account_number"),
    ({"account_number": "12345"}, "account_number"),
    ({"account_number": "1" * 33}, "account_number"),
    ({"bank_code": "12345678901"}, "bank_code"),
    ({"bank_code": "1234567890123"}, "bank_code"),
    ({"phone": "找张三"}, "phone"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
def test_each_wrong_field_is_named_by_itself(desk: Desk, changes: dict[str, object], field: str) -> None:
    wrong = form(**changes)
    problems = desk.dossiers.check(wrong)
    assert field in [problem.path for problem in problems]
    assert len({problem.path for problem in problems}) == len(problems), "one problem a field"
    assert all(problem.message.endswith(("。", "转。")) for problem in problems)
    before = (desk.dossiers.page().total, desk.audit.page().total)
    with pytest.raises(InvalidInput) as caught:
        desk.dossiers.create(wrong)
    assert caught.value.problems == problems
    assert (desk.dossiers.page().total, desk.audit.page().total) == before


def test_everything_wrong_is_said_at_once(desk: Desk) -> None:
    wrong = PartyForm(kind="?", name="", code="1", account_number="x", bank_code="1", phone="?", note="\x01")
    paths = {problem.path for problem in desk.dossiers.check(wrong)}
    assert paths == {
        "kind",
        "name",
        "code",
        "account_number",
        "account_name",
        "bank_name",
        "bank_code",
        "phone",
        "note",
    }


@pytest.mark.parametrize("length", [199, 200])
def test_long_names_up_to_the_limit(desk: Desk, length: int) -> None:
    name = "岭" * length
    assert desk.dossiers.check(form(name=name, account_name=name)) == ()


def test_a_code_is_used_once_whatever_its_spelling(desk: Desk) -> None:
    party = desk.dossiers.create(GOOD)
    for spelling in (code(1), code(1).lower(), f" {code(1)} ", "".join(chr(ord(c) + 0xFEE0) for c in code(1))):
        other = form(name="另一公司", account_name="另一公司", account_number="62170000", code=spelling)
        problems = desk.dossiers.check(other)
        assert [(p.path, "新岭客服有限公司" in p.message) for p in problems] == [("code", True)]
    assert desk.dossiers.check(GOOD, party) == (), "its own code is no duplicate"


OTHER = {"code": code(2), "account_number": "6217000099999999"}


@pytest.mark.parametrize(
    "name", ["新岭（客服）有限公司", "新岭(客服)有限公司", " 新岭 （客服） 有限公司", "新岭　(客服）有限公司"]
)
def test_one_company_has_one_dossier_whatever_the_brackets(desk: Desk, name: str) -> None:
    kept = "新岭（客服）有限公司"
    party = desk.dossiers.create(form(name=kept, account_name=kept))
    twin = form(name=name, account_name=name.strip(), **OTHER)
    (problem,) = desk.dossiers.check(twin)
    assert problem.path == "name"
    assert kept in problem.message
    assert code(1) in problem.message
    with pytest.raises(InvalidInput) as caught:
        desk.dossiers.create(twin)
    assert caught.value.problems == (problem,)
    other = desk.dossiers.create(form(name="另一公司", account_name="另一公司", **OTHER))
    with pytest.raises(InvalidInput) as caught:
        desk.dossiers.update(other, 1, twin)
    assert caught.value.problems == (problem,)
    assert desk.dossiers.check(form(name=name, account_name=name.strip()), party) == (), "its own name is no duplicate"


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("account_number", "６２１７ 0000 1234 5678", "账号"),
        ("phone", "0797-2831111 转 8", "联系电话"),
        ("registered_address", "寻乌县长宁镇中山路 1 号", "注册地址"),
    ],
)
def test_what_two_dossiers_hold_alike_is_a_warning_in_both(desk: Desk, field: str, value: str, label: str) -> None:
    first = desk.dossiers.create(form(registered_address="寻乌县长宁镇中山路 1 号"))
    apart = {"account_number": "6217000099999999", "phone": "0797-2830000", "registered_address": "寻乌县文峰乡 2 号"}
    other = form(**{"name": "另一公司", "account_name": "另一公司", "code": code(2), **apart, field: value})
    assert desk.dossiers.check(other) == ()
    second = desk.dossiers.create(other)
    assert desk.dossiers.get(second).warnings == (f"{label}与“{GOOD.name}”的档案相同，请核实。",)
    assert desk.dossiers.get(first).warnings == (f"{label}与“另一公司”的档案相同，请核实。",)
    with desk.file.write(desk.actor, "dossier.update") as work:
        work.session.get_one(Party, first).ended_on = desk.clock.today()
    assert desk.dossiers.get(second).warnings == (), "an ended dossier is nobody's double"


def test_a_dossier_that_has_ended_gives_its_name_free_but_not_its_code(desk: Desk) -> None:
    party = desk.dossiers.create(GOOD)

    def end(day: date) -> None:
        with desk.file.write(desk.actor, "dossier.update") as work:
            work.session.get_one(Party, party).ended_on = day

    end(desk.clock.today() + timedelta(days=1))
    assert [problem.path for problem in desk.dossiers.check(form(code=code(2)))] == ["name"]
    end(desk.clock.today())
    assert desk.dossiers.check(form(code=code(2))) == ()
    assert [problem.path for problem in desk.dossiers.check(GOOD)] == ["code"]


def test_two_people_may_bear_one_name(desk: Desk) -> None:
    for number in ("110101199003070011", "110101199003070038"):
        person = PartyForm(kind="person", name="张小明", code=number, code_accepted_reason="与原件一致")
        assert desk.dossiers.check(person) == ()
        desk.dossiers.create(person)


def test_two_threads_do_not_open_one_code_twice(desk: Desk) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        try:
            desk.dossiers.create(GOOD)
            outcomes.append("made")
        except InvalidInput:
            outcomes.append("refused")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused", "refused", "refused"]


def test_a_wrong_check_digit_is_a_warning(desk: Desk) -> None:
    odd = code(1)[:17] + ("0" if code(1)[17] != "0" else "1")
    party = desk.dossiers.create(form(code=odd))
    (warning,) = desk.dossiers.get(party).warnings
    assert "校验位" in warning


def test_a_person_whose_number_fails_is_accepted_with_a_reason(desk: Desk) -> None:
    person = PartyForm(kind="person", name="张小明", code="110101199003070012", account_name="张小明")
    assert [problem.path for problem in desk.dossiers.check(person)] == ["code"]
    accepted = dataclasses.replace(person, code_accepted_reason="与身份证原件核对一致")
    assert desk.dossiers.check(accepted) == ()
    (warning,) = desk.dossiers.get(desk.dossiers.create(accepted)).warnings
    assert "校验位" in warning


# ---- two clerks at one dossier -------------------------------------------------------------


def test_the_second_to_save_sees_both_versions(sample: Sample) -> None:
    with sample.desk(Role.ADMINISTRATOR) as admin:
        admin.users.add("qian", "钱经办", frozenset({Role.CASEWORKER}), "a-long-enough-password")
        first, second = sample.switched(admin, Role.CASEWORKER), admin.switch("qian", "a-long-enough-password")
        party = first.dossiers.create(GOOD)
        seen = first.dossiers.get(party)
        assert second.dossiers.get(party) == seen
        second.dossiers.update(party, seen.version, form(contact="钱登记", phone="0797-1111111"))
        with pytest.raises(EditConflict) as caught:
            first.dossiers.update(party, seen.version, form(contact="张登记"))
        assert caught.value.mine == {"contact": "张登记", "phone": "0797-2831111 转 8"}
        assert caught.value.theirs == {"contact": "钱登记", "phone": "0797-1111111"}
        now = first.dossiers.get(party)
        assert now.form.contact == "钱登记"
        first.dossiers.update(party, now.version, dataclasses.replace(now.form, contact="张登记"))
        assert first.dossiers.get(party).form.phone == "0797-1111111"
        assert first.audit.verify()[0]


def test_of_threads_that_save_at_once_exactly_one_wins(desk: Desk) -> None:
    party = desk.dossiers.create(GOOD)
    version = desk.dossiers.get(party).version
    outcomes: list[str] = []
    mine: list[tuple[str, str]] = []
    start = threading.Barrier(5)

    def work(name: str) -> None:
        start.wait()
        try:
            desk.dossiers.update(party, version, form(contact=name))
            outcomes.append(name)
        except EditConflict as conflict:
            mine.append((name, conflict.mine["contact"]))
            outcomes.append("")

    threads = [threading.Thread(target=work, args=(f"经办{n}",)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [name for name in outcomes if name]
    assert desk.dossiers.get(party).form.contact == winner
    assert len(mine) == 4
    assert all(typed == shown for typed, shown in mine)


def test_a_dossier_that_is_not_there(desk: Desk) -> None:
    for act in (lambda: desk.dossiers.get(999), lambda: desk.dossiers.update(999, 1, GOOD)):
        with pytest.raises(Refusal, match="找不到"):
            act()


# ---- facts ---------------------------------------------------------------------------------


def test_facts_hold_from_their_day_until_a_later_one(desk: Desk) -> None:
    party = desk.dossiers.create(GOOD)
    early = desk.dossiers.set_fact(party, "seats", 200, date(2022, 6, 1), "核查表一")
    late = desk.dossiers.set_fact(party, "seats", 260, date(2023, 1, 1), "核查表二")

    def on(day: date) -> int | None:
        with desk.file.read() as session:
            found = dossier_facts(session, party, day).get("seats")
            return None if found is None else found.value["value"]

    assert [on(date(2022, 5, 31)), on(date(2022, 6, 1)), on(date(2022, 12, 31)), on(date(2023, 1, 1))] == [
        None,
        200,
        200,
        260,
    ]
    assert [(row.id, row.value, row.shown, row.valid_from) for row in desk.dossiers.get(party).facts] == [
        (early, 200, "200 席", date(2022, 6, 1)),
        (late, 260, "260 席", date(2023, 1, 1)),
    ]
    desk.dossiers.void_fact(late, "看错了表")
    assert on(date(2023, 1, 1)) == 200
    with pytest.raises(Refusal, match="已经作废"):
        desk.dossiers.void_fact(late, "再作废一次")
    again = desk.dossiers.set_fact(party, "seats", 250, date(2022, 6, 1), "更正")
    assert on(date(2022, 6, 1)) == 250, "the newer of two for one day"
    assert again > late


@pytest.mark.parametrize(
    ("name", "value", "source", "fields"),
    [
        ("no_such_fact", 1, "表", {"name"}),
        ("seats", "260", "", {"value", "source"}),
        ("seats", -1, "表", {"value"}),
        ("seats", 2.5, "表", {"value"}),
        ("seats", True, "表", {"value"}),
        ("seats", None, "表", {"value"}),
        ("seats", 1, "  ", {"source"}),
        ("seats", 1, "表\x00", {"source"}),
        ("in_scope", "是", "表", {"value"}),
        ("operation_start", "2023-02-30", "表", {"value"}),
        ("already_granted", "0", "表", {"name"}),
    ],
)
def test_a_wrong_fact_is_not_kept(desk: Desk, name: str, value: object, source: str, fields: set[str]) -> None:
    party = desk.dossiers.create(GOOD)
    before = desk.audit.page().total
    with pytest.raises(InvalidInput) as caught:
        desk.dossiers.set_fact(party, name, value, DAY, source)
    assert {problem.path for problem in caught.value.problems} == fields
    assert desk.dossiers.get(party).facts == ()
    assert desk.audit.page().total == before


def test_a_fact_is_voided_with_a_reason_only(desk: Desk) -> None:
    fact = desk.dossiers.set_fact(desk.dossiers.create(GOOD), "seats", 1, DAY, "表")
    for reason in ("", "  ", "原\x00因", "因" * 1001):
        with pytest.raises(InvalidInput):
            desk.dossiers.void_fact(fact, reason)


def test_known_facts_are_those_of_the_kind(desk: Desk) -> None:
    names = {name for name, *_ in desk.dossiers.known_facts("company")}
    assert {"seats", "enterprise_seats", "in_scope"} <= names
    assert "already_granted" not in names, "what the program works out is not typed in"
    assert "seats" not in {name for name, *_ in desk.dossiers.known_facts("school")}
    with pytest.raises(InvalidInput):
        desk.dossiers.known_facts("bank")


# ---- search, sorting, paging ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("星联客服科技有限公司", {"星联客服科技有限公司"}),
        ("星联", {"星联客服科技有限公司"}),
        ("联", {"星联客服科技有限公司", "万语云联信息服务有限公司"}),
        ("xlkf", {"星联客服科技有限公司"}),
        ("XLKF", {"星联客服科技有限公司"}),
        (" hysj ", {"恒域数据标注有限公司"}),
        ("没有这个", set()),
        ("%", set()),
        ("_", set()),
        ("\\", set()),
        ("星%司", set()),
        ("星_客服", set()),
        ("\x00", {"*"}),
        ("字" * 60_000, set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_search(desk: Desk, text: str, found: set[str]) -> None:
    names = {row.name for row in desk.dossiers.page(search=text).rows}
    everything = {row.name for row in desk.dossiers.page().rows}
    assert names == (everything if found == {"*"} else found)


def test_search_by_code_whole_and_in_part(desk: Desk, sample: Sample) -> None:
    number = sample.made.codes["hengyu"]
    for text in (number, number.lower(), number[8:]):
        assert [row.code for row in desk.dossiers.page(search=text).rows] == [number]


def test_wildcards_in_a_name_are_found_as_they_stand(desk: Desk) -> None:
    for place, name in enumerate(("百分百%公司", "下_划线公司", "反\\斜公司")):
        desk.dossiers.create(PartyForm(name=name, code=code(100 + place)))
    found = {
        "%": "百分百%公司",
        "_": "下_划线公司",
        "\\": "反\\斜公司",
        "百%公": "百分百%公司",
        "百%司": None,
        "下_线": None,
    }
    for sign, name in found.items():
        names = [row.name for row in desk.dossiers.page(search=sign).rows]
        assert names == ([] if name is None else [name])


@pytest.mark.parametrize("sort", ["name", "code", "region", "people", "open_cases"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_put_together_are_the_whole_list_once(desk: Desk, sort: str, descending: bool) -> None:
    for number, sign in enumerate("甲乙佳亿嘉宜家益加"):  # two sets of initials, so that sorting by name has ties
        desk.dossiers.create(PartyForm(name=f"同音公司{sign}", code=code(200 + number), region="寻乌"))
    whole = [row.id for row in desk.dossiers.page(sort=sort, descending=descending).rows]
    total = desk.dossiers.page().total
    assert len(whole) == len(set(whole)) == total
    pages = [
        row.id
        for offset in range(0, total, 4)
        for row in desk.dossiers.page(offset=offset, limit=4, sort=sort, descending=descending).rows
    ]
    assert pages == whole


def test_pages_beyond_the_end_and_of_no_size(desk: Desk) -> None:
    total = desk.dossiers.page().total
    assert desk.dossiers.page(offset=total).rows == ()
    assert desk.dossiers.page(offset=total).total == total
    assert desk.dossiers.page(limit=0).rows == ()
    assert desk.dossiers.page(limit=-1).rows == ()
    assert desk.dossiers.page(offset=-5).offset == 0


def test_one_kind_only(desk: Desk) -> None:
    assert {row.kind for row in desk.dossiers.page(kind="school").rows} == {"school"}
    assert desk.dossiers.page(kind="person").total == 0


# ---- people --------------------------------------------------------------------------------


def test_people_are_masked_found_and_counted(desk: Desk, sample: Sample) -> None:
    party, folder = sample.made.parties["yingshan"], sample.made.folders["yingshan"]
    for kind, name in (("roster", "花名册"), ("wages", "工资流水"), ("insurance", "社保记录")):
        desk.imports.take(kind, folder / f"{name}.csv", party, good_rows_only=False)
    rows = desk.dossiers.people(party).rows
    assert len(rows) == desk.dossiers.page(search="映山").rows[0].people > 5
    one = rows[0]
    number = desk.dossiers.reveal_id(one.id, "核对")
    assert one.id_masked == f"{number[:6]}********{number[-4:]}"
    assert number not in repr(rows)
    for text in (one.name, number, number[6:14]):
        assert one.id in {row.id for row in desk.dossiers.people(party, search=text).rows}
    assert desk.dossiers.people(party, search="%").total == 0
    by_months = [row.wage_months for row in desk.dossiers.people(party, sort="wage_months", descending=True).rows]
    assert by_months == sorted(by_months, reverse=True)
    assert by_months[0] > 0
    ids = [row.employment_id for row in rows]
    paged = [
        row.employment_id
        for at in range(0, len(ids), 3)
        for row in desk.dossiers.people(party, offset=at, limit=3).rows
    ]
    assert paged == ids


def test_revealing_a_number_is_logged_with_its_reason_but_without_the_number(desk: Desk, sample: Sample) -> None:
    party, folder = sample.made.parties["yingshan"], sample.made.folders["yingshan"]
    desk.imports.take("roster", folder / "花名册.csv", party, good_rows_only=False)
    person = desk.dossiers.people(party).rows[0].id
    number = desk.dossiers.reveal_id(person, "与原件核对")
    entry = desk.audit.page().rows[0]
    assert (entry.action, entry.reason, entry.subject) == ("查看证件号码", "与原件核对", f"人员 {person}")
    assert number not in repr(entry)
    with pytest.raises(Refusal):
        desk.dossiers.reveal_id(999_999)


# ---- history -------------------------------------------------------------------------------


def test_the_history_reads_in_words(desk: Desk) -> None:
    party = desk.dossiers.create(form(legal_representative_id="110101199003070011", note=""))
    version = desk.dossiers.get(party).version
    changed = form(
        legal_representative_id="110101199003070011", note="", contact="李四", registered_on=date(2022, 3, 2)
    )
    desk.dossiers.update(party, version, changed)
    fact = desk.dossiers.set_fact(party, "in_scope", True, DAY, "营业执照")
    desk.dossiers.void_fact(fact, "范围不符")
    voided, kept, edited, made = desk.dossiers.history(party)
    assert (made.action, made.user) == ("建立企业档案", "张经办")
    words = {name: after for name, _, after in made.changes}
    assert words["类型"] == "企业"
    assert words["名称"] == "新岭客服有限公司"
    assert words["法定代表人证件号码"] == "110101********0011"
    assert "备注" not in words, "what was left empty is no news"
    assert set(edited.changes) == {("联系人", "（空）", "李四"), ("成立日期", "2022-03-01", "2022-03-02")}
    assert kept.action == "登记事实"
    fact_words = {name: after for name, _, after in kept.changes}
    assert "是" in fact_words.values()
    assert fact_words["证明材料"] == "营业执照"
    label = next(row for row in desk.dossiers.known_facts("company") if row[0] == "in_scope")[1]
    assert fact_words[label] == "是"
    assert (label, "是", "（作废）") in voided.changes, "a voided fact is named"
    assert "in_scope" not in repr((kept, voided))
    assert (voided.action, voided.reason) == ("作废事实", "范围不符")
    assert ("作废原因", "（空）", "范围不符") in voided.changes
