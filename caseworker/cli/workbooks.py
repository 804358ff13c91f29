"""报表 from the command line: lists of people, the summary, the fund's course, the ledger of cases, as workbooks."""

from __future__ import annotations

import argparse
from pathlib import Path

from caseworker.cli.cases import case_id
from caseworker.cli.common import Commands, a_number, add_act, add_json, desk_of, print_json, print_list
from caseworker.services.finance_workbooks import KINDS

_NAMED = "、".join(f"{kind} {name}" for kind, name in KINDS.items())


def add_commands(commands: Commands) -> None:
    acts = commands.add_parser("workbook", help="报表").add_subparsers(dest="act", required=True, metavar="ACT")
    kinds = acts.add_parser("kinds", help="报表种类（不打开机构文件）")
    add_json(kinds)
    kinds.set_defaults(run=_kinds)
    make = add_act(acts, "make", "导出一张报表（.xlsx）", _make)
    make.add_argument(
        "kind", choices=tuple(KINDS), metavar="KIND", help="、".join(f"{k} {v}" for k, v in KINDS.items())
    )
    make.add_argument("--out", type=Path, required=True, metavar="FILE")
    make.add_argument("--policy", default="", metavar="ID", help="政策（summary、fund 必填）")
    make.add_argument("--year", type=a_number, metavar="YYYY", help="资金年度；台账为受理年度")
    make.add_argument("--batch", type=a_number, metavar="N", help="拨付批次（people）")
    make.add_argument("--case", metavar="NUMBER", help="办件编号（people）")
    make.add_argument("--full-numbers", action="store_true", help="证件号码不打码（people，记入日志）")


def _kinds(options: argparse.Namespace) -> None:
    if options.json:
        print_json([{"id": kind, "name": name} for kind, name in KINDS.items()])
    else:
        print_list(("种类", "名称"), KINDS.items())


def _make(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        made = desk.workbooks.save(
            options.kind,
            options.out,
            policy=options.policy,
            year=options.year,
            batch_id=options.batch,
            case_id=None if options.case is None else case_id(desk, options.case),
            full_numbers=options.full_numbers,
        )
    if options.json:
        print_json(made)
    else:
        print(f"已导出 {made.rows} 行到 {made.path}。")
