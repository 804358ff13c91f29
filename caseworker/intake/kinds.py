"""What each kind of hand-in holds: its fields, and the column names that companies use for them.

The tables are data: a new spelling of a heading is one more word here. Within a field the names stand in order of
preference, so that 应发 is taken before 实发 where a sheet has both.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    ROSTER = "roster"
    WAGES = "wages"
    INSURANCE = "insurance"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {Kind.ROSTER: "花名册", Kind.WAGES: "工资流水", Kind.INSURANCE: "社保记录"}


@dataclass(frozen=True, slots=True)
class Field:
    """One column to be found. `needed` columns must exist; what a blank cell in one means is the kind's own rule."""

    name: str
    label: str
    names: tuple[str, ...]
    needed: bool = False


_NAME = Field(
    "name",
    "姓名",
    (
        "姓名",
        "员工姓名",
        "职工姓名",
        "人员姓名",
        "参保人姓名",
        "参保人员姓名",
        "收款人姓名",
        "收款户名",
        "户名",
        "名字",
    ),
    needed=True,
)
_ID_NUMBER = Field(
    "id_number",
    "身份证号",
    (
        "身份证号",
        "身份证号码",
        "身份证",
        "居民身份证号",
        "居民身份证号码",
        "公民身份号码",
        "公民身份证号码",
        "身份号码",
        "身份证件号码",
        "有效身份证号",
        "证件号码",
        "证件号",
        "有效证件号码",
        "社会保障号码",
        "社会保障号",
        "社保号",
        "个人社保号",
    ),
    needed=True,
)
_MONTH_NAMES = (
    "月份",
    "所属月份",
    "工资月份",
    "发放月份",
    "薪资月份",
    "工资所属月份",
    "工资所属期",
    "费款所属期",
    "缴费月份",
    "缴费所属期",
    "缴费年月",
    "参保月份",
    "所属期",
    "所属年月",
    "工资年月",
    "年月",
    "期间",
    "月",
    "发放日期",
    "缴费日期",
    "交易日期",
    "入账日期",
)
_MONTH = Field("month", "月份", _MONTH_NAMES)
_YEAR = Field("year", "年份", ("年份", "年度", "年", "所属年度", "工资年度"))

FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.ROSTER: (
        _NAME,
        _ID_NUMBER,
        Field(
            "employed_from",
            "入职日期",
            (
                "入职日期",
                "入职时间",
                "入职年月日",
                "到岗日期",
                "到岗时间",
                "到职日期",
                "进厂日期",
                "进公司时间",
                "进公司日期",
                "上岗日期",
                "上岗时间",
                "参加工作日期",
                "用工开始日期",
                "用工起始日期",
                "入职",
            ),
            needed=True,
        ),
        Field(
            "employed_to",
            "离职日期",
            (
                "离职日期",
                "离职时间",
                "离岗日期",
                "离岗时间",
                "辞职日期",
                "离职年月日",
                "退工日期",
                "用工结束日期",
                "用工终止日期",
                "最后工作日",
                "离职",
            ),
        ),
        Field(
            "contract_start",
            "合同起始日期",
            (
                "合同起始日期",
                "合同开始日期",
                "合同起始时间",
                "合同开始时间",
                "合同起始日",
                "合同起始",
                "合同开始",
                "合同签订日期",
                "劳动合同起始日期",
                "劳动合同开始日期",
                "劳动合同起始时间",
                "劳动合同期限/起",
                "劳动合同期限/起始日期",
                "劳动合同/起始日期",
                "劳动合同/开始日期",
                "合同期限/起",
                "合同期限/起始日期",
            ),
        ),
        Field(
            "contract_end",
            "合同终止日期",
            (
                "合同终止日期",
                "合同到期日期",
                "合同到期日",
                "合同终止日",
                "合同结束日期",
                "合同截止日期",
                "合同终止时间",
                "合同到期时间",
                "合同结束时间",
                "合同终止",
                "合同到期",
                "劳动合同终止日期",
                "劳动合同到期日期",
                "劳动合同结束日期",
                "劳动合同终止时间",
                "劳动合同期限/止",
                "劳动合同期限/终止日期",
                "劳动合同/终止日期",
                "劳动合同/到期日期",
                "合同期限/止",
                "合同期限/终止日期",
            ),
        ),
        Field("position", "岗位", ("岗位", "工作岗位", "岗位名称", "职务", "职位", "工种")),
    ),
    Kind.WAGES: (
        _NAME,
        _ID_NUMBER,
        _MONTH,
        _YEAR,
        Field(
            "gross",
            "应发工资",
            (
                "应发工资",
                "应发合计",
                "应发工资合计",
                "应发金额",
                "应发总额",
                "应发",
                "应发数",
                "应发薪资",
                "工资总额",
                "税前工资",
                "税前收入",
                "应付工资",
                "工资合计",
                "合计应发",
                "工资",
                "工资金额",
                "薪资",
                "实发工资",
                "实发合计",
                "实发金额",
                "实发",
                "实发数",
                "代发金额",
                "发放金额",
                "交易金额",
                "金额",
            ),
        ),
    ),
    Kind.INSURANCE: (
        _NAME,
        _ID_NUMBER,
        _MONTH,
        _YEAR,
        Field("insurance_type", "险种", ("险种", "险种类型", "险种名称", "参保险种", "缴费险种")),
        Field(
            "status", "缴费状态", ("缴费状态", "缴费标志", "到账标志", "参保状态", "缴费情况", "是否缴费", "是否参保")
        ),
    ),
}

# Words that, under a month, say which of several columns is the amount (wages) or the proof (insurance).
INSURANCE_ROLES = (
    "缴费状态",
    "是否缴费",
    "是否参保",
    "缴费",
    "参保",
    "社保",
    "缴费情况",
    "养老",
    "养老保险",
    "基本养老保险",
)

# Headings of running numbers: a row that holds nothing else is a blank row.
RUNNING_NUMBER = frozenset({"序号", "编号", "序", "no", "no.", "行号", "顺序号"})

# Columns that our own workbook of rejected rows adds; on its way back they are not the company's.
RETURN_ROW = "原表行号"
RETURN_REASON = "退回原因"
