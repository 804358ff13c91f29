"""The workbooks that the invented companies hand in, each made the way its own HR or bank system would.

星联: months across the columns, social insurance down the rows by 险种. 恒域: a two-row heading, wages down the rows,
insurance as ticks under 1月…5月 with the year in the title. 映山: csv in GB18030. 万语: large, months across.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from caseworker.sample_data.companies import Company, Employment, months_between
from caseworker.sample_data.office import SampleOffice
from caseworker.sample_data.sheets import Heading, write_sheet
from caseworker.values.money import Money

RosterTruth = tuple[str, str, date, date | None, date | None, date | None, str]
MonthTruth = tuple[str, str, str]
WageTruth = tuple[str, str, str, Money]


@dataclass(frozen=True, slots=True)
class HandIn:
    """One file and what it says. `kind` is roster, wages or insurance; months are of its period (empty for rosters)."""

    company: str  # Company.key
    kind: str
    path: Path
    staff: tuple[Employment, ...]
    months: tuple[str, ...]
    with_contracts: bool = True

    def roster(self) -> list[RosterTruth]:
        return [
            (
                e.person.name,
                e.person.id_number,
                e.employed_from,
                e.employed_to,
                e.contract_start if self.with_contracts else None,
                e.contract_end if self.with_contracts else None,
                e.position,
            )
            for e in self.staff
        ]

    def wages(self) -> list[WageTruth]:
        return [
            (e.person.name, e.person.id_number, month, gross)
            for e in self.staff
            for month, gross in e.wages
            if month in self.months
        ]

    def insured(self) -> list[MonthTruth]:
        return [
            (e.person.name, e.person.id_number, month)
            for e in self.staff
            for month in e.insured
            if month in self.months
        ]


def write_hand_ins(office: SampleOffice, folder: Path) -> tuple[HandIn, ...]:
    """Write every company's workbooks to `folder`/company name/. Returns what was written, in that order."""
    out: list[HandIn] = []
    for company in office.companies:
        place = folder / company.name
        place.mkdir(parents=True, exist_ok=True)
        out.extend(_WRITERS[company.key](company, place))
    return tuple(out)


def _xinglian(company: Company, folder: Path) -> list[HandIn]:
    staff = company.staff
    roster = folder / "花名册.xlsx"
    _plain_roster(company, roster, date(2023, 5, 31))
    months = tuple(months_between("2022-05", "2023-05"))
    wages = folder / "工资流水.xlsx"
    _wages_across(company, wages, months, "2022年5月至2023年5月工资发放明细表", _full_month)
    insurance = folder / "社保记录.xlsx"
    headings = [
        Heading(t)
        for t in ("序号", "姓名", "社会保障号码", "费款所属期", "险种", "缴费基数", "单位缴费", "个人缴费", "缴费状态")
    ]
    rows: list[list[object]] = []
    for e in staff:
        for month, gross in e.wages:
            if month in months:
                for name, unit, own in (("企业职工基本养老保险", 16, 8), ("失业保险", 1, 1)):
                    base = gross.fen
                    rows.append(
                        [
                            len(rows) + 1,
                            e.person.name,
                            e.person.id_number,
                            month.replace("-", ""),
                            name,
                            gross,
                            Money(base * unit // 100),
                            Money(base * own // 100),
                            "已缴费",
                        ]
                    )
    write_sheet(
        insurance,
        "缴费明细",
        f"{company.name}社会保险缴费明细",
        f"单位名称：{company.name}",
        "单位：元",
        headings,
        rows,
        totals=(6, 7),
    )
    return [
        HandIn(company.key, "roster", roster, staff, ()),
        HandIn(company.key, "wages", wages, staff, months),
        HandIn(company.key, "insurance", insurance, staff, months),
    ]


def _hengyu(company: Company, folder: Path) -> list[HandIn]:
    staff = company.staff
    roster = folder / "花名册.xlsx"
    headings = [
        Heading("序号"),
        Heading("姓名"),
        Heading("身份证号"),
        Heading("部门"),
        Heading("岗位"),
        Heading("入职时间"),
        Heading("离职时间"),
        Heading("起始日期", "劳动合同"),
        Heading("终止日期", "劳动合同"),
    ]
    rows: list[list[object]] = [
        [
            i,
            e.person.name,
            e.person.id_number,
            "数据一部" if i % 2 else "数据二部",
            e.position,
            e.employed_from,
            e.employed_to,
            e.contract_start,
            e.contract_end or "无固定期限",
        ]
        for i, e in enumerate(staff, start=1)
    ]
    write_sheet(
        roster, "花名册", f"{company.name}员工花名册", f"单位（盖章）：{company.name}", "2023年5月31日", headings, rows
    )
    out = [HandIn(company.key, "roster", roster, staff, ())]
    for first, last, mark in (
        ("2023-01", "2023-05", ""),
        ("2023-06", "2023-08", "_6-8月"),
        ("2023-09", "2023-11", "_9-11月"),
    ):
        months = tuple(months_between(first, last))
        wages = folder / f"工资流水{mark}.xlsx"
        _wages_down(company, wages, months)
        insurance = folder / f"社保记录{mark}.xlsx"
        _ticks_across(company, insurance, months)
        out.append(HandIn(company.key, "wages", wages, staff, months))
        out.append(HandIn(company.key, "insurance", insurance, staff, months))
    return out


def _yingshan(company: Company, folder: Path) -> list[HandIn]:
    staff = company.staff
    months = tuple(months_between("2022-06", "2023-05"))
    roster, wages, insurance = (folder / f"{name}.csv" for name in ("花名册", "工资流水", "社保记录"))
    _write_csv(
        roster,
        [["序号", "姓名", "身份证号", "职务", "入职日期", "离职日期"]]
        + [
            [str(i), e.person.name, e.person.id_number, e.position, _slashed(e.employed_from), _slashed(e.employed_to)]
            for i, e in enumerate(staff, start=1)
        ],
    )
    _write_csv(
        wages,
        [["员工姓名", "证件号码", "工资月份", "应发工资", "实发工资"]]
        + [
            [e.person.name, e.person.id_number, month, f"{gross.shown()}", str(Money(gross.fen * 9 // 10))]
            for e in staff
            for month, gross in e.wages
            if month in months
        ],
    )
    _write_csv(
        insurance,
        [["参保人姓名", "身份证号码", "缴费年月", "缴费情况"]]
        + [
            [e.person.name, e.person.id_number, f"{month[:4]}年{int(month[5:])}月", "正常"]
            for e in staff
            for month in e.insured
            if month in months
        ],
    )
    return [
        HandIn(company.key, "roster", roster, staff, (), with_contracts=False),
        HandIn(company.key, "wages", wages, staff, months),
        HandIn(company.key, "insurance", insurance, staff, months),
    ]


def _wanyu(company: Company, folder: Path) -> list[HandIn]:
    staff = company.staff
    months = tuple(months_between("2022-05", "2023-12"))
    roster, wages, insurance = (folder / f"{name}.xlsx" for name in ("花名册", "工资流水", "社保记录"))
    _plain_roster(company, roster, date(2023, 12, 31))
    _wages_across(company, wages, months, "工资流水汇总", lambda m: m)
    headings = [
        Heading("序号"),
        Heading("姓名"),
        Heading("社会保障号码"),
        *(Heading(m.replace("-", "")) for m in months),
    ]
    rows: list[list[object]] = [
        [i, e.person.name, e.person.id_number, *("已缴" if m in e.insured else "" for m in months)]
        for i, e in enumerate(staff, start=1)
    ]
    write_sheet(insurance, "社保", f"{company.name}社会保险缴费情况", f"单位名称：{company.name}", "", headings, rows)
    return [
        HandIn(company.key, "roster", roster, staff, ()),
        HandIn(company.key, "wages", wages, staff, months),
        HandIn(company.key, "insurance", insurance, staff, months),
    ]


_WRITERS: dict[str, Callable[[Company, Path], list[HandIn]]] = {
    "xinglian": _xinglian,
    "hengyu": _hengyu,
    "yingshan": _yingshan,
    "wanyu": _wanyu,
}


def _plain_roster(company: Company, path: Path, day: date) -> None:
    titles = (
        "序号",
        "姓名",
        "性别",
        "身份证号码",
        "岗位",
        "入职日期",
        "离职日期",
        "合同起始日期",
        "合同终止日期",
        "联系电话",
        "备注",
    )
    rows: list[list[object]] = [
        [
            i,
            e.person.name,
            "女" if e.person.female else "男",
            e.person.id_number,
            e.position,
            e.employed_from,
            e.employed_to,
            e.contract_start,
            e.contract_end or "无固定期限",
            e.person.phone,
            "已离职" if e.employed_to else "",
        ]
        for i, e in enumerate(company.staff, start=1)
    ]
    write_sheet(
        path,
        "花名册",
        f"{company.name}员工花名册",
        f"填报单位：{company.name}",
        f"填报日期：{day.year}年{day.month}月{day.day}日",
        [Heading(t) for t in titles],
        rows,
        count_row=True,
        notes=(f"制表人：{company.contact}　　　审核人：{company.legal_representative}",),
    )


def _wages_across(company: Company, path: Path, months: Sequence[str], title: str, head: Callable[[str], str]) -> None:
    headings = [
        Heading("序号"),
        Heading("姓名"),
        Heading("身份证号码"),
        *(Heading(head(m)) for m in months),
        Heading("合计"),
    ]
    rows: list[list[object]] = []
    for i, e in enumerate(company.staff, start=1):
        paid = dict(e.wages)
        total = sum((paid[m] for m in months if m in paid), Money.zero())
        rows.append([i, e.person.name, e.person.id_number, *(paid.get(m, "") for m in months), total])
    write_sheet(
        path,
        "工资",
        f"{company.name}{title}",
        f"单位名称：{company.name}",
        "单位：元",
        headings,
        rows,
        totals=tuple(range(3, 4 + len(months))),
        notes=("注：本表为应发工资，空白表示当月未在职。",),
    )


def _wages_down(company: Company, path: Path, months: Sequence[str]) -> None:
    titles = ("序号", "姓名", "身份证号", "月份", "基本工资", "绩效工资", "应发工资", "社保扣款", "实发工资")
    rows: list[list[object]] = []
    for month in months:
        for e in company.staff:
            gross = dict(e.wages).get(month)
            if gross is None:
                continue
            base = Money(gross.fen * 7 // 10)
            off = Money(gross.fen // 10)
            rows.append(
                [len(rows) + 1, e.person.name, e.person.id_number, month, base, gross - base, gross, off, gross - off]
            )
    write_sheet(
        path,
        "工资流水",
        f"{company.name}工资发放流水",
        f"单位：{company.name}",
        "单位：元",
        [Heading(t) for t in titles],
        rows,
        totals=(4, 5, 6, 7, 8),
    )


def _ticks_across(company: Company, path: Path, months: Sequence[str]) -> None:
    headings = [Heading("序号"), Heading("姓名"), Heading("身份证号"), *(Heading(f"{int(m[5:])}月") for m in months)]
    rows: list[list[object]] = [
        [i, e.person.name, e.person.id_number, *("√" if m in e.insured else "" for m in months)]
        for i, e in enumerate(company.staff, start=1)
    ]
    write_sheet(
        path,
        "社保",
        f"{company.name}{months[0][:4]}年社会保险缴纳情况",
        f"单位：{company.name}",
        "√ 为已缴",
        headings,
        rows,
    )


def _full_month(month: str) -> str:
    return f"{month[:4]}年{int(month[5:])}月"


def _slashed(day: date | None) -> str:
    return f"{day.year}/{day.month}/{day.day}" if day else ""


def _write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows(rows)
