"""`point`: the interpretation points of one office: the choice in force, what each reading comes to, who used which."""

from __future__ import annotations

import argparse

from caseworker.cli.common import Commands, a_day, a_number, add_act, desk_of, plain, print_json, print_list
from caseworker.errors import Refusal
from caseworker.services.point_effects import Reading


def add_commands(commands: Commands) -> None:
    acts = commands.add_parser("point", help="口径").add_subparsers(dest="act", required=True, metavar="ACT")
    listing = add_act(acts, "list", "列出一项政策的口径和现行选择", _list)
    listing.add_argument("--policy", required=True)
    listing.add_argument("--on", type=a_day, metavar="YYYY-MM-DD", help="哪一天的选择，默认为机构日期")
    for name, text, run in (
        ("choices", "一个口径的选择记录", _choices),
        ("effects", "各种读法对在办件的影响", _effects),
        ("uses", "以往决定所用的读法", _uses),
    ):
        one = add_act(acts, name, text, run)
        one.add_argument("point", metavar="POINT", help="口径标识，例如 xw-1.seats-300")
        one.add_argument("--policy", required=True)
    choose = add_act(acts, "choose", "登记本机构的选择（负责人）", _choose)
    choose.add_argument("point", metavar="POINT")
    choose.add_argument("option", metavar="OPTION", help="选项标识，见 point list --json")
    choose.add_argument("--policy", required=True)
    choose.add_argument("--number", required=True, help="决定的文号或会议纪要编号")
    choose.add_argument("--decided", required=True, type=a_day, metavar="YYYY-MM-DD", help="决定日期")
    choose.add_argument("--from", dest="valid_from", required=True, type=a_day, metavar="YYYY-MM-DD", help="自何日起")
    choose.add_argument("--reason", default="", help="理由")
    void = add_act(acts, "void", "作废登记错误的选择（负责人）", _void)
    void.add_argument("id", type=a_number, help="选择的编号，见 point choices")
    void.add_argument("--reason", required=True)


def _list(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows = desk.points.register(options.policy, options.on)
    if options.json:
        print_json(rows)
        return
    shown = [(row.id, row.question, row.option, row.option_text, row.decision, row.since) for row in rows]
    print_list(("标识", "问题", "选项", "现行读法", "依据", "自何日起"), shown)


def _choices(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows = desk.points.register(options.policy)
    choices = next((row.choices for row in rows if row.id == options.point), None)
    if choices is None:
        raise Refusal("no-such-point", "这项政策没有这个口径。")
    if options.json:
        print_json(choices)
        return
    shown = [
        (c.id, c.option, c.option_text, c.valid_from, c.decision_number, c.decided_on, c.chosen_by, c.voided_reason)
        for c in choices
    ]
    print_list(("编号", "选项", "读法", "自何日起", "文号", "决定日期", "登记人", "作废原因"), shown)


def _effects(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows = desk.points.effects(options.policy, options.point)
    if options.json:
        print_json([{**plain(row), "differs": row.differs} for row in rows])
        return
    labels = [reading.label for reading in rows[0].readings] if rows else []
    shown = [
        (row.number, row.party, row.option, *map(_reading_words, row.readings), "是" if row.differs else "否")
        for row in rows
    ]
    print_list(("办件", "单位", "现用选项", *labels, "有影响"), shown)


def _uses(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows = desk.points.uses(options.policy, options.point)
    if options.json:
        print_json(rows)
        return
    outcomes = {"granted": "准予", "refused": "不予", "not-accepted": "不予受理"}
    shown = [
        (u.number, u.party, u.option_text, u.decision, outcomes.get(u.outcome, u.outcome), u.amount, u.decided_on)
        for u in rows
    ]
    print_list(("办件", "单位", "所用读法", "依据", "结果", "金额（元）", "决定日期"), shown)


def _choose(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        key = desk.points.choose(
            options.policy,
            options.point,
            options.option,
            decision_number=options.number,
            decided_on=options.decided,
            valid_from=options.valid_from,
            reason=options.reason,
        )
    if options.json:
        print_json({"id": key})
    else:
        print(f"已登记（编号 {key}），自 {options.valid_from} 起受理的办件按此办理。")


def _void(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.points.void(options.id, options.reason)
    if options.json:
        print_json({"id": options.id, "state": "voided"})
    else:
        print("这条选择已作废，此前的选择重新有效。")


def _reading_words(reading: Reading) -> str:
    if reading.amount is None:
        return reading.problem
    seats = "" if reading.seats is None else f"（{reading.seats} 席）"
    return reading.amount.shown() + seats
