"""The checklist of a case from the command line: ticks, what stands on a paper, scans, the history of a line."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from caseworker.cli.common import desk_of, print_json, print_list
from caseworker.errors import InvalidInput, Refusal
from caseworker.services import Desk
from caseworker.services.case_papers import NEVER
from caseworker.services.views import CaseDetail, PaperView

ON_PAPER = {"name": ("--name", "材料上的名称"), "number": ("--paper-number", "材料上的代码、证件号码或账号")}


def add_acts(act: Any, case_id: Any, show_detail: Any) -> None:
    """The acts of `case` that are about papers; `act` makes a parser, the others are the case commands' own."""

    def tick(options: argparse.Namespace) -> None:
        with desk_of(options) as desk:
            key = case_id(desk, options.number)
            _tick(options, desk, key)
            show_detail(options, desk, key)

    def attach(options: argparse.Namespace) -> None:
        with desk_of(options) as desk:
            paper = desk.cases.attach(case_id(desk, options.number), options.paper, *options.files)
        if options.json:
            print_json(paper)
        else:
            print(f"已附到“{paper.name}”，共 {len(paper.scans)} 份。")

    def history(options: argparse.Namespace) -> None:
        with desk_of(options) as desk:
            changes = desk.cases.paper_history(case_id(desk, options.number), options.paper)
        if options.json:
            print_json(changes)
            return
        print_list(("时间", "经办", "改动", "原因"), [(c.at, c.user, "；".join(c.changes), c.reason) for c in changes])

    parser = act("tick", "核验一份材料", tick)
    parser.add_argument("number")
    parser.add_argument("paper", help="材料标识；all 为全部")
    for flag, text in (("original", "原件已查验"), ("copy", "复印件已留存"), ("seal", "已加盖公章")):
        parser.add_argument(f"--{flag}", action=argparse.BooleanOptionalAction, help=f"{text}；--no-{flag} 取消")
    parser.add_argument("--note", help="备注，空的删去")
    parser.add_argument("--tolerate", metavar="YYYY-MM-DD", help="容缺，补交的最后日期；none 撤回")
    for key, (option, text) in ON_PAPER.items():
        parser.add_argument(option, dest=f"on_{key}", help=f"{text}，空的删去")
    parser.add_argument("--valid-until", dest="on_valid_until", metavar="YYYY-MM-DD", help="材料的有效期至，空的删去")
    parser = act("attach", "附扫描件（jpg、png、tif、pdf），几份一起附或一份也不附", attach)
    parser.add_argument("number")
    parser.add_argument("paper")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser = act("paper-history", "一项材料的核验经过", history)
    parser.add_argument("number")
    parser.add_argument("paper")


def list_papers(detail: CaseDetail) -> None:
    rows = [
        (p.id, p.name, p.need_name, p.original_sighted, p.copy_kept, p.seal_affixed, _state(p)) for p in detail.papers
    ]
    print_list(("标识", "材料", "要求", "原件", "复印件", "公章", "情况"), rows)
    for paper in detail.papers:
        for words in paper.warnings:
            print(f"提示  {paper.name}：{words}")


def _state(paper: PaperView) -> str:
    if not paper.applies:
        return "本件不需要"
    if paper.complete:
        return "齐备"
    words = f"还需{'、'.join(paper.lacking)}"
    return words if paper.holds_up else f"{words}，容缺至 {paper.tolerated_until}"


def _tick(options: argparse.Namespace, desk: Desk, key: int) -> None:
    papers = [p for p in desk.cases.get(key).papers if options.paper in (p.id, "all")]
    if not papers:
        raise Refusal("no-such-paper", f"这个办件没有标识为 {options.paper} 的材料。")
    typed = {name: getattr(options, f"on_{name}") for name in ("name", "number", "valid_until")}
    on_paper = {name: value for name, value in typed.items() if value is not None}
    if options.paper == "all" and (on_paper or options.tolerate is not None):
        raise InvalidInput("名称、号码、有效期和容缺日期要一项材料一项材料地登记，不能用 all。")
    for paper in papers:
        desk.cases.tick(
            key,
            paper.id,
            version=paper.version,
            original=options.original,
            copy=options.copy,
            seal=options.seal,
            note=options.note,
            tolerated_until=_day(options.tolerate),
            on_paper=on_paper,
        )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    if text == "none":
        return NEVER
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("容缺的日期请写成 2023-06-01 这样，撤回写 none。") from None
