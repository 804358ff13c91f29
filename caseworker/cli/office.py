"""Dossiers, workbooks in, users, the log and backups of one office."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from caseworker.cli import returns
from caseworker.cli.common import (
    Commands,
    a_day,
    a_number,
    add_act,
    add_json,
    desk_of,
    print_json,
    print_list,
    read_password,
)
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services import Desk, PartyForm, Role
from caseworker.services.dossier_end import WAYS
from caseworker.services.views import ROLE_NAMES

KINDS = ("roster", "wages", "insurance", "interns", "yearly")


def add_commands(commands: Commands) -> None:
    _party_commands(commands)
    read = commands.add_parser("read", help="读取工作簿（不打开机构文件）")
    read.add_argument("kind", choices=KINDS)
    read.add_argument("file", type=Path, metavar="FILE")
    read.add_argument("--sheet")
    read.add_argument("--mapping", type=Path, metavar="M.json")
    add_json(read)
    read.set_defaults(run=_read)

    take = add_act(commands, "import", "导入工作簿", _import)
    take.add_argument("kind", choices=(*KINDS, returns.BANK_RETURN))
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("--party", metavar="CODE", help="统一社会信用代码")
    take.add_argument("--batch", type=a_number, metavar="ID", help="回盘文件：哪一个拨付批次")
    take.add_argument("--on", type=a_day, metavar="YYYY-MM-DD", help="回盘文件没有日期时的拨付日期")
    take.add_argument("--all-as", choices=("paid", "returned"), help="回盘文件没有处理结果一列时，全部是成功的或退回的")
    take.add_argument("--sheet")
    take.add_argument("--mapping", type=Path, metavar="M.json")
    take.add_argument(
        "--accept", type=Path, metavar="A.json", help='校验不符仍予采用的证件号码及原因：{"号码": "原因"}'
    )
    take.add_argument("--good-rows-only", action="store_true", help="有问题的行不导入，其余照常导入")
    take.add_argument("--dry-run", action="store_true", help="只核对，不写入")

    taken = commands.add_parser("imports", help="导入记录")
    acts = taken.add_subparsers(dest="act", required=True, metavar="ACT")
    listing = add_act(acts, "list", "列出一个单位的导入", _imports)
    listing.add_argument("--party", required=True, metavar="CODE", help="统一社会信用代码")
    undo = add_act(acts, "undo", "整批撤销一次导入", _undo)
    undo.add_argument("id", type=a_number)
    undo.add_argument("--reason", required=True)

    user = commands.add_parser("user", help="用户")
    acts = user.add_subparsers(dest="act", required=True, metavar="ACT")
    add_act(acts, "list", "列出用户", _users)
    add = add_act(acts, "add", "添加用户（新密码在其后另行询问）", _add_user)
    add.add_argument("login")
    add.add_argument("name")
    add.add_argument("--role", action="append", required=True, choices=[role.value for role in Role])

    audit = commands.add_parser("audit", help="日志")
    acts = audit.add_subparsers(dest="act", required=True, metavar="ACT")
    add_act(acts, "verify", "核对日志链是否完整", _verify)
    gap = add_act(acts, "accept-gap", "确认数据文件的缺口（负责人），文号继续使用", _accept_gap)
    gap.add_argument("--reason", required=True, help="核对的情况")
    log = add_act(acts, "list", "列出日志", _log)
    log.add_argument("--limit", type=a_number, default=50)

    add_act(commands, "home", "今天要办的事", _home)

    search = add_act(commands, "search", "搜索企业、人员、办件、文号", _search)
    search.add_argument("text")

    move_on = add_act(commands, "practice-date", "推进演示机构的练习日期", _practice_date)
    move_on.add_argument("day", type=a_day, metavar="YYYY-MM-DD")

    backup = add_act(commands, "backup", "备份（经过核验）", _backup)
    backup.add_argument("--to", type=Path, metavar="FOLDER")


def _party_commands(commands: Commands) -> None:
    party = commands.add_parser("party", help="企业档案")
    acts = party.add_subparsers(dest="act", required=True, metavar="ACT")
    listing = add_act(acts, "list", "列出档案", _parties)
    listing.add_argument("--search", default="")
    show = add_act(acts, "show", "查看档案", _party)
    show.add_argument("code", metavar="CODE")
    end = add_act(acts, "end", "终止档案", _end_party)
    end.add_argument("code", metavar="CODE")
    end.add_argument("--on", required=True, type=a_day, metavar="YYYY-MM-DD", help="终止日期")
    end.add_argument("--way", required=True, choices=tuple(WAYS), help="、".join(WAYS.values()))
    end.add_argument("--reason", required=True, help="依据")
    end.add_argument("--despite-open", action="store_true", help="还有没有办完的事也终止")
    resume = add_act(acts, "resume", "恢复误终止的档案", _resume_party)
    resume.add_argument("code", metavar="CODE")
    resume.add_argument("--reason", required=True)
    people = add_act(acts, "people", "人员名单", _people)
    people.add_argument("code", metavar="CODE")
    add = add_act(acts, "add", "建立档案", _add_party)
    add.add_argument("form", type=Path, metavar="FORM.json", help="字段见手册；- 以外的文件")
    fact = add_act(acts, "fact", "登记事实", _fact)
    fact.add_argument("code", metavar="CODE")
    fact.add_argument("name")
    fact.add_argument("value", help='JSON 值，例如 true、260、"2022-05-20"')
    fact.add_argument("--from", dest="valid_from", required=True, type=a_day, metavar="YYYY-MM-DD")
    fact.add_argument("--source", required=True, help="证明材料")
    fact.add_argument("--year", type=a_number, metavar="YYYY", help="年度数据所属的年度")
    fact.add_argument("--paper", type=Path, metavar="FILE", help="材料的扫描件")


def party_id(desk: Desk, code: str) -> int:
    """The dossier of a code. Refusal when there is none."""
    found = desk.dossiers.find(code)
    if found is None:
        raise Refusal("no-such-party", f"没有代码为 {code} 的档案。")
    return found


def read_json_file(path: Path, what: str) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InvalidInput(f"找不到文件：{path}") from None
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{what}不是可读的 JSON 文件：{path}") from error


def _mapping(path: Path | None) -> Mapping[str, Any] | None:
    return None if path is None else read_json_file(path, "列对应关系")


def _accepted(path: Path | None) -> Mapping[str, str] | None:
    """Numbers and reasons come in a file: a command line is seen by others on the machine."""
    if path is None:
        return None
    given = _mapping(path)
    if given is None or not all(isinstance(reason, str) and reason.strip() for reason in given.values()):
        raise InvalidInput("每个采用的号码都要写明原因。", (Problem("accept", "每个采用的号码都要写明原因。"),))
    return {str(number): str(reason) for number, reason in given.items()}


def _parties(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.dossiers.page(search=options.search, limit=1000)
    if options.json:
        print_json(page)
        return
    rows = [(row.code, row.name, row.region, row.people, row.open_cases, row.ended_on) for row in page.rows]
    print_list(("代码", "名称", "所在地", "人数", "在办", "终止日期"), rows)


def _party(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        detail = desk.dossiers.get(party_id(desk, options.code))
    if options.json:
        print_json(detail)
        return
    if detail.ended_on is not None:
        print(f"档案已于 {detail.ended_on} 终止。{detail.ended_reason}")
    print_list(("项目", "内容"), [(name, value) for name, value in dataclasses.asdict(detail.form).items() if value])
    facts = [(fact.label, fact.shown, fact.valid_from, fact.source) for fact in detail.facts]
    print_list(("事实", "内容", "起始日期", "证明材料"), facts)
    for warning in detail.warnings:
        print(f"注意：{warning}")


def _end_party(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        key = party_id(desk, options.code)
        still_open = desk.dossiers.end(key, options.on, options.way, options.reason, despite_open=options.despite_open)
    if options.json:
        print_json({"id": key, "ended_on": options.on, "still_open": still_open})
        return
    print("档案已终止。")
    for words in still_open:
        print(f"注意：{words}")


def _resume_party(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        key = party_id(desk, options.code)
        desk.dossiers.resume(key, options.reason)
    if options.json:
        print_json({"id": key, "ended_on": None})
    else:
        print("档案已恢复。")


def _people(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.dossiers.people(party_id(desk, options.code), limit=1000)
    if options.json:
        print_json(page)
        return
    rows = [(p.name, p.id_masked, p.employed_from, p.employed_to, p.wage_months, p.insurance_months) for p in page.rows]
    print_list(("姓名", "证件号码", "入职", "离职", "工资月数", "社保月数"), rows)


def _add_party(options: argparse.Namespace) -> None:
    data = read_json_file(options.form, "档案资料")
    known = {field.name for field in dataclasses.fields(PartyForm)}
    if not isinstance(data, dict):
        raise InvalidInput("档案资料应是一个 JSON 对象。")
    problems = [Problem(name, "没有这个字段。") for name in data if name not in known]
    problems += [
        Problem(name, "应为文本。") for name, value in data.items() if name in known and not isinstance(value, str)
    ]
    registered = data.get("registered_on")
    if isinstance(registered, str):
        try:
            data["registered_on"] = date.fromisoformat(registered)
        except ValueError:
            problems.append(Problem("registered_on", "不是有效的日期，应写作 YYYY-MM-DD。"))
    if problems:
        raise InvalidInput("档案资料有误，尚未保存。", tuple(problems))
    with desk_of(options) as desk:
        key = desk.dossiers.create(PartyForm(**data))
        detail = desk.dossiers.get(key)
    if options.json:
        print_json(detail)
    else:
        print(f"已建立“{detail.form.name}”的档案。")


def _fact(options: argparse.Namespace) -> None:
    try:
        value = json.loads(options.value)
    except ValueError:
        value = options.value
    with desk_of(options) as desk:
        key = desk.dossiers.set_fact(
            party_id(desk, options.code),
            options.name,
            value,
            options.valid_from,
            options.source,
            year=options.year,
            paper=options.paper,
        )
    if options.json:
        print_json({"id": key})
    else:
        print("已登记。")


def _read(options: argparse.Namespace) -> None:
    from caseworker.services.reading import read_file

    result = read_file(options.kind, options.file, sheet=options.sheet, mapping=_mapping(options.mapping))
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
        return
    print(f"工作表 {result['sheet']}，表头第 {result['header_row']} 行，可用 {len(result['rows'])} 行。")
    rejected = [(row["row"], row["column"] or "", row["code"], row["reason"]) for row in result["rejected"]]
    print_list(("行", "列", "代码", "原因"), rejected)


def _import(options: argparse.Namespace) -> None:
    wanted = "batch" if options.kind == returns.BANK_RETURN else "party"
    if getattr(options, wanted) is None:
        words = "请用 --batch 指明拨付批次。" if wanted == "batch" else "请用 --party 指明单位的代码。"
        raise InvalidInput(words, (Problem(wanted, words),))
    if options.kind == returns.BANK_RETURN:
        returns.take(options)
        return
    with desk_of(options) as desk:
        key = party_id(desk, options.party)
        chosen: dict[str, Any] = {
            "sheet": options.sheet,
            "mapping": _mapping(options.mapping),
            "accepted": _accepted(options.accept),
        }
        if options.dry_run:
            preview = desk.imports.preview(options.kind, options.file, key, **chosen)
            if options.json:
                print_json(preview)
                return
            print(f"可导入 {preview.good} 行，有问题 {len(preview.problems)} 处，跳过 {len(preview.skipped)} 行。")
            print_list(("行", "列", "原因"), [(p.row, p.column, p.reason) for p in preview.problems])
            return
        row = desk.imports.take(options.kind, options.file, key, good_rows_only=options.good_rows_only, **chosen)
    if options.json:
        print_json(row)
    else:
        print(f"已导入{row.kind_name} {row.rows_taken} 行，未导入 {row.rows_rejected} 行。")


def _imports(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        rows = desk.imports.page(party_id(desk, options.party))
    if options.json:
        print_json(rows)
        return
    listed = [(r.id, r.kind_name, r.file_name, r.rows_taken, r.rows_rejected, r.imported_by, r.state) for r in rows]
    print_list(("编号", "类别", "文件", "导入行数", "未导入行数", "导入人", "状态"), listed)


def _undo(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.imports.undo(options.id, options.reason)
    if options.json:
        print_json({"id": options.id, "state": "undone"})
    else:
        print("已撤销这次导入。")


def _practice_date(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.set_practice_date(options.day)
    if options.json:
        print_json({"practice_date": options.day})
    else:
        print(f"练习日期现为 {options.day}。")


def _users(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        users = desk.users.page()
    if options.json:
        print_json(users)
        return
    print_list(("登录名", "姓名", "角色", "在用"), [(u.login, u.name, u.role_names(), u.active) for u in users])


def _add_user(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        password = read_password(f"{options.login} 的新密码：", options.password_stdin)
        roles = frozenset(Role(role) for role in options.role)
        key = desk.users.add(options.login, options.name, roles, password)
    if options.json:
        print_json({"id": key})
    else:
        print(f"已添加用户 {options.name}（{'、'.join(ROLE_NAMES[role] for role in sorted(roles))}）。")


def _verify(options: argparse.Namespace) -> int:
    with desk_of(options) as desk:
        whole, message = desk.audit.verify()
    if options.json:
        print_json({"ok": whole, "message": message})
    else:
        print(message)
    return 0 if whole else 1


def _accept_gap(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        desk.accept_gap(options.reason)
    if options.json:
        print_json({"gap": None})
    else:
        print("已确认，文号继续使用。")


def _log(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        page = desk.audit.page(limit=options.limit)
    if options.json:
        print_json(page)
        return
    rows = [(row.seq, row.at.isoformat(timespec="seconds"), row.user, row.action, row.reason) for row in page.rows]
    print_list(("序号", "时间", "用户", "事项", "理由"), rows)


def _home(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        home = desk.home.overview()
    if options.json:
        print_json(home)
        return
    print_list(("待办", "说明"), [(todo.text, todo.detail) for todo in home.todos])
    funds = [(fund.policy_title, fund.year, fund.budget, fund.committed, fund.paid, fund.left) for fund in home.funds]
    print_list(("专项资金", "年度", "预算", "已承诺", "已拨付", "结余"), funds)


def _search(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        hits = desk.home.search(options.text)
    if options.json:
        print_json(hits)
        return
    print_list(("类别", "名称", "说明"), [(hit.kind, hit.title, hit.detail) for hit in hits])


def _backup(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        made = desk.backup_now(options.to)
    if options.json:
        print_json({"path": str(made)})
    else:
        print(f"已备份并核验：{made}")
