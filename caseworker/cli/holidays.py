"""节假日 from the command line."""

from __future__ import annotations

import argparse

from caseworker.cli.common import Commands, a_day, a_number, add_act, desk_of, print_json, print_list


def add_commands(commands: Commands) -> None:
    acts = commands.add_parser("holiday", help="节假日").add_subparsers(dest="act", required=True, metavar="ACT")
    add_act(acts, "list", "一年中与星期几不同的日子", _list).add_argument("year", type=a_number)
    add_act(acts, "fill", "按公布的安排补录一年", _fill).add_argument("year", type=a_number)
    setting = add_act(acts, "set", "登记某一天放假或上班", _set)
    setting.add_argument("day", type=a_day, metavar="YYYY-MM-DD")
    kind = setting.add_mutually_exclusive_group(required=True)
    kind.add_argument("--off", action="store_true", help="放假")
    kind.add_argument("--work", action="store_true", help="上班")
    setting.add_argument("--name", default="", help="说明，如 国庆节调休")


def _list(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows = desk.holidays.of_year(options.year)
    if options.json:
        print_json(rows)
    else:
        print_list(("日期", "星期", "安排", "说明"), [(r.day, r.weekday, r.kind_name, r.name) for r in rows])


def _fill(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        days = desk.holidays.fill(options.year)
    if options.json:
        print_json({"year": options.year, "days": days})
    else:
        print(f"已补录 {options.year} 年 {days} 天。")


def _set(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.holidays.set_day(options.day, options.work, options.name)
    if options.json:
        print_json({"day": options.day, "workday": options.work})
    else:
        print("已登记。")
