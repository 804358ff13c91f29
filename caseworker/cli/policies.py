"""`policy`: which packs there are, are their quotes in the official text, and which of them an office works with."""

from __future__ import annotations

import argparse
from pathlib import Path

from caseworker.cli.common import Commands, add_act, add_json, desk_of, print_json, print_list
from caseworker.errors import InvalidInput
from caseworker.policy import Packs
from caseworker.policy.texts import missing_quotes
from caseworker.services import bundled_packs
from caseworker.services.official_texts import read_official_text
from caseworker.services.packs import packs_with


def add_commands(commands: Commands) -> None:
    policy = commands.add_parser("policy", help="政策库")
    acts = policy.add_subparsers(dest="act", required=True, metavar="ACT")
    check = acts.add_parser("check", help="核对引文是否都在正式文本中")
    check.add_argument("pack", metavar="PACK", help="政策标识，例如 xunwu-2022-59，或政策包文件夹")
    check.add_argument("--text", required=True, type=Path, metavar="FILE", help="正式文本（.txt、.docx、.pdf）")
    add_policies(check)
    add_json(check)
    check.set_defaults(run=_check)

    listing = acts.add_parser("list", help="列出政策和条款")
    add_policies(listing)
    add_json(listing)
    listing.set_defaults(run=_list)

    add_act(acts, "library", "列出一个机构的政策库：随程序提供的和机构自己的政策包", _library)
    use = add_act(acts, "use", "机构启用一项政策（负责人或管理员）", _use)
    use.add_argument("policy", help="政策标识，见 policy library")


def add_policies(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--policies", type=Path, metavar="DIR", help="另外加载的政策包文件夹")


def packs_of(options: argparse.Namespace) -> Packs:
    """The bundled packs, with those of --policies. InvalidInput for a bad one, with every problem."""
    return bundled_packs() if options.policies is None else packs_with(options.policies)


def _check(options: argparse.Namespace) -> int:
    packs = packs_of(options)
    pack = packs.get(options.pack)
    folder = Path(options.pack)
    if pack is None and (folder / "pack.toml").is_file():
        pack = packs_with(folder)[folder.resolve().name]
    if pack is None:
        raise InvalidInput(f"没有“{options.pack}”这个政策包。")
    missing = missing_quotes(pack, read_official_text(options.text))
    if options.json:
        listed = [{"quote": quote, "where": where} for quote, where in missing]
        print_json({"policy": pack.id, "quotes": len(pack.quotes), "missing": listed})
        return 1 if missing else 0
    for quote, where in missing:
        print(f"{where}：{quote}")
    print(f"共 {len(pack.quotes)} 处引文，{len(missing)} 处未在文本中找到。")
    return 1 if missing else 0


def _list(options: argparse.Namespace) -> None:
    packs = packs_of(options)
    if options.json:
        print_json(
            [
                {
                    "id": pack.id,
                    "title": pack.title,
                    "document_number": pack.document_number,
                    "region": pack.region,
                    "from": pack.in_force.start,
                    "until": pack.in_force.end,
                    "clauses": [
                        {"id": one.id, "number": one.number, "title": one.title} for one in pack.clauses.values()
                    ],
                }
                for pack in packs
            ]
        )
        return
    rows = [(pack.id, one.id, one.number, one.title) for pack in packs for one in pack.clauses.values()]
    print_list(("政策", "条款", "编号", "名称"), rows)


def _library(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows, refused = desk.policies.library(), desk.policies.refused()
    if options.json:
        print_json({"packs": rows, "refused": refused})
        return
    shown = [(row.id, row.short_title, row.document_number, row.clauses, row.origin, row.in_use) for row in rows]
    print_list(("政策", "名称", "文号", "条款数", "来源", "已启用"), shown)
    for pack in refused:
        print(f"注意：{pack.sentence}")


def _use(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.policies.use(options.policy)
        policies = desk.office().policies
    if options.json:
        print_json({"policies": policies})
    else:
        print(f"已启用。本机构现执行：{'、'.join(policies)}。")
