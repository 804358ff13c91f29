"""One cell into one value. Each function takes what calamine or the csv module gave and returns a plain value,
None where the cell says "nothing", or raises CellProblem with the code and the sentence for the clerk."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from caseworker.values import names
from caseworker.values.money import Money

Cell = Any  # str, float, int, bool, date, datetime, time or timedelta, as the reader gives them


class CellProblem(Exception):
    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class FormulaFault:
    """Stands in the grid for a cell whose formula shows an error or was never calculated: never taken for blank."""

    __slots__ = ("sentence",)

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


FORMULA_ERROR = FormulaFault("单元格的公式出错（如 #N/A、#REF!），请改正后再导入")
FORMULA_EMPTY = FormulaFault("单元格的公式还没有计算结果，请用 Excel 或 WPS 打开文件、保存后再导入")

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))
_NOTHING = frozenset({"", "-", "--", "---", "—", "——", "–", "－", "ー", "―", "/", "\\", "无", "空", "未发", "n/a"})
_NO_END = frozenset({"至今", "在职", "在岗", "无固定期限", "无固定期", "长期", "不定期", "无"})

_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 73_050  # 1927-05-18 … 2099-12-31
_YEARS = range(1900, 2100)

_DATE = re.compile(
    r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})[日号]?(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII
)
_DATE_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4}|\d{2}(?=年))(?:-|/|\.|年)(\d{1,2})(?:月份?)?", re.ASCII)
_MONTH_DIGITS = re.compile(r"(\d{4})(\d{2})", re.ASCII)
_BARE_MONTH = re.compile(r"(\d{1,2})月份?", re.ASCII)
_CHINESE_MONTHS = {
    f"{word}月": number
    for number, word in enumerate(("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"), start=1)
}
_WORD_MONTH = re.compile(r"(?:(\d{4}|\d{2})年)?([一二三四五六七八九十]{1,2}月份?)", re.ASCII)
_ENGLISH_MONTH = re.compile(r"([a-z]{3})-(20\d{2}|\d{2})", re.ASCII)  # Mar-23, what Excel saves of a month cell as csv
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST = 15  # digits of yuan; a longer number is a slip
_NUMBER = re.compile(r"[+]?(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+?1[4-9]", re.ASCII)


def text(cell: Cell) -> str:
    """The cell as a person reads it: half-width (NFKC), invisible characters out, outer white space off."""
    if type(cell) is str:
        if cell.isascii():
            return cell.strip()
        return unicodedata.normalize("NFKC", cell.translate(_INVISIBLE)).strip()
    if type(cell) is float:
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if cell is None or isinstance(cell, FormulaFault):
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return str(cell)


def is_blank(cell: Cell) -> bool:
    if type(cell) is str:
        outer = cell.strip()
        return not outer or (ord(outer[0]) in _INVISIBLE and text(outer) == "")
    return cell is None


def _refuse_fault(cell: Cell, code: str) -> None:
    if isinstance(cell, FormulaFault):
        raise CellProblem(code, cell.sentence)


def name(cell: Cell) -> str | None:
    """A person's name as the dossiers keep it, without any white space; None where blank."""
    _refuse_fault(cell, "missing-value")
    return "".join(names.normalise(cell if isinstance(cell, str) else text(cell)).split()) or None


def id_text(cell: Cell) -> str | None:
    """An identity number as text, upper case, half-width, without spaces. Whether it is valid is not asked here.

    Raises id-number-precision-lost for a number of more than 15 digits: Excel has already rounded it.
    """
    _refuse_fault(cell, "id-number-invalid")
    if isinstance(cell, (float, int)) and not isinstance(cell, bool):
        if abs(cell) >= 10**15:
            raise CellProblem("id-number-precision-lost", PRECISION_LOST)
        return text(cell)
    plain = "".join(text(cell).split())
    if plain.startswith("=") and plain.endswith('"') and len(plain) > 3:  # ="3607…", how systems export text to csv
        plain = plain[2:-1]
    plain = plain.strip("'`‘’").upper()
    if not plain or plain.lower() in _NOTHING:
        return None
    if _SCIENTIFIC.fullmatch(plain.lower()):
        raise CellProblem("id-number-precision-lost", PRECISION_LOST)
    return plain


PRECISION_LOST = "身份证号被存成了数字，Excel 只保留前 15 位，末三位已变成 0，无法还原，请企业把该列设为文本后重新填写"


def day(cell: Cell) -> date | None:
    """A date; None for blank, a dash, or words for "still" (至今, 长期). Raises date-invalid."""
    if isinstance(cell, datetime):
        return _checked_day(cell.year, cell.month, cell.day, cell)
    if isinstance(cell, date):
        return _checked_day(cell.year, cell.month, cell.day, cell)
    if isinstance(cell, bool):
        raise CellProblem("date-invalid", "这里应是日期")
    _refuse_fault(cell, "date-invalid")
    if isinstance(cell, (float, int)):
        whole = int(cell) if math.isfinite(cell) else 0
        if _FIRST_SERIAL <= whole <= _LAST_SERIAL:
            return _EPOCH + timedelta(days=whole)
        if whole != cell:
            raise CellProblem("date-invalid", f"“{text(cell)}”不是日期，请写成 2023-03-01")
    plain = "".join(text(cell).split()) if not isinstance(cell, str) else text(cell)
    plain = re.sub(r"\s*([-/.年月日号])\s*", r"\1", plain).strip("'")
    if plain.lower() in _NOTHING or plain in _NO_END:
        return None
    found = _DATE.fullmatch(plain) or _DATE_DIGITS.fullmatch(plain)
    if found is None:
        if re.fullmatch(r"\d{5}(\.0)?", plain, re.ASCII) and _FIRST_SERIAL <= int(plain[:5]) <= _LAST_SERIAL:
            return _EPOCH + timedelta(days=int(plain[:5]))
        raise CellProblem("date-invalid", f"“{plain}”不是完整的日期，请写成 2023-03-01")
    return _checked_day(int(found[1]), int(found[2]), int(found[3]), plain)


def _checked_day(year: int, month: int, number: int, shown: object) -> date:
    try:
        found = date(year, month, number)
    except ValueError:
        raise CellProblem("date-invalid", f"没有“{shown}”这一天，请核对") from None
    if year not in _YEARS:
        raise CellProblem("date-invalid", f"“{shown}”的年份不对，请核对")
    return found


def month(cell: Cell, year: int | None = None) -> str:
    """A month as "2023-03". `year` completes a bare 3月 or 3. Raises month-invalid (blank: missing-value)."""
    _refuse_fault(cell, "month-invalid")
    if isinstance(cell, (datetime, date)):
        return _checked_month(cell.year, cell.month, cell)
    if isinstance(cell, (float, int)) and not isinstance(cell, bool):
        if not math.isfinite(cell) or cell != int(cell):
            return _month_of_fraction(cell)
        whole = int(cell)
        if 1 <= whole <= 12:
            return _with_year(whole, year, str(whole))
        if _FIRST_SERIAL <= whole <= _LAST_SERIAL:
            as_day = _EPOCH + timedelta(days=whole)
            return _checked_month(as_day.year, as_day.month, whole)
    plain = re.sub(r"\s+", "", text(cell)).strip("'")
    if plain.lower() in _NOTHING:
        raise CellProblem("missing-value", "没有填写月份")
    found = parse_month(plain) or _month_of_span(plain)
    if found is None and re.fullmatch(r"\d{1,2}", plain, re.ASCII) and 1 <= int(plain) <= 12:
        found = (None, int(plain))
    if found is None:
        as_date = _DATE.fullmatch(plain) or _DATE_DIGITS.fullmatch(plain)
        if as_date is None:
            raise CellProblem("month-invalid", f"“{plain}”不是月份，请写成 2023-03")
        checked = _month_of_day(plain)
        return _checked_month(checked.year, checked.month, plain)
    if found[0] is None:
        return _with_year(found[1], year, plain)
    return _checked_month(found[0], found[1], plain)


def _month_of_fraction(cell: float) -> str:
    """2023.3 was typed as a month; 2023.1 may have been 2023.10: never a guess."""
    plain = text(cell)
    found = parse_month(plain)
    if found is None or found[0] is None:
        raise CellProblem("month-invalid", f"“{plain}”不是月份，请写成 2023-03")
    if plain.endswith(".1"):
        raise CellProblem("month-invalid", f"“{plain}”是数字，分不清是 1 月还是 10 月，请写成 {plain[:4]}-01")
    return _checked_month(found[0], found[1], plain)


def _month_of_day(plain: str) -> date:
    try:
        found = day(plain)
    except CellProblem as problem:
        raise CellProblem("month-invalid", problem.reason) from None
    assert found is not None
    return found


def _month_of_span(plain: str) -> tuple[int | None, int] | None:
    """The one month of a span within it: 202301-202301, 2023-01至2023-01, 20230101-20230131 (费款所属期)."""
    halves = re.split("至|到|~|—+|–", plain)
    if len(halves) == 1 and (found := re.fullmatch(r"(\d{6}|\d{8})-(\d{6}|\d{8})", plain, re.ASCII)):
        halves = [found[1], found[2]]
    if len(halves) != 2:
        return None
    months = []
    for half in halves:
        day_found = _DATE.fullmatch(half) or _DATE_DIGITS.fullmatch(half)
        months.append((int(day_found[1]), int(day_found[2])) if day_found is not None else parse_month(half))
    return months[0] if months[0] == months[1] else None


def parse_month(plain: str) -> tuple[int | None, int] | None:
    """(year or None, month) where the text is nothing but a month: 2023年3月, 2023-03, 202303, 3月, 三月."""
    found = _MONTH.fullmatch(plain) or _MONTH_DIGITS.fullmatch(plain)
    if found is not None:
        year, number = _full_year(found[1]), int(found[2])
        return (year, number) if year in _YEARS and 1 <= number <= 12 else None
    bare = _BARE_MONTH.fullmatch(plain)
    if bare is not None and 1 <= int(bare[1]) <= 12:
        return (None, int(bare[1]))
    words = _WORD_MONTH.fullmatch(plain)
    if words is not None and words[2].removesuffix("份") in _CHINESE_MONTHS:
        number = _CHINESE_MONTHS[words[2].removesuffix("份")]
        return (_full_year(words[1]) if words[1] else None, number)
    english = _ENGLISH_MONTH.fullmatch(plain.lower())
    if english is not None and english[1] in _ENGLISH_MONTHS:
        return (_full_year(english[2]), _ENGLISH_MONTHS.index(english[1]) + 1)
    return None


def _full_year(digits: str) -> int:
    """23 → 2023."""
    return int(digits) + 2000 if len(digits) == 2 else int(digits)


def _with_year(number: int, year: int | None, shown: str) -> str:
    if year is None:
        raise CellProblem("month-invalid", f"只写了“{shown}”，表题里也没有年份，请写成 2023-03")
    return _checked_month(year, number, shown)


def _checked_month(year: int, number: int, shown: object) -> str:
    if year not in _YEARS or not 1 <= number <= 12:
        raise CellProblem("month-invalid", f"没有“{shown}”这个月份，请核对")
    return f"{year:04d}-{number:02d}"


def amount(cell: Cell, factor: int = 1) -> Money | None:
    """Yuan, exact; None for blank, a dash or zero (no wage that month). Raises amount-invalid.

    A float from Excel is the 15 digits that Excel shows (3500.1 is "3500.1"); more than two decimals is an error,
    nothing is rounded. Brackets are an accountant's minus. `factor`: 10,000 under a heading that says 万元.
    """
    if cell == "" or cell is None:
        return None
    plain = number_text(cell)
    return None if plain is None else exact(plain, factor) or None


def number_text(cell: Cell) -> str | None:
    """The digits of a number that is not negative, without separators; None for blank or a dash. amount-invalid."""
    _refuse_fault(cell, "amount-invalid")
    if isinstance(cell, (bool, date, timedelta)) or not isinstance(cell, (str, float, int)):
        raise CellProblem("amount-invalid", "这里应是金额，单元格里却是日期或是非值")
    if isinstance(cell, (float, int)):
        if cell < 0:
            raise CellProblem("amount-invalid", f"金额是负数：{text(cell)}")
        if not math.isfinite(cell):
            raise CellProblem("amount-invalid", "这里应是金额")
        return _plain_number(cell)
    plain = re.sub(r"\s+", "", text(cell)).strip("'")
    if plain.lower() in _NOTHING:
        return None
    plain = re.sub(r"^(?:¥|人民币|RMB|CNY)|元$", "", plain, flags=re.IGNORECASE)
    if re.fullmatch(r"\(.*\)", plain) or plain[:1] in ("-", "−", "–", "—") or plain.endswith("-"):
        raise CellProblem("amount-invalid", f"金额是负数：{plain}")
    if _NUMBER.fullmatch(plain) is None:
        raise CellProblem("amount-invalid", f"“{plain}”不是金额")
    return plain.lstrip("+").replace(",", "")


def _plain_number(cell: float | int) -> str:
    if type(cell) is float:
        # Excel holds and shows 15 digits; a sum of cells (0.1 + 0.2) leaves more in the file, which nobody typed
        plain = format(cell, ".15g")
        return plain if "e" not in plain else format(Decimal(plain), "f")
    return str(cell)


def exact(plain: str, factor: int = 1) -> Money:
    """`number_text` times the unit's factor as money. Raises amount-invalid beyond two decimals or reason."""
    if factor != 1:
        try:
            plain = format(Decimal(plain) * factor, "f") if len(plain) < 25 else plain
        except ArithmeticError:
            raise CellProblem("amount-invalid", f"“{plain}”不是金额") from None
    whole, _, decimals = plain.partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > 2:
        plain = plain.rstrip("0")
        raise CellProblem("amount-invalid", f"金额 {plain} 的小数超过两位（分），请按实际发放数填写")
    if len(whole.lstrip("0")) > _LONGEST:
        raise CellProblem("amount-invalid", f"金额 {plain} 大得不合理")
    return Money(int(whole) * 100 + (int(decimals.ljust(2, "0")) if decimals else 0))


_MARKS_NO = frozenset(
    {
        "否",
        "×",
        "✗",
        "✘",
        "x",
        "未缴",
        "未缴费",
        "未参保",
        "欠缴",
        "欠费",
        "停保",
        "断缴",
        "中断",
        "未到账",
        "0",
        "无",
        "未",
        "暂停缴费",
        "终止缴费",
        "n",
        "no",
    }
)
_MARKS_YES = frozenset(
    {
        "是",
        "√",
        "✓",
        "✔",
        "☑",
        "已缴",
        "已缴费",
        "已参保",
        "正常",
        "正常缴费",
        "正常参保",
        "参保",
        "缴费",
        "足额",
        "到账",
        "已到账",
        "已实缴",
        "实缴到账",
        "有",
        "y",
        "yes",
        "1",
        "●",
        "补缴",
        "已补缴",
    }
)


def insured(cell: Cell) -> bool:
    """Whether a cell under a month, or a status cell, says that contributions were paid.

    A word of yes or no, or the amount paid. Raises amount-invalid for anything else.
    """
    if isinstance(cell, bool):
        return cell
    plain = re.sub(r"\s+", "", text(cell)).lower()
    if isinstance(cell, str) and (plain in _MARKS_NO or plain in _NOTHING):
        return False
    if isinstance(cell, str) and plain in _MARKS_YES:
        return True
    return amount(cell) is not None
