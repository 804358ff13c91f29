"""`point`, `fund`, `target`, `approval`, `service`, `policy use`: lists and acts of one office, rights and statuses."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from sample_office import Sample
from third_pack import ID as THIRD
from third_pack import write_pack

from caseworker.cli import main
from caseworker.services.packs import pack_folder_beside
from caseworker.services.sample import SAMPLE_USERS

XUNWU, DATONG, SEATS_300 = "xunwu-2022-59", "datong-2022", "xw-1.seats-300"
PASSWORDS = {user.login: user.password for user in SAMPLE_USERS}
DAY = "2023-06-01"


class Shell:
    """Runs commands on one office as a user: zhang takes cases in, wang heads the office."""

    def __init__(self, office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.office = office
        self._patch = monkeypatch
        self._capsys = capsys

    def run(self, *words: object, user: str = "zhang") -> tuple[int, str, str]:
        self._patch.setattr(sys, "stdin", io.StringIO(PASSWORDS[user] + "\n"))
        argv = [*map(str, words), "--office", str(self.office), "--user", user, "--password-stdin"]
        status = main(argv)
        captured = self._capsys.readouterr()
        return status, captured.out, captured.err

    def ok(self, *words: object, user: str = "zhang") -> str:
        status, out, err = self.run(*words, user=user)
        assert (status, err) == (0, ""), err or out
        return out

    def json(self, *words: object, user: str = "zhang") -> Any:
        return json.loads(self.ok(*words, "--json", user=user))

    def problems(self, *words: object, user: str = "zhang") -> set[str]:
        status, out, _ = self.run(*words, "--json", user=user)
        assert status == 2
        return {problem["path"] for problem in json.loads(out)["error"]["problems"]}


@pytest.fixture
def shell(sample: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(sample.made.path, monkeypatch, capsys)


@pytest.fixture
def full(after_day: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(after_day.made.path, monkeypatch, capsys)


# ---- points --------------------------------------------------------------------------------


def choice(shell: Shell, *more: object, option: str = "lower", user: str = "wang") -> tuple[int, str, str]:
    return shell.run(
        "point", "choose", SEATS_300, option, "--policy", XUNWU, "--number", "演产办纪要〔2023〕2号",
        "--decided", DAY, "--from", DAY, *more, user=user,
    )  # fmt: skip


def test_points_are_listed_chosen_and_voided(shell: Shell) -> None:
    rows = {row["id"]: row for row in shell.json("point", "list", "--policy", XUNWU)}
    assert (rows[SEATS_300]["option"], rows[SEATS_300]["decision"]) == ("higher", "程序默认")
    assert SEATS_300 in shell.ok("point", "list", "--policy", XUNWU)
    status, _, err = choice(shell, user="zhang")
    assert (status, "负责人" in err) == (1, True)
    assert choice(shell, "--reason", "与财政局商定")[0] == 0
    assert choice(shell)[0] == 1  # a second one from the same day
    (made,) = shell.json("point", "choices", SEATS_300, "--policy", XUNWU)
    assert (made["option"], made["decision_number"], made["reason"]) == (
        "lower",
        "演产办纪要〔2023〕2号",
        "与财政局商定",
    )
    assert "演产办纪要〔2023〕2号" in shell.ok("point", "choices", SEATS_300, "--policy", XUNWU)
    chosen = {row["id"]: row["option"] for row in shell.json("point", "list", "--policy", XUNWU, "--on", DAY)}
    before = {row["id"]: row["option"] for row in shell.json("point", "list", "--policy", XUNWU, "--on", "2023-05-31")}
    assert (chosen[SEATS_300], before[SEATS_300]) == ("lower", "higher")
    voided = shell.json("point", "void", made["id"], "--reason", "录错", user="wang")
    assert voided == {"id": made["id"], "state": "voided"}
    after = {row["id"]: row["option"] for row in shell.json("point", "list", "--policy", XUNWU)}
    assert after[SEATS_300] == "higher"


def test_wrong_choices_name_their_fields_and_unknown_points_are_refused(shell: Shell) -> None:
    assert shell.problems(
        "point", "choose", SEATS_300, "middle", "--policy", XUNWU, "--number", " ",
        "--decided", "2023-06-02", "--from", "2022-05-03", user="wang",
    ) == {"option", "decision_number", "decided_on", "valid_from"}  # fmt: skip
    for act in ("choices", "effects", "uses"):
        status, out, err = shell.run("point", act, "dt-2.rule", "--policy", XUNWU)
        assert (status, out) == (1, "")
        assert "没有这个口径" in err
    assert shell.run("point", "list", "--policy", "no-such-policy")[0] == 1


def test_effects_and_uses_of_a_point(full: Shell, after_day: Sample) -> None:
    (use,) = full.json("point", "uses", SEATS_300, "--policy", XUNWU)
    assert (use["number"], use["option"], use["amount"], use["decision"]) == (
        "XK-2023-0001", "higher", "780000.00", "程序默认",
    )  # fmt: skip
    assert "780,000.00" in full.ok("point", "uses", SEATS_300, "--policy", XUNWU)
    assert full.json("point", "effects", SEATS_300, "--policy", XUNWU) == []
    assert "没有记录" in full.ok("point", "effects", SEATS_300, "--policy", XUNWU)
    code = after_day.made.codes["yingshan"]
    full.ok("case", "accept", "--party", code, "--policy", XUNWU, "--clause", "xw-1-new")
    (effect,) = full.json("point", "effects", SEATS_300, "--policy", XUNWU)
    assert [reading["option"] for reading in effect["readings"]] == ["higher", "lower"]
    assert effect["differs"] is (effect["readings"][0]["amount"] != effect["readings"][1]["amount"])
    assert effect["number"] in full.ok("point", "effects", SEATS_300, "--policy", XUNWU)


# ---- programs ------------------------------------------------------------------------------


def test_the_fund_of_a_year(full: Shell) -> None:
    (year,) = [one for one in full.json("fund", "list", "--policy", XUNWU) if one["year"] == 2023]
    assert (year["budget"], year["committed"], year["paid"]) == ("30000000.00", "780000.00", "0.00")
    assert "30,000,000.00" in full.ok("fund", "list", "--policy", XUNWU)
    months = full.json("fund", "months", 2023, "--policy", XUNWU)
    assert len(months) == 12
    assert "780,000.00" in full.ok("fund", "months", 2023, "--policy", XUNWU)
    words = ("fund", "set", 2023, "780000", "--policy", XUNWU, "--source", "寻财预〔2023〕8号")
    assert full.run(*words)[0] == 1
    assert full.json(*words, user="wang")["left"] == "0.00"
    status, _, err = full.run(
        "fund", "set", 2023, "779999.99", "--policy", XUNWU, "--source", "调减", user="wang"
    )  # fmt: skip
    assert (status, "不能低于" in err) == (1, True)
    assert full.problems("fund", "set", 1999, "1", "--policy", XUNWU, "--source", " ", user="wang") == {
        "year", "source",
    }  # fmt: skip


def test_the_programs_on_paper(full: Shell, tmp_path: Path) -> None:
    target = tmp_path / "执行情况.pdf"
    made = full.json("fund", "print", 2023, "--policy", XUNWU, "--out", target)
    assert made["file"] == str(target)
    assert target.read_bytes().startswith(b"%PDF-")
    assert str(target) in full.ok("fund", "print", 2023, "--policy", XUNWU, "--out", target)
    assert full.run("fund", "print", 2023, "--policy", XUNWU, "--out", tmp_path / "无" / "x.pdf")[0] == 3
    assert full.run("fund", "print", 2031, "--policy", DATONG, "--out", target)[0] == 1  # nothing to print


@pytest.mark.parametrize("amount", ["12.345", "一万", "1e5", ""])
def test_an_amount_that_is_none_is_bad_usage(shell: Shell, amount: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        shell.run("fund", "set", 2023, amount, "--policy", XUNWU, "--source", "x", user="wang")
    assert caught.value.code == 2
    assert "至多两位小数" in capsys.readouterr().err


def test_targets_and_yearly_figures(full: Shell, after_day: Sample) -> None:
    def output() -> Any:
        return next(one for one in full.json("target", "list", "--policy", XUNWU) if one["kind"] == "output")

    assert output()["year"] == 2025
    assert "从业人员" in full.ok("target", "list", "--policy", XUNWU, "--on", "2022-12-31")
    words = ("target", "add", 2022, "1234567.89", "--party", after_day.made.codes["xinglian"], "--source", "财务报表")
    key = full.json(*words)["id"]
    rows = {row["id"]: row for row in full.json("target", "figures")["rows"]}  # the sample's own stand beside it
    assert (rows[key]["amount"], rows[key]["year"], rows[key]["source"]) == ("1234567.89", 2022, "财务报表")
    assert "1,234,567.89" in full.ok("target", "figures", "--search", "星联")
    assert full.json("target", "void", key, "--reason", "录错")["state"] == "voided"
    assert full.run("target", "void", key, "--reason", "录错")[0] == 1
    assert full.run(*words, user="li")[0] == 1
    assert full.problems(*words, "--kind", "profit") == {"kind"}


def test_special_approvals(shell: Shell, sample: Sample, tmp_path: Path) -> None:
    assert {(row["policy"], row["clause"]) for row in shell.json("approval", "clauses")} == {
        (XUNWU, "xw-16-special"), (DATONG, "dt-14-special"),
    }  # fmt: skip
    assert "xw-16-special" in shell.ok("approval", "clauses")
    scan = tmp_path / "批复.pdf"
    scan.write_bytes(b"%PDF-1.4\n")
    words = (
        "approval", "add", "880000", "--policy", XUNWU, "--clause", "xw-16-special",
        "--party", sample.made.codes["xinglian"], "--reference", "寻府抄〔2023〕5号", "--matter", "总部落户",
    )  # fmt: skip
    key = shell.json(*words, "--approved", "2023-05-20", "--file", scan)["id"]
    (row,) = shell.json("approval", "list", "--policy", XUNWU)["rows"]
    assert (row["id"], row["amount"], row["attachment_id"] is not None) == (key, "880000.00", True)
    assert "寻府抄〔2023〕5号" in shell.ok("approval", "list", "--search", "星联")
    assert shell.problems(*words, "--approved", "2023-06-02") == {"approved_on"}
    assert shell.run(*words, "--approved", "2023-05-20")[0] == 1  # the same reference twice
    assert shell.json("approval", "void", key, "--reason", "录错")["state"] == "voided"


def test_services_without_money(full: Shell, after_day: Sample) -> None:
    kinds = full.json("service", "kinds")
    bus = next(kind for kind in kinds if kind["kind"] == "free-bus")
    assert (bus["policy"], bus["clause"], bus["for_person"]) == (XUNWU, "xw-11-services", True)
    assert "free-bus" in full.ok("service", "kinds")
    code = after_day.made.codes["xinglian"]
    person = full.json("party", "people", code)["rows"][0]["id"]
    words = (
        "service", "add", "--policy", XUNWU, "--clause", "xw-11-services", "--kind", "free-bus",
        "--party", code, "--requested", DAY, "--request", "办理乘车卡",
    )  # fmt: skip
    assert full.problems(*words) == {"person_id"}
    number = full.json(*words, "--person", person)["number"]
    assert number == "FW-2023-0001"
    assert [row["number"] for row in full.json("service", "list", "--state", "open")["rows"]] == [number]
    done = ("service", "handle", number, "--handling", "已发卡", "--on")
    assert full.problems(*done, "2023-05-31") == {"handled_on"}
    assert full.json(*done, DAY)["state"] == "done"
    assert full.run(*done, DAY)[0] == 1
    assert "已办理" in full.ok("service", "list", "--search", number)
    assert full.run("service", "void", "FW-2023-9999", "--reason", "x")[0] == 1
    assert full.json("service", "void", number, "--reason", "录错")["state"] == "voided"


# ---- an office's own pack ------------------------------------------------------------------


def test_an_own_pack_is_seen_in_the_library_and_switched_on(shell: Shell) -> None:
    write_pack(pack_folder_beside(shell.office))
    packs = {row["id"]: row for row in shell.json("policy", "library")["packs"]}
    assert (packs[XUNWU]["in_use"], packs[THIRD]["in_use"]) == (True, False)
    assert packs[THIRD]["origin"].endswith(THIRD)
    assert "云岭冷链办法" in shell.ok("policy", "library")
    assert shell.run("policy", "use", THIRD)[0] == 1  # a caseworker may not
    assert shell.json("policy", "use", THIRD, user="wang") == {"policies": [XUNWU, DATONG, THIRD]}
    assert shell.run("policy", "use", THIRD, user="wang")[0] == 1
    assert shell.run("policy", "use", "no-such-policy", user="wang")[0] == 1
    assert [row["budget"] for row in shell.json("fund", "list", "--policy", THIRD)] == []  # its fund begins in 2024
