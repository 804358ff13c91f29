"""文书用语 from the command line: what letters say, and the office's own sentences."""

from __future__ import annotations

import argparse

from caseworker.cli.common import Commands, add_act, desk_of, print_json, print_list


def add_commands(commands: Commands) -> None:
    acts = commands.add_parser("wording", help="文书用语").add_subparsers(dest="act", required=True, metavar="ACT")
    listing = add_act(acts, "list", "一种文书的每一句用语", _list)
    listing.add_argument("kind", help="文书种类，见 document kinds")
    say = add_act(acts, "say", "改用本机构自己的一句用语", _say)
    restore = add_act(acts, "restore", "恢复程序原来的用语", _restore)
    for act in (say, restore):
        act.add_argument("kind")
        act.add_argument("field", help="用语的名称，见 wording list")
        act.add_argument("--reason", required=True)
    say.add_argument("--text", required=True)


def _list(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        sentences = desk.wording.sentences(options.kind)
    if options.json:
        print_json(sentences)
        return
    rows = [(one.field, "本机构" if one.own else "", one.own or one.program) for one in sentences]
    print_list(("名称", "来源", "用语"), rows)


def _say(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.wording.say(options.kind, options.field, options.text, options.reason)
    if options.json:
        print_json({"kind": options.kind, "field": options.field, "text": options.text})
    else:
        print("已改用这一句。已制作的文书不变。")


def _restore(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.wording.restore(options.kind, options.field, options.reason)
    if options.json:
        print_json({"kind": options.kind, "field": options.field, "text": None})
    else:
        print("已恢复程序原来的用语。")
