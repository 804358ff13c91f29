"""`caseworker oversight`: lists, draws and their proof, suspensions, money ordered back, as text and as JSON."""

from __future__ import annotations

from typing import Any

import pytest
from cli.test_office_commands import Shell, full
from sample_office import Sample

from caseworker.services.oversight_views import ActForm
from caseworker.services.views import Role

__all__ = ["full"]

SPAN = ("--policy", "xunwu-2022-59", "--from", "2022-05-04", "--to", "2030-12-31")


@pytest.fixture
def granted(full: Shell) -> list[dict[str, Any]]:
    """What the sample office's day has granted, by stratum."""
    strata: list[dict[str, Any]] = full.json("oversight", "draw", *SPAN, "--basis", "granted", "--dry-run")["strata"]
    assert strata, "the sample office's day grants something"
    return strata


def test_a_draw_is_made_listed_and_proved(full: Shell, granted: list[dict[str, Any]]) -> None:
    made = full.json("oversight", "draw", *SPAN, "--basis", "granted", "--seed", "第7号", "--least", 1)
    assert made["row"]["seed"] == "第7号"
    assert made["row"]["cases"] == sum(one["cases"] for one in granted)
    again = full.json("oversight", "draw", *SPAN, "--basis", "granted", "--seed", "第7号", "--least", 1)
    assert [pick["case_number"] for pick in again["picks"]] == [pick["case_number"] for pick in made["picks"]]
    assert full.json("oversight", "draws")["total"] == 2
    number = made["row"]["id"]
    assert full.json("oversight", "picks", number) == made
    assert full.json("oversight", "verify", number)["ok"] is True
    assert "完全一致" in full.ok("oversight", "verify", number)
    text = full.ok("oversight", "picks", number)
    assert made["picks"][0]["case_number"] in text
    assert "第7号" in text
    assert "第7号" in full.ok("oversight", "draws")


def test_bad_conditions_are_named(full: Shell) -> None:
    status, out, _ = full.run("oversight", "draw", *SPAN, "--percent", 101, "--json")
    assert (status, '"path": "percent"' in out) == (2, True)
    with pytest.raises(SystemExit) as caught:
        full.run("oversight", "draw", "--policy", "x", "--from", "昨天", "--to", "2023-01-01")
    assert caught.value.code == 2
    status, out, _ = full.run("oversight", "verify", 999, "--json")
    assert (status, "not-found" in out) == (1, True)


def test_suspending_and_lifting(full: Shell, after_day: Sample) -> None:
    party = after_day.made.parties["hengyu"]
    words = ("oversight", "suspend", party, "--title", "挪用", "--facts", "见检查记录", "--ground", "misuse")
    status, _, err = full.run(*words, user="zhang")
    assert (status, "复核人、负责人" in err) == (1, True)
    made = full.json(*words, user="li")
    (row,) = full.json("oversight", "list", "--state", "open")["rows"]
    assert (row["id"], row["kind"], row["state_name"], row["party_id"]) == (made["id"], "suspension", "暂停中", party)
    assert "暂停拨付" in full.ok("oversight", "list", "--party", party)
    assert "见检查记录" in full.ok("oversight", "show", made["id"])
    status, out, _ = full.run("oversight", "lift", made["id"], "--reason", "已归还", "--json", user="li")
    assert (status, "no-right" in out) == (1, True)
    assert "继续拨付" in full.ok("oversight", "lift", made["id"], "--reason", "已归还", user="wang")
    assert full.json("oversight", "list", "--state", "open")["total"] == 0
    assert full.json("oversight", "show", made["id"])["closing_words"] == "已归还"


def test_recovering_what_was_paid(full: Shell, after_day: Sample) -> None:
    with after_day.desk() as desk:
        day = desk.clock.today()
        paid = [(party, one) for party in after_day.made.parties.values() for one in desk.recoveries.payable(party)]
        if not paid:  # the day ends with an order: the money arrives
            (batch, *_) = desk.payments.page().rows
            desk.payments.record_paid(batch.id, day)
            paid = [(party, one) for party in after_day.made.parties.values() for one in desk.recoveries.payable(party)]
    party, one = paid[0]
    assert str(one.instalment_id) in full.ok("oversight", "payable", party)
    assert full.json("oversight", "payable", party)[0]["left"] == str(one.left)
    shares = [word for share in one.people for word in ("--person", f"{share.person_id}={share.amount}")]
    words = ("oversight", "recover", one.instalment_id, "--reason", "不实", "--due", "2030-01-01", *shares)
    status, _, _ = full.run(*words, "--amount", "999999999", user="wang")
    assert status == 2
    made = full.json(*words, "--amount", one.left, user="wang")
    assert (made["state"], made["amount"]) == ("ordered", str(one.left))
    assert "不实" in full.ok("oversight", "recoveries", "--state", "ordered")
    got = full.json("oversight", "receive", made["id"], "--amount", one.left, "--on", day)
    assert (got["state"], got["left"]) == ("received", "0.00")
    assert full.json("oversight", "recoveries", "--party", party)["rows"][0]["received"] == str(one.left)


def test_a_report_with_its_conditions_is_shown(full: Shell, after_day: Sample) -> None:
    party = after_day.made.parties["hengyu"]
    with after_day.desk(Role.HEAD) as desk:
        day = desk.clock.today()
        form = ActForm("performance", day, "年度评价", "良好", party, None, {
            "year": 2022, "grade": "excellent", "assessor": "财政局",
            "criteria": [{"name": "资金使用", "full": "100", "points": "90"}],
        })  # fmt: skip
        act = desk.oversight.enter(form).id
    text = full.ok("oversight", "show", act)
    assert "90 分" in text
    assert "财政局" in text
