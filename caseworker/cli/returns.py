"""回盘 from the command line: read on a batch, list what is open, settle it."""

from __future__ import annotations

import argparse
from pathlib import Path

from caseworker.cli.common import Commands, a_day, a_number, add_act, desk_of, print_json, print_list
from caseworker.services.return_views import ReturnView

BANK_RETURN = "bank-return"  # the kind that `caseworker import` takes beside those of companies


def add_acts(acts: Commands) -> None:
    """Below `caseworker payment`."""
    listing = add_act(acts, "returns", "一个批次的回盘记录", _list)
    listing.add_argument("batch", type=a_number)
    settle = add_act(acts, "settle", "处理一条不一致的回盘记录", _settle)
    settle.add_argument("row", type=a_number, help="回盘记录的编号")
    settle.add_argument("--as", dest="as_", required=True, choices=("paid", "returned", "ignored"))
    settle.add_argument("--reason", required=True)
    settle.add_argument("--line", type=a_number, help="是本批的哪一笔（编号）")
    settle.add_argument("--on", type=a_day, metavar="YYYY-MM-DD", help="实际拨付日期")
    void = add_act(acts, "void-return", "撤销读错的回盘文件", _void)
    void.add_argument("id", type=a_number)
    void.add_argument("--reason", required=True)


def take(options: argparse.Namespace) -> None:
    """`caseworker import bank-return FILE --batch N`."""
    path: Path = options.file
    with desk_of(options) as desk:
        if options.dry_run:
            preview = desk.returns.preview(options.batch, path, sheet=options.sheet, all_as=options.all_as)
            if options.json:
                print_json(preview)
                return
            print(
                f"{len(preview.rows)} 条，其中相符 {preview.count('matched')} 条；看不懂 {len(preview.problems)} 处。"
            )
            print_list(("行", "列", "原因"), [(p.row, p.column, p.reason) for p in preview.problems])
            return
        view = desk.returns.take(
            options.batch, path, sheet=options.sheet, all_as=options.all_as, happened_on=options.on
        )
    if options.json:
        print_json(view)
        return
    print(f"已登记 {view.file_name}（编号 {view.id}），{len(view.rows)} 条，{view.open} 条待处理。")
    _print_rows((view,))


def _list(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        views, lines = desk.returns.page(options.batch), desk.returns.lines(options.batch)
    if options.json:
        print_json({"lines": lines, "returns": views})
        return
    rows = [(o.id, o.case_number, o.payee, o.account_number, o.amount, o.state_name, o.return_reason) for o in lines]
    print_list(("编号", "办件", "户名", "账号", "金额（元）", "状态", "退回原因"), rows)
    _print_rows(views)


def _print_rows(views: tuple[ReturnView, ...]) -> None:
    rows = [
        (r.id, r.row, r.payee, r.amount, r.outcome_name, r.match_name, r.words, r.settled_words or "待处理")
        for view in views
        if view.voided_reason is None
        for r in view.rows
    ]
    print_list(("编号", "行", "户名", "金额（元）", "银行结果", "核对", "说明", "处理"), rows)


def _settle(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        view = desk.returns.settle(
            options.row, options.as_, options.reason, line_id=options.line, happened_on=options.on
        )
    if options.json:
        print_json(view)
    else:
        print(f"已处理，还有 {view.open} 条待处理。")


def _void(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.returns.void(options.id, options.reason)
    if options.json:
        print_json({"id": options.id, "state": "voided"})
    else:
        print("已撤销这份回盘文件。")
