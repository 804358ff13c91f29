"""历史兑现补录 read back from its own template: every problem by sheet, row and column, whatever clerks do to it."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from prior_book import PriorBook, id_number

from caseworker.errors import Cancelled, EnvironmentFault, InvalidInput
from caseworker.intake.prior import read_prior
from caseworker.intake.prior_template import HEADING_ROW, prior_template
from caseworker.intake.prior_terms import CHOICES, DATA_SHEETS, PriorRead, PriorTerms
from caseworker.services import bundled_packs
from caseworker.services.prior_terms import prior_terms
from caseworker.values.money import Money

CODE = "91360734MA7K2L5T3C"
FIRST = HEADING_ROW + 1
LEASE: dict[str, Any] = {
    "统一社会信用代码": CODE,
    "条款": "dt-4-lease 租赁场地补贴",
    "兑现日期": "2022-12-30",
    "金额": 250000,
    "期次": 2,
    "补贴第几年": 2,
}
SEAT: dict[str, Any] = {
    "统一社会信用代码": CODE,
    "姓名": "张三",
    "证件号码": id_number(1),
    "条款": "dt-3-seat 坐席补贴",
    "兑现日期": "2023-03-01",
    "金额": 2500,
    "期次": 1,
    "已用至月份": "2023-01",
}


@pytest.fixture(scope="module")
def terms() -> PriorTerms:
    return prior_terms(bundled_packs())


@pytest.fixture
def book(terms: PriorTerms) -> PriorBook:
    return PriorBook(prior_template(terms))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "历史补录.xlsx"


def problems(read: PriorRead) -> list[tuple[str, int, str, str]]:
    return [(one.sheet, one.row, one.column, one.code) for one in read.problems]


# ---- the template --------------------------------------------------------------------------------


def test_the_template_has_its_sheets_lists_and_text_columns(terms: PriorTerms) -> None:
    made = load_workbook(io.BytesIO(prior_template(terms)))
    assert set(DATA_SHEETS) < set(made.sheetnames)
    assert made[CHOICES].sheet_state == "hidden"
    for sheet in DATA_SHEETS:
        (rule,) = made[sheet].data_validations.dataValidation
        place = DATA_SHEETS.index(sheet) + 1
        listed = [cell[0].value for cell in made[CHOICES].iter_rows(min_col=place, max_col=place) if cell[0].value]
        assert listed
        assert rule.formula1.endswith(f"${len(listed)}")
        headings = [cell.value for cell in made[sheet][HEADING_ROW]]
        chosen = str(rule.sqref).split(":")[0].rstrip("0123456789")
        assert str(headings[ord(chosen) - ord("A")]).split(" ")[0] in ("条款", "政策", "文书种类")
    assert made["人员"].column_dimensions["D"].number_format == "@"  # Excel keeps 15 digits of a number


def test_every_clause_that_pays_is_offered_once_with_what_its_grants_carry(terms: PriorTerms) -> None:
    packs = bundled_packs()
    paying = {(pack.id, clause.id) for pack in packs for clause in pack.clauses.values() if clause.paid_here}
    assert {(one.policy, one.clause) for one in terms.clauses} == paying
    carried = {one.clause: [field.name for field in one.fields] for one in terms.clauses}
    assert carried["dt-3-seat"] == ["instalment", "claimed_through", "claimed_from", "first_paid_on"]
    assert carried["xw-14-service-trade"] == carried["xw-15-offshore"] == ["award_for_year"]
    assert carried["xw-5-talent-tax"] == ["award_for_year", "award_year"]
    assert carried["dt-4-lease"] == carried["dt-4-purchase"] == ["instalment", "subsidy_year"]
    assert carried["xw-2-rent"] == ["operation_year"]
    assert carried["xw-3-tax"] == ["tax_year"]
    assert carried["xw-16-special"] == carried["dt-14-special"] == ["approval_reference"]
    assert carried["xw-7-school-interns"] == ["parts", "year"]
    assert carried["xw-6-hiring"] == ["parts"]
    assert carried["xw-12-housing-rent"] == ["months_paid"]
    assert carried["xw-1-new"] == []
    for pack in packs:
        for clause in pack.clauses.values():
            if clause.paid_here:
                assert set(clause.repeat) <= set(carried[clause.id])
    hiring = next(one for one in terms.clauses if one.clause == "xw-6-hiring")
    assert [part for part, _ in hiring.fields[0].options] == ["first", "second"]
    rent = next(one for one in terms.clauses if one.clause == "xw-12-housing-rent")
    assert (rent.fields[0].minimum, rent.fields[0].maximum) == (1, 6)


def test_the_empty_template_reads_as_nothing_and_no_problem(book: PriorBook, target: Path, terms: PriorTerms) -> None:
    read = read_prior(book.save(target), terms)
    assert (read.rows, read.problems, read.skipped) == (0, [], [])


# ---- good rows -----------------------------------------------------------------------------------


def test_a_filled_template_comes_back_exactly(book: PriorBook, target: Path, terms: PriorTerms) -> None:
    rent = {
        "统一社会信用代码": CODE,
        "姓名": "李四",
        "证件号码": id_number(2),
        "条款": "xw-12-housing-rent 员工租房补贴",
    }
    hiring = {"统一社会信用代码": CODE, "姓名": "王五", "证件号码": id_number(3), "条款": "用工补贴"}
    book.put("兑现", [LEASE | {"凭证": "大财拨〔2022〕8号（副本）"}])
    book.put(
        "人员",
        [
            SEAT | {"该席位首次兑现日期": "2022-12-31"},
            rent | {"兑现日期": date(2023, 1, 5), "金额": "1,000.50", "本次补贴月数": "5个月"},
            hiring | {"兑现日期": "2023年2月3日", "金额": 1000, "已兑现部分": "第一次、第二次"},
        ],
    )
    book.put("资金", [{"政策": "寻乌客服产业政策", "年度": 2022, "已承诺未拨付": 10, "已拨付": "2000000.05"}])
    kinds = [{"文书种类": "文书：兑现决定书", "年度": "2022年度", "最后一个号码": "第37号"}]
    book.put("文号", [*kinds, {"文书种类": "用印登记（不分年度）", "最后一个号码": 120}])
    read = read_prior(book.save(target), terms)
    assert read.problems == []
    lease, seat, months, parts = read.grants
    assert (lease.policy, lease.clause, lease.granted_on) == ("datong-2022", "dt-4-lease", date(2022, 12, 30))
    assert (lease.code, lease.amount, lease.facts) == (CODE, Money.parse(250_000), {"instalment": 2, "subsidy_year": 2})
    assert (lease.evidence, lease.name, lease.id_number) == ("大财拨〔2022〕8号（副本）", "", "")
    assert seat.facts == {"instalment": 1, "claimed_through": "2023-01", "first_paid_on": "2022-12-31"}
    assert (seat.sheet, seat.row, seat.name, seat.id_number) == ("人员", FIRST, "张三", id_number(1))
    assert (months.amount, months.facts, months.granted_on) == (
        Money.parse("1000.50"),
        {"months_paid": 5},
        date(2023, 1, 5),
    )
    assert (parts.facts, parts.granted_on) == ({"parts": ["first", "second"]}, date(2023, 2, 3))
    (fund,) = read.funds
    assert (fund.policy, fund.year, str(fund.committed), str(fund.paid)) == (
        "xunwu-2022-59",
        2022,
        "10.00",
        "2000000.05",
    )
    assert [(one.kind, one.year, one.last) for one in read.numbers] == [("decision", 2022, 37), ("seal-use", 0, 120)]


def test_moved_columns_own_columns_titles_and_merged_codes(book: PriorBook, target: Path, terms: PriorTerms) -> None:
    page = book.book["人员"]
    amount, name = book.columns("人员")["金额"], book.columns("人员")["姓名"]
    # 姓名 and 金额 change places
    page.cell(HEADING_ROW, amount).value, page.cell(HEADING_ROW, name).value = "姓 名", "金额（元）*"
    page.insert_rows(1)
    columns = {"金额": name, "姓名": amount} | {
        heading: place
        for heading, place in book.columns("人员", HEADING_ROW + 1).items()
        if heading not in ("姓", "金额")
    }
    own = page.max_column + 1
    page.cell(HEADING_ROW + 1, own, "经办备注")
    for row, person in ((FIRST + 1, SEAT), (FIRST + 2, SEAT | {"姓名": "李四", "证件号码": id_number(2)})):
        for heading, value in person.items():
            page.cell(row, columns[heading], value)
        page.cell(row, own, "已核")
    page.merge_cells(start_row=FIRST + 1, end_row=FIRST + 2, start_column=1, end_column=1)
    page.cell(FIRST + 4, 1, "合 计")
    page.cell(FIRST + 4, columns["金额"], 5000)
    read = read_prior(book.save(target), terms)
    assert read.problems == []
    assert [(one.row, one.code) for one in read.skipped] == [
        (HEADING_ROW + 1, "unknown-column"),
        (FIRST + 4, "total-row"),
    ]
    assert [(one.row, one.code, one.name, one.amount) for one in read.grants] == [
        (FIRST + 1, CODE, "张三", Money.parse(2500)),
        (FIRST + 2, CODE, "李四", Money.parse(2500)),
    ]


# ---- wrong rows ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "row", "column", "code"),
    [
        ("兑现", LEASE | {"统一社会信用代码": None}, "统一社会信用代码", "missing-value"),
        ("兑现", LEASE | {"统一社会信用代码": 9.136073400000001e17}, "统一社会信用代码", "id-number-precision-lost"),
        ("兑现", LEASE | {"条款": "租金"}, "条款", "clause-unknown"),
        ("兑现", LEASE | {"条款": None}, "条款", "missing-value"),
        ("兑现", LEASE | {"条款": "dt-5-services"}, "条款", "clause-unknown"),  # it pays nothing
        ("兑现", LEASE | {"条款": "dt-3-seat 坐席补贴"}, "条款", "wrong-sheet"),
        ("人员", SEAT | {"条款": "dt-4-lease 租赁场地补贴"}, "条款", "wrong-sheet"),
        ("兑现", LEASE | {"兑现日期": "2022-02-30"}, "兑现日期", "date-invalid"),
        ("兑现", LEASE | {"兑现日期": None}, "兑现日期", "missing-value"),
        ("兑现", LEASE | {"金额": "(250000)"}, "金额", "amount-invalid"),
        ("兑现", LEASE | {"金额": 0}, "金额", "missing-value"),
        ("兑现", LEASE | {"金额": "2500.005"}, "金额", "amount-invalid"),
        ("兑现", LEASE | {"金额": "100000000000.01"}, "金额", "amount-invalid"),
        ("兑现", LEASE | {"期次": None}, "期次", "missing-value"),
        ("兑现", LEASE | {"期次": 0}, "期次", "number-invalid"),
        ("兑现", LEASE | {"期次": 6}, "期次", "number-invalid"),  # the lease subsidy has five
        ("兑现", LEASE | {"期次": 1.5}, "期次", "number-invalid"),
        ("兑现", LEASE | {"补贴第几年": None}, "补贴第几年", "missing-value"),
        ("兑现", LEASE | {"纳税年度": 2022}, "纳税年度", "not-for-clause"),
        ("兑现", LEASE | {"凭证": "凭\u0090证"}, "凭证", "text-invalid"),
        ("人员", SEAT | {"姓名": None}, "姓名", "missing-value"),
        ("人员", SEAT | {"证件号码": None}, "证件号码", "missing-value"),
        ("人员", SEAT | {"证件号码": id_number(1)[:-1] + "x" * 2}, "证件号码", "id-number-invalid"),
        ("人员", SEAT | {"证件号码": 360734199001011234}, "证件号码", "id-number-precision-lost"),
        ("人员", SEAT | {"已用至月份": None}, "已用至月份", "missing-value"),
        ("人员", SEAT | {"已用至月份": "2023-13"}, "已用至月份", "month-invalid"),
        ("人员", SEAT | {"已用至月份": "2023-04"}, "已用至月份", "after-grant"),
        ("人员", SEAT | {"该席位首次兑现日期": "2023-03-02"}, "该席位首次兑现日期", "after-grant"),
        ("人员", SEAT | {"期次": 5}, "期次", "number-invalid"),  # four of 2,500
        ("资金", {"政策": "没有的政策", "年度": 2022, "已拨付": 1}, "政策", "choice-invalid"),
        ("资金", {"政策": "寻乌客服产业政策", "年度": 1999, "已拨付": 1}, "年度", "number-invalid"),
        ("资金", {"政策": "寻乌客服产业政策", "年度": None, "已拨付": 1}, "年度", "missing-value"),
        ("资金", {"政策": "寻乌客服产业政策", "年度": 2022}, "已拨付", "missing-value"),
        ("资金", {"政策": "寻乌客服产业政策", "年度": 2022, "已拨付": -1}, "已拨付", "amount-invalid"),
        ("文号", {"文书种类": "红头", "年度": 2022, "最后一个号码": 3}, "文书种类", "choice-invalid"),
        ("文号", {"文书种类": "公示", "年度": 2022, "最后一个号码": 0}, "最后一个号码", "number-invalid"),
        ("文号", {"文书种类": "公示", "年度": 2022, "最后一个号码": None}, "最后一个号码", "missing-value"),
        ("文号", {"文书种类": "公示", "年度": 2022, "最后一个号码": 100000}, "最后一个号码", "number-invalid"),
        ("文号", {"文书种类": "公示", "最后一个号码": 3}, "年度", "missing-value"),
        ("文号", {"文书种类": "用印登记（不分年度）", "年度": 2022, "最后一个号码": 3}, "年度", "not-for-kind"),
    ],
)
def test_what_is_wrong_is_named_by_sheet_row_and_column(
    book: PriorBook, target: Path, terms: PriorTerms, sheet: str, row: dict[str, Any], column: str, code: str
) -> None:
    read = read_prior(book.put(sheet, [row], FIRST + 3).save(target), terms)
    assert problems(read) == [(sheet, FIRST + 3, column, code)]
    assert read.rows == 0
    assert all(one.reason and not one.reason.endswith("。") for one in read.problems)


def test_all_that_is_wrong_with_a_row_is_said_at_once(book: PriorBook, target: Path, terms: PriorTerms) -> None:
    row = SEAT | {"证件号码": "1", "金额": -1, "期次": 9, "已用至月份": "去年"}
    read = read_prior(book.put("人员", [row]).save(target), terms)
    assert {one.column for one in read.problems} == {"证件号码", "金额", "期次", "已用至月份"}


def test_rows_against_one_another(book: PriorBook, target: Path, terms: PriorTerms) -> None:
    fund = {"政策": "寻乌客服产业政策", "年度": 2022, "已拨付": 1}
    number = {"文书种类": "公示", "年度": 2022, "最后一个号码": 3}
    book.put("兑现", [LEASE, LEASE, LEASE | {"兑现日期": "2022-12-31"}])
    book.put("人员", [SEAT, SEAT | {"姓名": "张叁", "期次": 2, "兑现日期": "2023-04-01"}, SEAT | {"金额": 2499}])
    book.put("资金", [fund, fund | {"已拨付": 2}]).put("文号", [number, number | {"最后一个号码": 4}])
    assert (
        problems(read_prior(book.save(target), terms))
        == [
            ("兑现", FIRST + 1, "", "duplicate-row"),
            ("兑现", FIRST + 2, "期次", "instalment-twice"),
            ("人员", FIRST + 1, "姓名", "same-id-different-name"),
            ("人员", FIRST + 2, "期次", "instalment-twice"),
            ("资金", FIRST + 1, "年度", "duplicate-row"),
            ("文号", FIRST + 1, "文书种类", "duplicate-row"),
        ]
        or problems(read_prior(target, terms)) == []
    )


def test_the_same_part_twice_is_found_whatever_it_is_called(book: PriorBook, target: Path, terms: PriorTerms) -> None:
    hiring = {
        "统一社会信用代码": CODE,
        "姓名": "王五",
        "证件号码": id_number(3),
        "条款": "xw-6-hiring",
        "兑现日期": "2023-01-03",
        "金额": 500,
    }
    later = hiring | {"兑现日期": "2023-02-03"}
    rows = [hiring | {"已兑现部分": "首次"}, later | {"已兑现部分": "一"}, later | {"已兑现部分": "第三次"}]
    read = read_prior(book.put("人员", rows).save(target), terms)
    assert sorted(problems(read)) == [
        ("人员", FIRST + 1, "已兑现部分", "parts-twice"),
        ("人员", FIRST + 2, "已兑现部分", "choice-invalid"),
    ]


# ---- wrong sheets and files ----------------------------------------------------------------------


def test_a_sheet_that_would_be_left_out_is_named(book: PriorBook, target: Path, terms: PriorTerms) -> None:
    book.book.copy_worksheet(book.book["兑现"]).title = "兑现 (2)"
    book.book.create_sheet("空的")
    read = read_prior(book.save(target), terms)
    assert problems(read) == [("兑现 (2)", 0, "", "unknown-sheet")]


def test_a_heading_that_is_gone_twice_or_everywhere(book: PriorBook, target: Path, terms: PriorTerms) -> None:
    book.book["兑现"].cell(HEADING_ROW, book.columns("兑现")["金额"], "数目")
    book.book["人员"].cell(HEADING_ROW, book.columns("人员")["期次"], "姓名")
    for cell in book.book["资金"][HEADING_ROW]:
        cell.value = None
    book.put("兑现", [{name: value for name, value in LEASE.items() if name != "金额"}])
    read = read_prior(book.save(target), terms)
    assert problems(read) == [
        ("兑现", HEADING_ROW, "金额", "missing-column"),
        ("人员", HEADING_ROW, "姓名", "duplicate-column"),
        ("资金", 0, "", "header-not-found"),
    ]


def test_a_formula_without_a_value_is_not_taken_for_blank(book: PriorBook, target: Path, terms: PriorTerms) -> None:
    read = read_prior(book.put("兑现", [LEASE | {"金额": "=1+1"}]).save(target), terms)
    assert [(one.row, one.column) for one in read.problems] == [(FIRST, "金额")]
    assert "公式" in read.problems[0].reason


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", "统一社会信用代码,条款\n".encode(), "not-prior-template"),
        ("a.xlsx", b"%PDF-1.7 something", "pdf"),
        ("a.xlsx", b"", "file-empty"),
        ("a.xlsx", b"PK\x03\x04" + bytes(64), "damaged"),
    ],
)
def test_a_file_that_is_not_the_workbook(
    tmp_path: Path, terms: PriorTerms, name: str, content: bytes, code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as caught:
        read_prior(path, terms)
    assert caught.value.code == code


def test_another_workbook_and_a_file_that_is_not_there(tmp_path: Path, terms: PriorTerms, book: PriorBook) -> None:
    for sheet in DATA_SHEETS:
        book.book[sheet].title = f"别的{sheet}"
    with pytest.raises(InvalidInput) as caught:
        read_prior(book.save(tmp_path / "b.xlsx"), terms)
    assert caught.value.code == "not-prior-template"
    with pytest.raises(EnvironmentFault):
        read_prior(tmp_path / "无.xlsx", terms)
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as package:
        package.writestr("word/document.xml", "<x/>")
    with pytest.raises(InvalidInput):
        read_prior(tmp_path / "c.xlsx", terms)


def test_many_rows_report_progress_and_can_be_given_up(book: PriorBook, target: Path, terms: PriorTerms) -> None:
    book.put("人员", (SEAT | {"姓名": f"员{n}", "证件号码": id_number(n)} for n in range(1200)))
    path = book.save(target)
    heard: list[tuple[int, int]] = []
    read = read_prior(path, terms, progress=lambda done, total: heard.append((done, total)))
    assert len(read.grants) == 1200
    assert [done for done, _ in heard] == [500, 1000]
    with pytest.raises(Cancelled):
        read_prior(path, terms, cancelled=lambda: True)
