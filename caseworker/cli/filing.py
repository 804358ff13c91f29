"""卷宗 from the command line: a case's whole file as a folder, and whether an exported one is whole."""

from __future__ import annotations

import argparse
from pathlib import Path

from caseworker.cli.cases import case_id
from caseworker.cli.common import Commands, add_act, add_json, desk_of, print_json


def add_commands(commands: Commands) -> None:
    acts = commands.add_parser("file", help="卷宗").add_subparsers(dest="act", required=True, metavar="ACT")
    export = add_act(acts, "export", "导出一个办件的卷宗：目录、文书、材料、测算、办理经过和清单", _export)
    export.add_argument("number", help="办件编号")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    check = acts.add_parser("check", help="核对导出的卷宗是否完整（不打开机构文件）")
    check.add_argument("folder", type=Path)
    add_json(check)
    check.set_defaults(run=_check)


def _export(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        made = desk.filing.export(case_id(desk, options.number), options.out)
    if options.json:
        print_json(made)
    else:
        print(f"已导出 {made.files} 个文件到 {made.path}。")


def _check(options: argparse.Namespace) -> int:
    from caseworker.services.filing import check

    wrong = check(options.folder)
    if options.json:
        print_json({"whole": not wrong, "problems": wrong})
    else:
        print("\n".join(wrong) if wrong else "卷宗完整，与清单一致。")
    return 1 if wrong else 0
