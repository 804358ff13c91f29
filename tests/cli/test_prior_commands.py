"""`caseworker prior`: the template, reading it without an office, entering, confirming, voiding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli.test_office_commands import Shell, shell
from prior_book import PriorBook, id_number
from sample_office import Sample

from caseworker.cli import main

__all__ = ["shell"]


def plain(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    status = main([str(word) for word in words])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.fixture
def book(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> PriorBook:
    out = tmp_path / "空白.xlsx"
    status, text, _ = plain(capsys, "prior", "template", "--out", out)
    assert (status, "已写出" in text) == (0, True)
    return PriorBook(out.read_bytes())


def test_the_template_never_goes_over_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "在填.xlsx"
    out.write_bytes(b"mine")
    status, text, _ = plain(capsys, "prior", "template", "--out", out, "--json")
    assert status == 2
    assert "已经存在" in json.loads(text)["error"]["message"]
    assert out.read_bytes() == b"mine"
    assert plain(capsys, "prior", "template", "--out", tmp_path / "无此文件夹" / "a.xlsx")[0] == 2


def test_reading_needs_no_office(book: PriorBook, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = {
        "统一社会信用代码": "91360734MA7K2L5T3C",
        "姓名": "张三",
        "证件号码": id_number(1),
        "条款": "xw-12-housing-rent",
        "兑现日期": "2023-01-05",
        "金额": 1000,
        "本次补贴月数": 5,
    }
    book.put("人员", [person, person | {"本次补贴月数": 7}])
    path = book.save(tmp_path / "a.xlsx")
    status, text, _ = plain(capsys, "prior", "read", path, "--json")
    assert status == 0
    found = json.loads(text)
    assert set(found) == {"grants", "fund", "numbers", "problems", "skipped"}
    (grant,) = found["grants"]
    assert (grant["row"], grant["amount"], grant["granted_on"]) == (5, "1000.00", "2023-01-05")
    assert grant["facts"] == {"months_paid": 5}
    (problem,) = found["problems"]
    assert problem.pop("reason")
    assert problem == {"sheet": "人员", "row": 6, "column": "本次补贴月数", "code": "number-invalid"}
    assert "本次补贴月数" in plain(capsys, "prior", "read", path)[1]
    (tmp_path / "b.xlsx").write_bytes(b"%PDF-1.4")
    status, text, _ = plain(capsys, "prior", "read", tmp_path / "b.xlsx", "--json")
    assert (status, json.loads(text)["error"]["code"]) == (2, "pdf")


def test_entered_by_one_confirmed_by_another_and_voided(
    shell: Shell, sample: Sample, book: PriorBook, tmp_path: Path
) -> None:
    with sample.desk() as desk:
        code = desk.dossiers.get(sample.made.parties["xinglian"]).form.code
    row: dict[str, Any] = {
        "统一社会信用代码": code,
        "条款": "xw-3-tax 纳税奖励",
        "兑现日期": "2022-11-30",
        "金额": "8000.5",
    }
    with sample.desk() as desk:
        lessee = desk.dossiers.get(sample.made.parties["hengyu"]).form.code
    lease = {"统一社会信用代码": lessee, "条款": "dt-4-lease", "期次": 1, "补贴第几年": 1}
    book.put("兑现", [row | {"纳税年度": 2021}, lease | {"兑现日期": "2022-12-30", "金额": 100}])
    path, scan = book.save(tmp_path / "补录.xlsx"), tmp_path / "凭证.pdf"
    scan.write_bytes(b"%PDF-1.4")
    preview = shell.json("prior", "enter", path, "--evidence", "凭证", "--dry-run")
    assert (preview["grants"], preview["problems"], preview["total"]) == (2, [], "8100.50")
    assert shell.json("prior", "list")["rows"] == []
    (entered,) = shell.json("prior", "enter", path, "--evidence", "凭证 1 号", "--scan", scan)
    assert (entered["id"], entered["state"], entered["has_scan"]) == (1, "entered", True)
    assert shell.run("prior", "confirm", 1)[0] == 1  # no right
    assert shell.json("prior", "confirm", 1, user="li")["state"] == "confirmed"
    assert "已确认" in shell.ok("prior", "list")
    shown = shell.json("prior", "show", 1)
    assert shown["lines"]["rows"][0]["detail"] == "纳税年度 2021"
    (award,) = shell.json("prior", "running")
    assert (award["last_number"], award["count"], award["next_on"]) == (1, 5, "2023-12-30")
    assert "1/5" in shell.ok("prior", "running")
    status, out, _ = shell.run("prior", "enter", path, "--evidence", "凭证 1 号", "--json")
    assert status == 2
    assert json.loads(out)["error"]["problems"] == [
        {"path": f"兑现.{number}", "message": "同一笔兑现已经补录过"} for number in (5, 6)
    ]
    assert shell.run("prior", "void", 1, "--reason", "错")[0] == 1  # the head's by now
    assert shell.json("prior", "void", 1, "--reason", "录错", user="wang")["state"] == "voided"
    assert "录错" in json.dumps(shell.json("prior", "list"), ensure_ascii=False)
