"""What dossiers keep beside their form and facts, without a window: records, people, benefits, what clauses lack."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from caseworker.cli.common import Commands, a_day, a_number, add_act, desk_of, print_json, print_list
from caseworker.cli.office import party_id, read_json_file
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services import Desk


def add_commands(commands: Commands) -> None:
    dossier = commands.add_parser("dossier", help="档案的记录、人员、补助和所缺事实")
    acts = dossier.add_subparsers(dest="act", required=True, metavar="ACT")

    listing = _act(acts, "records", "列出记录（座席、场地、招聘会、需求、资质、信用）", _records)
    listing.add_argument("--kind", help="只列这一种")

    add = _act(acts, "record-add", "登记一条记录", _record_add)
    add.add_argument("kind", help="记录种类，见 records --json")
    add.add_argument("data", type=Path, metavar="DATA.json", help='字段和内容，例如 {"total": 260, "occupied": 240}')
    add.add_argument("--from", dest="valid_from", required=True, type=a_day, metavar="YYYY-MM-DD")
    add.add_argument("--source", required=True, help="证明材料")
    add.add_argument("--paper", type=Path, metavar="FILE", help="材料的扫描件")

    void = add_act(acts, "record-void", "作废一条记录", _record_void)
    void.add_argument("id", type=a_number)
    void.add_argument("--reason", required=True)

    person = _act(acts, "person", "一个人的全部记录", _person)
    person.add_argument("person", metavar="PERSON", help="人员编号或证件号码")

    _act(acts, "benefits", "其他渠道补助", _benefits)

    needs = _act(acts, "needs", "各条款还缺什么", _needs)
    needs.add_argument("--on", type=a_day, metavar="YYYY-MM-DD", help="申请日，默认为今天")


def _act(acts: Commands, name: str, words: str, run: Any) -> argparse.ArgumentParser:
    parser = add_act(acts, name, words, run)
    parser.add_argument("code", metavar="CODE", help="统一社会信用代码或证件号码")
    return parser


def _records(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        party = party_id(desk, options.code)
        kinds = desk.records.kinds(desk.dossiers.get(party).form.kind)
        if options.kind is not None and options.kind not in {kind.id for kind in kinds}:
            raise InvalidInput(f"这类档案没有“{options.kind}”这种记录。", (Problem("kind", "没有这种记录。"),))
        wanted = [kind for kind in kinds if options.kind in (None, kind.id)]
        found = [(kind, desk.records.page(party, kind.id)) for kind in wanted]
    if options.json:
        print_json(
            [
                {
                    "kind": kind.id,
                    "label": kind.label,
                    "fields": [{"name": f.name, "type": f.type, "label": f.label} for f in kind.fields],
                    "feeds": kind.feeds,
                    "rows": rows,
                }
                for kind, rows in found
            ]
        )
        return
    print_list(
        ("编号", "种类", "起始日期", "内容", "证明材料", "现供事实"),
        [
            (row.id, kind.label, row.valid_from, _content(kind.fields, row.shown), row.source, "；".join(row.feeds))
            for kind, rows in found
            for row in rows
        ],
    )


def _content(fields: tuple[Any, ...], shown: tuple[str, ...]) -> str:
    return "，".join(f"{field.label} {text}" for field, text in zip(fields, shown, strict=True) if text)


def _record_add(options: argparse.Namespace) -> None:
    data = read_json_file(options.data, "记录")
    if not isinstance(data, dict):
        raise InvalidInput("记录应是一个 JSON 对象（字段和内容）。")
    with desk_of(options) as desk:
        party = party_id(desk, options.code)
        key = desk.records.add(party, options.kind, data, options.valid_from, options.source, paper=options.paper)
    if options.json:
        print_json({"id": key})
        return
    print(f"已登记，编号 {key}。")


def _record_void(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.records.void(options.id, options.reason)
    if options.json:
        print_json({"id": options.id, "voided": True})
        return
    print(f"已作废记录 {options.id}。")


def _person(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        party = party_id(desk, options.code)
        detail = desk.records.person(party, _person_id(desk, party, options.person))
    if options.json:
        print_json(detail)
        return
    print(f"{detail.name}  {detail.id_kind} {detail.id_masked}")
    engaged = [(e.party, e.employed_from, e.employed_to, e.contract_start, e.contract_end) for e in detail.employments]
    print_list(("单位", "入职", "离职", "合同起", "合同止"), engaged)
    print_list(("月份", "单位", "工资", "社保"), [(m.month, m.party, m.wage, m.insured) for m in detail.months])
    print_list(
        ("事实", "内容", "起始日期", "证明材料"), [(f.label, f.shown, f.valid_from, f.source) for f in detail.facts]
    )
    awards = [(a.case_number or "补录", a.clause_title, a.amount, a.state_name, a.day) for a in detail.awards]
    print_list(("办件", "条款", "金额", "状态", "日期"), awards)


def _person_id(desk: Desk, party: int, text: str) -> int:
    """The person by the program's own number, or by the number on the paper."""
    if text.isdecimal() and len(text) < 12:
        return int(text)
    found = {
        *(row.id for row in desk.dossiers.people(party, search=text, limit=2).rows),
        *(row.person_id for row in desk.records.internships(party, search=text, limit=2).rows),
    }
    if not found:
        own = desk.records.own_person(party)
        found = {own} if own is not None and desk.dossiers.find(text) == party else set()
    if len(found) != 1:
        raise Refusal("no-such-person", "这个档案中没有这个人员，或不止一人，请写全证件号码。")
    return found.pop()


def _benefits(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows = desk.records.benefits(party_id(desk, options.code))
    if options.json:
        print_json(rows)
        return
    listed = [(r.id, r.clause_title, r.title, r.person, r.amount, r.granted_on, r.source) for r in rows]
    print_list(("编号", "对应条款", "补助名称", "人员", "金额", "发放日期", "证明材料"), listed)


def _needs(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        found = desk.records.needs(party_id(desk, options.code), options.on)
    if options.json:
        print_json(found)
        return
    for clause in found:
        print(f"{clause.number} {clause.title}：{'事实齐备' if clause.ready else f'缺 {len(clause.missing)} 项'}")
        for need in clause.missing:
            print(f"  {need.label}：{need.words}")
