"""`prior`: 历史兑现补录, what was granted before this program came."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from caseworker.cli.common import Commands, a_number, add_act, add_json, desk_of, print_json, print_list
from caseworker.cli.policies import add_policies, packs_of
from caseworker.errors import InvalidInput


def add_commands(commands: Commands) -> None:
    prior = commands.add_parser("prior", help="历史兑现补录")
    acts = prior.add_subparsers(dest="act", required=True, metavar="ACT")
    template = acts.add_parser("template", help="写出空白的补录模板（不打开机构文件）")
    template.add_argument("--out", required=True, type=Path, metavar="F.xlsx")
    add_policies(template)
    add_json(template)
    template.set_defaults(run=_template)
    read = acts.add_parser("read", help="读取填好的模板（不打开机构文件）")
    read.add_argument("file", type=Path, metavar="F.xlsx")
    add_policies(read)
    add_json(read)
    read.set_defaults(run=_read)
    enter = add_act(acts, "enter", "录入填好的模板，等第二人确认", _enter)
    enter.add_argument("file", type=Path, metavar="F.xlsx")
    enter.add_argument("--evidence", required=True, metavar="TEXT", help="凭据，例如拨款凭证的起止编号")
    enter.add_argument("--scan", type=Path, metavar="FILE", help="纸质凭据的扫描件")
    enter.add_argument("--title", default="")
    enter.add_argument("--dry-run", action="store_true", help="只核对，不写入")
    add_act(acts, "list", "列出补录", _list)
    add_act(acts, "running", "启用本程序以前开始、还要接着兑现的分期", _running)
    show = add_act(acts, "show", "一批补录的内容", _show)
    show.add_argument("id", type=a_number)
    confirm = add_act(acts, "confirm", "确认一批补录（复核人或负责人，不能是录入人）", _confirm)
    confirm.add_argument("id", type=a_number)
    void = add_act(acts, "void", "作废一批补录", _void)
    void.add_argument("id", type=a_number)
    void.add_argument("--reason", required=True)
    void.add_argument("--despite-decisions", action="store_true", help="已有决定据此作出，仍然作废")


def _template(options: argparse.Namespace) -> None:
    from caseworker.services.prior_reading import empty_workbook

    data = empty_workbook(packs_of(options))
    try:
        with options.out.open("xb") as file:  # never over a workbook that is being filled
            file.write(data)
    except FileExistsError:
        raise InvalidInput(f"“{options.out}”已经存在，没有覆盖。请另取文件名。") from None
    except OSError as error:
        raise InvalidInput(f"不能写入“{options.out}”：{error.strerror or '磁盘错误'}") from error
    if options.json:
        print_json({"path": str(options.out), "bytes": len(data)})
    else:
        print(f"已写出补录模板：{options.out}")


def _read(options: argparse.Namespace) -> None:
    from caseworker.services.prior_reading import read_workbook_file

    found = read_workbook_file(options.file, packs_of(options))
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
        return
    print(f"兑现 {len(found['grants'])} 笔，资金 {len(found['fund'])} 行，文号 {len(found['numbers'])} 行。")
    rows = [(one["sheet"], one["row"] or "", one["column"], one["reason"]) for one in found["problems"]]
    print_list(("工作表", "行", "列", "问题"), rows)


def _enter(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        if options.dry_run:
            preview = desk.prior.preview(options.file)
            if options.json:
                print_json(preview)
                return
            print(f"可录入 {preview.rows} 行，有问题 {len(preview.problems)} 处。")
            rows = [(one.sheet, one.row or "", one.column, one.reason) for one in preview.problems]
            print_list(("工作表", "行", "列", "问题"), rows)
            for warning in preview.warnings:
                print(f"注意：{warning}")
            return
        batches = desk.prior.enter(options.file, options.evidence, scan=options.scan, title=options.title)
    if options.json:
        print_json(batches)
        return
    for row in batches:
        print(f"已录入第 {row.id} 批（{row.kind_name}）{row.rows} 行，等第二人确认。")


def _list(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.prior.page(limit=1000)
    if options.json:
        print_json(page)
        return
    rows = [
        (one.id, one.kind_name, one.title, one.rows, one.total, one.state_name, one.entered_by, one.confirmed_by)
        for one in page.rows
    ]
    print_list(("编号", "类别", "标题", "行数", "金额（元）", "状态", "录入人", "确认人"), rows)


def _running(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        awards = desk.prior.running()
    if options.json:
        print_json(awards)
        return
    rows = [
        (one.party, one.clause_title, f"{one.last_number}/{one.count}", one.last_on, one.last_amount, one.next_on)
        for one in awards
    ]
    print_list(("单位", "条款", "已兑现期次", "上期日期", "上期金额（元）", "下期预计"), rows)


def _show(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        detail = desk.prior.get(options.id)
        lines = desk.prior.lines(options.id, limit=1000)
    if options.json:
        print_json({"batch": detail, "lines": lines})
        return
    rows = [(one.what, one.party, one.person, one.day, one.amount, one.detail) for one in lines.rows]
    print_list(("事项", "单位", "人员", "日期", "金额（元）", "内容"), rows)
    for warning in detail.warnings:
        print(f"注意：{warning}")


def _confirm(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        row = desk.prior.confirm(options.id)
    if options.json:
        print_json(row)
    else:
        print(f"第 {row.id} 批已确认，从现在起计入。")


def _void(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        row = desk.prior.void(options.id, options.reason, despite=options.despite_decisions)
    if options.json:
        print_json(row)
    else:
        print(f"第 {row.id} 批已作废。")
