"""One cell into one value: every spelling that companies use, and the edges of what is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from caseworker.intake import cells
from caseworker.intake.cells import CellProblem
from caseworker.values.money import Money

MARCH_1 = [
    "2023-03-01",
    "2023/3/1",
    "2023.3.1",
    "2023年3月1日",
    "20230301",
    "２０２３－０３－０１",
    " 2023 - 3 - 1 ",
    "2023-03-01 00:00:00",
    "\xa02023/03/01\xa0",
    44986,
    44986.0,
    "44986",
    20230301.0,
    date(2023, 3, 1),
    datetime(2023, 3, 1, 8, 30),  # noqa: DTZ001
]


@pytest.mark.parametrize("spelling", MARCH_1)
def test_every_spelling_of_a_day(spelling: object) -> None:
    assert cells.day(spelling) == date(2023, 3, 1)


@pytest.mark.parametrize("cell", ["", "  ", "-", "—", "至今", "在职", "无固定期限", None])
def test_no_day(cell: object) -> None:
    assert cells.day(cell) is None


@pytest.mark.parametrize(
    "cell", ["2023-02-29", "2023年13月5日", "2023年3月", "三月一日", "1/3/2023", 9_999, 12.5, True, "1023-01-01"]
)
def test_not_a_day(cell: object) -> None:
    with pytest.raises(CellProblem) as refused:
        cells.day(cell)
    assert refused.value.code == "date-invalid"


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_day_comes_back_from_its_serial_number(day: date) -> None:
    assert cells.day(float((day - date(1899, 12, 30)).days)) == day


@pytest.mark.parametrize(
    "spelling",
    [
        "2023年3月",
        "2023年03月",
        "2023-03",
        "2023-3",
        "2023/3",
        "2023.03",
        "202303",
        202303.0,
        "２０２３年３月",
        "23年3月",
        "2023年3月份",
        date(2023, 3, 15),
        "2023-03-31",
        45000.0,
        " 2023年 3月 ",
    ],
)
def test_every_spelling_of_a_month(spelling: object) -> None:
    assert cells.month(spelling) == "2023-03"


@pytest.mark.parametrize("spelling", ["3月", "3月份", "三月", "03月", 3.0, "3"])
def test_a_bare_month_takes_the_year_it_is_given(spelling: object) -> None:
    assert cells.month(spelling, 2023) == "2023-03"
    with pytest.raises(CellProblem) as refused:
        cells.month(spelling)
    assert refused.value.code == "month-invalid"


@pytest.mark.parametrize("spelling", ["2023-13", "202300", "13月", "2023", "上月", 2023.1, "2023-02-30", "0", 0.0])
def test_not_a_month(spelling: object) -> None:
    with pytest.raises(CellProblem) as refused:
        cells.month(spelling, 2023)
    assert refused.value.code == "month-invalid"


def test_a_blank_month_is_missing() -> None:
    with pytest.raises(CellProblem) as refused:
        cells.month("")
    assert refused.value.code == "missing-value"


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        (3500.1, 350010),
        (3500.1000000000004, 350010),  # what a formula leaves behind the 15 digits that Excel shows
        (0.1 + 0.2, 30),
        (3500, 350000),
        ("3,500.10", 350010),
        ("¥3500", 350000),
        ("￥３，５００．１０元", 350010),
        (" 3500.100 ", 350010),
        (0.01, 1),
        (1234567890123.45, 123456789012345),
        ("3500.", None),
    ],
)
def test_amounts(cell: object, fen: int | None) -> None:
    if fen is None:
        with pytest.raises(CellProblem):
            cells.amount(cell)
    else:
        assert cells.amount(cell) == Money(fen)


@pytest.mark.parametrize("cell", ["", None, " ", "-", "—", "－", "/", 0.0, 0, "0", "0.00", "\xa0"])
def test_no_wage(cell: object) -> None:
    assert cells.amount(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        -0.01,
        "-1",
        "(123.45)",
        "（123.45）",
        "−5",
        "5-",
        3500.125,
        "0.001",
        "三千",
        "1,23",
        "12e3",
        True,
        date(2023, 1, 1),
        timedelta(1),
        1e15,
        float("1e300"),
        "1" * 20,
    ],
)
def test_amounts_that_are_refused(cell: object) -> None:
    with pytest.raises(CellProblem) as refused:
        cells.amount(cell)
    assert refused.value.code == "amount-invalid"


@given(st.integers(min_value=1, max_value=10**13))
def test_every_amount_of_fen_survives_a_float_cell(fen: int) -> None:
    assert cells.amount(float(Decimal(fen) / 100)) == Money(fen)


@pytest.mark.parametrize("cell", ["", " ", "-", None, "\u200b"])
def test_no_id_number(cell: object) -> None:
    assert cells.id_text(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "36073419900101123x",
        "３６０７３４１９９００１０１１２３ｘ",
        "'36073419900101123X",
        " 360734 19900101 123X ",
        '="36073419900101123X"',
        "\t36073419900101123X",
    ],
)
def test_an_id_number_is_half_width_and_upper_case(cell: str) -> None:
    assert cells.id_text(cell) == "36073419900101123X"


@pytest.mark.parametrize("cell", [360734199001011234.0, 360734199001011230, 1e15, "3.60734E+17", "3.60734199001011E17"])
def test_an_id_number_that_was_a_number_is_never_guessed(cell: object) -> None:
    with pytest.raises(CellProblem) as refused:
        cells.id_text(cell)
    assert refused.value.code == "id-number-precision-lost"


def test_fifteen_digits_are_still_exact() -> None:
    assert cells.id_text(999999999999999.0) == "999999999999999"


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (" 张 三 ", "张三"),
        ("张\u3000三", "张三"),
        ("欧阳\xa0娜", "欧阳娜"),
        ("王䶮", "王䶮"),
        ("李𬭚", "李𬭚"),
        ("Ｊｏｈｎ", "John"),
        ("买买提・艾力", "买买提·艾力"),
    ],
)
def test_names_lose_white_space_and_nothing_else(cell: str, name: str) -> None:
    assert cells.name(cell) == name


@pytest.mark.parametrize("fault", [cells.FORMULA_ERROR, cells.FORMULA_EMPTY])
def test_a_broken_formula_is_never_taken_for_a_blank(fault: cells.FormulaFault) -> None:
    assert not cells.is_blank(fault)
    for convert in (cells.amount, cells.day, cells.month, cells.id_text, cells.name, cells.insured):
        with pytest.raises(CellProblem):
            convert(fault)


@pytest.mark.parametrize(
    ("cell", "paid"),
    [
        ("√", True),
        ("是", True),
        ("已缴费", True),
        (812.5, True),
        ("812.50", True),
        (True, True),
        ("", False),
        ("×", False),
        ("未缴", False),
        (0.0, False),
        ("-", False),
    ],
)
def test_insured(cell: object, paid: bool) -> None:
    assert cells.insured(cell) is paid


@given(
    st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none(), st.dates(), st.datetimes())
)
@example(float("nan"))
@example(float("inf"))
@example(float("-inf"))
def test_no_cell_breaks_the_reader(cell: object) -> None:
    for convert in (cells.amount, cells.day, cells.month, cells.id_text, cells.name, cells.insured, cells.text):
        with suppress(CellProblem):
            convert(cell)  # type: ignore[operator]
