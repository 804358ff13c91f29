"""A return file on the command line: read, listed, settled, taken back; wrong usage told at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.test_office_commands import Shell
from sample_office import Sample
from services.test_imports import workbook

HEAD = ("户名", "账号", "金额", "处理结果", "退回原因")


@pytest.fixture
def full(after_day: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(after_day.made.path, monkeypatch, capsys)


def test_a_return_file_from_reading_to_its_last_row(full: Shell, tmp_path: Path) -> None:
    batch = full.json("payment", "list")["rows"][0]["id"]
    (line,) = full.json("payment", "returns", batch)["lines"]
    assert line["state"] in ("ordered", "paid")
    file = workbook(
        tmp_path / "回盘.xlsx",
        HEAD,
        [
            (line["payee"], line["account_number"], line["amount"], "退票", "账户已销户"),
            ("某某有限公司", "12345678", "1.00", "退票", ""),
        ],
    )
    preview = full.json("import", "bank-return", file, "--batch", batch, "--dry-run")
    assert [row["match"] for row in preview["rows"]] == ["matched", "unknown"]
    taken = full.json("import", "bank-return", file, "--batch", batch)
    listed = full.json("payment", "returns", batch)
    assert listed["lines"][0]["state"] == "returned"
    assert listed["lines"][0]["return_reason"] == "账户已销户"
    other = next(row for row in listed["returns"][0]["rows"] if row["settled_as"] is None)
    status, _, err = full.run("import", "bank-return", file, "--batch", batch)
    assert (status, "读入过" in err) == (1, True)
    settled = full.json("payment", "settle", other["id"], "--as", "ignored", "--reason", "不是本批的款项")
    assert all(row["settled_as"] for row in settled["rows"])
    assert "已销户" in full.ok("payment", "returns", batch)
    full.json("payment", "void-return", taken["id"], "--reason", "读错了文件")
    assert full.json("payment", "returns", batch)["lines"][0]["state"] in ("ordered", "paid")


def test_wrong_usage_is_named(full: Shell, tmp_path: Path) -> None:
    file = workbook(tmp_path / "回盘.xlsx", HEAD, [("某某有限公司", "12345678", "1.00", "退票", "")])
    for words, option in (
        (("import", "bank-return", file), "--batch"),
        (("import", "roster", file), "--party"),
    ):
        status, _, err = full.run(*words)
        assert (status, option in err) == (2, True)
    status, _, err = full.run("import", "bank-return", file, "--batch", 999)
    assert status == 1
    batch = full.json("payment", "list")["rows"][0]["id"]
    status, _, err = full.run("import", "bank-return", file, "--batch", batch)
    assert (status, "选错了批次" in err) == (1, True)
    status, _, err = full.run("import", "bank-return", file, "--batch", batch, user="li")
    assert status == 1
