"""Cases, notices and payments of one office, step by step from the command line."""

from __future__ import annotations

import argparse
from functools import partial

from caseworker.cli import consultations, findings, returns
from caseworker.cli.common import Commands, a_day, a_number, add_act, desk_of, print_json, print_list
from caseworker.cli.office import party_id
from caseworker.cli.papers import add_acts, list_papers
from caseworker.errors import Refusal
from caseworker.services import Desk


def add_commands(commands: Commands) -> None:
    acts = commands.add_parser("case", help="办件").add_subparsers(dest="act", required=True, metavar="ACT")
    listing = add_act(acts, "list", "列出办件", _list)
    listing.add_argument("--search", default="")
    add_act(acts, "show", "查看办件", _show).add_argument("number")
    accept = add_act(acts, "accept", "受理", _accept)
    accept.add_argument("--party", required=True, metavar="CODE")
    accept.add_argument("--policy", required=True)
    accept.add_argument("--clause", required=True)
    accept.add_argument("--on", type=a_day, metavar="YYYY-MM-DD", help="受理日期，默认今天")
    accept.add_argument("--reason", default="", help="受理日期早于今天的原因")
    add_acts(partial(add_act, acts), case_id, _show_detail)
    add_act(acts, "calculation", "测算", _calculation).add_argument("number")
    move = add_act(acts, "move", "办理下一步", _move)
    move.add_argument("number")
    move.add_argument("move", help="见 case show 中的可办事项")
    move.add_argument("--reason", default="")
    findings.add_acts(acts, case_id)
    consultations.add_acts(acts, case_id)

    acts = commands.add_parser("notice", help="公示").add_subparsers(dest="act", required=True, metavar="ACT")
    add_act(acts, "list", "列出公示", _notices)
    publish = add_act(acts, "publish", "发布公示", _publish)
    publish.add_argument("numbers", nargs="+", metavar="NUMBER")
    publish.add_argument("--first-day", type=a_day, metavar="YYYY-MM-DD")
    close = add_act(acts, "close", "结束公示", _close)
    close.add_argument("id", type=a_number)
    close.add_argument("--note", default="")

    void = add_act(acts, "void", "作废公示", _void_notice)
    void.add_argument("id", type=a_number)
    void.add_argument("--reason", required=True)

    acts = commands.add_parser("payment", help="拨付").add_subparsers(dest="act", required=True, metavar="ACT")
    add_act(acts, "due", "待拨付", _due)
    calendar = add_act(acts, "calendar", "期次日历", _calendar)
    calendar.add_argument("--until", type=a_day, metavar="YYYY-MM-DD")
    add_act(acts, "list", "拨付批次", _batches)
    order = add_act(acts, "order", "生成拨付批次", _order)
    order.add_argument("--policy", required=True)
    order.add_argument("ids", nargs="+", type=a_number, metavar="ID", help="待拨付的编号")
    order.add_argument(
        "--same-account",
        default="",
        metavar="REASON",
        help="银行因账户原因退回、账户没有改动的，写明仍报同一账户的理由",
    )

    paid = add_act(acts, "paid", "登记拨付结果", _paid)
    paid.add_argument("id", type=a_number, help="拨付批次的编号")
    paid.add_argument("--on", required=True, type=a_day, metavar="YYYY-MM-DD")
    returns.add_acts(acts)


def case_id(desk: Desk, number: str) -> int:
    """The case of a number. Refusal when there is none."""
    for row in desk.cases.page(search=number, limit=10).rows:
        if row.number == number:
            return row.id
    raise Refusal("no-such-case", f"没有编号为 {number} 的办件。")


def _list(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.cases.page(search=options.search, limit=1000)
    if options.json:
        print_json(page)
        return
    rows = [(c.number, c.party, c.clause_title, c.as_of, c.step_name, c.amount, c.officer) for c in page.rows]
    print_list(("办件", "单位", "事项", "受理", "环节", "金额（元）", "承办"), rows)


def _show_detail(options: argparse.Namespace, desk: Desk, key: int) -> None:
    detail = desk.cases.get(key)
    if options.json:
        print_json(detail)
        return
    print(f"{detail.number}  {detail.party}  {detail.clause_number} {detail.clause_title}  {detail.status_name}")
    print(" ─ ".join(f"{step.name}{'●' if step.id == detail.step else ''}" for step in detail.steps))
    list_papers(detail)
    print_list(("可办事项", "名称", "暂不能办的原因"), [(m.id, m.name, m.why_not) for m in detail.moves])


def _show(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        _show_detail(options, desk, case_id(desk, options.number))


def _accept(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        key = desk.cases.accept(
            party_id(desk, options.party), options.policy, options.clause, options.on, options.reason
        )
        _show_detail(options, desk, key)


def _calculation(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        view = desk.cases.calculation(case_id(desk, options.number))
    if options.json:
        print_json(view)
        return
    print_list(("事实", "内容", "来源"), [(fact.label, fact.shown, fact.source) for fact in view.facts])
    if view.result is not None:
        conditions = [("✓" if c["met"] else "✗", c["text"]) for c in view.result["conditions"]]
        print_list(("", "条件"), conditions)
        print_list(("步骤", "算式", "结果"), [(t["label"], t["expression"], t["value"]) for t in view.result["trace"]])
    for name in view.missing:
        print(f"缺少：{name}")
    for path, message in view.problems:
        print(f"{path}：{message}")
    if view.amount is not None:
        print(f"核定金额 {view.amount.shown()} 元（{view.amount_words}）")


def _move(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        key = case_id(desk, options.number)
        desk.cases.move(key, options.move, version=desk.cases.get(key).version, reason=options.reason)
        _show_detail(options, desk, key)


def _notices(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.notices.page()
    if options.json:
        print_json(page)
        return
    rows = [(n.id, n.shown_number, n.first_day, n.last_day, n.state, len(n.cases)) for n in page.rows]
    print_list(("编号", "批次", "起", "止", "状态", "件数"), rows)


def _publish(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        keys = tuple(case_id(desk, number) for number in options.numbers)
        notice = desk.notices.publish(keys, first_day=options.first_day)
    if options.json:
        print_json(notice)
    else:
        print(f"已发布 {notice.shown_number}（编号 {notice.id}），{notice.first_day} 至 {notice.last_day}。")


def _close(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.notices.close(options.id, note=options.note)
    if options.json:
        print_json({"id": options.id, "state": "closed"})
    else:
        print("公示已结束。")


def _void_notice(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.notices.void(options.id, options.reason)
    if options.json:
        print_json({"id": options.id, "state": "voided"})
    else:
        print("公示已作废，其中的办件回到等待公示。")


def _due(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        due = desk.payments.due()
    if options.json:
        print_json([{"instalment": instalment, "case": case} for instalment, case in due])
        return
    rows = [(i.id, c.number, c.party, i.number, i.amount, i.due_on) for i, c in due]
    print_list(("编号", "办件", "单位", "期次", "金额（元）", "日期"), rows)


def _calendar(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows = desk.payments.calendar(options.until)
    if options.json:
        print_json(rows)
        return
    listed = [(r.due_on, r.party, r.clause_title, r.number, r.amount, r.state_name, r.case_number) for r in rows]
    print_list(("日期", "单位", "条款", "期次", "金额（元）", "状态", "办件"), listed)


def _batches(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.payments.page()
    if options.json:
        print_json(page)
        return
    rows = [(b.id, b.shown_number, b.made_on, b.lines, b.total, b.state_name) for b in page.rows]
    print_list(("编号", "批次", "日期", "笔数", "合计（元）", "状态"), rows)


def _order(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        batch = desk.payments.order(options.policy, tuple(options.ids), same_account_reason=options.same_account)
    if options.json:
        print_json(batch)
    else:
        print(f"已生成 {batch.shown_number}（编号 {batch.id}），{batch.lines} 笔，{batch.total.shown()} 元。")


def _paid(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        batch = desk.payments.record_paid(options.id, options.on)
    if options.json:
        print_json(batch)
    else:
        print(f"{batch.shown_number} {batch.state_name}。")
