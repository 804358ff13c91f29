"""`caseworker office`: founding one, its particulars, and the way back in with the recovery key."""

from __future__ import annotations

import argparse
import dataclasses
import getpass
import sys
from pathlib import Path
from typing import Any

from caseworker.cli.common import Commands, a_number, add_act, add_json, desk_of, print_json, print_list, read_password
from caseworker.cli.office import read_json_file
from caseworker.errors import InvalidInput, Problem
from caseworker.services import (
    NewOffice,
    NewUser,
    OfficeForm,
    Role,
    check_founding,
    create_office,
    recover,
)
from caseworker.services.places import refused_place
from caseworker.services.views import OfficeView

_TEXTS = ("name", "letter_name", "region", "address", "phone", "contact", "reconsider_by")
_LABELS = {
    "name": "机构名称",
    "letter_name": "机关代字",
    "region": "行政区域",
    "address": "地址",
    "phone": "电话",
    "contact": "联系人",
    "reconsider_by": "行政复议机关",
    "policies": "政策",
    "two_person_mode": "两人办理",
    "notice_days": "公示天数",
    "idle_lock_minutes": "空闲锁定（分钟）",
}
# What the file of `office create` may hold, and the type each value must have.
_FILE: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(_TEXTS, (str,)),
    "policies": (list,),
    "users": (list,),
    "two_person_mode": (bool,),
    "notice_days": (int, type(None)),
    "idle_lock_minutes": (int,),
}


def add_commands(commands: Commands) -> None:
    office = commands.add_parser("office", help="机构：建立、查看、修改、用恢复密钥重设密码")
    acts = office.add_subparsers(dest="act", required=True, metavar="ACT")
    create = acts.add_parser("create", help="建立机构文件，显示一次恢复密钥")
    create.add_argument("file", type=Path, metavar="FILE", help="要建立的机构文件")
    create.add_argument(
        "--from", dest="source", type=Path, required=True, metavar="OFFICE.json", help="机构资料和用户，格式见手册"
    )
    create.add_argument("--user", required=True, metavar="NAME", help="第一位管理员的登录名，须在用户之中")
    create.add_argument(
        "--password-stdin", action="store_true", help="从标准输入读取密码：先是管理员的，再按文件中的次序每人一行"
    )
    add_json(create)
    create.set_defaults(run=_create)

    back = acts.add_parser("recover", help="用恢复密钥为一个用户设新密码")
    back.add_argument("file", type=Path, metavar="FILE", help="机构文件")
    back.add_argument("--user", required=True, metavar="NAME", help="要重设密码的登录名")
    back.add_argument("--password-stdin", action="store_true", help="从标准输入读取：第一行恢复密钥，第二行新密码")
    add_json(back)
    back.set_defaults(run=_recover)

    add_act(acts, "show", "查看机构资料", _show)

    change = add_act(acts, "set", "修改机构资料（管理员）；没有写出的不变", _set)
    for name in _TEXTS:
        change.add_argument(f"--{name.replace('_', '-')}", metavar="TEXT", help=_LABELS[name])
    change.add_argument("--two-person", choices=("on", "off"), help="复核与决定由同一人办理")
    change.add_argument(
        "--notice-days", type=_notice_days, metavar="N", help="政策未定时公示的天数；0 不公示，usual 按通常天数"
    )
    change.add_argument("--idle-minutes", type=a_number, metavar="N", help="几分钟没有操作就锁定；0 不锁定")


def _notice_days(text: str) -> int | str:
    """Kept as text for `usual`, since None means that the option was not given."""
    return text if text == "usual" else int(text)


def _create(options: argparse.Namespace) -> None:
    office, people = _read_source(options.source, options.user)
    users = [NewUser(*person, password="") for person in people]
    # everything but the passwords is checked before anybody types one
    found = check_founding(options.file, office, users)
    lacking = [problem for problem in found.problems if not problem.path.endswith(".password")]
    if any(problem.path != "file" for problem in lacking):
        raise InvalidInput("机构或用户资料有误，未建立机构文件。", tuple(lacking))
    place = refused_place(options.file)
    if place is not None:
        raise place
    users = [dataclasses.replace(user, password=_new_password(user.login, options)) for user in users]
    key = create_office(options.file, office, users)
    for warning in found.warnings:
        print(f"注意：{warning}", file=sys.stderr)
    if options.json:
        print_json({"file": str(options.file), "recovery_key": key, "warnings": found.warnings})
        return
    print(f"已建立机构文件：{options.file}")
    print(f"恢复密钥：{key}")
    print("恢复密钥只显示这一次，程序不保存。请立即打印，装信封密封，锁入保险柜；不要拍照，不要存入电脑。")


def _new_password(login: str, options: argparse.Namespace) -> str:
    password = read_password(f"{login} 的密码：", options.password_stdin)
    if not options.password_stdin and getpass.getpass(f"{login} 的密码，再输一遍：") != password:
        raise InvalidInput(f"两次输入的 {login} 的密码不一致，未建立机构文件。")
    return password


def _read_source(path: Path, founder: str) -> tuple[NewOffice, list[tuple[str, str, frozenset[Role]]]]:
    """The office and its users (login, name, roles), the founder first. InvalidInput for a wrong shape, all at once."""
    data = read_json_file(path, "机构资料")
    if not isinstance(data, dict):
        raise InvalidInput("机构资料应是一个 JSON 对象。")
    problems = [Problem(name, "没有这个字段。") for name in data if name not in _FILE]
    for name, types in _FILE.items():
        if name in data and (not isinstance(data[name], types) or (int in types and isinstance(data[name], bool))):
            problems.append(Problem(name, "类型不对。"))
    if isinstance(data.get("policies"), list) and not all(isinstance(one, str) for one in data["policies"]):
        problems.append(Problem("policies", "应是政策标识的列表。"))
    people = _people(data.get("users", []), problems)
    if not problems and founder not in [login for login, _, _ in people]:
        problems.append(Problem("users", f"用户中没有登录名“{founder}”，第一位管理员须在其中。"))
    if problems:
        raise InvalidInput("机构资料有误，未建立机构文件。", tuple(problems))
    people.sort(key=lambda person: person[0] != founder)  # stable: the others keep the file's order
    values = {name: data.get(name, "") for name in _TEXTS}
    extra = {name: data[name] for name in ("two_person_mode", "notice_days", "idle_lock_minutes") if name in data}
    return NewOffice(**values, policies=tuple(data.get("policies", ())), **extra), people


def _people(entries: Any, problems: list[Problem]) -> list[tuple[str, str, frozenset[Role]]]:
    people: list[tuple[str, str, frozenset[Role]]] = []
    known = {role.value for role in Role}
    for place, entry in enumerate(entries if isinstance(entries, list) else []):
        where = f"users.{place}"
        if not isinstance(entry, dict) or not {"login", "name", "roles"} >= set(entry):
            problems.append(Problem(where, "每个用户写 login、name、roles 三项；密码不写在文件里。"))
            continue
        login, name, roles = entry.get("login", ""), entry.get("name", ""), entry.get("roles", [])
        if not isinstance(login, str) or not isinstance(name, str):
            problems.append(Problem(where, "login 和 name 应为文本。"))
        elif not isinstance(roles, list) or not {role for role in roles if isinstance(role, str)} <= known:
            problems.append(Problem(f"{where}.roles", f"角色只能是 {'、'.join(sorted(known))}。"))
        elif not all(isinstance(role, str) for role in roles):
            problems.append(Problem(f"{where}.roles", "角色应为文本。"))
        else:
            people.append((login, name, frozenset(Role(role) for role in roles)))
    return people


def _recover(options: argparse.Namespace) -> None:
    key = read_password("恢复密钥：", options.password_stdin)
    if options.password_stdin:
        password = read_password("", True)
    else:
        password = getpass.getpass(f"{options.user} 的新密码：")
        if getpass.getpass("再输一遍：") != password:
            raise InvalidInput("两次输入的新密码不一致，密码没有改动。")
    user = recover(options.file, key, options.user, password)
    if options.json:
        print_json({"login": user.login})
    else:
        print(f"{user.name}（{user.login}）的密码已重设，并记入日志。请把恢复密钥重新密封。")


def _show(options: argparse.Namespace) -> None:
    with desk_of(options) as desk:
        office = desk.office()
    _print_office(office, options)


def _set(options: argparse.Namespace) -> None:
    changes: dict[str, Any] = {name: getattr(options, name) for name in _TEXTS if getattr(options, name) is not None}
    if options.two_person is not None:
        changes["two_person_mode"] = options.two_person == "on"
    if options.notice_days is not None:
        changes["notice_days"] = None if options.notice_days == "usual" else options.notice_days
    if options.idle_minutes is not None:
        changes["idle_lock_minutes"] = options.idle_minutes
    if not changes:
        raise InvalidInput("没有写出要修改的内容，见 caseworker office set --help。")
    with desk_of(options) as desk:
        before = desk.office()
        values = {field.name: getattr(before, field.name) for field in dataclasses.fields(OfficeForm)}
        office = desk.set_office(OfficeForm(**(values | changes)), before.version)
    _print_office(office, options)


def _print_office(office: OfficeView, options: argparse.Namespace) -> None:
    if options.json:
        print_json(office)
        return
    shown: list[tuple[str, object]] = []
    for name, words in _LABELS.items():
        value = getattr(office, name)
        if name == "policies":
            value = "、".join(value)
        if name == "notice_days" and value is None:
            value = "按政策的通常天数"
        shown.append((words, value))
    print_list(("项目", "内容"), shown)
