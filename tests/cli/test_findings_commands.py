"""`caseworker case findings|settle|unsettle`: what a program sees of findings, and what a clerk reads."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sample_office import Sample

from caseworker.cli import main
from caseworker.values.id_number import check_character

PASSWORDS = {"zhang": "yanshi-zhang", "li": "yanshi-li-2023"}
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(sample: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """One command as a user: (exit status, what it printed)."""

    def command(user: str, *words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORDS[user]}\n"))
        office = ("--office", str(sample.made.path), "--user", user, "--password-stdin")
        status = main([*map(str, words), *office])
        out = capsys.readouterr()
        return status, out.out + out.err

    return command


@pytest.fixture
def number(sample: Sample, tmp_path: Path) -> str:
    """A case of 星联 whose roster shares two people with 映山's."""
    with sample.desk() as desk:
        lines = ["姓名,身份证号,入职日期"]
        for place in range(2):
            body = f"360734199{place}0101001"
            lines.append(f"林远{'一二'[place]},{body + check_character(body)},2022-06-01")
        for place, company in enumerate(("xinglian", "yingshan")):
            path = tmp_path / f"{company}.csv"
            path.write_text("\n".join(lines) + "\n" * (place + 1), encoding="utf-8")
            desk.imports.take("roster", path, sample.made.parties[company], good_rows_only=False)
        key = desk.cases.accept(sample.made.parties["xinglian"], "xunwu-2022-59", "xw-1-new")
        return desk.cases.get(key).number


def test_findings_as_json_with_what_shows_them(run: Run, number: str) -> None:
    status, out = run("zhang", "case", "findings", number, "--json")
    assert status == 0
    found: dict[str, Any] = json.loads(out)
    assert (found["case"], found["decided"], found["open"], found["settled"]) == (number, False, 2, 0)
    first = found["rows"][0]
    assert (first["kind"], first["kind_name"], first["state"]) == ("two-employers", "两处用工", "open")
    assert len(first["digest"]) == 64
    assert "********" in first["sentence"]
    assert first["evidence"][0]["subject"] == "2022-06"
    assert first["evidence"][0]["target"][0] == "party"


def test_settling_one_then_all_and_taking_one_back(run: Run, number: str) -> None:
    rows = json.loads(run("zhang", "case", "findings", number, "--json")[1])["rows"]
    answer = ("--conclusion", "corrected", "--reason", "对方已更正")
    status, out = run("zhang", "case", "settle", number, rows[0]["digest"][:10], *answer, "--json")
    assert (status, json.loads(out)) == (0, {"case": number, "settled_now": 1, "open": 1, "settled": 1})
    status, out = run("zhang", "case", "settle", number, "--all", *answer)
    assert status == 0
    assert "已更正：对方已更正（张经办）" in out
    assert "待处理 0 项，已处理 2 项。" in out
    status, out = run("zhang", "case", "unsettle", number, rows[1]["digest"], "--reason", "对方改口", "--json")
    assert (status, json.loads(out)) == (0, {"case": number, "open": 1, "settled": 1})


@pytest.mark.parametrize(
    ("user", "words", "status", "said"),
    [
        ("zhang", ("settle", "--conclusion", "other", "--reason", "查"), 2, "--all"),
        ("zhang", ("settle", "ffffffffffff", "--conclusion", "other", "--reason", "查"), 1, "没有"),
        ("zhang", ("settle", "--all", "--conclusion", "fine", "--reason", "查"), 2, "属实不影响、已更正、其他"),
        ("zhang", ("settle", "--all", "--conclusion", "other", "--reason", " "), 2, "请写明核查的情况"),
        ("li", ("settle", "--all", "--conclusion", "other", "--reason", "查"), 1, "由经办人处理"),
        ("zhang", ("unsettle", "", "--reason", "查"), 1, "有 2 项"),
    ],
)
def test_what_is_wrong_is_said(
    run: Run, number: str, user: str, words: tuple[str, ...], status: int, said: str
) -> None:
    found, out = run(user, "case", words[0], number, *words[1:])
    assert found == status
    assert said in out
