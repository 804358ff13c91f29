"""`caseworker office`: create, recover, show and set, with their exit statuses and JSON."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from caseworker.cli import main
from caseworker.services import open_desk
from caseworker.services.views import Role
from caseworker.store.recovery_key import read_recovery_key

Run = Callable[..., tuple[int, str, str]]
ADMIN, CLERK, NEW = "admin-password-1", "clerk-password-1", "new-password-11"
OFFICE: dict[str, Any] = {
    "name": "寻乌县客服产业办公室",
    "letter_name": "寻客办字",
    "region": "寻乌县",
    "address": "长宁镇",
    "phone": "0797-0000000",
    "contact": "经一",
    "reconsider_by": "寻乌县人民政府",
    "policies": ["xunwu-2022-59"],
    "idle_lock_minutes": 5,
    "users": [
        {"login": "jing", "name": "经一", "roles": ["caseworker"]},
        {"login": "admin", "name": "管一", "roles": ["administrator"]},
    ],
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: object, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        status = main([*map(str, words), "--password-stdin"])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def source(folder: Path, **changes: Any) -> Path:
    path = folder / "office.json"
    path.write_text(json.dumps(OFFICE | changes, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def made(run: Run, tmp_path: Path) -> tuple[Path, str]:
    path = tmp_path / "寻乌.caseworker"
    status, out, err = run(
        "office", "create", path, "--from", source(tmp_path), "--user", "admin", "--json", stdin=f"{ADMIN}\n{CLERK}\n"
    )
    assert status == 0, err
    answer = json.loads(out)
    assert answer["file"] == str(path)
    assert "还没有复核人、负责人" in answer["warnings"][0]
    assert "还没有复核人、负责人" in err
    return path, answer["recovery_key"]


def test_an_office_from_a_file_opens_for_its_users_with_the_passwords_in_order(made: tuple[Path, str]) -> None:
    path, key = made
    assert len(read_recovery_key(key)) == 20
    for login, password, role in (("admin", ADMIN, Role.ADMINISTRATOR), ("jing", CLERK, Role.CASEWORKER)):
        desk = open_desk(path, login, password)
        assert desk.user.roles == {role}
        assert (desk.office().name, desk.office().idle_lock_minutes) == (OFFICE["name"], 5)
        desk.close()


def test_the_key_is_printed_once_with_what_to_do_with_it(run: Run, tmp_path: Path) -> None:
    words = ("office", "create", tmp_path / "x.caseworker", "--from", source(tmp_path), "--user", "admin")
    status, out, _err = run(*words, stdin=f"{ADMIN}\n{CLERK}\n")
    assert status == 0
    line = next(line for line in out.splitlines() if line.startswith("恢复密钥："))
    assert len(read_recovery_key(line.removeprefix("恢复密钥："))) == 20
    assert "锁入保险柜" in out
    assert ADMIN not in out
    status, out, err = run(*words, stdin=f"{ADMIN}\n{CLERK}\n")
    assert (status, out) == (1, "")
    assert "已存在" in err


@pytest.mark.parametrize(
    ("changes", "founder", "named"),
    [
        ({"name": "", "phone": "1", "policies": ["x"]}, "admin", {"name", "phone", "policies"}),
        ({"nmae": "x", "policies": [1]}, "admin", {"nmae", "policies"}),
        ({"name": 1, "notice_days": True, "two_person_mode": 1}, "admin", {"name", "notice_days", "two_person_mode"}),
        ({}, "nobody", {"users"}),
        ({}, "jing", {"users.0.roles"}),  # the founder is an administrator
        ({"users": [{"login": "admin", "name": "管一", "roles": ["chief"]}]}, "admin", {"users.0.roles"}),
        ({"users": [{"login": "a", "name": "b", "roles": [], "password": "in-the-file"}]}, "a", {"users.0"}),
        ({"users": [1, {"login": 1}]}, "a", {"users.0", "users.1"}),
    ],
)
def test_what_is_wrong_in_the_file_is_named_before_any_password_is_read(
    run: Run, tmp_path: Path, changes: dict[str, Any], founder: str, named: set[str]
) -> None:
    path = tmp_path / "x.caseworker"
    status, out, _err = run(
        "office", "create", path, "--from", source(tmp_path, **changes), "--user", founder, "--json"
    )
    assert status == 2
    assert {problem["path"] for problem in json.loads(out)["error"]["problems"]} == named
    assert not path.exists()


def test_a_short_or_missing_password_founds_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.caseworker"
    words = ("office", "create", path, "--from", source(tmp_path), "--user", "admin")
    for stdin in ("", f"{ADMIN}\n", f"{ADMIN}\n123456789\n"):
        status, out, err = run(*words, stdin=stdin)
        assert (status, out) == (2, "")
        assert "密码" in err
        assert not path.exists()
    status, _out, err = run("office", "create", tmp_path / "无" / "x.caseworker", *words[3:])
    assert status == 3
    assert "不存在" in err


def test_the_recovery_key_and_a_new_password_from_standard_input(run: Run, made: tuple[Path, str]) -> None:
    path, key = made
    status, out, err = run("office", "recover", path, "--user", "admin", stdin=f"{key}\n{NEW}\n")
    assert (status, err) == (0, "")
    assert "管一（admin）" in out
    assert key not in out
    open_desk(path, "admin", NEW).close()
    status, out, _err = run("audit", "list", "--office", path, "--user", "admin", "--json", stdin=f"{NEW}\n")
    assert json.loads(out)["rows"][0]["action"] == "用恢复密钥重设密码"
    status, out, _err = run("office", "recover", path, "--user", "jing", "--json", stdin=f"{key}\n{NEW}\n")
    assert (status, json.loads(out)) == (0, {"login": "jing"})


@pytest.mark.parametrize(
    ("spoil", "user", "password", "status", "words"),
    [
        (lambda key: key[:-1], "admin", NEW, 2, "36 个字符"),
        (lambda _key: "0000-" * 8 + "0000", "admin", NEW, 2, "校验组不符"),
        (lambda key: key, "nobody", NEW, 1, "没有登录名"),
        (lambda key: key, "admin", "short", 2, "至少 10 个字符"),
    ],
)
def test_a_recovery_that_fails_is_one_sentence_and_changes_nothing(
    run: Run,
    made: tuple[Path, str],
    spoil: Callable[[str], str],
    user: str,
    password: str,
    status: int,
    words: str,
) -> None:
    path, key = made
    found, out, err = run("office", "recover", path, "--user", user, stdin=f"{spoil(key)}\n{password}\n")
    assert (found, out) == (status, "")
    assert words in err.splitlines()[0]
    open_desk(path, "admin", ADMIN).close()


def test_a_held_office_is_not_recovered(run: Run, made: tuple[Path, str]) -> None:
    path, key = made
    desk = open_desk(path, "jing", CLERK)
    try:
        status, _out, err = run("office", "recover", path, "--user", "admin", stdin=f"{key}\n{NEW}\n")
        assert status == 3
        assert "“jing”" in err
    finally:
        desk.close()


def test_show_and_set(run: Run, made: tuple[Path, str]) -> None:
    path, _key = made

    def office(*words: str, user: str = "admin", password: str = ADMIN) -> tuple[int, str, str]:
        return run("office", *words, "--office", path, "--user", user, stdin=f"{password}\n")

    status, out, _err = office("show", user="jing", password=CLERK)
    assert status == 0
    assert "按政策的通常天数" in out
    status, out, _err = office(
        "set", "--phone", "0797-1234567", "--two-person", "on", "--notice-days", "3", "--idle-minutes", "0", "--json"
    )
    assert status == 0
    shown = json.loads(out)
    assert (shown["phone"], shown["two_person_mode"], shown["notice_days"], shown["idle_lock_minutes"]) == (
        "0797-1234567", True, 3, 0,
    )  # fmt: skip
    assert shown["name"] == OFFICE["name"]
    status, out, _err = office("set", "--notice-days", "usual", "--two-person", "off", "--json")
    assert (json.loads(out)["notice_days"], json.loads(out)["two_person_mode"]) == (None, False)
    status, _out, err = office("set", "--phone", "0797-7654321", user="jing", password=CLERK)
    assert status == 1
    assert "管理员" in err
    assert office("set")[0] == 2
    assert office("set", "--name", " ")[0] == 2
    assert json.loads(office("show", "--json")[1])["phone"] == "0797-1234567"
