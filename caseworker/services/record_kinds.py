"""The kinds of dated records that a dossier keeps, and which facts of the clauses each of them gives.

A fact is named with the clauses that it goes to, where the texts mean different things by one name: what a lease says
of own use is no answer to a question about bought premises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from caseworker.errors import Problem
from caseworker.policy import FactField
from caseworker.policy.facts import read_record
from caseworker.policy.model import Option
from caseworker.services.base import MAX_REASON, text_problem

Data = Mapping[str, Any]
# What a record says on a day, in the form `calculate` takes; None where it does not say
Reading = Callable[[Data, date], Any]


@dataclass(frozen=True, slots=True)
class Feed:
    """`reading` of a record is `fact` of `clauses`; where they are empty, of every clause but those of `never`."""

    fact: str
    reading: Reading
    clauses: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def goes_to(self, clause: str) -> bool:
        return clause in self.clauses if self.clauses else clause not in self.never


@dataclass(frozen=True, slots=True)
class RecordKind:
    """`pairs`: of two dates the second is not before the first; `within`: of two numbers the first is not above the
    second; `each`: several records hold beside one another, and what they give is worked out over all of them."""

    id: str
    label: str
    party_kinds: tuple[str, ...]
    fields: tuple[FactField, ...]
    feeds: tuple[Feed, ...]
    words: str
    pairs: tuple[tuple[str, str], ...] = ()
    within: tuple[tuple[str, str], ...] = ()
    each: bool = False

    def field(self, name: str) -> FactField | None:
        return next((field for field in self.fields if field.name == name), None)


def _is(name: str) -> Reading:
    return lambda data, _day: data.get(name)


def _occupancy(data: Data, _day: date) -> str | None:
    """入座率 in per cent, cut off and never rounded up: 79.9999 does not become 80 (二（一）2: 达到80%以上)."""
    total, occupied = data.get("total"), data.get("occupied")
    if not total or occupied is None:
        return None
    whole, rest = divmod(occupied * 100 * _FINEST // total, _FINEST)
    return f"{whole}.{rest:0{_DIGITS}d}".rstrip("0").rstrip(".")


_DIGITS = 4  # after the point
_FINEST = 10**_DIGITS


def _all_self_invested(data: Data, _day: date) -> bool | None:
    """二（一）1（企业自主投资）: by the figures where all seats are the company's own, or none; else not said."""
    total, own = data.get("total"), data.get("self_invested")
    if total is None or own is None:
        return None
    return True if own == total and total else False if own == 0 else None


def _completed(data: Data, day: date) -> bool:
    """第四条2 先改后补: completed on or before the day."""
    done = data.get("completed_on")
    return done is not None and date.fromisoformat(done) <= day


def in_force(data: Data, day: date) -> bool:
    """Whether a certificate is still good on a day; `valid_until` is its last day."""
    last = data.get("valid_until")
    return last is None or day <= date.fromisoformat(last)


def _ground(data: Data, day: date) -> str | None:
    kind = data.get("kind")
    return str(kind) if kind in _GROUNDS and in_force(data, day) else None


def _agreement(data: Data, day: date) -> bool | None:
    return in_force(data, day) if data.get("kind") == "agreement" else None


_GROUNDS = {
    "world-500": "世界500强企业",
    "china-500": "国内500强企业",
    "industry-20": "行业20强企业",
    "outsourcing": "服务外包企业",
}


def _options(**named: str) -> tuple[Option, ...]:
    return tuple(Option(name, label) for name, label in named.items())


_ADDRESS = FactField("address", "text", "地址")
_WORDS = FactField("note", "text", "说明", nullable=True)
_COMPANY, _SCHOOL = ("company",), ("school",)

KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        "seats",
        "座席",
        _COMPANY,
        (
            FactField("total", "int", "座席总数", "席"),
            FactField("occupied", "int", "在用（入座）座席数", "席", nullable=True),
            FactField("self_invested", "int", "企业自主投资的座席数", "席", nullable=True),
            FactField(
                "added", "int", "当年新增座席数", "席", nullable=True,
                hint="企业自主投资、人员在职在岗满一年、未曾奖补的座席",
            ),
            _WORDS,
        ),
        (
            # 二（一）1 pays for what the company itself invested in; everywhere else 座席规模 is all of them
            Feed("seats", _is("self_invested"), ("xw-1-new",)),
            Feed("self_invested", _all_self_invested, ("xw-1-new",)),
            Feed("seats", _is("total"), never=("xw-1-new",)),
            Feed("enterprise_seats", _is("total")),
            Feed("occupancy_percent", _occupancy),
            Feed("seats_added", _is("added")),
        ),
        "座席规模、企业规模取总数；寻乌新设立座席补贴只计企业自主投资的座席；入座率＝在用÷总数，不进位",
        within=(("occupied", "total"), ("self_invested", "total"), ("added", "total")),
    ),
    RecordKind(
        "premises-lease",
        "租赁场地",
        _COMPANY,
        (
            _ADDRESS,
            FactField("lease_start", "date", "租赁合同起日"),
            FactField("lease_end", "date", "租赁合同止日"),
            FactField("monthly_rent", "money", "月租金", "元", nullable=True),
            FactField("area_m2", "area", "租赁面积", "平方米", nullable=True),
            FactField("own_use", "bool", "自用办公用房", nullable=True),
            _WORDS,
        ),
        (
            Feed("lease_start", _is("lease_start")),
            Feed("lease_end", _is("lease_end")),
            Feed("monthly_rent", _is("monthly_rent")),
            Feed("own_use", _is("own_use"), ("dt-4-lease",)),
        ),
        "租赁合同起止、月租金，以及大同租赁场地补贴的自用",
        pairs=(("lease_start", "lease_end"),),
    ),
    RecordKind(
        "premises-purchase",
        "购置场地",
        _COMPANY,
        (
            _ADDRESS,
            FactField("area_m2", "area", "购置面积", "平方米"),
            FactField("own_use", "bool", "自用办公用房", nullable=True),
            FactField("in_designated_area", "bool", "在规定区域内", nullable=True),
            FactField("certificate", "text", "不动产权证书号", nullable=True),
            _WORDS,
        ),
        (
            Feed("area_m2", _is("area_m2")),
            Feed("own_use", _is("own_use"), ("xw-2-purchase", "dt-4-purchase")),
            Feed("in_designated_area", _is("in_designated_area")),
        ),
        "购置面积、自用、是否在规定区域内",
    ),
    RecordKind(
        "premises-renovation",
        "改造场地",
        _COMPANY,
        (
            _ADDRESS,
            FactField("old_stock_or_area", "bool", "在旧工业区、旧村、旧城区改造，或盘活老旧存量房", nullable=True),
            FactField("own_use_or_park", "bool", "自用办公用房或产业园区（基地）", nullable=True),
            FactField("completed_on", "date", "完工日期", nullable=True),
            FactField("audited_investment", "money", "经审计认定的改造投资", "元", nullable=True),
            FactField("auditor", "text", "审计机构", nullable=True),
            _WORDS,
        ),
        (
            Feed("old_stock_or_area", _is("old_stock_or_area")),
            Feed("own_use_or_park", _is("own_use_or_park")),
            Feed("completed", _completed),
            Feed("audited_investment", _is("audited_investment")),
        ),
        "改造补贴的四项事实；受理日已到完工日期的为已完成",
    ),
    RecordKind(
        "fair",
        "专场招聘会",
        _SCHOOL,
        (
            FactField("held_on", "date", "举办日期"),
            FactField("name", "text", "名称"),
            FactField(
                "organizer", "choice", "牵头院校",
                options=(
                    Option("undergraduate", "本科院校"), Option("junior_college", "专科院校"), Option("other", "其他"),
                ),
            ),
            _WORDS,
        ),
        (),
        "寻乌专场招聘会经费补贴的场次名单",
        each=True,
    ),
    RecordKind(
        "request",
        "服务需求",
        _COMPANY,
        (
            FactField(
                "kind", "choice", "需求事项",
                options=_options(
                    power="用电", broadband="宽带", property="物业", approval="行政审批", land="供地",
                    recruitment="招聘", other="其他",
                ),
            ),
            FactField("words", "text", "内容"),
            FactField("settled_on", "date", "办结日期", nullable=True),
        ),
        (),
        "大同第五条（生产要素、供地和招聘服务）的需求事项",
        each=True,
    ),
    RecordKind(
        "certificate",
        "资质、认定和协议",
        ("company", "school", "service-body"),
        (
            FactField(
                "kind", "choice", "类别",
                options=(
                    *(Option(name, label) for name, label in _GROUNDS.items()),
                    Option("agreement", "产教融合协议并共建实训基地"),
                    Option("other", "其他"),
                ),
            ),
            FactField("name", "text", "名称"),
            FactField("number", "text", "文号或编号", nullable=True),
            FactField("valid_until", "date", "有效期至", nullable=True),
            _WORDS,
        ),
        (Feed("ground", _ground), Feed("has_agreement", _agreement)),
        "大同一事一议的企业类别、实习就业奖励的产教融合协议（有效期内）",
        each=True,
    ),
    RecordKind(
        "violation",
        "信用和违规",
        ("company", "school", "person", "service-body"),
        (
            FactField(
                "finding", "choice", "结果",
                options=_options(clean="查询无不良信用记录", credit="不良社会信用记录", violation="违规（第十一条）"),
            ),
            FactField("matter", "text", "内容"),
            FactField("cleared_on", "date", "修复或解除日期", nullable=True),
        ),
        (),  # worked out over all records: see `good_credit`
        "无不良社会信用记录：有未修复的不良信用记录为否，查询无不良记录为是",
        each=True,
    ),
)  # fmt: skip

BY_ID = {kind.id: kind for kind in KINDS}


def good_credit(records: list[tuple[date, Data]], day: date) -> bool | None:
    """附件1二（一）无不良社会信用记录, from a party's `violation` records up to a day, in order of their dates.

    A bad record counts until it is cleared; without one, somebody must have looked (`clean`) or seen it cleared.
    """
    said: bool | None = None
    for _, data in records:
        if data.get("finding") == "clean":
            said = True
        elif data.get("finding") == "credit":
            cleared = data.get("cleared_on")
            if cleared is None or date.fromisoformat(cleared) > day:
                return False
            said = True
    return said


def read_data(kind: RecordKind, data: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The data as it is kept, blank texts as null, and everything wrong with it by field."""
    given = {
        name: (value.strip() or None)
        if isinstance(value, str) and (kind.field(name) or _WORDS).type == "text"
        else value
        for name, value in data.items()
    }
    problems: list[Problem] = []
    required = [field for field in kind.fields if field.type == "text" and not field.nullable]
    for field in required:
        if given.get(field.name) is None:
            problems.append(Problem(field.name, f"请填写“{field.label}”。"))
            given.pop(field.name, None)
    named = {problem.path for problem in problems}
    found: list[Problem] = []
    record = read_record(kind.fields, kind.pairs, given, "", found)
    for problem in found:
        path = problem.path.removeprefix(".")
        if path not in named:
            problems.append(Problem(path, problem.message))
            named.add(path)
    for field in kind.fields:
        value = given.get(field.name)
        if field.type == "text" and isinstance(value, str) and field.name not in named:
            trouble = text_problem(value, MAX_REASON, lines=True)
            if trouble:
                problems.append(Problem(field.name, trouble))
    for part, whole in kind.within:
        one, other = record.get(part), record.get(whole)
        if one is not None and other is not None and one > other:  # type: ignore[operator]
            labels = [(kind.field(name) or _WORDS).label for name in (part, whole)]
            problems.append(Problem(part, f"“{labels[0]}”不能多于“{labels[1]}”。"))
    kept = {field.name: given.get(field.name) for field in kind.fields}
    return kept, tuple(problems)
