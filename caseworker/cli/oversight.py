"""`oversight`: 监管 from the command line: what is open, draws and their proof, suspensions, money ordered back."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from caseworker.cli.common import Commands, a_number, add_act, desk_of, print_json, print_list, yuan
from caseworker.errors import InvalidInput, Refusal
from caseworker.services.oversight_views import ActForm, DrawForm
from caseworker.services.recoveries import RecoveryForm
from caseworker.values.money import Money


def add_commands(commands: Commands) -> None:
    oversight = commands.add_parser("oversight", help="监管：抽查、检查、整改、暂停拨付、追回")
    acts = oversight.add_subparsers(dest="act", required=True, metavar="ACT")

    listing = add_act(acts, "list", "列出监管事项", _list)
    listing.add_argument("--kind", help="事项，例如 rectification")
    listing.add_argument("--state", choices=("open", "overdue", "closed", "voided"))
    listing.add_argument("--party", type=a_number, metavar="ID", help="只列一个单位的")
    paper = add_act(acts, "print", "制作登记簿打印件，条件同 list", _print)
    paper.add_argument("--kind")
    paper.add_argument("--state", choices=("open", "overdue", "closed", "voided"))
    paper.add_argument("--party", type=a_number, metavar="ID")
    paper.add_argument("--out", type=Path, metavar="FILE", required=True)
    show = add_act(acts, "show", "一条监管事项的内容", _show)
    show.add_argument("id", type=a_number)

    draw = add_act(acts, "draw", "随机抽查", _draw)
    draw.add_argument("--policy", required=True)
    draw.add_argument("--basis", choices=("paid", "granted"), default="paid", help="已拨付，或已决定兑现")
    draw.add_argument("--from", dest="first_day", required=True, type=_day, metavar="DATE")
    draw.add_argument("--to", dest="last_day", required=True, type=_day, metavar="DATE")
    draw.add_argument("--percent", type=a_number, default=10, help="每层抽取的百分比")
    draw.add_argument("--least", type=a_number, default=1, metavar="N", help="每层至少几件")
    draw.add_argument(
        "--band", dest="bounds", action="append", type=yuan, metavar="YUAN", help="金额分档的上限，可多次"
    )
    draw.add_argument("--seed", default="", help="随机种子，省略则由程序生成")
    draw.add_argument("--dry-run", action="store_true", help="只看各层有几件、将抽几件")
    draws = add_act(acts, "draws", "列出抽查", _draws)
    draws.add_argument("--policy")
    picks = add_act(acts, "picks", "一次抽查的条件、分层和名单", _picks)
    picks.add_argument("id", type=a_number)
    verify = add_act(acts, "verify", "按记录的种子重抽，核对名单", _verify)
    verify.add_argument("id", type=a_number)

    suspend = add_act(acts, "suspend", "暂停拨付（复核人或负责人）", _suspend)
    suspend.add_argument("party", type=a_number)
    suspend.add_argument("--title", required=True, help="事项")
    suspend.add_argument("--facts", required=True, help="查明的事实")
    suspend.add_argument("--ground", required=True, choices=("misuse", "withholding", "false-papers", "other"))
    suspend.add_argument("--paper", action="append", type=Path, default=[], metavar="FILE")
    lift = add_act(acts, "lift", "解除暂停拨付（负责人）", _lift)
    lift.add_argument("id", type=a_number)
    lift.add_argument("--reason", required=True)

    recoveries = add_act(acts, "recoveries", "列出追回", _recoveries)
    recoveries.add_argument("--state", choices=("ordered", "overdue", "received", "voided"))
    recoveries.add_argument("--party", type=a_number, metavar="ID")
    payable = add_act(acts, "payable", "一个单位可以追回的款项", _payable)
    payable.add_argument("party", type=a_number)
    recover = add_act(acts, "recover", "下达追回（负责人）", _recover)
    recover.add_argument("instalment", type=a_number, nargs="?", help="款项，见 payable")
    recover.add_argument("--prior", type=a_number, metavar="ID", help="历史兑现补录的款项，见 payable")
    recover.add_argument("--amount", required=True, type=yuan, metavar="YUAN")
    recover.add_argument("--reason", required=True)
    recover.add_argument("--due", required=True, type=_day, metavar="DATE", help="缴回期限")
    recover.add_argument("--person", action="append", type=_share, default=[], metavar="ID=YUAN", help="可多次")
    receive = add_act(acts, "receive", "登记追回收款", _receive)
    receive.add_argument("id", type=a_number)
    receive.add_argument("--amount", required=True, type=yuan, metavar="YUAN")
    receive.add_argument("--on", required=True, type=_day, metavar="DATE", help="收到日期")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2023-06-01 这样") from None


def _share(text: str) -> tuple[int, Money]:
    person, _, amount = text.partition("=")
    if not person.isascii() or not person.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}”请写成 人员编号=金额")
    return int(person), yuan(amount)


# ---- acts ----------------------------------------------------------------------------------


def _list(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.oversight.page(kind=options.kind, state=options.state, party_id=options.party, limit=1000)
    if options.json:
        print_json(page)
        return
    rows = [
        (
            one.id,
            one.happened_on,
            one.kind_name,
            one.party,
            one.title,
            one.due_on,
            f"{one.state_name} 逾期" if one.overdue else one.state_name,
            one.outcome_name,
        )
        for one in page.rows
    ]
    print_list(("编号", "日期", "事项", "单位", "内容", "期限", "状态", "结果"), rows)


def _print(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        paper = desk.oversight.print_list("", options.kind, options.state, options.party)
    paper.save(options.out)
    if options.json:
        print_json({"title": paper.title, "file": str(options.out)})
    else:
        print(f"{paper.title}：{options.out}")


def _show(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        detail = desk.oversight.get(options.id)
    if options.json:
        print_json(detail)
        return
    row = detail.row
    pairs = [
        ("事项", row.kind_name),
        ("依据", detail.basis),
        ("单位", row.party),
        ("办件", row.case_number),
        (detail.day_name, row.happened_on),
        ("期限", row.due_on),
        (detail.title_name, row.title),
        *detail.said,
        (detail.words_name, row.words),
        ("状态", row.state_name),
        ("结果", row.outcome_name),
        ("办理情况", detail.closing_words),
        ("附件", "、".join(one.name for one in detail.papers if one.detached_reason is None)),
    ]
    print_list(("项目", "内容"), [(name, words) for name, words in pairs if words])
    for met, words in detail.conditions:
        print(f"{'符合' if met else '不符合'}：{words}")


# ---- spot checks ---------------------------------------------------------------------------


def _draw(options: argparse.Namespace) -> None:
    form = DrawForm(
        policy=options.policy,
        basis=options.basis,
        first_day=options.first_day,
        last_day=options.last_day,
        percent=options.percent,
        least=options.least,
        bounds=None if options.bounds is None else tuple(options.bounds),
    )
    with desk_of(options) as desk:
        if options.dry_run:
            preview = desk.spot_checks.preview(form)
            if options.json:
                print_json(preview)
                return
            _print_strata(preview.strata)
            return
        detail = desk.spot_checks.draw(form, options.seed)
    _print_draw(detail, options.json)


def _picks(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        detail = desk.spot_checks.get(options.id)
    _print_draw(detail, options.json)


def _print_draw(detail: Any, as_json: bool) -> None:
    if as_json:
        print_json(detail)
        return
    row = detail.row
    print(f"{row.number}（编号 {row.id}）：{row.cases} 件中抽出 {row.drawn} 件，种子 {row.seed}，{row.state_name}。")
    _print_strata(detail.strata)
    rows = [
        (one.case_number, one.party, one.clause_title, one.amount, one.state_name, one.conclusion)
        for one in detail.picks
    ]
    print_list(("办件", "单位", "条款", "金额（元）", "状态", "结论"), rows)


def _print_strata(strata: Any) -> None:
    rows = [(one.clause_title, one.band, one.cases, one.drawn) for one in strata]
    print_list(("条款", "金额分档", "办件数", "抽取"), rows)


def _draws(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.spot_checks.page(options.policy, limit=1000)
    if options.json:
        print_json(page)
        return
    rows = [
        (one.id, one.number, one.policy_title, one.cases, one.drawn, one.visited, one.seed, one.state_name)
        for one in page.rows
    ]
    print_list(("编号", "抽查", "政策", "办件数", "抽取", "已检查", "种子", "状态"), rows)


def _verify(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        ok, words = desk.spot_checks.verify(options.id)
    if not ok:
        raise Refusal("draw-differs", words)
    if options.json:
        print_json({"ok": ok, "message": words})
    else:
        print(words)


# ---- suspensions ---------------------------------------------------------------------------


def _suspend(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        form = ActForm(
            kind="suspension",
            happened_on=desk.clock.today(),
            title=options.title,
            words=options.facts,
            party_id=options.party,
            data={"ground": options.ground},
        )
        entered = desk.oversight.suspend(form, options.paper)
    if options.json:
        print_json(entered)
        return
    print(f"已暂停拨付（编号 {entered.id}）。")
    for warning in entered.warnings:
        print(f"注意：{warning}")


def _lift(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        entered = desk.oversight.lift(options.id, options.reason)
    if options.json:
        print_json(entered)
    else:
        print("已解除暂停，款项可以继续拨付。")


# ---- recoveries ----------------------------------------------------------------------------


def _recoveries(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.recoveries.page(state=options.state, party_id=options.party, limit=1000)
    if options.json:
        print_json(page)
        return
    rows = [
        (one.id, one.party, one.case_number, one.amount, one.received, one.due_on, one.state_name, one.reason)
        for one in page.rows
    ]
    print_list(("编号", "单位", "办件", "追回（元）", "已收回（元）", "期限", "状态", "理由"), rows)


def _payable(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        paid = desk.recoveries.payable(options.party)
    if options.json:
        print_json(paid)
        return
    rows = [
        (
            f"--prior {one.prior_grant_id}" if one.prior_grant_id else one.instalment_id,
            one.case_number,
            one.number or "",
            one.clause_title,
            one.amount,
            one.left,
            one.paid_on,
        )
        for one in paid
    ]
    print_list(("款项", "办件", "期次", "条款", "拨付（元）", "可追回（元）", "拨付日期"), rows)


def _recover(options: argparse.Namespace) -> None:
    if (options.instalment is None) == (options.prior is None):
        raise InvalidInput("请写明款项的编号，或用 --prior 写明历史兑现补录的编号（见 payable），二者取一。")
    form = RecoveryForm(
        options.instalment or 0,
        options.amount,
        options.reason,
        options.due,
        dict(options.person),
        options.prior or 0,
    )
    with desk_of(options) as desk:
        row = desk.recoveries.order(form)
    if options.json:
        print_json(row)
    else:
        print(f"已下达追回 {row.amount.shown()} 元（编号 {row.id}），缴回期限 {row.due_on}。")


def _receive(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        row = desk.recoveries.receive(options.id, options.amount, options.on)
    if options.json:
        print_json(row)
    else:
        print(f"已登记，累计收回 {row.received.shown()} 元，还应收回 {row.left.shown()} 元。")
