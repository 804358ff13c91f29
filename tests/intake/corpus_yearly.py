"""Yearly sheets made by a program, years down the rows or across the columns, each with the answer expected."""

from __future__ import annotations

from random import Random
from typing import Any

from intake.corpus import Made

# fact -> (headings with the multiple that each says, in fen or cents)
MONEY: dict[str, tuple[tuple[str, int], ...]] = {
    "tax_paid": (
        ("年纳税额(元)", 100),
        ("纳税总额（万元）", 1_000_000),
        ("上缴税金/万元", 1_000_000),
        ("tax_paid", 100),
    ),
    "county_retained": (("县本级实得部分(元)", 100), ("其中：县级留成（万元）", 1_000_000)),
    "first_year_revenue": (("首年营业收入(万元)", 1_000_000), ("首年营收（亿元）", 10_000_000_000)),
    "recognized_usd": (("服务贸易额(美元)", 100), ("离岸服务外包执行额（万美元）", 1_000_000)),
    "rent_paid": (("当年实付租金(元)", 100), ("年租金（千元）", 100_000)),
    "education_spending": (("员工教育经费支出(元)", 100),),
    "other_spending": (("规定范围以外的支出(元)", 100), ("规定范围外支出（万元）", 1_000_000)),
    "output": (("产值（亿元）", 10_000_000_000), ("工业总产值(万元)", 1_000_000)),
}
COUNTS = {"seats": ("座席数", "坐席数（席）", "席位数"), "seats_added": ("当年新增座席数", "新增坐席")}
PERCENT = ("席位入座率", "上座率(%)")
WRONG_MONEY = (-1, "(12.5)", "－3", "约100", "1.23456789012", "3,00")
WRONG_COUNTS = (260.5, "二百", -3)
WRONG_PERCENT = (120, "85‰", "-5%")


def _money(rng: Random, factor: int) -> tuple[object, str | None]:
    """A cell in the heading's unit, and the amount in yuan (or dollars) that it is."""
    if rng.random() < 0.15:
        return rng.choice([None, "-", " "]), None
    if rng.random() < 0.1:
        return rng.choice([0, "0", "0.00"]), "0.00"
    hundredths = rng.randrange(1, 10**7)
    fen = hundredths * factor // 100
    plain = f"{hundredths // 100}.{hundredths % 100:02d}"
    cell = rng.choice([hundredths / 100, plain, f"{hundredths // 100:,}.{hundredths % 100:02d}", f" {plain}\xa0"])
    return cell, f"{fen // 100}.{fen % 100:02d}"


def _count(rng: Random) -> tuple[object, int | None]:
    if rng.random() < 0.1:
        return None, None
    value = rng.randrange(0, 3000)
    return rng.choice([value, float(value), str(value), f"{value}席", f"{value:,}"]), value


def _percent(rng: Random) -> tuple[object, str | None]:
    value = rng.randrange(2, 101)
    return rng.choice([value, f"{value}%", f"{value}.0%", value / 100]), str(value)


def _cell(rng: Random, fact: str, factor: int) -> tuple[object, Any]:
    if fact in MONEY:
        return _money(rng, factor)
    return _count(rng) if fact in COUNTS else _percent(rng)


def _wrong(rng: Random, fact: str) -> object:
    return rng.choice(WRONG_MONEY if fact in MONEY else WRONG_COUNTS if fact in COUNTS else WRONG_PERCENT)


def _facts(rng: Random) -> list[tuple[str, str, int]]:
    """(fact, heading, factor) of some facts in some order."""
    every = [(f, *rng.choice(heads)) for f, heads in MONEY.items()]
    every += [(f, rng.choice(heads), 1) for f, heads in COUNTS.items()] + [
        ("occupancy_percent", rng.choice(PERCENT), 1)
    ]
    return rng.sample(every, rng.randrange(2, 8))


def shown(heading: str) -> str:
    """How the reader names a heading: half-width."""
    return heading.translate(str.maketrans("（）：", "():"))


def years_down(seed: int) -> Made:
    rng = Random(f"down{seed}")
    made = Made(f"年度在行{seed}", "yearly")
    facts = _facts(rng)
    made.add(["某某公司年度情况表"])
    made.add([None, "编制日期：2024年1月15日"])
    made.header_row = made.add(["序号", "年度", *(heading for _, heading, _ in facts), "备注"])
    years = rng.sample(range(2018, 2025), 5)
    for place, year in enumerate(years):
        values = [(*fact, *_cell(rng, fact[0], fact[2])) for fact in facts]
        spelled = rng.choice([year, float(year), f"{year}年", f"{year}年度", f"{year} 年", str(year), f"{year}年末"])
        row = [place + 1, spelled, *(cell for *_, cell, _ in values), "无误"]
        answer: dict[str, Any] = {"year": year} | {fact: value for fact, _, _, _, value in values}
        act = rng.choice(["good", "good", "wrong", "twice", "other", "no-year", "bad-year"])
        if all(value is None for *_, value in values):
            made.rejected.append((made.add(row), None, "missing-value"))
        elif act == "wrong":
            at = rng.randrange(len(facts))
            row[2 + at] = _wrong(rng, facts[at][0])
            made.rejected.append((made.add(row), shown(facts[at][1]), "amount-invalid"))
        elif act == "no-year":
            row[1] = None
            made.rejected.append((made.add(row), "年度", "missing-value"))
        elif act == "bad-year":
            row[1] = rng.choice(["去年", "2023年3月", "23", 12023, "2023年上半年"])
            made.rejected.append((made.add(row), "年度", "date-invalid"))
        else:
            made.add(row)
            made.expected.append(answer)
            if act == "twice":
                made.rejected.append((made.add(row), None, "duplicate-row"))
            if act == "other":
                again = list(row)
                again[2] = 77 if again[2] != 77 else 78
                made.rejected.append((made.add(again), None, "duplicate-row"))
        if rng.random() < 0.2:
            made.skipped.append((made.add([None, " "]), "blank-row"))
    made.skipped.append((made.add(["合计", None, 100]), "total-row"))
    made.skipped.append((made.add(["注：以上数据已经会计师事务所审计"]), "note-row"))
    return made


def years_across(seed: int) -> Made:
    rng = Random(f"across{seed}")
    made = Made(f"年度在列{seed}", "yearly")
    facts = _facts(rng)
    years = sorted(rng.sample(range(2018, 2025), 3))
    heads = [rng.choice([year, f"{year}年", f"{year}年度"]) for year in years]
    made.add(["主要经济指标"])
    made.header_row = made.add(["序号", "项目", *heads, "备注"])
    answers: dict[int, dict[str, Any]] = {year: {} for year in years}
    for place, (fact, label, factor) in enumerate(facts):
        pairs = [_cell(rng, fact, factor) for _ in years]
        row: list[object] = [place + 1, label, *(cell for cell, _ in pairs), None]
        act = rng.choice(["good", "good", "good", "wrong", "twice"]) if place else "good"
        if all(value is None for _, value in pairs):
            made.rejected.append((made.add(row), None, "missing-value"))
            continue
        if act == "wrong":
            at = rng.randrange(3)
            row[2 + at] = _wrong(rng, fact)
            made.rejected.append((made.add(row), str(heads[at]), "amount-invalid"))
            continue
        made.add(row)
        for year, (_, value) in zip(years, pairs, strict=True):
            answers[year][fact] = value
        if act == "twice":
            made.rejected.append((made.add(row), None, "duplicate-row"))
        if rng.random() < 0.2:
            made.skipped.append((made.add([None, "从业人员数", 100, 200, 300]), "note-row"))
    made.skipped.append((made.add(["说明：以上数据以税务部门出具的完税证明为准"]), "note-row"))
    made.expected = [
        {"year": year} | facts for year, facts in answers.items() if any(v is not None for v in facts.values())
    ]
    return made
