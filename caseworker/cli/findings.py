"""核查发现 of a case from the command line: list them with what shows them, settle them, take a conclusion back."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from caseworker.cli.common import Commands, add_act, desk_of, plain, print_json, print_list
from caseworker.errors import InvalidInput, Refusal
from caseworker.services import Desk
from caseworker.services.finding_views import FindingRow, FindingsView

_SHOWN = 12  # characters of a digest that a list shows; any start of it that fits one finding will do


def add_acts(acts: Commands, case_id: Callable[[Desk, str], int]) -> None:
    """`caseworker case findings|settle|unsettle NUMBER`. `case_id` finds a case by its number."""

    def act(name: str, text: str, run: Callable[[argparse.Namespace, Desk, int], None]) -> argparse.ArgumentParser:
        def opened(options: argparse.Namespace) -> None:
            with desk_of(options) as desk:
                run(options, desk, case_id(desk, options.number))

        parser = add_act(acts, name, text, opened)
        parser.add_argument("number")
        return parser

    act("findings", "核查发现", _findings)
    settle = act("settle", "处理核查发现", _settle)
    settle.add_argument("findings", nargs="*", metavar="FINDING", help="发现的编号（可只写开头几位）")
    settle.add_argument("--all", action="store_true", help="处理全部由您处理的发现")
    settle.add_argument(
        "--conclusion", default="no-effect", help="no-effect 属实不影响（默认），corrected 已更正，other 其他"
    )
    settle.add_argument("--reason", required=True, help="核查的情况和理由")
    unsettle = act("unsettle", "作废一条核查结论", _unsettle)
    unsettle.add_argument("finding", metavar="FINDING")
    unsettle.add_argument("--reason", required=True)


def _findings(options: argparse.Namespace, desk: Desk, case_id: int) -> None:
    view = desk.findings.of_case(case_id)
    if options.json:
        rows = [plain(row) | {"evidence": plain(desk.findings.evidence(case_id, row.digest))} for row in view.rows]
        print_json(
            {"case": view.number, "decided": view.decided, "open": view.open, "settled": view.settled, "rows": rows}
        )
        return
    _show(view)


def _show(view: FindingsView) -> None:
    rows = [(row.digest[:_SHOWN], row.state_name, row.kind_name, row.sentence, _answer(row)) for row in view.rows]
    print_list(("编号", "状态", "类别", "发现", "结论"), rows)
    print(f"待处理 {view.open} 项，已处理 {view.settled} 项。")


def _answer(row: FindingRow) -> str:
    if row.state == "settled":
        return f"{row.conclusion}：{row.reason}（{row.settled_by}）"
    return f"待{row.settler_name}处理。{row.changed}" if row.state == "open" else row.changed


def _settle(options: argparse.Namespace, desk: Desk, case_id: int) -> None:
    rows = desk.findings.of_case(case_id).rows
    if options.all == bool(options.findings):
        raise InvalidInput("请写明要处理的发现的编号，或用 --all 处理全部待处理的发现。")
    if options.all:
        mine = desk.findings.mine()
        digests = [row.digest for row in rows if row.state == "open" and row.settler in mine]
        if not digests:
            who = "、".join(dict.fromkeys(row.settler_name for row in rows if row.state == "open"))
            raise Refusal("nothing-open", f"待处理的核查发现由{who}处理。" if who else "没有待处理的核查发现。")
    else:
        digests = [_one(rows, start).digest for start in options.findings]
    count = desk.findings.settle(case_id, digests, options.conclusion, options.reason)
    view = desk.findings.of_case(case_id)
    if options.json:
        print_json({"case": view.number, "settled_now": count, "open": view.open, "settled": view.settled})
    else:
        _show(view)


def _unsettle(options: argparse.Namespace, desk: Desk, case_id: int) -> None:
    row = _one(desk.findings.of_case(case_id).rows, options.finding)
    if row.settlement_id is None:
        raise Refusal("not-settled", "这项发现还没有处理结论。")
    desk.findings.void(row.settlement_id, options.reason)
    view = desk.findings.of_case(case_id)
    if options.json:
        print_json({"case": view.number, "open": view.open, "settled": view.settled})
    else:
        _show(view)


def _one(rows: Sequence[FindingRow], start: str) -> FindingRow:
    found = [row for row in rows if row.digest.startswith(start.lower())]
    if len(found) != 1:
        many = f"有 {len(found)} 项" if found else "没有"
        raise Refusal("which-finding", f"编号以“{start}”开头的核查发现{many}，请用 case findings 核对编号。")
    return found[0]
