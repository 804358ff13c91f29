"""`seats`: recognises valid seats (有效坐席) without an office."""

from __future__ import annotations

import argparse
from typing import Any

from caseworker.cli.calculate import open_input
from caseworker.policy import dump_json
from caseworker.seats import recognise_json

Commands = Any  # argparse's own type for subparsers is private


def add_commands(commands: Commands) -> None:
    seats = commands.add_parser("seats", help="有效坐席认定（不打开机构文件）")
    seats.add_argument("file", metavar="FILE.json", help="请求；- 为标准输入")
    seats.set_defaults(run=_seats)


def _seats(options: argparse.Namespace) -> int:
    with open_input(options.file) as source:
        result = recognise_json(source.read())
    print(dump_json(result, indent=2))
    return 2 if "error" in result else 0
