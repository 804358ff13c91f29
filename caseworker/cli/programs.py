"""`fund`, `target`, `approval`, `service`: what a policy asks for beside the paid clauses, as records of one office."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from caseworker.cli.common import Commands, a_day, a_number, add_act, desk_of, print_json, print_list, yuan
from caseworker.cli.office import party_id
from caseworker.errors import Refusal
from caseworker.services import Desk
from caseworker.services.programs import PART_NAMES, ServiceRow

DAY = "YYYY-MM-DD"
ALL = 1000


def add_commands(commands: Commands) -> None:
    acts = commands.add_parser("fund", help="专项资金").add_subparsers(dest="act", required=True, metavar="ACT")
    add_act(acts, "list", "列出各年度资金", _funds).add_argument("--policy", required=True)
    months = add_act(acts, "months", "一个年度逐月的资金", _months)
    months.add_argument("year", type=a_number)
    months.add_argument("--policy", required=True)
    lines = add_act(acts, "lines", "一个数背后的各笔款项", _lines)
    lines.add_argument("year", type=int)
    lines.add_argument("--policy", required=True)
    lines.add_argument("--part", choices=tuple(PART_NAMES), default="used", help="已承诺、已拨付、预计，或前两项")
    paper = add_act(acts, "print", "制作打印件：一个年度的资金和目标", _print)
    paper.add_argument("year", type=a_number)
    paper.add_argument("--policy", required=True)
    paper.add_argument("--out", type=Path, metavar="FILE", required=True)
    budget = add_act(acts, "set", "登记或调整年度预算（负责人）", _set_budget)
    budget.add_argument("year", type=a_number)
    budget.add_argument("amount", type=yuan, metavar="YUAN")
    budget.add_argument("--policy", required=True)
    budget.add_argument("--source", required=True, help="依据，例如预算批复文号")

    acts = commands.add_parser("target", help="目标完成").add_subparsers(dest="act", required=True, metavar="ACT")
    listing = add_act(acts, "list", "列出目标和完成情况", _targets)
    listing.add_argument("--policy", required=True)
    listing.add_argument("--on", type=a_day, metavar=DAY, help="截至哪一天，默认为机构日期")
    add_act(acts, "figures", "列出企业年度数据", _figures).add_argument("--search", default="")
    add = add_act(acts, "add", "登记企业年度数据", _add_figure)
    add.add_argument("year", type=a_number)
    add.add_argument("amount", type=yuan, metavar="YUAN")
    add.add_argument("--party", required=True, metavar="CODE", help="统一社会信用代码")
    add.add_argument("--kind", default="output", help="output 为产值")
    add.add_argument("--source", required=True, help="证明材料")
    _void_act(acts, "作废一条年度数据", _void_figure)

    acts = commands.add_parser("approval", help="一事一议").add_subparsers(dest="act", required=True, metavar="ACT")
    add_act(acts, "clauses", "可按一事一议兑现的条款", _special_clauses)
    listing = add_act(acts, "list", "列出批准记录", _approvals)
    listing.add_argument("--search", default="")
    listing.add_argument("--policy")
    add = add_act(acts, "add", "登记一项批准", _add_approval)
    add.add_argument("amount", type=yuan, metavar="YUAN")
    for flag, text in (("policy", "政策"), ("clause", "条款"), ("reference", "批准文号"), ("matter", "批准的事项")):
        add.add_argument(f"--{flag}", required=True, help=text)
    add.add_argument("--party", required=True, metavar="CODE", help="统一社会信用代码")
    add.add_argument("--approved", required=True, type=a_day, metavar=DAY, help="批准日期")
    add.add_argument("--file", type=Path, metavar="FILE", help="批准文件的扫描件")
    _void_act(acts, "作废一条批准记录", _void_approval)

    acts = commands.add_parser("service", help="服务事项").add_subparsers(dest="act", required=True, metavar="ACT")
    add_act(acts, "kinds", "政策提供的服务", _kinds)
    listing = add_act(acts, "list", "列出服务事项", _services)
    listing.add_argument("--search", default="")
    listing.add_argument("--state", choices=("open", "done", "declined", "voided"))
    add = add_act(acts, "add", "登记一项申请", _add_service)
    for flag, text in (("policy", "政策"), ("clause", "条款"), ("kind", "服务，见 service kinds")):
        add.add_argument(f"--{flag}", required=True, help=text)
    add.add_argument("--party", required=True, metavar="CODE", help="统一社会信用代码")
    add.add_argument("--person", type=a_number, metavar="ID", help="人员编号，见 party people --json")
    add.add_argument("--requested", required=True, type=a_day, metavar=DAY, help="申请日期")
    add.add_argument("--request", required=True, help="申请的内容")
    handle = add_act(acts, "handle", "登记办理情况", _handle)
    handle.add_argument("number", metavar="NUMBER")
    handle.add_argument("--handling", required=True, help="办理情况，或未予办理的原因")
    handle.add_argument("--on", required=True, type=a_day, metavar=DAY, help="办理日期")
    handle.add_argument("--declined", action="store_true", help="未予办理")
    void = add_act(acts, "void", "作废登记错误的事项", _void_service)
    void.add_argument("number", metavar="NUMBER")
    void.add_argument("--reason", required=True)


def _void_act(acts: Commands, text: str, run: Any) -> None:
    void = add_act(acts, "void", text, run)
    void.add_argument("id", type=a_number)
    void.add_argument("--reason", required=True)


def _done(options: argparse.Namespace, body: dict[str, Any], sentence: str) -> None:
    if options.json:
        print_json(body)
    else:
        print(sentence)


# ---- fund ----------------------------------------------------------------------------------


def _funds(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        years = desk.programs.fund.years(options.policy)
    if options.json:
        print_json(years)
        return
    rows = [(f.year, f.budget, f.committed, f.paid, f.forecast, f.left, f.source) for f in years]
    print_list(("年度", "预算（元）", "已承诺", "已拨付", "预计", "结余", "依据"), rows)


def _months(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        months = desk.programs.fund.months(options.policy, options.year)
    if options.json:
        print_json(months)
        return
    print_list(("月份", "已拨付（元）", "已承诺", "预计"), [(m.month, m.paid, m.committed, m.forecast) for m in months])


def _lines(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.programs.fund.lines(options.policy, options.year, options.part, limit=10**6, descending=False)
    if options.json:
        print_json(page)
        return
    rows = [(r.on, r.case_number, r.party, r.clause_title, r.number, r.state_name, r.amount) for r in page.rows]
    print_list(("日期", "办件", "单位", "条款", "期次", "状态", "金额（元）"), rows)


def _print(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        paper = desk.programs.paper(options.policy, options.year)
    paper.save(options.out)
    _done(options, {"title": paper.title, "file": str(options.out)}, f"{paper.title}：{options.out}")


def _set_budget(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.programs.fund.set_budget(options.policy, options.year, options.amount, options.source)
        view = desk.programs.fund.year(options.policy, options.year)
    if options.json:
        print_json(view)
    else:
        print(f"{options.year} 年预算现为 {options.amount.shown()} 元。")


# ---- targets -------------------------------------------------------------------------------


def _targets(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        targets = desk.programs.targets.all(options.policy, options.on)
    if options.json:
        print_json(targets)
        return
    rows = [
        (t.year, t.label, f"{t.target:,f} {t.unit}", f"{t.actual:,f} {t.unit}", f"{t.percent} %", t.on) for t in targets
    ]
    print_list(("年度", "目标", "应达到", "现有", "完成", "截至"), rows)


def _figures(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.programs.targets.figures(search=options.search, limit=ALL)
    if options.json:
        print_json(page)
        return
    rows = [(f.id, f.year, f.party, f.kind_name, f.amount, f.source, f.voided_reason) for f in page.rows]
    print_list(("编号", "年度", "单位", "数据", "金额（元）", "证明材料", "作废原因"), rows)


def _add_figure(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        party = party_id(desk, options.party)
        key = desk.programs.targets.enter(party, options.kind, options.year, options.amount, options.source)
    _done(options, {"id": key}, f"已登记（编号 {key}）。")


def _void_figure(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.programs.targets.void(options.id, options.reason)
    _done(options, {"id": options.id, "state": "voided"}, "这条年度数据已作废。")


# ---- special approvals ---------------------------------------------------------------------


def _special_clauses(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows = desk.programs.approvals.clauses()
    if options.json:
        print_json([{"policy": one[0], "clause": one[2], "title": one[3]} for one in rows])
        return
    print_list(("政策", "名称", "条款", "名称"), rows)


def _approvals(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.programs.approvals.page(search=options.search, policy=options.policy, limit=ALL)
    if options.json:
        print_json(page)
        return
    rows = [(a.id, a.party, a.clause_title, a.reference, a.approved_on, a.amount, a.used_by) for a in page.rows]
    print_list(("编号", "单位", "条款", "批准文号", "批准日期", "金额（元）", "已用于办件"), rows)


def _add_approval(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        key = desk.programs.approvals.enter(
            options.policy,
            options.clause,
            party_id(desk, options.party),
            reference=options.reference,
            approved_on=options.approved,
            amount=options.amount,
            matter=options.matter,
            path=options.file,
        )
    _done(options, {"id": key}, f"已登记批准记录（编号 {key}）。")


def _void_approval(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.programs.approvals.void(options.id, options.reason)
    _done(options, {"id": options.id, "state": "voided"}, "这条批准记录已作废。")


# ---- services ------------------------------------------------------------------------------


def _kinds(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        kinds = desk.programs.services.kinds()
    if options.json:
        print_json(kinds)
        return
    rows = [(k.policy, k.clause, k.kind, k.label, k.for_person) for k in kinds]
    print_list(("政策", "条款", "服务", "名称", "须指明人员"), rows)


def _services(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.programs.services.page(search=options.search, state=options.state, limit=ALL)
    if options.json:
        print_json(page)
        return
    rows = [(s.number, s.party, s.person, s.kind_name, s.requested_on, s.state_name, s.handled_on) for s in page.rows]
    print_list(("编号", "单位", "人员", "服务", "申请日期", "状态", "办理日期"), rows)


def _add_service(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        services = desk.programs.services
        party = party_id(desk, options.party)
        key = services.request(
            options.policy,
            options.clause,
            options.kind,
            party,
            person_id=options.person,
            requested_on=options.requested,
            request=options.request,
        )
        row = next(row for row in services.page(party_id=party, sort="number", limit=ALL).rows if row.id == key)
    _done(options, {"id": key, "number": row.number}, f"已登记 {row.number}。")


def _handle(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        row = _service(desk, options.number)
        desk.programs.services.handle(
            row.id, version=row.version, handling=options.handling, handled_on=options.on, declined=options.declined
        )
    state = "declined" if options.declined else "done"
    _done(options, {"number": row.number, "state": state}, f"{row.number} 的办理情况已登记。")


def _void_service(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        row = _service(desk, options.number)
        desk.programs.services.void(row.id, options.reason)
    _done(options, {"number": row.number, "state": "voided"}, f"{row.number} 已作废。")


def _service(desk: Desk, number: str) -> ServiceRow:
    for row in desk.programs.services.page(search=number, limit=10).rows:
        if row.number == number:
            return row
    raise Refusal("no-such-service", f"没有编号为 {number} 的服务事项。")
