"""A small invented policy of another county, two clauses of existing kinds: written to a folder, no Python changed."""

from __future__ import annotations

from pathlib import Path

ID = "yunling-2024"
PACK = """\
id = "yunling-2024"
title = "云岭县支持冷链仓储发展办法"
short_title = "云岭冷链办法"
document_number = "云府发〔2024〕7号"
issued_by = "云岭县人民政府"
issued_on = 2024-01-10
region = "某省云岭县"
industry = "冷链仓储"
form = "common"
office_name = "云岭县商务局"
letter_prefix = "云商字"
clauses = ["yl-1-cold-store", "yl-2-drivers"]

[in_force]
from = 2024-02-01
until = 2026-01-31
quote = "本办法自2024年2月1日起施行，有效期二年"
text = "{as_of} 在办法有效期内（{start} 起）"
text_with_end = "{as_of} 在办法有效期内（{start} 至 {end}）"

[nonduplication]
quote = "同一事项不重复补助"
text = "扣除其他渠道已享受的补助后仍有应发金额"

[notice]
minimum_days = 5
by_law = true
before_every_payment = false
quote = "补助发放前公示5日"

[[fund]]
from_year = 2024
amount = "2000000"
quote = "每年安排200万元"

[[target]]
kind = "employed"
year = 2024
value = "300"
unit = "人"
quote = "当年带动就业300人"

[[shared_fact]]
name = "registered_here"
type = "bool"
label = "在云岭县登记"

[[shared_condition]]
id = "registered-here"
kind = "flag"
fact = "registered_here"
quote = "在本县登记的企业"
text = "在云岭县登记：{met}"
"""
POINTS = """\
[[point]]
id = "nonduplication"
question = "同一事项已享受其他补助的，如何处理？"
options = { top-up = "补足差额", either-or = "不再补助" }
default = "either-or"
reason = "原文写明不重复"
quotes = ["同一事项不重复补助"]
"""
PAPERS = """\
[[paper]]
id = "licence"
name = "营业执照复印件"
requirement = "mandatory"
clauses = ["yl-1-cold-store", "yl-2-drivers"]
"""
COLD_STORE = """\
id = "yl-1-cold-store"
number = "第三条"
title = "冷库建设补助"
payee = "company"
quote = "新建冷库按每立方米80元补助，最高30万元"
shared = ["registered_here", "registered-here"]
repeat = ["volume"]

[[fact]]
name = "volume"
type = "area"
label = "冷库容积"
unit = "立方米"

[[parameter]]
id = "rate"
label = "补助标准"
type = "money"
unit = "元/立方米"
from = 2024-02-01
value = "80"
quote = "按每立方米80元补助"
[[parameter]]
id = "cap"
label = "上限"
type = "money"
unit = "元"
from = 2024-02-01
value = "300000"
quote = "最高30万元"
[[parameter]]
id = "least"
label = "容积下限"
type = "area"
unit = "立方米"
from = 2024-02-01
value = 500
quote = "容积500立方米以上"

[[condition]]
id = "volume-at-least-500"
kind = "at-least"
fact = "volume"
threshold = "least"
text = "冷库容积不少于 {least} 立方米，现为 {volume} 立方米"

[formula]
kind = "rate"
quantity = "volume"
rate = "rate"
cap = "cap"
"""
DRIVERS = """\
id = "yl-2-drivers"
number = "第四条"
title = "冷链司机补助"
payee = "company"
quote = "连续聘用满三个月的冷链司机，按每人每月200元补助，最长12个月"
shared = ["registered_here", "registered-here"]
lines = "people"
unit = "人"

[[fact]]
name = "people"
type = "list"
label = "冷链司机"
[[fact]]
of = "people"
name = "key"
type = "key"
label = "人员标识"
[[fact]]
of = "people"
name = "employed_from"
type = "date"
label = "聘用起日"
[[fact]]
of = "people"
name = "employed_to"
type = "date"
label = "最后工作日"
nullable = true

[[parameter]]
id = "rate"
label = "补助标准"
type = "money"
unit = "元/人·月"
from = 2024-02-01
value = "200"
quote = "按每人每月200元补助"
[[parameter]]
id = "most"
label = "最长月数"
type = "months"
unit = "个月"
from = 2024-02-01
value = 12
quote = "最长12个月"
[[parameter]]
id = "least_months"
label = "聘用下限"
type = "months"
unit = "个月"
from = 2024-02-01
value = 3
quote = "连续聘用满三个月"

[[line_condition]]
id = "employed-3-months"
kind = "served"
start = "employed_from"
end = "employed_to"
months = "least_months"
text = "连续聘用不少于 {least_months} 个月（{span}）"

[formula]
kind = "line-months"
rate = "rate"
start = "employed_from"
end = "employed_to"
most = "most"
"""
# what the county printed: every quote above stands in it
OFFICIAL_TEXT = """云府发〔2024〕7号　云岭县支持冷链仓储发展办法
第一条　本办法适用于在本县登记的企业。每年安排200万元，力争当年带动就业300人。
第三条　新建冷库按每立方米80元补助，最高30万元，须容积500立方米以上。
第四条　连续聘用满三个月的冷链司机，按每人每月200元补助，最长12个月。
第五条　同一事项不重复补助。补助发放前公示5日。
第六条　本办法自2024年2月1日起施行，有效期二年。
"""


def write_pack(place: Path, **files: str) -> Path:
    """The pack's folder below `place`. `files`: other text for pack, points, papers, cold_store, drivers, workflow."""
    folder = place / ID
    (folder / "clauses").mkdir(parents=True)
    named = {
        "pack.toml": files.get("pack", PACK),
        "points.toml": files.get("points", POINTS),
        "papers.toml": files.get("papers", PAPERS),
        "clauses/yl-1-cold-store.toml": files.get("cold_store", COLD_STORE),
        "clauses/yl-2-drivers.toml": files.get("drivers", DRIVERS),
    }
    if "workflow" in files:
        named["workflow.toml"] = files["workflow"]
    for name, text in named.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
