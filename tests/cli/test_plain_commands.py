"""The commands that open no office: calculate, policy check, read, sample."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl import Workbook

from caseworker.cli import main
from caseworker.cli.common import read_password
from caseworker.errors import InvalidInput
from caseworker.sample_data import Manifest
from caseworker.sample_data.numbers import id_number
from caseworker.services import open_desk

ROOT = Path(__file__).resolve().parents[2]
XUNWU: dict[str, Any] = {
    "policy": "xunwu-2022-59",
    "clause": "xw-1-new",
    "as_of": "2023-06-01",
    "facts": {
        "in_scope": True,
        "new_establishment": True,
        "self_invested": True,
        "operation_start": "2022-05-20",
        "seats": 260,
        "approved_rate": None,
        "already_granted": "0",
    },
    "interpretations": {},
    "other_benefits": [{"title": "省级服务外包奖励", "amount": "50000.00"}],
}


def with_facts(**facts: object) -> dict[str, Any]:
    return XUNWU | {"facts": XUNWU["facts"] | facts}


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    status = main([str(word) for word in argv])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


class _Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


# ---- calculate -----------------------------------------------------------------------------


def test_one_request_from_a_file_and_from_standard_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(XUNWU, ensure_ascii=False), encoding="utf-8")
    status, out, err = run(capsys, "calculate", path)
    assert (status, err) == (0, "")
    result = json.loads(out)
    assert (result["amount"], result["gross_amount"], result["eligible"]) == ("730000.00", "780000.00", True)
    assert result["trace"]
    monkeypatch.setattr(sys, "stdin", _Stdin(path.read_bytes()))
    assert run(capsys, "calculate", "-") == (0, out, "")


@pytest.mark.parametrize(
    ("request_", "paths"),
    [
        (with_facts(seats=-1), {"facts.seats"}),
        (with_facts(seats="260", operation_start="2022-02-30"), {"facts.seats", "facts.operation_start"}),
        (with_facts(typo=1), {"facts.typo"}),
        (XUNWU | {"policy": "no-policy"}, {"policy"}),
        (XUNWU | {"clause": "no-clause"}, {"clause"}),
        (XUNWU | {"interpretations": {"no-point": "x"}}, {"interpretations.no-point"}),
    ],
)
def test_a_bad_request_names_every_problem_and_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], request_: dict[str, Any], paths: set[str]
) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(request_), encoding="utf-8")
    status, out, _ = run(capsys, "calculate", path)
    error = json.loads(out)["error"]
    assert (status, error["code"]) == (2, "invalid-request")
    assert {problem["path"] for problem in error["problems"]} == paths


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": 1e999}', b"[" * 100_000])
def test_what_is_no_request_exits_2_with_json(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(data)
    status, out, _ = run(capsys, "calculate", path)
    assert status == 2
    assert json.loads(out)["error"]["code"] == "invalid-request"


def test_a_batch_answers_line_by_line_and_never_stops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = json.dumps(XUNWU, ensure_ascii=False).encode("utf-8")
    lines = [good, b"no json", b"", json.dumps(with_facts(seats=-1)).encode(), b"\xff", good]
    path = tmp_path / "r.jsonl"
    path.write_bytes(b"\r\n".join(lines) + b"\r\n")
    status, out, err = run(capsys, "calculate", "--batch", path)
    assert (status, err) == (0, ""), "a bad line carries its error; the batch itself went well"
    results = [json.loads(line) for line in out.splitlines()]
    assert ["error" in result for result in results] == [False, True, True, True, True, False]
    assert results[0] == results[-1]
    monkeypatch.setattr(sys, "stdin", _Stdin(path.read_bytes()))
    assert run(capsys, "calculate", "--batch", "-")[1] == out


def test_calculate_wants_one_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "calculate")[0] == 2
    assert run(capsys, "calculate", "a.json", "--batch", "b.jsonl")[0] == 2
    for missing in (tmp_path / "no.json", tmp_path, "bad\x00name"):
        status, out, err = run(capsys, "calculate", missing)
        assert (status, out) == (2, "")
        assert err


def test_a_folder_is_named_as_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "calculate", tmp_path)
    assert (status, "这是文件夹，不是文件" in err) == (2, True)


def test_whoever_reads_only_the_first_line_gets_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text((json.dumps(XUNWU) + "\n") * 3000, encoding="utf-8")  # more than any pipe holds
    process = subprocess.Popen(
        [sys.executable, "-m", "caseworker", "calculate", "--batch", str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["amount"] == "730000.00"
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert errors == b""


# ---- policy check --------------------------------------------------------------------------


def test_a_text_without_the_quotes_is_found_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from caseworker.services import bundled_packs

    quotes = {
        quote for quote, *_ in ((q if isinstance(q, tuple) else (q,)) for q in bundled_packs()["datong-2022"].quotes)
    }
    text = tmp_path / "全文.txt"
    text.write_text("\n".join(quotes), encoding="utf-8")
    status, out, _ = run(capsys, "policy", "check", "datong-2022", "--text", text)
    assert (status, "0 处未在文本中找到" in out) == (0, True)
    text.write_text("一份别的文件", encoding="utf-8")
    status, out, _ = run(capsys, "policy", "check", "datong-2022", "--text", text)
    assert status == 1
    assert "未在文本中找到" in out
    text.write_bytes("\n".join(quotes).encode("gb18030"))
    assert run(capsys, "policy", "check", "datong-2022", "--text", text)[0] == 0
    text.write_bytes(b"\xff\x00\x81")
    assert run(capsys, "policy", "check", "datong-2022", "--text", text)[0] == 2
    assert run(capsys, "policy", "check", "no-policy", "--text", text)[0] == 2
    assert run(capsys, "policy", "check", "datong-2022", "--text", tmp_path / "没有.txt")[0] == 2


# ---- read ----------------------------------------------------------------------------------


def test_reading_every_hand_in(manifest: Manifest, capsys: pytest.CaptureFixture[str]) -> None:
    for one in manifest.hand_ins:
        status, out, _ = run(capsys, "read", one.kind, one.path, "--json")
        result = json.loads(out)
        truth = {"roster": one.roster, "wages": one.wages, "insurance": one.insured}[one.kind]()
        assert status == 0
        assert (len(result["rows"]), result["rejected"]) == (len(truth), [])
        assert {(row["name"], row["id_number"]) for row in result["rows"]} == {row[:2] for row in truth}
    status, out, _ = run(capsys, "read", "roster", manifest.problem_file, "--json")
    assert {(row["row"], row["code"]) for row in json.loads(out)["rejected"]} == {
        (problem.row, problem.code) for problem in manifest.problems
    }
    assert "表头" in run(capsys, "read", "roster", manifest.problem_file)[1]


def _sheet(path: Path, *rows: Sequence[object]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def test_reading_interns_and_yearly_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = id_number(Random(5), date(2003, 5, 1), female=True)
    head = ["姓名", "身份证号", "学校", "学历", "实习开始日期", "实习结束日期", "录用日期", "离职日期"]
    interns = _sheet(
        tmp_path / "i.xlsx",
        head,
        [" 张 三", number.lower(), "某某职校", "中职", "2022/7/1", None, "2023.1.1", "-"],
        ["李四", number, "某某职校", "初中", "2022/7/1"],
        ["合计", "2人"],
    )
    status, out, _ = run(capsys, "read", "interns", interns, "--json")
    found = json.loads(out)
    assert status == 0
    assert set(found) == {"sheet", "header_row", "mapping", "rows", "rejected", "skipped"}
    assert found["rows"] == [
        {
            "name": "张三",
            "id_number": number,
            "school": "某某职校",
            "education": "secondary",
            "intern_from": "2022-07-01",
            "intern_to": None,
            "hired_from": "2023-01-01",
            "hired_to": None,
        }
    ]
    assert [(r["row"], r["column"], r["code"]) for r in found["rejected"]] == [
        (3, "姓名", "same-id-different-name"),
        (3, "学历", "missing-value"),
    ]
    assert found["skipped"] == [{"row": 4, "code": "total-row"}]

    yearly = _sheet(
        tmp_path / "y.xlsx", ["年度", "纳税总额（万元）", "坐席数"], ["2022年", 120.5, 260], [2023, -1, 300]
    )
    status, out, _ = run(capsys, "read", "yearly", yearly, "--json")
    found = json.loads(out)
    assert (status, found["rows"]) == (0, [{"year": 2022, "tax_paid": "1205000.00", "seats": 260}])
    assert [(r["row"], r["code"]) for r in found["rejected"]] == [(3, "amount-invalid")]
    assert "可用 1 行" in run(capsys, "read", "yearly", yearly)[1]
    given = tmp_path / "m.json"
    given.write_text('{"year": "年度", "output": "纳税总额（万元）"}', encoding="utf-8")
    status, out, _ = run(capsys, "read", "yearly", yearly, "--mapping", given, "--json")
    assert json.loads(out)["rows"] == [{"year": 2022, "seats": 260, "output": "1205000.00"}]


def test_reading_what_cannot_be_read(tmp_path: Path, manifest: Manifest, capsys: pytest.CaptureFixture[str]) -> None:
    roster = next(one.path for one in manifest.hand_ins if one.kind == "roster")
    (tmp_path / "m.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    for words in (
        ("wages", roster),
        ("roster", tmp_path),
        ("roster", roster, "--sheet", "没有这张表"),
        ("roster", roster, "--mapping", tmp_path / "m.json"),
        ("roster", roster, "--mapping", tmp_path / "broken.json"),
        ("roster", roster, "--mapping", tmp_path / "missing.json"),
    ):
        status, out, _ = run(capsys, "read", *words, "--json")
        assert status == 2, words
        assert json.loads(out)["error"]["message"]
    status, out, _ = run(capsys, "read", "roster", tmp_path / "没有.xlsx", "--json")
    assert (status, json.loads(out)["error"]["code"]) == (2, "missing")


# ---- sample --------------------------------------------------------------------------------


def test_the_sample_office_opens_with_the_passwords_it_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out_dir = tmp_path / "演示"
    status, out, _ = run(capsys, "sample", "--out", out_dir, "--people", "500", "--seed", "3", "--json")
    assert status == 0
    made = json.loads(out)
    assert Path(made["path"]).is_file()
    assert Path(made["readme"]).name == "README.txt"
    for user in made["users"]:
        desk = open_desk(Path(made["path"]), user["login"], user["password"])
        assert sorted(role.value for role in desk.user.roles) == user["roles"]
        desk.close()
    status, out, err = run(capsys, "sample", "--out", out_dir)
    assert (status, out) == (2, "")
    assert "已有演示机构" in err


def test_the_sample_in_words(tmp_path: Path) -> None:
    run_ = subprocess.run(
        [sys.executable, "-m", "caseworker", "sample", "--out", str(tmp_path / "演示"), "--people", "500"],
        capture_output=True,
        cwd=ROOT,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    out = run_.stdout.decode("utf-8")
    assert "张经办（经办人）登录名 zhang，密码 yanshi-zhang" in out
    assert "bound method" not in out


# ---- a password through a pipe -------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "code_page", "understood"),
    [
        ("落日-horse\r\n".encode(), "cp1252", "落日-horse"),
        ("落日-horse\r\n".encode("gb18030"), "cp936", "落日-horse"),
        ("落日-horse\n".encode("gb18030"), "utf-8", None),
        (b"plain-horse", "cp936", "plain-horse"),
    ],
)
def test_a_password_is_understood_in_utf_8_and_in_the_machine_s_code_page(
    sent: bytes, code_page: str, understood: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = io.TextIOWrapper(io.BytesIO(sent), encoding="utf-8", errors="surrogateescape")
    monkeypatch.setattr(sys, "stdin", piped)
    monkeypatch.setattr("caseworker.cli.common.locale.getencoding", lambda: code_page)
    if understood is None:
        with pytest.raises(InvalidInput, match="UTF-8"):
            read_password("", True)
    else:
        assert read_password("", True) == understood


def test_a_command_takes_standard_input_of_any_encoding(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "caseworker", "home"]
    done = subprocess.run(
        [*command, "--office", str(tmp_path / "none"), "--user", "a", "--password-stdin"],
        input=b"\xff\xff\n",
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode in (2, 3), done.stderr.decode("utf-8", errors="replace")
    assert b"Traceback" not in done.stderr
