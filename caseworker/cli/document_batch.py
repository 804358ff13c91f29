"""成批打印 from the command line: registered documents as one PDF in payee order."""

from __future__ import annotations

import argparse
from pathlib import Path

from caseworker.cli.common import Commands, add_act, desk_of, print_json
from caseworker.services import Desk

_PAGE = 500


def add_batch(acts: Commands) -> None:
    batch = add_act(acts, "batch", "成批打印：已登记的文书合为一个 PDF，按单位排序", _batch)
    batch.add_argument("ids", nargs="*", type=int, metavar="ID", help="文书编号；不写则按 --kind、--search 选取")
    batch.add_argument("--kind", help="只要这一种，见 document kinds")
    batch.add_argument("--search", default="", help="按文号、标题、单位或办件编号")
    batch.add_argument("--both-sides", action="store_true", help="双面打印：单数页的文书后留一空白页")
    batch.add_argument("--out", type=Path, metavar="FILE", required=True)


def _batch(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        ids = options.ids or _issued(desk, options.kind, options.search)
        count = desk.documents.print_batch(ids, options.out, both_sides=options.both_sides)
    if options.json:
        print_json({"documents": count, "file": str(options.out)})
    else:
        print(f"{count} 份文书：{options.out}")


def _issued(desk: Desk, kind: str | None, search: str) -> list[int]:
    """What is in force and can be printed, of the kind and the search."""
    found: list[int] = []
    offset = 0
    while True:
        page = desk.documents.page(search=search, kind=kind, offset=offset, limit=_PAGE)
        found += [row.id for row in page.rows if row.state == "issued" and row.file_name.endswith(".pdf")]
        offset += len(page.rows)
        if not page.rows or offset >= page.total:
            return found
