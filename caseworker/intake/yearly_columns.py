"""The yearly figures that the clauses of both policies and their targets ask for, and what companies call them.

A figure's name is the fact's name in the policy packs. 坐席 is matched as 座席. Plain 营业收入 is no name of
first_year_revenue: only the company knows which year was its first, so the clerk says so.
"""

from __future__ import annotations

from caseworker.intake.field import Field, Measure

_YUAN, _USD, _COUNT, _PERCENT = Measure.YUAN, Measure.USD, Measure.COUNT, Measure.PERCENT


def _figure(name: str, measure: Measure, label: str, *others: str) -> Field:
    return Field(name, label, (label, *others, name), measure=measure)


FIGURES: tuple[Field, ...] = (
    _figure(
        "tax_paid", _YUAN, "年纳税额", "纳税额", "纳税总额", "年纳税总额", "年度纳税额", "年度纳税总额", "实际纳税额",
        "税收总额", "税收", "缴纳税收", "缴纳税金", "缴纳税款", "缴税总额", "缴税额", "上缴税金", "上缴税收",
        "实缴税金", "实缴税收", "实缴税额", "入库税收", "入库税金", "已缴税金", "税金", "税金总额", "纳税金额", "纳税",
    ),
    _figure(
        "county_retained", _YUAN, "县本级实得部分", "县本级实得", "县本级实得税收", "县级实得部分", "县级实得",
        "县本级留成", "县本级留存", "县级留成", "县级留存", "县本级税收", "县本级财力", "地方留成", "地方留成部分",
        "纳税县本级实得部分", "税收县本级实得部分",
    ),
    _figure(
        "first_year_revenue", _YUAN, "首年营业收入", "首年度营业收入", "首年营收", "首年收入", "第一年营业收入",
        "首个年度营业收入", "首年主营业务收入",
    ),
    _figure(
        "recognized_usd", _USD, "服务贸易额", "年服务贸易额", "经认可的年服务贸易额", "服务贸易执行额",
        "离岸服务外包执行额", "年离岸服务外包执行额", "审核通过的年离岸服务外包执行额", "离岸执行额", "离岸外包执行额",
        "离岸服务外包合同执行额", "离岸合同执行额", "服务外包离岸执行额",
    ),
    _figure("monthly_rent", _YUAN, "月租金", "每月租金", "月租", "月房租", "每月房租", "月均租金", "房屋月租金"),
    _figure(
        "rent_paid", _YUAN, "当年实付租金", "实付租金", "已付租金", "实缴租金", "实际支付租金", "当年租金", "年租金",
        "全年租金", "租金支出", "房租支出", "房屋租金", "租金", "当年已付租金", "年实付租金",
    ),
    _figure(
        "occupancy_percent", _PERCENT, "席位入座率", "座席入座率", "入座率", "上座率", "座席上座率", "席位使用率",
        "座席使用率", "席位上座率",
    ),
    _figure(
        "seats", _COUNT, "座席数", "座席", "座席总数", "座席数量", "座席规模", "席位数", "席位", "席位总数", "职场规模",
        "年末座席数", "期末座席数", "年底座席数", "运营座席数", "在用座席数",
    ),
    _figure(
        "seats_added", _COUNT, "当年新增座席数", "新增座席数", "新增座席", "当年新增座席", "自主投资新增座席数",
        "年新增座席数", "本年新增座席数", "新增席位数", "新增席位", "当年新增席位数",
    ),
    _figure(
        "seat_subsidy_received", _YUAN, "收到的座席补贴", "收到座席补贴", "座席补贴", "座席补贴收入", "已收座席补贴",
        "座席补贴到账", "座席补贴金额", "到账座席补贴", "获得座席补贴",
    ),
    _figure(
        "education_spending", _YUAN, "员工教育经费支出", "员工教育经费", "教育经费支出", "教育经费", "职工教育经费支出",
        "职工教育经费", "教育支出", "教育培训支出", "员工培训支出", "培训支出", "培训经费",
    ),
    _figure(
        "other_permitted_spending", _YUAN, "其他规定范围内支出", "规定范围内其他支出", "其他范围内支出",
        "其他规定用途支出", "规定范围内支出", "其他允许支出", "其他合规支出",
    ),
    _figure(
        "other_spending", _YUAN, "规定范围以外的支出", "规定范围以外支出", "规定范围外支出", "规定范围外的支出",
        "范围外支出", "范围以外支出", "规定用途以外支出", "其他用途支出", "其他支出",
    ),
    _figure(
        "output", _YUAN, "产值", "年产值", "总产值", "年总产值", "年度产值", "工业总产值", "全年产值", "产值总额",
        "营业产值",
    ),
)  # fmt: skip

# A turnover that is not said to be the first year's: told to the clerk, never taken for it.
PLAIN_REVENUE = frozenset(
    {"营业收入", "年营业收入", "年度营业收入", "主营业务收入", "营业总收入", "营收", "销售收入", "年营收"}
)

YEAR = Field("year", "年度", ("年度", "年份", "年", "所属年度", "统计年度", "会计年度", "所属年份", "纳税年度", "year"))
ITEM = Field(
    "item",
    "项目",
    ("项目", "指标", "指标名称", "项目名称", "名称", "科目", "内容", "数据项", "统计指标", "主要指标", "类别"),
)
UNIT = Field("unit", "单位", ("单位", "计量单位", "数据单位", "金额单位"))
FIELDS = (YEAR, ITEM, UNIT, *FIGURES)
MEASURES: dict[str, Measure] = {f.name: f.measure for f in FIGURES if f.measure is not None}

# The heading of the one column of figures where the year stands in the title.
VALUES = (
    "金额", "数值", "数额", "数据", "实际", "实际数", "实际完成", "决算", "决算数", "本年数", "本年", "本期",
    "本期数", "本期金额", "本年累计", "全年", "全年累计", "合计", "指标值", "填报数", "完成数", "值",
)  # fmt: skip
