"""The commands that open an office, each at least once, with their exit statuses and the shapes of their JSON."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sample_office import Sample

from caseworker.cli import BUG, main, parser
from caseworker.services.views import Role

PASSWORDS = {
    "admin": "yanshi-admin",
    "zhang": "yanshi-zhang",
    "li": "yanshi-li-2023",
    "wang": "yanshi-wang",
    "zhao": "yanshi-zhao",
}
ROOT = Path(__file__).resolve().parents[2]


class Shell:
    """Runs commands on one office: `run` gives status, output and errors; `json` the parsed output."""

    def __init__(self, office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.office = office
        self._patch = monkeypatch
        self._capsys = capsys

    def run(self, *words: object, user: str = "zhang", stdin: str | None = None) -> tuple[int, str, str]:
        typed = PASSWORDS.get(user, "?") + "\n" if stdin is None else stdin
        self._patch.setattr(sys, "stdin", io.StringIO(typed))
        argv = [*map(str, words), "--office", str(self.office), "--user", user, "--password-stdin"]
        status = main(argv)
        captured = self._capsys.readouterr()
        return status, captured.out, captured.err

    def ok(self, *words: object, user: str = "zhang", stdin: str | None = None) -> str:
        status, out, err = self.run(*words, user=user, stdin=stdin)
        assert status == 0, err or out
        assert err == ""
        return out

    def json(self, *words: object, user: str = "zhang", stdin: str | None = None) -> Any:
        return json.loads(self.ok(*words, "--json", user=user, stdin=stdin))


@pytest.fixture
def shell(sample: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(sample.made.path, monkeypatch, capsys)


@pytest.fixture
def full(after_day: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(after_day.made.path, monkeypatch, capsys)


# ---- listing -------------------------------------------------------------------------------


def test_every_listing_has_a_table_and_json(full: Shell, after_day: Sample) -> None:
    code = after_day.made.codes["hengyu"]
    paged: list[tuple[tuple[str, ...], int, str]] = [
        (("party", "list"), 6, "恒域数据标注有限公司"),
        (("party", "people", code), 216, "****"),
        (("case", "list"), 2, "DT-2023-0001"),
        (("notice", "list"), 2, "2023"),
        (("payment", "list"), 2, "540,000.00"),
        (("document", "list"), 10, "演产办字〔2023〕1号"),
        (("audit", "list"), 0, "建立企业档案"),
    ]
    for words, total, shown in paged:
        options = ("--limit", "1000") if words[0] == "audit" else ()
        assert shown in full.ok(*words, *options), words
        page = full.json(*words, *options)
        assert set(page) == {"rows", "total", "offset"}
        assert page["total"] == (total or page["total"])
        assert len(page["rows"]) == page["total"] > 0
    assert full.json("case", "list")["rows"][0]["amount"] in {"780000.00", "540000.00"}
    for words in (("user", "list"), ("payment", "due"), ("search", "星联"), ("imports", "list", "--party", code)):
        assert isinstance(full.json(*words), list), words
        assert full.ok(*words)
    assert {row["login"] for row in full.json("user", "list")} == set(PASSWORDS)
    assert [row["rows_taken"] for row in full.json("imports", "list", "--party", code)] == [1011, 1011, 216]
    home = full.json("home")
    assert set(home) >= {"todos", "funds", "counts"}
    assert "专项资金" in full.ok("home")
    kinds = subprocess_json("document", "kinds", "--json")
    assert {kind["id"] for kind in kinds} >= {"application-form", "decision", "payment-list"}


def subprocess_json(*words: str) -> Any:
    run = subprocess.run(
        [sys.executable, "-m", "caseworker", *words],
        capture_output=True,
        cwd=ROOT,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    return json.loads(run.stdout.decode("utf-8"))


def test_details(full: Shell, after_day: Sample) -> None:
    code = after_day.made.codes["xinglian"]
    assert full.json("party", "show", code)["form"]["name"] == "星联客服科技有限公司"
    assert "星联客服科技有限公司" in full.ok("party", "show", code.lower())
    detail = full.json("case", "show", "XK-2023-0001")
    assert (detail["number"], detail["step"]) == ("XK-2023-0001", "payment")
    assert "归档" in full.ok("case", "show", "XK-2023-0001")
    view = full.json("case", "calculation", "XK-2023-0001")
    assert view["amount"] == "780000.00"
    assert view["result"]["eligible"] is True
    assert "柒拾捌万元整" in full.ok("case", "calculation", "XK-2023-0001")
    assert full.json("audit", "verify")["ok"] is True
    assert "完整" in full.ok("audit", "verify")


# ---- acting --------------------------------------------------------------------------------


def form_file(folder: Path, **changes: object) -> Path:
    form: dict[str, object] = {
        "kind": "company",
        "name": "新岭客服有限公司",
        "code": "91360734MA0000001" + _check("91360734MA0000001"),
        "registered_on": "2022-03-01",
    }
    path = folder / "form.json"
    path.write_text(json.dumps(form | changes, ensure_ascii=False), encoding="utf-8")
    return path


def _check(body: str) -> str:
    from caseworker.values.uscc import check_character

    return check_character(body)


def test_dossiers_facts_and_users(shell: Shell, tmp_path: Path) -> None:
    detail = shell.json("party", "add", form_file(tmp_path))
    code = detail["form"]["code"]
    assert detail["form"]["registered_on"] == "2022-03-01"
    shell.ok("party", "fact", code, "in_scope", "true", "--from", "2022-03-01", "--source", "营业执照")
    key = shell.json("party", "fact", code, "seats", "260", "--from", "2022-03-01", "--source", "核查表")["id"]
    shell.ok("party", "fact", code, "operation_start", "2022-05-20", "--from", "2022-05-20", "--source", "合同")
    facts = {fact["name"]: fact["value"] for fact in shell.json("party", "show", code)["facts"]}
    assert facts == {"in_scope": True, "seats": 260, "operation_start": "2022-05-20"}
    assert key > 0
    added = shell.json(
        "user", "add", "qian", "钱经办", "--role", "caseworker", "--role", "reviewer",
        user="admin", stdin="yanshi-admin\nqian-password\n",
    )  # fmt: skip
    assert added["id"] > 0
    assert shell.run("party", "list", user="qian", stdin="qian-password\n")[0] == 0


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"name": ""}, {"name"}),
        ({"registered_on": "2022-02-30"}, {"registered_on"}),
        ({"no_such_field": "x", "phone": 5}, {"no_such_field", "phone"}),
        ({"code": "1", "phone": "打电话"}, {"code", "phone"}),
    ],
)
def test_a_wrong_form_names_its_fields_and_exits_2(
    shell: Shell, tmp_path: Path, changes: dict[str, object], paths: set[str]
) -> None:
    status, out, _ = shell.run("party", "add", form_file(tmp_path, **changes), "--json")
    assert status == 2
    assert {problem["path"] for problem in json.loads(out)["error"]["problems"]} == paths
    status, out, err = shell.run("party", "add", tmp_path / "form.json")
    assert (status, out) == (2, "")
    assert all(path in err for path in paths)


def test_imports_from_dry_run_to_undo(shell: Shell, sample: Sample, tmp_path: Path) -> None:
    code, folder = sample.made.codes["yingshan"], sample.made.folders["yingshan"]
    problems = next(folder.glob("花名册（*.xlsx"))
    base = ("--party", code)
    preview = shell.json("import", "roster", problems, *base, "--dry-run")
    assert preview["problems"]
    assert "可导入" in shell.ok("import", "roster", problems, *base, "--dry-run")
    status, out, _ = shell.run("import", "roster", problems, *base, "--json")
    assert status == 2
    assert json.loads(out)["error"]["code"] == "rows-rejected"
    taken = shell.json("import", "roster", problems, *base, "--good-rows-only")
    assert taken["rows_taken"] == preview["good"]
    assert shell.json("imports", "undo", taken["id"], "--reason", "有错")["state"] == "undone"
    assert "已导入花名册" in shell.ok("import", "roster", folder / "花名册.csv", *base)
    status, _, err = shell.run("import", "roster", folder / "花名册.csv", *base)
    assert status == 1
    assert "导入过" in err
    mapping = tmp_path / "m.json"
    mapping.write_text(json.dumps({"name": "没有这列"}), encoding="utf-8")
    assert shell.run("import", "wages", folder / "工资流水.csv", *base, "--mapping", mapping)[0] == 2
    mapping.write_text(json.dumps({"gross": "实发工资"}), encoding="utf-8")
    assert shell.json("import", "wages", folder / "工资流水.csv", *base, "--mapping", mapping)["rows_taken"] > 0


def test_documents_verified_voided_and_saved(full: Shell, tmp_path: Path) -> None:
    rows = full.json("document", "list")["rows"]
    letter = next(row for row in rows if row["shown_number"] == "演产办字〔2023〕1号")
    target = tmp_path / "决定书.pdf"
    full.ok("document", "save", letter["id"], "--out", target)
    assert target.read_bytes().startswith(b"%PDF-")
    assert full.json("document", "verify", "--file", target)["verdict"] == "unchanged"
    status, out, _ = full.run("document", "verify", "--text", "不是二维码")
    assert (status, "不是" in out) == (1, True)
    # its money is on the way: the letter stays; a notice on paper may be voided
    status, _, err = full.run("document", "void", letter["id"], "--reason", "错字")
    assert (status, "不能作废" in err) == (1, True)
    notice = next(row for row in rows if row["kind"] == "public-notice")
    shown = tmp_path / "公示.pdf"
    full.ok("document", "save", notice["id"], "--out", shown)
    assert full.json("document", "void", notice["id"], "--reason", "错字")["state"] == "voided"
    status, out, _ = full.run("document", "verify", "--file", shown)
    assert (status, "作废" in out) == (1, True)


def test_backups_and_the_practice_date(shell: Shell, tmp_path: Path) -> None:
    made = Path(shell.json("backup")["path"])
    assert made.is_file()
    assert Path(shell.json("backup", "--to", tmp_path)["path"]).is_relative_to(tmp_path)
    assert shell.run("backup", "--to", tmp_path / "没插好")[0] == 3
    assert shell.json("practice-date", "2023-06-08") == {"practice_date": "2023-06-08"}
    assert shell.run("practice-date", "2023-06-07")[0] == 1


# ---- refusals and faults -------------------------------------------------------------------


def test_refusals_exit_1(shell: Shell) -> None:
    for words in (
        ("party", "show", "91360734MA9999999X"),
        ("case", "show", "XK-1999-0001"),
        ("document", "save", "999", "--out", "x.pdf"),
        ("imports", "undo", "999", "--reason", "x"),
        ("payment", "paid", "999", "--on", "2023-06-01"),
    ):
        status, out, err = shell.run(*words)
        assert (status, out) == (1, ""), words
        assert err.strip().endswith("。")
    status, out, _ = shell.run("party", "add", "nowhere.json", "--json")
    assert status == 2
    status, _, err = shell.run("payment", "order", "--policy", "xunwu-2022-59", "1", user="li")
    assert status == 1
    assert "经办人" in err


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["no-such-command"],
        ["party"],
        ["party", "list"],
        ["party", "list", "--office", "x.caseworker"],
        ["read", "no-kind", "x.xlsx"],
        ["practice-date", "2023-13-01", "--office", "x", "--user", "y"],
        ["calculate", "--no-such-option"],
    ],
)
def test_wrong_usage_exits_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["practice-date", "2023-13-01"], "“2023-13-01”不是日期，请写成 2023-06-01 这样"),
        (["practice-date", "20230601"], "“20230601”不是日期"),
        (["payment", "paid", "1", "--on", "昨天"], "“昨天”不是日期"),
        (["payment", "paid", "一", "--on", "2023-06-01"], "“一”不是整数"),
        (["holiday", "fill", "2023年"], "“2023年”不是整数"),
        (["case", "accept", "--party", "x", "--policy", "y", "--clause", "z", "--on", "2023-02-29"], "不是日期"),
    ],
)
def test_words_that_are_no_day_or_number_are_named(
    argv: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*argv, "--office", "x", "--user", "y"])
    assert caught.value.code == 2
    assert words in capsys.readouterr().err


def test_environment_exits_3(shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = shell.run("party", "list", stdin="wrong-password\n")
    assert (status, out) == (3, "")
    assert "密码" in err
    status, out, _ = shell.run("party", "list", "--json", user="nobody", stdin="wrong-password\n")
    assert status == 3
    assert json.loads(out)["error"]["code"] == "wrong-password"
    shell.office = tmp_path / "没有.caseworker"
    assert shell.run("party", "list")[0] == 3
    shell.office = tmp_path  # a folder is a slip of the one who types, not of the machine
    assert shell.run("party", "list")[0] == 2


def test_no_password_on_standard_input_exits_2(shell: Shell) -> None:
    assert shell.run("party", "list", stdin="")[0] == 2


def test_a_held_office_exits_3_and_names_the_holder(sample: Sample) -> None:
    """Another process asks, as when the desktop is open."""
    with sample.desk(Role.REVIEWER):
        run = subprocess.run(
            [
                sys.executable, "-m", "caseworker", "party", "list", "--json",
                "--office", str(sample.made.path), "--user", "zhang", "--password-stdin",
            ],
            input=b"yanshi-zhang\n",
            capture_output=True,
            cwd=ROOT,
            check=False,
        )  # fmt: skip
        assert run.returncode == 3
        error = json.loads(run.stdout.decode("utf-8"))["error"]
        assert error["code"] == "held"
        assert "“li”" in error["message"]
    run = subprocess.run(
        [
            sys.executable, "-m", "caseworker", "party", "list", "--json",
            "--office", str(sample.made.path), "--user", "zhang", "--password-stdin",
        ],
        input=b"yanshi-zhang\n",
        capture_output=True,
        cwd=ROOT,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0
    assert json.loads(run.stdout.decode("utf-8"))["total"] == 6


def test_a_bug_exits_70_without_the_exceptions_own_words(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("张三 110101199003070011")

    monkeypatch.setattr("caseworker.services.dossiers.DossierService.page", broken)
    status, out, err = shell.run("party", "list")
    assert (status, out) == (BUG, "")
    assert "KeyError" in err
    assert "110101199003070011" not in err
    assert "张三" not in err


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    """And a handler: nothing in the parser leads nowhere."""
    seen = 0

    def walk(of: Any) -> None:
        nonlocal seen
        groups = [action for action in of._actions if hasattr(action, "choices") and isinstance(action.choices, dict)]
        for group in groups:
            assert {choice.dest for choice in group._choices_actions} == set(group.choices)
            assert all(choice.help for choice in group._choices_actions)
            for one in group.choices.values():
                walk(one)
        if not groups:
            seen += 1
            assert callable(of.get_default("run"))

    walk(parser())
    assert seen >= 38
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("caseworker ")


@pytest.mark.parametrize("office", ["", ".", "/", "folder"])
def test_a_folder_in_place_of_an_office_is_told_in_one_sentence(
    office: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    shell = Shell(Path(office), monkeypatch, capsys)
    status, out, err = shell.run("home")
    assert (status, out) == (2, "")
    assert "机构文件" in err
    assert len(err.splitlines()) == 1
