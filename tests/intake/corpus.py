"""Messy hand-ins made by a program, each with the exact answer expected: one trap each, and many traps mixed.

A sheet is made of people (or years) in the spellings that companies use, among titles, notes, totals, blank rows and
columns nobody asked for. The expected answer is written down while the sheet is made, never by asking the reader.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from caseworker.sample_data import numbers

Cells = dict[str, object]  # heading -> cell
Fault = tuple[str | None, str]  # heading (None: the row as a whole) and code

_FULL = str.maketrans("0123456789X-.", "０１２３４５６７８９Ｘ－．")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN = ("伟", "芳芳", "子涵", "一", "建国", "雪梅", "䶮", "晓明", "婷", "志强")
_RARE = ("买买提·艾力", "王𬭚", "李䶮", "阿依古丽·买合木提")


@dataclass(slots=True)
class Made:
    """One sheet and its answer. Rows are the sheet's own, from 1."""

    name: str
    kind: str
    rows: list[list[object]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    header_row: int = 1
    expected: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[tuple[int, str | None, str]] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)

    def add(self, row: Sequence[object]) -> int:
        self.rows.append(list(row))
        return len(self.rows)

    def save(self, folder: Path) -> Path:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "表一"
        for number, row in enumerate(self.rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    cell = sheet.cell(number, column, value)
                    if isinstance(value, str):
                        cell.data_type = "s"
        for block in self.merged:
            sheet.merge_cells(block)
        for number in self.hidden:
            sheet.row_dimensions[number].hidden = True
        path = folder / f"{self.kind}-{self.name}.xlsx"
        book.save(path)
        return path

    def save_csv(self, folder: Path, encoding: str, mark: str) -> Path:
        """As a system exports it: dates as text, numbers as Excel shows them. Merges are lost."""
        out = StringIO()
        writer = csv.writer(out, delimiter=mark)
        for row in self.rows:
            writer.writerow([_as_text(value) for value in row])
        path = folder / f"{self.kind}-{self.name}.csv"
        path.write_text(out.getvalue(), encoding=encoding, newline="")
        return path


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.year}/{value.month}/{value.day}"
    if isinstance(value, (int, float)) and abs(value) >= 1e15:
        return f"{value:.5E}"  # what Excel saves of an ID number that became a number
    return str(value)


# ---- spellings that all say the same -------------------------------------------------------


def spelled_day(rng: Random, day: date) -> object:
    return rng.choice(
        [
            day,
            (day - date(1899, 12, 30)).days,
            f"{day:%Y-%m-%d}",
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
            f"{day:%Y%m%d}",
            f" {day:%Y-%m-%d}\xa0".translate(_FULL),
        ]
    )


def spelled_month(rng: Random, month: str) -> object:
    year, number = int(month[:4]), int(month[5:])
    return rng.choice(
        [
            f"{year}年{number}月",
            f"{year}年{number:02d}月",
            month,
            f"{year}{number:02d}",
            year * 100 + number,
            f"{year}/{number}",
            f"{year}.{number:02d}",
            f"{year % 100}年{number}月",
            date(year, number, 1),
            f"{year}年{number}月".translate(_FULL),
        ]
    )


def spelled_amount(rng: Random, fen: int) -> object:
    yuan, cents = divmod(fen, 100)
    return rng.choice(
        [
            fen / 100,
            f"{yuan}.{cents:02d}",
            f"{yuan:,}.{cents:02d}",
            f"¥{yuan:,}.{cents:02d}",
            f"{yuan}.{cents:02d}元",
            f"\xa0{yuan}.{cents:02d} ",
            f"{yuan}.{cents:02d}".translate(_FULL),
        ]
    )


def spelled_name(rng: Random, name: str) -> str:
    middle = len(name) // 2
    return rng.choice(
        [name, f" {name}", f"{name[:1]} {name[1:]}", f"{name[:middle]}\u3000{name[middle:]}", f"{name}\xa0\u200b"]
    )


def spelled_number(rng: Random, number: str) -> str:
    return rng.choice(
        [number, number.lower(), f"'{number}", f" {number[:6]} {number[6:14]} {number[14:]}", number.translate(_FULL)]
    )


def person(rng: Random) -> tuple[str, str]:
    name = rng.choice(_RARE) if rng.random() < 0.1 else rng.choice(_SURNAMES) + rng.choice(_GIVEN)
    born = date(1975, 1, 1) + timedelta(days=rng.randrange(9_000))
    return name, numbers.id_number(rng, born, rng.random() < 0.5)


# ---- one trap each: how a good row becomes wrong --------------------------------------------

Trap = Callable[[Cells, Mapping[str, str]], list[Fault]]  # changes the cells; `heads`: field -> heading


def _set(name: str, value: object, code: str) -> Trap:
    def change(row: Cells, heads: Mapping[str, str]) -> list[Fault]:
        row[heads[name]] = value
        return [(heads[name], code)]

    return change


def _number_lost(row: Cells, heads: Mapping[str, str]) -> list[Fault]:
    row[heads["id_number"]] = 360798199001011000
    return [(heads["id_number"], "id-number-precision-lost")]


def _check_digit(row: Cells, heads: Mapping[str, str]) -> list[Fault]:
    text = "".join(str(row[heads["id_number"]]).split()).strip("'").upper()
    plain = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    row[heads["id_number"]] = plain[:17] + ("1" if plain[17] != "1" else "2")
    return [(heads["id_number"], "id-number-invalid")]


def _two(*traps: Trap) -> Trap:
    def change(row: Cells, heads: Mapping[str, str]) -> list[Fault]:
        return [fault for trap in traps for fault in trap(row, heads)]

    return change


PERSON_TRAPS: dict[str, Trap] = {
    "号码成了数字": _number_lost,
    "号码成了数字再存成文本": _set("id_number", "360798199001011000", "id-number-precision-lost"),
    "科学计数": _set("id_number", "3.60798E+17", "id-number-precision-lost"),
    "校验位": _check_digit,
    "少一位": _set("id_number", "36079819900101123", "id-number-invalid"),
    "旧号码": _set("id_number", "360798900101123", "id-number-invalid"),
    "没有号码": _set("id_number", None, "missing-value"),
    "号码是短横": _set("id_number", "—", "missing-value"),
    "没有姓名": _set("name", " \xa0", "missing-value"),
}
DAY_TRAPS = {
    "没有这一天": "2023-02-29",
    "只有年月": "2023年3月",
    "十三月": "2023.13.1",
    "文字": "上月底",
    "太早": "1023-01-01",
}
MONTH_TRAPS: dict[str, Trap] = {
    "十三月": _set("month", "2023-13", "month-invalid"),
    "只有年": _set("month", "2023年", "month-invalid"),
    "一月还是十月": _set("month", 2023.1, "month-invalid"),
    "没有年份": _set("month", "3月", "month-invalid"),
    "没有月份": _set("month", None, "missing-value"),
    "两个月": _set("month", "202301-202302", "month-invalid"),
}
AMOUNT_TRAPS = {
    "负数": -120.5,
    "负数文本": "-3,000.00",
    "括号": "(123.45)",
    "全角括号": "（123.45）",
    "后置负号": "500-",
    "三位小数": "3500.125",
    "文字": "三千五",
    "是日期": date(2023, 3, 1),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How sheets of one shape are made: its columns, a good row with its answer, and its traps."""

    kind: str
    shape: str
    heads: Mapping[str, tuple[str, ...]]  # field -> headings that companies use
    good: Callable[[Random, Mapping[str, str]], tuple[Cells, list[dict[str, Any]]]]
    traps: Mapping[str, Trap]
    titles: tuple[str, ...] = ()


_PERSON_HEADS = {
    "name": ("姓名", "员工姓名", "职工姓名"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
}


def _day_traps(*names: str) -> dict[str, Trap]:
    return {f"{n}-{word}": _set(n, cell, "date-invalid") for n in names for word, cell in DAY_TRAPS.items()}


def _roster_row(rng: Random, heads: Mapping[str, str]) -> tuple[Cells, list[dict[str, Any]]]:
    name, number = person(rng)
    first = date(2021, 1, 1) + timedelta(days=rng.randrange(800))
    last = first + timedelta(days=rng.randrange(400)) if rng.random() < 0.3 else None
    row: Cells = {
        heads["name"]: spelled_name(rng, name),
        heads["id_number"]: spelled_number(rng, number),
        heads["employed_from"]: spelled_day(rng, first),
        heads["employed_to"]: spelled_day(rng, last) if last else rng.choice([None, "", "-", "至今", " "]),
    }
    answer = {
        "name": name,
        "id_number": number,
        "employed_from": first.isoformat(),
        "employed_to": last.isoformat() if last else None,
    }
    return row, [answer]


def _before(start: str, end: str) -> Trap:
    def change(row: Cells, heads: Mapping[str, str]) -> list[Fault]:
        row[heads[start]], row[heads[end]] = "2023-03-02", "2023-03-01"
        return [(heads[end], "date-invalid")]

    return change


def _wage_row(rng: Random, heads: Mapping[str, str]) -> tuple[Cells, list[dict[str, Any]]]:
    name, number = person(rng)
    month = f"{rng.randrange(2021, 2024)}-{rng.randrange(1, 13):02d}"
    fen = rng.choice([0, rng.randrange(1, 10**7), rng.randrange(1, 10**7)])
    row: Cells = {
        heads["name"]: spelled_name(rng, name),
        heads["id_number"]: spelled_number(rng, number),
        heads["month"]: spelled_month(rng, month),
        heads["gross"]: spelled_amount(rng, fen) if fen else rng.choice([None, 0, "-", "—", "0.00", " "]),
    }
    answer = {"name": name, "id_number": number, "month": month, "gross": f"{fen // 100}.{fen % 100:02d}"}
    return row, [answer] if fen else []


_ACROSS = ("2022年11月", "2022-12", "202301", "2023年2月份")
_ACROSS_MONTHS = ("2022-11", "2022-12", "2023-01", "2023-02")


def _wages_across(rng: Random, heads: Mapping[str, str]) -> tuple[Cells, list[dict[str, Any]]]:
    name, number = person(rng)
    row: Cells = {heads["name"]: spelled_name(rng, name), heads["id_number"]: spelled_number(rng, number)}
    answers = []
    for place, month in enumerate(_ACROSS_MONTHS):
        fen = rng.choice([0, rng.randrange(1, 10**7), rng.randrange(1, 10**7)])
        row[heads[f"m{place}"]] = spelled_amount(rng, fen) if fen else rng.choice([None, 0, "-", "/"])
        if fen:
            gross = f"{fen // 100}.{fen % 100:02d}"
            answers.append({"name": name, "id_number": number, "month": month, "gross": gross})
    return row, answers


def _insurance_row(rng: Random, heads: Mapping[str, str]) -> tuple[Cells, list[dict[str, Any]]]:
    name, number = person(rng)
    month = f"{rng.randrange(2021, 2024)}-{rng.randrange(1, 13):02d}"
    paid = rng.random() < 0.8
    row: Cells = {
        heads["name"]: spelled_name(rng, name),
        heads["id_number"]: spelled_number(rng, number),
        heads["month"]: rng.choice([spelled_month(rng, month), f"{month}至{month}"]),
        heads["status"]: rng.choice(["已缴费", "√", "是", "正常"] if paid else ["未缴", "欠费", "否", "×"]),
    }
    return row, [{"name": name, "id_number": number, "month": month}] if paid else []


def _intern_row(rng: Random, heads: Mapping[str, str]) -> tuple[Cells, list[dict[str, Any]]]:
    name, number = person(rng)
    first = date(2022, 1, 1) + timedelta(days=rng.randrange(300))
    days: dict[str, date | None] = {"intern_from": first, "intern_to": None, "hired_from": None, "hired_to": None}
    if rng.random() < 0.7:
        days["intern_to"] = first + timedelta(days=rng.randrange(200))
    if rng.random() < 0.5:
        days["hired_from"] = first + timedelta(days=200)
        days["hired_to"] = first + timedelta(days=500) if rng.random() < 0.4 else None
    level = rng.choice(["secondary", "higher"])
    words = {
        "secondary": ["中专", "中职", "中技", "职高", "技校", "高中", "中专 在读", "职业高中", "中等职业教育"],
        "higher": [
            "大专",
            "高职",
            "专科",
            "本科",
            "学士",
            "研究生",
            "硕士",
            "博士",
            "大学本科",
            "高职高专",
            "大专及以上",
        ],
    }
    row: Cells = {
        heads["name"]: spelled_name(rng, name),
        heads["id_number"]: spelled_number(rng, number),
        heads["school"]: rng.choice(["寻乌县某某中等专业学校", "某某职业技术学院 "]),
        heads["education"]: rng.choice(words[level]),
    }
    for part, day in days.items():
        row[heads[part]] = spelled_day(rng, day) if day else rng.choice([None, "-", " "])
    answer = {"name": name, "id_number": number, "school": str(row[heads["school"]]).strip(), "education": level}
    return row, [answer | {part: day.isoformat() if day else None for part, day in days.items()}]


_ROSTER = Recipe(
    "roster",
    "花名册",
    _PERSON_HEADS | {"employed_from": ("入职日期", "入职时间", "到岗日期"), "employed_to": ("离职日期", "离职时间")},
    _roster_row,
    PERSON_TRAPS
    | _day_traps("employed_from", "employed_to")
    | {
        "没有入职日期": _set("employed_from", "-", "missing-value"),
        "离职早于入职": _before("employed_from", "employed_to"),
        "两处都错": _two(PERSON_TRAPS["没有号码"], _set("employed_from", "昨天", "date-invalid")),
    },
    ("某某科技有限公司员工花名册", "填报单位：某某科技有限公司"),
)
_WAGES = Recipe(
    "wages",
    "月份在行",
    _PERSON_HEADS | {"month": ("月份", "工资月份", "所属期"), "gross": ("应发工资", "应发合计", "应发工资(元)")},
    _wage_row,
    PERSON_TRAPS | MONTH_TRAPS | {w: _set("gross", c, "amount-invalid") for w, c in AMOUNT_TRAPS.items()},
    ("工资发放明细表",),
)
_WAGES_ACROSS = Recipe(
    "wages",
    "月份在列",
    _PERSON_HEADS | {f"m{place}": (text,) for place, text in enumerate(_ACROSS)},
    _wages_across,
    PERSON_TRAPS | {w: _set("m2", c, "amount-invalid") for w, c in AMOUNT_TRAPS.items()},
    ("工资汇总表", "单位：元"),
)
_INSURANCE = Recipe(
    "insurance",
    "月份在行",
    {"name": ("姓名", "参保人姓名"), "id_number": ("社会保障号码", "身份证号"), "month": ("费款所属期", "缴费月份")}
    | {"status": ("缴费状态", "到账标志")},
    _insurance_row,
    PERSON_TRAPS
    | MONTH_TRAPS
    | {"看不懂的状态": _set("status", "？？", "amount-invalid"), "没有状态": _set("status", " ", "missing-value")},
    ("社会保险个人缴费明细",),
)
_INTERNS = Recipe(
    "interns",
    "名单",
    _PERSON_HEADS
    | {"name": ("姓名", "学生姓名"), "school": ("学校", "院校名称"), "education": ("学历", "学历层次")}
    | {"intern_from": ("实习开始日期", "实习起始时间"), "intern_to": ("实习结束日期", "实习截止时间")}
    | {"hired_from": ("录用日期", "留用时间"), "hired_to": ("离职日期",)},
    _intern_row,
    PERSON_TRAPS
    | _day_traps("intern_from", "hired_to")
    | {
        "没有学历": _set("education", None, "missing-value"),
        "初中": _set("education", "初中", "missing-value"),
        "高中及以下": _set("education", "高中及以下", "missing-value"),
        "两种学历": _set("education", "中专/大专", "missing-value"),
        "没有学校": _set("school", "-", "missing-value"),
        "没有实习日期": _set("intern_from", None, "missing-value"),
        "实习结束早于开始": _before("intern_from", "intern_to"),
        "离职早于录用": _before("hired_from", "hired_to"),
    },
    ("院校实习生名单",),
)
RECIPES = (_ROSTER, _WAGES, _WAGES_ACROSS, _INSURANCE, _INTERNS)


# ---- sheets ---------------------------------------------------------------------------------


def single(recipe: Recipe, trap: str) -> Made:
    """A good row, the wrong one, a good row: nothing else."""
    return _sheet(recipe, f"{recipe.shape}-{trap}", Random(f"{recipe.shape}{trap}"), ["good", trap, "good"], plain=True)


def mixed(recipe: Recipe, seed: int) -> Made:
    """Thirty rows or so with everything in between."""
    rng = Random(f"{recipe.kind}{recipe.shape}{seed}")
    acts = ["good"] * 18 + rng.sample(list(recipe.traps), min(6, len(recipe.traps)))
    acts += ["同一行两遍", "同号不同名", "小计", "空行", "说明", "只有序号", "重复表头", "部门行"]
    rng.shuffle(acts)
    acts = ["good", *acts, "合计", "说明", "制表", "尾部空行"]
    return _sheet(recipe, f"{recipe.shape}-混合{seed}", rng, acts)


def _sheet(recipe: Recipe, name: str, rng: Random, acts: Sequence[str], *, plain: bool = False) -> Made:
    made = Made(name, recipe.kind)
    heads = {part: choices[0] if plain else rng.choice(choices) for part, choices in recipe.heads.items()}
    order = list(heads.values())
    extra = [] if plain else ["备注", "部门", "联系电话"]
    if not plain and not any(part.startswith("m0") for part in heads):
        rng.shuffle(order)
    columns = order if plain else ["序号", *extra[1:2], *order, *extra[2:], *extra[:1]]
    if not plain:
        margin = rng.choice([0, 0, 1])
        for title in recipe.titles:
            made.add([None] * margin + [title])
        if rng.random() < 0.5:
            made.merged.append(f"A1:{get_column_letter(len(columns))}1")
        made.add([])
    head = [f" {text}\n" if not plain and rng.random() < 0.2 else text for text in columns]
    made.header_row = made.add(head)
    count = 0
    for act in acts:
        if act in _BETWEEN:
            _between(made, act, columns, count)
            continue
        row, answers = recipe.good(rng, heads)
        faults: list[Fault] = []
        if act == "同一行两遍":
            while not answers:
                row, answers = recipe.good(rng, heads)
            _put(made, columns, row, count := count + 1)
            made.expected += answers
            answers, faults = [], [(None, "duplicate-row")]
        elif act == "同号不同名":
            while not answers:
                row, answers = recipe.good(rng, heads)
            _put(made, columns, row, count := count + 1)
            made.expected += answers
            row, answers = dict(row), []
            row[heads["name"]] = "另一人"
            faults = [(heads["name"], "same-id-different-name")]
        elif act != "good":
            faults = recipe.traps[act](row, heads)
            answers = []
        number = _put(made, columns, row, count := count + 1)
        made.expected += answers
        in_order = sorted(faults, key=lambda fault: [None, *heads.values()].index(fault[0]))
        made.rejected += [(number, heading, code) for heading, code in in_order]
        if not plain and rng.random() < 0.05:
            made.hidden.append(number)
    return made


def _put(made: Made, columns: Sequence[str], row: Cells, count: int) -> int:
    more = {"序号": count, "部门": "财务部" if count % 3 else "客服一部", "联系电话": "199-0000-0000"}
    return made.add([row[c] if c in row else more.get(c) for c in columns])


_BETWEEN = ("小计", "空行", "说明", "只有序号", "重复表头", "部门行", "合计", "制表", "尾部空行")


def _between(made: Made, act: str, columns: Sequence[str], count: int) -> None:
    """A row that is nobody's, and what the reader should say of it."""
    if act == "空行":
        made.skipped.append((made.add([" ", None, "\xa0"]), "blank-row"))
    elif act == "只有序号":
        made.skipped.append((made.add([count]), "blank-row"))
    elif act in ("小计", "合计"):
        made.skipped.append((made.add([f"{act}", None, None, f"{count}人"]), "total-row"))
    elif act == "说明":
        made.skipped.append((made.add(["注：以上人员均为本单位员工，数据真实有效"]), "note-row"))
    elif act == "制表":
        made.skipped.append((made.add(["制表人：张某", None, "审核：李某", None, "日期：2023年12月1日"]), "note-row"))
    elif act == "重复表头":
        made.skipped.append((made.add(columns), "note-row"))
    elif act == "部门行":
        made.skipped.append((made.add(["客服二部"]), "note-row"))
    else:
        made.add([count + 1])
        made.add([None, " "])
