"""Bad input along a case's life: a clear sentence, everything wrong at once by field, and nothing half done.

Returns of the bank, holidays, the checklist, records, oversight, earlier grants.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from prior_book import PriorBook, id_number
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench
from services.test_bank_returns import HEAD, book

from caseworker.errors import CaseworkerError, InvalidInput, Refusal
from caseworker.services.record_views import BenefitForm, InternForm
from caseworker.values.id_number import check_character

DAY = date(2023, 6, 1)
LONG, UNSEEN = "长" * 3000, "不\x00见"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseBench]:
    """One office for all: what is refused changes nothing, so the next test finds it as it was."""
    made = make_bench(tmp_path_factory.mktemp("office"), DAY)
    yield made
    made.clerk.close()


def company(bench: CaseBench) -> int:
    return bench.company(f"寻乌县第{bench.people}客服有限公司")


@contextmanager
def refused(bench: CaseBench, *fields: str, words: str = "") -> Iterator[None]:
    """Refused, with exactly these fields named, in Chinese, without a trace in the log."""
    before = bench.clerk.audit.page().total
    with pytest.raises(CaseworkerError) as caught:
        yield
    error = caught.value
    assert bench.clerk.audit.page().total == before, "something was written"
    assert any("\u4e00" <= char <= "\u9fff" for char in error.message)
    for inner in ("None", "Traceback", "Error", "{", "0x"):
        assert inner not in error.message
    named = sorted(problem.path for problem in error.problems) if isinstance(error, InvalidInput) else []
    if fields:
        assert sorted(set(named)) == sorted(fields), error.message
    said = error.message + "".join(problem.message for problem in getattr(error, "problems", ()))
    assert words in said, said


# ---- holidays ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "workday", "name", "fields"),
    [
        (date(1999, 1, 4), False, "", ("day", "name")),
        (date(2101, 1, 5), False, UNSEEN, ("day", "name")),
        (date(2023, 7, 3), False, "  ", ("name",)),
        (date(2023, 7, 3), False, LONG, ("name",)),
    ],
)
def test_days_that_are_none(bench: CaseBench, day: date, workday: bool, name: str, fields: tuple[str, ...]) -> None:
    with refused(bench, *fields):
        bench["admin"].holidays.set_day(day, workday, name)


@pytest.mark.parametrize("year", [0, 1999, 2099, 10_000])
def test_years_that_nobody_knows(bench: CaseBench, year: int) -> None:
    with refused(bench, words=f"{year} 年"):
        bench["admin"].holidays.fill(year)
    assert bench["admin"].holidays.of_year(year) == ()


# ---- the checklist -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def case_id(bench: CaseBench) -> int:
    return bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)


@pytest.mark.parametrize(
    ("changes", "fields", "words"),
    [
        ({"note": LONG}, ("note",), "最多"),
        ({"note": UNSEEN}, ("note",), "控制字符"),
        ({"note": UNSEEN, "on_paper": {"name": LONG, "无": "x"}}, ("name", "note", "无"), ""),
        ({"tolerated_until": DAY}, ("tolerated_until",), "必备材料，不能容缺"),
    ],
)
def test_marks_that_a_paper_cannot_have(
    bench: CaseBench, case_id: int, changes: dict[str, Any], fields: tuple[str, ...], words: str
) -> None:
    paper = next(one for one in bench.clerk.cases.get(case_id).papers if one.id == "business-licence")
    with refused(bench, *fields, words=words):
        bench.clerk.cases.tick(case_id, paper.id, version=paper.version, original=True, **changes)
    after = next(one for one in bench.clerk.cases.get(case_id).papers if one.id == "business-licence")
    assert not after.original_sighted


def test_papers_and_cases_that_are_not_there(bench: CaseBench, case_id: int, tmp_path: Path) -> None:
    fake = tmp_path / "执照.pdf"
    fake.write_bytes(b"not a pdf")
    with refused(bench, words="没有这一项"):
        bench.clerk.cases.tick(case_id, "no-such", version=1, original=True)
    with refused(bench, words="找不到"):
        bench.clerk.cases.tick(9999, "business-licence", version=1, original=True)
    with refused(bench, words="内容却不是"):
        bench.clerk.cases.attach(case_id, "business-licence", fake)
    with refused(bench, fake.name, "无.jpg", words="一个也没有附"):
        bench.clerk.cases.attach(case_id, "business-licence", fake, tmp_path / "无.jpg")
    with refused(bench, words="没有选择文件"):
        bench.clerk.cases.attach(case_id, "business-licence")


# ---- moves ---------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [LONG, UNSEEN, " \n\t"])
def test_a_reason_that_nobody_can_read_is_none(bench: CaseBench, case_id: int, reason: str) -> None:
    with refused(bench):
        detail = bench.clerk.cases.get(case_id)
        bench.clerk.cases.move(case_id, "withdraw", version=detail.version, reason=reason)


def test_a_move_that_there_is_not(bench: CaseBench, case_id: int) -> None:
    with refused(bench, words="没有"):
        bench.clerk.cases.move(case_id, "fly", version=bench.clerk.cases.get(case_id).version)


# ---- records -------------------------------------------------------------------------------


def number_of(serial: int) -> str:
    body = f"360734199001010{serial:02d}"
    return body + check_character(body)


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (InternForm(UNSEEN, "1234", school=LONG, education="doctor"), None),
        (InternForm("甲", number_of(1), intern_from=date(2022, 3, 1), intern_to=date(2022, 2, 1)), ("intern_to",)),
        (InternForm("甲", number_of(1), intern_from=DAY, id_accepted_reason=UNSEEN), ("id_accepted_reason",)),
    ],
)
def test_interns_that_cannot_be(bench: CaseBench, form: InternForm, fields: tuple[str, ...] | None) -> None:
    party = company(bench)
    wanted = fields or ("name", "id_number", "school", "education", "intern_from")
    with refused(bench, *wanted):
        bench.clerk.records.add_internship(party, form)
    assert bench.clerk.records.internships(party).total == 0


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"amount": "12.345"}, ("amount",)),
        ({"amount": "-1", "title": " "}, ("amount", "title")),
        ({"amount": "一万", "title": UNSEEN, "granted_on": None}, ("amount", "granted_on", "title")),
    ],
)
def test_benefits_that_cannot_be(bench: CaseBench, changes: dict[str, Any], fields: tuple[str, ...]) -> None:
    values = {
        "policy": XUNWU,
        "clause": "xw-1-new",
        "title": "省级奖励",
        "amount": "50000",
        "granted_on": DAY,
        "source": "文件",
    }
    party = company(bench)
    with refused(bench, *fields):
        bench.clerk.records.add_benefit(party, BenefitForm(**(values | changes)))


def test_an_accepted_number_stands_in_the_history_as_in_the_list(bench: CaseBench) -> None:
    party = company(bench)
    wrong = number_of(1)[:17] + ("1" if number_of(1)[17] != "1" else "2")
    form = InternForm("实一", wrong, school="寻乌职校", intern_from=DAY, id_accepted_reason="身份证原件如此")
    bench.clerk.records.add_internship(party, form)
    entry = bench.clerk.dossiers.history(party)[0]
    said = {label: now for label, _, now in entry.changes}
    assert entry.reason == "身份证原件如此"
    assert said["实习"] == f"实一（{wrong[:6]}********{wrong[14:]}，号码说明：身份证原件如此）"
    assert (said["院校"], said["实习起"]) == ("寻乌职校", "2023-06-01")


def test_clauses_of_another_place_are_not_what_is_lacking(bench: CaseBench) -> None:
    needs = bench.clerk.records.needs(bench.company("寻乌县远山客服有限公司"))
    assert {one.policy for one in needs if one.elsewhere} == {DATONG}
    assert {one.policy for one in needs if not one.elsewhere} == {XUNWU}
    assert not any(one.elsewhere for one in bench.clerk.records.needs(bench.company("某某数据有限公司")))


# ---- earlier grants ------------------------------------------------------------------------


def test_a_code_nobody_has_is_named_with_the_row_s_other_faults(bench: CaseBench, tmp_path: Path) -> None:
    made = PriorBook(bench.clerk.prior.template())
    good = bench.clerk.dossiers.get(company(bench)).form.code
    row = {"条款": "dt-4-lease", "兑现日期": "2022-12-30", "金额": 250000, "期次": 2, "补贴第几年": 2}
    bad = {"金额": "很多", "期次": "七"}
    made.put(
        "兑现",
        [row | bad | {"统一社会信用代码": "91360734MA9999999X"}, row | bad | {"统一社会信用代码": good}],
    )
    people = {"姓名": "张三", "证件号码": id_number(1), "条款": "dt-3-seat", "兑现日期": "去年", "金额": 2500}
    made.put("人员", [people | {"统一社会信用代码": "91360734MA9999999X", "期次": 1, "已用至月份": "2023-01"}])
    view = bench.clerk.prior.preview(made.save(tmp_path / "历史补录.xlsx"))
    found = [(one.sheet, one.row, one.column) for one in view.problems]
    assert {column for sheet, row_no, column in found if (sheet, row_no) == found[0][:2]} >= {
        "统一社会信用代码",
        "金额",
        "期次",
    }
    assert sum(column == "统一社会信用代码" for _, _, column in found) == 2, "the known code is not complained of"
    assert found == sorted(found, key=lambda one: (["兑现", "人员"].index(one[0]), one[1]))
    before = bench.clerk.audit.page().total
    with pytest.raises(InvalidInput):
        bench.clerk.prior.enter(tmp_path / "历史补录.xlsx", "凭证")
    assert bench.clerk.audit.page().total == before


def test_the_drop_downs_have_no_inner_ids(bench: CaseBench) -> None:
    import io

    from openpyxl import load_workbook

    made = load_workbook(io.BytesIO(bench.clerk.prior.template()))
    words = [str(cell.value) for row in made["选项"].iter_rows() for cell in row if cell.value is not None]
    assert any("第三条" in one and "坐席补贴" in one for one in words)
    for one in words:
        assert not any(mark in one for mark in ("xw-", "dt-", "case-", "xunwu", "datong")), one


# ---- the bank's file -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def batch_id(bench: CaseBench) -> int:
    case = bench.to_payment(bench.xw_company(name="寻乌县甲客服有限公司"), XUNWU, XW)
    bench.seal_letter(case)
    due = [one.id for one in bench.clerk.cases.get(case).instalments if one.state == "due"]
    return bench.clerk.payments.order(XUNWU, due).id


def test_every_row_that_cannot_be_read_is_named_and_none_is_taken(
    bench: CaseBench, batch_id: int, tmp_path: Path
) -> None:
    (line,) = bench.clerk.returns.lines(batch_id)
    day = bench.clock.today()
    good = (line.payee, line.account_number, str(line.amount), "成功", "", day.isoformat())
    rows = [
        good,
        ("", line.account_number, "780000", "成功", "", day.isoformat()),
        (line.payee, line.account_number, "七十八万", "成功", "", day.isoformat()),
        (line.payee, line.account_number, "780000", "不知道", "", day.isoformat()),
        (line.payee, line.account_number, "780000", "成功", "", "2023-02-30"),
        (line.payee, line.account_number, "780000", "成功", "", (day + timedelta(days=1)).isoformat()),
    ]
    path = book(tmp_path / "回盘.xlsx", rows, HEAD)
    preview = bench.clerk.returns.preview(batch_id, path)
    assert {one.row for one in preview.problems} >= {4, 5, 6}
    with refused(bench):
        bench.clerk.returns.take(batch_id, path)
    assert bench.clerk.returns.page(batch_id) == ()
    assert bench.clerk.returns.lines(batch_id)[0].state == "ordered"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("回盘.xlsx", b""),
        ("回盘.xlsx", b"PK\x03\x04"),
        ("回盘.xls", b"\xd0\xcf\x11\xe0 not whole"),
        ("回盘.csv", b"\xff\xfe\x00"),
        ("回盘.pdf", b"%PDF-1.4"),
        ("回盘.csv", "户名,账号\r\n甲,1".encode("gbk")),
    ],
)
def test_files_that_are_no_return(bench: CaseBench, batch_id: int, tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with refused(bench):
        bench.clerk.returns.take(batch_id, path)
    with refused(bench):
        bench.clerk.returns.take(batch_id, tmp_path / "没有.xlsx")


@pytest.mark.parametrize(("as_", "reason"), [("lost", "不明"), ("paid", " "), ("paid", UNSEEN), ("paid", LONG)])
def test_settling_what_is_not_there(bench: CaseBench, batch_id: int, as_: str, reason: str) -> None:
    with refused(bench):
        bench.clerk.returns.settle(9999, as_, reason)


@pytest.mark.parametrize("days", [-1, 1, 400])
def test_days_on_which_nothing_was_paid(bench: CaseBench, batch_id: int, days: int) -> None:
    with refused(bench, "paid_on"):
        bench.clerk.payments.record_paid(batch_id, bench.clock.today() + timedelta(days=days))


def test_notices_and_orders_of_nothing(bench: CaseBench) -> None:
    with refused(bench, "case_ids"):
        bench.clerk.notices.publish([])
    with refused(bench, words="找不到"):
        bench.clerk.notices.publish([9999])
    with refused(bench, "instalment_ids"):
        bench.clerk.payments.order(XUNWU, [])
    with refused(bench):
        bench.clerk.payments.order("no-such-policy", [9999])


def test_an_objection_in_words_that_nobody_can_read(bench: CaseBench) -> None:
    key = bench.to_notice(bench.xw_company(name="寻乌县乙客服有限公司"), XUNWU, XW)
    notice = bench.clerk.notices.publish([key])
    with refused(bench, "matter", "objector"):
        bench.clerk.notices.object(notice.id, key, UNSEEN, LONG)
    row = bench.clerk.notices.object(notice.id, key, "群众甲", "不实")
    with refused(bench, "handling", "outcome"):
        bench["reviewer"].notices.settle_objection(row.id, UNSEEN, "open")
    with refused(bench, "handling"):
        bench["reviewer"].notices.settle_objection(row.id, LONG, "dismissed")
    with pytest.raises(Refusal):
        bench["reviewer"].notices.settle_objection(9999, "查", "dismissed")
    with refused(bench):
        bench.clerk.notices.close(notice.id, UNSEEN)


# ---- oversight -----------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "  ", UNSEEN, LONG])
def test_oversight_wants_reasons_that_can_be_read(bench: CaseBench, reason: str) -> None:
    with refused(bench):
        bench["head"].oversight.lift(9999, reason)
    with refused(bench):
        bench["head"].oversight.void(9999, reason)
    with refused(bench):
        bench.clerk.oversight.close(9999, "mended", reason, DAY)
