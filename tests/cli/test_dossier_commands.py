"""`dossier`: records, a person, benefits and what clauses lack, with exit statuses and the shapes of JSON."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from sample_office import Sample

from caseworker.cli import main
from caseworker.services.sample import SAMPLE_USERS

PASSWORDS = {user.login: user.password for user in SAMPLE_USERS}


class Shell:
    """Runs commands on one office as 张经办, or as another of the sample's users."""

    def __init__(self, sample: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.office = sample.made.path
        self.code = sample.made.codes["xinglian"]
        self._patch = monkeypatch
        self._capsys = capsys

    def run(self, *words: object, user: str = "yanshi-zhang") -> tuple[int, str, str]:
        login = next(login for login in PASSWORDS if user in login or login in user)
        self._patch.setattr(sys, "stdin", io.StringIO(PASSWORDS[login] + "\n"))
        argv = [*map(str, words), "--office", str(self.office), "--user", login, "--password-stdin"]
        status = main(argv)
        captured = self._capsys.readouterr()
        return status, captured.out, captured.err

    def ok(self, *words: object) -> str:
        status, out, err = self.run(*words)
        assert (status, err) == (0, ""), err or out
        return out

    def json(self, *words: object) -> Any:
        return json.loads(self.ok(*words, "--json"))


@pytest.fixture
def shell(sample: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(sample, monkeypatch, capsys)


def written(folder: Path, data: object) -> Path:
    path = folder / "记录.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def test_records_are_added_listed_and_voided(shell: Shell, tmp_path: Path) -> None:
    data = written(tmp_path, {"total": 300, "occupied": 240, "self_invested": 300})
    dated = ("--from", "2023-05-31", "--source", "现场核查表")
    key = shell.json("dossier", "record-add", shell.code, "seats", data, *dated, "--paper", data)["id"]
    (seats,) = shell.json("dossier", "records", shell.code, "--kind", "seats")
    assert [field["name"] for field in seats["fields"]][:3] == ["total", "occupied", "self_invested"]
    (row,) = seats["rows"]
    assert (row["id"], row["data"]["total"], row["paper"][1]) == (key, 300, "记录.json")
    assert "席位入座率：80 %（房屋租金奖补）" in row["feeds"]
    assert "座席总数 300 席" in shell.ok("dossier", "records", shell.code)
    assert shell.json("dossier", "record-void", key, "--reason", "重登") == {"id": key, "voided": True}
    assert shell.json("dossier", "records", shell.code, "--kind", "seats")[0]["rows"] == []


def test_a_wrong_record_is_refused_with_every_field(shell: Shell, tmp_path: Path) -> None:
    data = written(tmp_path, {"total": "300", "chairs": 1})
    words = ("dossier", "record-add", shell.code, "seats", data, "--from", "2023-05-31", "--source", " ", "--json")
    status, out, _ = shell.run(*words)
    problems = json.loads(out)["error"]["problems"]
    assert (status, {one["path"] for one in problems}) == (2, {"total", "chairs", "source"})
    assert shell.run("dossier", "record-add", shell.code, "seats", tmp_path / "没有.json", *words[5:])[0] == 2
    assert shell.run("dossier", "records", shell.code, "--kind", "fair")[0] == 2
    assert shell.run("dossier", "record-void", 9_999, "--reason", "错")[0] == 1
    assert shell.run("dossier", "records", "91360734MA0000000X")[0] == 1


def test_needs_name_what_is_missing_and_where_it_goes(shell: Shell) -> None:
    needs = {one["clause"]: one for one in shell.json("dossier", "needs", shell.code)}
    assert needs["xw-1-new"] == {**needs["xw-1-new"], "ready": True, "missing": []}
    tax = needs["xw-3-tax"]
    assert not tax["ready"]
    assert {need["where"] for need in tax["missing"]} >= {"fact:tax_paid", "fact:county_retained"}
    assert all(need["label"] and need["words"] for need in tax["missing"])
    early = {one["clause"]: one for one in shell.json("dossier", "needs", shell.code, "--on", "2000-01-01")}
    assert not early["xw-1-new"]["ready"], "no fact held then"
    assert "事实齐备" in shell.ok("dossier", "needs", shell.code)


def test_a_person_is_shown_by_number_and_by_the_number_on_the_paper(shell: Shell, sample: Sample) -> None:
    code = sample.made.codes["yingshan"]
    with sample.desk() as desk:
        party = sample.made.parties["yingshan"]
        roster = sample.made.folders["yingshan"] / "花名册.csv"
        desk.imports.take("roster", roster, party, good_rows_only=False)
        row = desk.dossiers.people(party).rows[0]
        number = desk.dossiers.reveal_id(row.id)
    detail = shell.json("dossier", "person", code, row.id)
    assert (detail["name"], detail["id_masked"]) == (row.name, row.id_masked)
    assert detail["employments"]
    assert shell.json("dossier", "person", code, number) == detail
    assert number not in shell.ok("dossier", "person", code, row.id)
    assert shell.run("dossier", "person", code, "没有这个人")[0] == 1
    assert shell.json("dossier", "benefits", code) == []


def test_a_dossier_is_ended_despite_what_is_open_and_resumed(shell: Shell) -> None:
    number = shell.json(
        *("case", "accept", "--party", shell.code, "--policy", "xunwu-2022-59", "--clause", "xw-1-new")
    )["number"]
    words = ("party", "end", shell.code, "--on", "2023-05-31", "--way", "deregistered", "--reason", "市监局核准")
    status, _, err = shell.run(*words)
    assert status == 1
    assert number in err
    assert number in shell.json(*words, "--despite-open")["still_open"][0]
    assert "2023-05-31" in shell.ok("party", "list")
    assert "2023-05-31 终止。注销：市监局核准" in shell.ok("party", "show", shell.code)
    assert shell.json("party", "resume", shell.code, "--reason", "登错")["ended_on"] is None
