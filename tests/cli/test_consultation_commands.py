"""`caseworker case inquiries|inquiry|send|reply|unreply|review|drop-inquiry`: what a program and a clerk read."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sample_office import Sample

from caseworker.cli import main

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
def number(sample: Sample) -> str:
    with sample.desk() as desk:
        party = sample.made.parties["xinglian"]
        desk.imports.take("roster", sample.made.folders["xinglian"] / "花名册.xlsx", party, good_rows_only=False)
        return desk.cases.get(desk.cases.accept(party, "xunwu-2022-59", "xw-1-new")).number


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "回函.png"
    Image.new("RGB", (20, 20), (1, 10, 200)).save(path)
    return path


def read(found: tuple[int, str]) -> Any:
    assert found[0] == 0, found[1]
    return json.loads(found[1])


def test_an_inquiry_from_the_draft_to_the_reply_and_back(run: Run, number: str, scan: Path) -> None:
    choices = read(run("zhang", "case", "inquiries", number, "--choices", "--json"))
    assert [one["id"] for one in choices["bureaus"]] == ["tax", "labour", "finance", "other"]
    people = [one["id"] for one in choices["people"]][:2]
    assert "360" in choices["people"][0]["id_masked"] or "*" in choices["people"][0]["id_masked"]
    made = read(
        run(
            "zhang", "case", "inquiry", number, "--bureau", "labour", "--fact", "seats", "--person-fact",
            "contract_start", "--person", people[0], "--person", people[1], "--draft", "--json",
        )
    )  # fmt: skip
    key = made["row"]["id"]
    assert (made["row"]["state"], len(made["lines"])) == ("draft", 3)
    sent = read(run("zhang", "case", "send", number, key, "--json"))
    assert sent["row"]["state"] == "asked"
    assert "协" in sent["row"]["letter_number"]
    status, out = run("zhang", "case", "inquiries", number)
    assert status == 0
    assert "待回复" in out
    day = sent["row"]["asked_on"]
    said = ("--line", "2=differs:合同已解除", "--others-confirmed", "--scan", scan)
    answered = read(run("zhang", "case", "reply", number, key, "--on", day, *said, "--json"))
    assert (answered["row"]["outcome"], answered["row"]["against"]) == ("differs", 1)
    assert answered["lines"][1]["words"] == "合同已解除"
    findings = read(run("zhang", "case", "findings", number, "--json"))
    assert [row["kind"] for row in findings["rows"] if row["state"] == "open"] == ["reply-differs"]
    back = read(run("zhang", "case", "unreply", number, key, "--reason", "登错了", "--json"))
    assert back["row"]["state"] == "asked"
    dropped = read(run("zhang", "case", "drop-inquiry", number, key, "--reason", "不再需要", "--json"))
    assert dropped["row"]["state"] == "voided"


def test_what_a_bureau_can_confirm_is_asked_where_nothing_is_named(run: Run, number: str) -> None:
    sent = read(run("zhang", "case", "inquiry", number, "--bureau", "tax", "--json"))
    assert [line["asked"] for line in sent["lines"]] == ["在寻乌登记注册、经营、纳税并开展客服业务：是"]
    assert sent["row"]["bureau"].startswith("国家税务总局")


def test_a_review_is_recorded(run: Run, number: str, scan: Path) -> None:
    words = ("--stage", "finance", "--bureau", "县财政局", "--on", "2023-06-01", "--opinion", "agreed", "--scan", scan)
    status, out = run("zhang", "case", "review", number, *words)
    assert status == 0, out
    assert "财政复核" in out
    (row,) = read(run("li", "case", "inquiries", number, "--json"))
    assert (row["kind"], row["outcome"], row["papers"]) == ("review", "agreed", 1)


@pytest.mark.parametrize(
    ("user", "words", "status", "said"),
    [
        ("li", ("inquiry", "--bureau", "tax"), 1, "由经办人办理"),
        ("zhang", ("inquiry", "--bureau", "police"), 2, "请选择协查单位"),
        ("zhang", ("inquiry", "--bureau", "other", "--question", "问"), 2, "请填写协查单位的全称"),
        ("zhang", ("inquiry", "--bureau", "tax", "--due", "2020-01-01"), 2, "回复期限应晚于今天"),
        ("zhang", ("send", "99"), 1, "没有编号为 99"),
        ("zhang", ("reply", "99", "--on", "2023-06-01"), 1, "没有编号为 99"),
        ("zhang", ("review", "--stage", "x", "--bureau", "局", "--on", "2023-06-01", "--opinion", "y"), 2, "扫描件"),
    ],
)
def test_what_is_wrong_is_said(
    run: Run, number: str, user: str, words: tuple[str, ...], status: int, said: str
) -> None:
    found, out = run(user, "case", words[0], number, *words[1:])
    assert found == status, out
    assert said in out


def test_lines_that_cannot_be_read_are_all_named(run: Run, number: str, scan: Path) -> None:
    key = read(run("zhang", "case", "inquiry", number, "--bureau", "tax", "--json"))["row"]["id"]
    lines = ("--line", "confirmed", "--line", "9=denied:无")
    status, out = run("zhang", "case", "reply", number, key, "--on", "2023-06-01", *lines, "--scan", scan)
    assert status == 2
    assert "“confirmed”" in out
    assert "“9=denied:无”" in out
