"""What each kind of hand-in holds: its fields, and the column names that companies use for them.

The tables are data: a new spelling of a heading is one more word here. Within a field the names stand in order of
preference, so that 应发 is taken before 实发 where a sheet has both.
"""

from __future__ import annotations

from enum import StrEnum

from caseworker.intake import yearly_columns
from caseworker.intake.field import Field


class Kind(StrEnum):
    ROSTER = "roster"
    WAGES = "wages"
    INSURANCE = "insurance"
    INTERNS = "interns"
    YEARLY = "yearly"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def monthly(self) -> bool:
        """Whether a row is a person's month."""
        return self in (Kind.WAGES, Kind.INSURANCE)


_LABELS = {
    Kind.ROSTER: "花名册",
    Kind.WAGES: "工资流水",
    Kind.INSURANCE: "社保记录",
    Kind.INTERNS: "实习生名单",
    Kind.YEARLY: "年度数据",
}

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

_SCHOOL_NAMES = (
    "学校", "学校名称", "院校", "院校名称", "所在学校", "所在院校", "就读学校", "就读院校", "毕业学校", "毕业院校",
    "来源学校", "来源院校", "所属学校", "所属院校", "推荐学校", "推荐院校", "合作院校",
)  # fmt: skip
_EDUCATION_NAMES = (
    "学历", "学历层次", "文化程度", "教育程度", "最高学历", "培养层次", "办学层次", "教育层次", "学历类别", "层次",
    "在读学历", "就读学历", "学历学位",
)  # fmt: skip
_START = ("开始", "起始", "起")
_END = ("结束", "终止", "截止", "止")
_HIRED = (
    "录用日期", "录用时间", "留用日期", "留用时间", "留用入职日期", "留用入职时间",
    "留用就业日期", "留用就业时间", "正式录用日期", "正式录用时间", "正式入职日期", "正式入职时间",
    "入职日期", "入职时间", "聘用日期", "聘用时间", "就业日期", "就业时间", "留任日期", "录用", "留用",
)  # fmt: skip
_LEFT = ("离职日期", "离职时间", "离岗日期", "离岗时间", "辞职日期", "最后工作日", "离职")


def _spans(words: tuple[str, ...], marks: tuple[str, ...]) -> tuple[str, ...]:
    """实习开始日期, 开始实习时间, 实习期限/起, and so on: every usual way to head one end of a span."""
    out = [f"{w}{m}{d}" for w in words for m in marks for d in ("日期", "时间", "日", "年月日", "")]
    out += [f"{m}{w}{d}" for w in words for m in marks if len(m) > 1 for d in ("日期", "时间")]
    bands = [w + b for w in words for b in ("期限", "时间", "期间", "起止时间", "起止日期", "日期", "期", "")]
    out += [f"{band}/{m}{d}" for band in bands for m in marks for d in ("", "日期", "时间")]
    return tuple(dict.fromkeys(out))


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
    Kind.INTERNS: (
        _NAME,
        _ID_NUMBER,
        Field("school", "学校", _SCHOOL_NAMES),
        Field("education", "学历", _EDUCATION_NAMES),
        Field("intern_from", "实习开始日期", _spans(("实习", "见习", "顶岗实习"), _START), needed=True),
        Field("intern_to", "实习结束日期", _spans(("实习", "见习", "顶岗实习"), _END)),
        Field("hired_from", "录用日期", (*_HIRED, *_spans(("录用", "留用", "聘用", "就业", "用工"), _START))),
        Field("hired_to", "离职日期", (*_LEFT, *_spans(("录用", "留用", "聘用", "就业", "用工"), _END))),
    ),
    Kind.YEARLY: yearly_columns.FIELDS,
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
