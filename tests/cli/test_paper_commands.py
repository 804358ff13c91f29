"""The checklist from the command line: marks taken back, what stands on a paper, several scans, the history."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from PIL import Image
from sample_office import Sample

from caseworker.cli import main


class Clerk:
    def __init__(self, sample: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.office = sample.made.path
        self._patch, self._captured = monkeypatch, capsys

    def run(self, *words: object) -> tuple[int, str]:
        self._patch.setattr(sys, "stdin", io.StringIO("yanshi-zhang\n"))
        options = ("--office", str(self.office), "--user", "zhang", "--password-stdin")
        status = main([*map(str, words), *options])
        captured = self._captured.readouterr()
        return status, captured.out or captured.err

    def json(self, *words: object) -> dict:
        status, out = self.run(*words, "--json")
        assert status == 0, out
        return json.loads(out)


@pytest.fixture
def clerk(sample: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Clerk:
    return Clerk(sample, monkeypatch, capsys)


def test_papers_are_checked_from_the_command_line(clerk: Clerk, sample: Sample, tmp_path: Path) -> None:
    code = sample.made.codes["xinglian"]
    policy = ("--policy", "xunwu-2022-59", "--clause", "xw-1-new")
    number = clerk.json("case", "accept", "--party", code, *policy)["number"]

    def line(name: str) -> dict:
        return next(p for p in clerk.json("case", "show", number)["papers"] if p["id"] == name)

    clerk.json("case", "tick", number, "legal-rep-id", "--original", "--copy", "--seal", "--note", "清楚")
    assert line("legal-rep-id")["complete"]
    clerk.json("case", "tick", number, "legal-rep-id", "--no-seal", "--valid-until", "2020-01-31", "--name", "某人")
    paper = line("legal-rep-id")
    assert (paper["original_sighted"], paper["seal_affixed"], paper["note"]) == (True, False, "清楚")
    assert len(paper["warnings"]) == 2, "another name than the dossier's, and out of date"
    status, out = clerk.run("case", "show", number)
    assert status == 0
    assert "还需加盖公章" in out
    assert "提示  法定代表人身份证：材料上的法定代表人姓名“某人”" in out
    clerk.json("case", "tick", number, "legal-rep-id", "--valid-until", "", "--name", "")
    assert line("legal-rep-id")["warnings"] == []

    for name in ("a.png", "b.tif"):
        Image.new("L", (50, 50), 100 + len(name)).save(tmp_path / name)
    (tmp_path / "c.txt").write_text("no scan", encoding="utf-8")
    files = [tmp_path / name for name in ("a.png", "b.tif", "c.txt")]
    assert clerk.run("case", "attach", number, "legal-rep-id", *files)[0] == 2
    assert line("legal-rep-id")["scans"] == []
    assert len(clerk.json("case", "attach", number, "legal-rep-id", *files[:2])["scans"]) == 2

    history = clerk.json("case", "paper-history", number, "legal-rep-id")
    assert history[0]["changes"] == ["附上“a.png”", "附上“b.tif”"]
    assert history[-1]["changes"] == ["原件已查验：勾选", "复印件已留存：勾选", "已加盖公章：勾选", "备注：清楚"]
    assert "已加盖公章：取消" in clerk.run("case", "paper-history", number, "legal-rep-id")[1]


def test_what_is_of_one_paper_is_not_typed_for_all(clerk: Clerk, sample: Sample) -> None:
    code = sample.made.codes["xinglian"]
    policy = ("--policy", "xunwu-2022-59", "--clause", "xw-1-new")
    number = clerk.json("case", "accept", "--party", code, *policy)["number"]
    for options in (("--name", "甲"), ("--tolerate", "2023-07-01")):
        assert clerk.run("case", "tick", number, "all", *options)[0] == 2
    assert clerk.run("case", "tick", number, "legal-rep-id", "--tolerate", "soon")[0] == 2
    assert clerk.run("case", "tick", number, "legal-rep-id", "--tolerate", "2099-07-01")[0] == 2
    clerk.json("case", "tick", number, "legal-rep-id", "--tolerate", "none")
