"""The kinds of acts of oversight, and of entries in the office's register: who enters them, what each of them says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from caseworker.errors import Problem
from caseworker.policy import FactField
from caseworker.policy.model import Option
from caseworker.services.performance import GRADES, kept_criteria, read_criteria
from caseworker.services.record_kinds import RecordKind, read_data
from caseworker.services.views import Role

OPEN, CLOSED, VOIDED = "open", "closed", "voided"
FUNDS_REPORT, VISIT, RECTIFICATION, REPORT = "funds-report", "visit", "rectification", "mend-report"
SUSPENSION, LIFTING, CRITICISM, TRANSFER = "suspension", "lifting", "criticism", "transfer"
PERFORMANCE, RESOLUTION, ACCOUNTABILITY, FAIR = "performance", "resolution", "accountability", "fair"
MET, NOT_MET = "met", "not-met"
_EVERYBODY = frozenset({Role.CASEWORKER, Role.REVIEWER, Role.HEAD})
_SENIOR = frozenset({Role.REVIEWER, Role.HEAD})
CRITERIA, POLICY = "criteria", "policy"


@dataclass(frozen=True, slots=True)
class ActKind:
    """`of_party`: kept in a dossier; else in the office's register; `or_policy`: of a party, or of a policy as a whole
    and then in the register. `outcomes`: it stays open until it is closed with one of them. `due`: empty, may or must
    have a day by which it is to be done. `answers`: the kind that it follows. `apart`: entered by a method of its own.
    """

    id: str
    name: str
    of_party: bool
    roles: frozenset[Role]
    fields: tuple[FactField, ...]
    day: str
    title: str
    words: str
    open_name: str = ""
    outcomes: tuple[Option, ...] = ()
    due: str = ""
    due_name: str = ""
    answers: str = ""
    apart: bool = False
    or_policy: bool = False

    def read(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
        """The further fields as they are kept, and everything wrong with them by field."""
        criteria = data.get(CRITERIA)
        rest = {name: value for name, value in data.items() if name != CRITERIA}
        kept, problems = read_data(RecordKind(self.id, self.name, (), self.fields, (), ""), rest)
        if self.id == PERFORMANCE:
            found, wrong = read_criteria(criteria)
            kept[CRITERIA] = kept_criteria(found)
            problems = (*problems, *wrong)
        elif criteria is not None:
            problems = (*problems, Problem(CRITERIA, f"{self.name}不填评价指标。"))
        return kept, problems

    def outcome_name(self, outcome: str | None) -> str:
        return next((option.label for option in self.outcomes if option.id == outcome), "")


def _choice(name: str, label: str, *options: tuple[str, str], needed: bool = True) -> FactField:
    return FactField(name, "choice", label, nullable=not needed, options=tuple(Option(*option) for option in options))


def _text(name: str, label: str, *, needed: bool = False, hint: str = "") -> FactField:
    return FactField(name, "text", label, nullable=not needed, hint=hint)


def _outcomes(*options: tuple[str, str]) -> tuple[Option, ...]:
    return tuple(Option(*option) for option in options)


_GROUNDS = (
    ("misuse", "挪用专项资金"),
    ("withholding", "截留专项资金"),
    ("false-papers", "使用虚假材料套取专项资金"),
    ("other", "其他"),
)

KINDS: tuple[ActKind, ...] = (
    ActKind(
        VISIT,
        "检查",
        True,
        _EVERYBODY,
        (
            _text("visitors", "检查人员", needed=True, hint="两人以上，用顿号隔开"),
            _text("place", "地点"),
            _choice(
                "conclusion",
                "结论",
                ("none", "未发现问题"),
                ("mend", "有问题，需整改"),
                ("grave", "有严重问题"),
                ("unreached", "未能检查"),
            ),
        ),
        "检查日期",
        "检查事项",
        "检查情况",
    ),
    ActKind(
        FUNDS_REPORT,
        "资金使用报告",
        True,
        _EVERYBODY,
        (_text("period", "报告期", needed=True, hint="如 2023 年第 1 期补贴"),),
        "通知日期",
        "事项",
        "说明",
        "待报送",
        _outcomes((MET, "符合规定"), (NOT_MET, "不符合规定")),
        "must",
        "报送期限",
    ),
    ActKind(
        RECTIFICATION,
        "责令整改",
        True,
        _SENIOR,
        (_choice("ground", "事由", *_GROUNDS), _text("measures", "整改要求", needed=True)),
        "责令日期",
        "事项",
        "查明的事实",
        "待整改",
        _outcomes(("mended", "整改到位"), ("partly", "部分整改"), ("not-mended", "未整改")),
        "must",
        "整改期限",
    ),
    ActKind(
        REPORT,
        "整改报告",
        True,
        _EVERYBODY,
        (_text("person", "报告人"),),
        "收到日期",
        "报告名称",
        "整改情况",
        answers=RECTIFICATION,
    ),
    ActKind(
        SUSPENSION,
        "暂停拨付",
        True,
        _SENIOR,
        (_choice("ground", "事由", *_GROUNDS), _text("condition", "恢复拨付的条件")),
        "暂停日期",
        "事项",
        "查明的事实",
        "暂停中",
        _outcomes(("lifted", "已解除")),
        apart=True,
    ),
    ActKind(
        LIFTING,
        "解除暂停拨付",
        True,
        frozenset({Role.HEAD}),
        (),
        "解除日期",
        "事项",
        "解除理由",
        answers=SUSPENSION,
        apart=True,
    ),
    ActKind(
        CRITICISM,
        "通报批评",
        True,
        _SENIOR,
        (_choice("ground", "事由", *_GROUNDS), _text("scope", "通报范围", needed=True), _text("reference", "文号")),
        "通报日期",
        "事项",
        "通报的事实",
    ),
    ActKind(
        TRANSFER,
        "移送",
        True,
        _SENIOR,
        (
            _choice(
                "organ",
                "移送机关类别",
                ("judicial", "司法机关"),
                ("discipline", "纪检监察机关"),
                ("other", "其他主管部门"),
            ),
            _text("organ_name", "移送机关名称", needed=True),
            _text("reference", "文号"),
            _text("receiver", "接收人"),
        ),
        "移送日期",
        "事项",
        "移送的事实和材料",
        "待反馈",
        _outcomes(("taken", "已受理"), ("returned", "退回"), ("concluded", "已办结")),
        "may",
        "反馈期限",
    ),
    ActKind(
        PERFORMANCE,
        "绩效评价",
        True,
        _EVERYBODY,
        (
            _choice(POLICY, "评价的政策", needed=False),  # the office's policies, known where it is open
            FactField("year", "int", "评价年度", "年"),
            _choice("grade", "等次", *GRADES),
            _text("assessor", "评价单位或人员", needed=True),
        ),
        "评价日期",
        "评价事项",
        "评价意见",
        or_policy=True,
    ),
    ActKind(
        RESOLUTION,
        "联席会议决议",
        False,
        _EVERYBODY,
        (_text("reference", "文号或会次"), _text("attendees", "参会单位")),
        "会议日期",
        "会议或议题",
        "决议内容",
        "待落实",
        _outcomes(("done", "已落实"), ("changed", "已变更"), ("dropped", "不再执行")),
        "may",
        "落实期限",
    ),
    ActKind(
        ACCOUNTABILITY,
        "责任追究",
        False,
        _SENIOR,
        (
            _text("person", "责任单位或人员", needed=True),
            _choice(
                "fault",
                "事由",
                ("careless", "审核不严"),
                ("irregular", "违规操作"),
                ("other", "其他"),
            ),
            _text("measure", "处理决定", needed=True),
            _text("reference", "文号"),
        ),
        "处理日期",
        "事项",
        "事实和依据",
    ),
    ActKind(
        FAIR,
        "招聘活动",
        False,
        _EVERYBODY,
        (
            _text("organizer", "组织单位", needed=True),
            _text("place", "地点"),
            FactField("companies", "int", "参加企业数", "家", nullable=True),
            FactField("hired", "int", "达成意向人数", "人", nullable=True),
            FactField("cost", "money", "园区统筹的参会参展费用", "元", nullable=True),
        ),
        "举办日期",
        "活动名称",
        "情况",
    ),
)
BY_ID = {kind.id: kind for kind in KINDS}
DONE_NAMES = {SUSPENSION: "已解除", FUNDS_REPORT: "已报送"}


def state_name(kind: ActKind, state: str) -> str:
    if state == VOIDED:
        return "已作废"
    if state == OPEN:
        return kind.open_name
    return DONE_NAMES.get(kind.id, "已办结" if kind.outcomes else "已登记")


def kind_in(kind: ActKind, policies: tuple[tuple[str, str], ...]) -> ActKind:
    """The kind with the office's policies (id, name) to choose from, where one may be chosen."""
    if not kind.or_policy:
        return kind
    options = tuple(Option(*policy) for policy in policies)
    return replace(
        kind,
        fields=tuple(replace(one, options=options) if one.name == POLICY else one for one in kind.fields),
    )


def visitors_of(text: str) -> tuple[str, ...]:
    """The people of a visit, however they are set apart."""
    for sign in "，,；;/\n 　及和与":
        text = text.replace(sign, "、")
    return tuple(dict.fromkeys(name.strip() for name in text.split("、") if name.strip()))
