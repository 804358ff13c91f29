"""报表 from the command line: lists of people, the summary, the fund's course, the ledger of cases, as workbooks."""

from __future__ import annotations

import argparse
from pathlib import Path

from caseworker.cli.cases import case_id
from caseworker.cli.common import Commands, a_number, add_act, add_json, desk_of, print_json, print_list
from caseworker.services.finance_workbooks import KINDS
from caseworker.services.templates import FIELDS, TemplateLook, look_at

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
    look = acts.add_parser("look", help="看财政局自己的模板，猜一猜各列填什么（不打开机构文件）")
    look.add_argument("file", type=Path)
    look.add_argument("--sheet")
    look.add_argument("--header-row", type=a_number, metavar="N")
    add_json(look)
    look.set_defaults(run=_look)
    listing = add_act(acts, "templates", "财政局模板", _templates)
    listing.add_argument("--retired", action="store_true", help="也列出已停用的")
    add = add_act(acts, "add-template", "添加财政局模板", _add_template)
    add.add_argument("file", type=Path)
    add.add_argument("--name", required=True)
    add.add_argument("--sheet", help="工作表，不写时为第一张")
    add.add_argument("--header-row", type=a_number, metavar="N")
    add.add_argument(
        "--column", action="append", default=[], type=_column, metavar="LETTER=FIELD",
        help="这一列填什么，不写时按列名猜；可选：" + "、".join(FIELDS),
    )  # fmt: skip
    fill = add_act(acts, "fill", "按财政局模板导出一个拨付批次", _fill)
    fill.add_argument("template", type=a_number, help="模板的编号")
    fill.add_argument("--batch", type=a_number, required=True, metavar="N")
    fill.add_argument("--out", type=Path, required=True, metavar="FILE")
    retire = add_act(acts, "retire-template", "停用财政局模板", _retire)
    retire.add_argument("template", type=a_number)
    retire.add_argument("--reason", required=True)
    make.add_argument("--full-numbers", action="store_true", help="证件号码不打码（people，记入日志）")


def _kinds(options: argparse.Namespace) -> None:
    if options.json:
        print_json([{"id": kind, "name": name} for kind, name in KINDS.items()])
    else:
        print_list(("种类", "名称"), list(KINDS.items()))


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


def _column(text: str) -> tuple[str, str]:
    letter, mark, field = text.partition("=")
    if not mark or not letter.isascii() or not letter.isalpha() or field not in FIELDS:
        raise argparse.ArgumentTypeError(f"“{text}”应写成 列=内容，如 H=amount")
    return letter.upper(), field


def _look(options: argparse.Namespace) -> None:
    _show_look(look_at(options.file, options.sheet, options.header_row), as_json=options.json)


def _show_look(found: TemplateLook, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print(f"工作表“{found.sheet}”，表头第 {found.header_row} 行，从第 {found.first_row} 行填起，留有 {found.room} 行。")
    if found.loses:
        print(f"填写后会丢失：{'、'.join(found.loses)}。")
    print_list(("列", "列名", "填入"), [(c.letter, c.heading, FIELDS.get(c.field or "", "")) for c in found.columns])


def _templates(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows = desk.templates.rows(options.retired)
    if options.json:
        print_json(rows)
        return
    print_list(
        ("编号", "名称", "文件", "添加日期", "停用日期"),
        [(row.id, row.name, row.file_name, row.added_on, row.retired_on) for row in rows],
    )


def _add_template(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        found = desk.templates.look(options.file, options.sheet, options.header_row)
        guessed = {column.letter: column.field for column in found.columns if column.field is not None}
        columns = dict(options.column) or guessed
        row = desk.templates.add(options.name, options.file, found.sheet, found.header_row, columns)
    if options.json:
        print_json(row)
    else:
        print(f"已添加模板“{row.name}”（编号 {row.id}）：" + "，".join(f"{k} {v}" for k, v in row.columns.items()))


def _fill(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows = desk.templates.fill(options.template, options.batch, options.out)
    if options.json:
        print_json({"rows": rows, "path": options.out})
    else:
        print(f"已填入 {rows} 行：{options.out}")


def _retire(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.templates.retire(options.template, options.reason)
    if options.json:
        print_json({"id": options.template, "retired": True})
    else:
        print("已停用。")
