"""`caseworker document`: every kind is listed and made from its record; blanks and estimates enter no register."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pdfplumber
import pytest
from cli.test_office_commands import Shell, full, subprocess_json
from sample_office import Sample

from caseworker.documents.kinds import TITLES
from caseworker.services.oversight_views import ActForm
from caseworker.services.views import Role

__all__ = ["full"]


def text_of(path: Path) -> str:
    with pdfplumber.open(io.BytesIO(path.read_bytes())) as pdf:
        return "".join(char["text"] for page in pdf.pages for char in page.chars)


def test_every_kind_of_the_office_is_listed_with_what_it_is_made_of() -> None:
    kinds = {kind["id"]: kind for kind in subprocess_json("document", "kinds", "--json")}
    assert set(kinds) == set(TITLES) | {"payment-list"}
    assert kinds["rectification"]["about"] == "act"
    assert [key for key, kind in kinds.items() if kind["blank"]] == [
        "application-form",
        "delivery-receipt",
        "seal-register",
        "file-contents",
    ]


def test_letters_are_made_from_their_records(full: Shell, after_day: Sample, tmp_path: Path) -> None:
    out = tmp_path / "letter.pdf"
    number = full.json("case", "list")["rows"][0]["number"]
    made = full.json("document", "make", "estimate", "--case", number, "--out", out)
    assert made["document"]["kind"] == "estimate"
    assert "仅供参考" in text_of(out)
    full.ok("document", "make", "file-contents", "--case", number, "--out", out)
    assert number in text_of(out)
    batch = full.json("payment", "list")["rows"][0]["id"]
    made = full.json("document", "make", "payment-request", "--batch", batch, "--out", out)
    assert "请字〔2023〕1号" in made["document"]["shown_number"]
    full.ok("document", "make", "delivery-receipt", "--document", _decision(full), "--out", out)
    assert "送达回证" in text_of(out)
    full.ok("document", "make", "seal-register", "--from", "2023-01-01", "--to", "2023-12-31", "--out", out)
    assert "用印登记表" in text_of(out)
    with after_day.desk() as desk:
        desk = after_day.switched(desk, Role.HEAD)
        party = desk.dossiers.page(search="星联").rows[0].id
        form = ActForm(
            "criticism", desk.clock.today(), "检查", "挪用资金。", party, data={"ground": "misuse", "scope": "各企业"}
        )
        act = desk.oversight.enter(form).id
    made = full.json("document", "make", "criticism", "--record", act, "--out", out)
    assert made["document"]["made_of"] == ["act", act]
    assert "通报批评" in text_of(out)
    first = made["document"]["id"]
    again = full.json("document", "reissue", first, "--reason", "范围有误")
    assert again["replaces_id"] == first
    rows = full.json("document", "list", "--kind", "criticism")["rows"]
    assert [(row["id"], row["state"]) for row in rows] == [(again["id"], "issued"), (first, "voided")]


def _decision(full: Shell) -> int:
    rows = full.json("document", "list", "--kind", "decision")["rows"]
    found: int = next(row["id"] for row in rows if row["state"] == "issued")
    return found


def test_what_is_not_named_is_asked_for(full: Shell, tmp_path: Path) -> None:
    out = tmp_path / "x.pdf"
    for words, said in (
        (("rectification",), "监管事项"),
        (("recovery",), "追回"),
        (("seal-register",), "起止日期"),
        (("seal-register", "--from", "2023-01-01"), "--to"),
        (("delivery-receipt",), "文书"),
        (("decision", "--blank"), "空白"),
        (("decision", "--facts", tmp_path / "no.json"), "estimate"),
        (("estimate", "--facts", tmp_path / "no.json"), "找不到"),
    ):
        status, _, err = full.run("document", "make", *words, "--out", out)
        assert (status, said in err) == (2, True), (words, err)
    assert not out.exists()


@pytest.mark.parametrize("kind", ["application-form", "delivery-receipt", "seal-register", "file-contents"])
def test_blank_forms(full: Shell, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "blank.pdf"
    before = full.json("document", "list")["total"]
    policy = ("--policy", "datong-2022") if kind == "application-form" else ()
    full.ok("document", "make", kind, "--blank", *policy, "--out", out)
    assert TITLES[kind].removeprefix("专项资金") in text_of(out)
    assert full.json("document", "list")["total"] == before


def test_an_estimate_for_the_counter_takes_a_request_as_calculate_does(full: Shell, tmp_path: Path) -> None:
    request = {
        "policy": "xunwu-2022-59",
        "clause": "xw-4-revenue",
        "as_of": "2023-06-01",
        "facts": {"in_scope": True, "first_year_revenue": "10000000", "already_granted": "0"},
    }
    facts, out = tmp_path / "facts.json", tmp_path / "estimate.pdf"
    facts.write_text(json.dumps(request), encoding="utf-8")
    full.ok("document", "make", "estimate", "--facts", facts, "--out", out)
    assert "仅供参考" in text_of(out)
    assert "50,000.00" in text_of(out)
    facts.write_text(json.dumps(request | {"facts": {}}), encoding="utf-8")
    status, said, _ = full.run("document", "make", "estimate", "--facts", facts, "--out", out, "--json")
    assert status == 2
    assert "facts.first_year_revenue" in said


def test_a_batch_is_one_file_of_what_is_in_force(full: Shell, tmp_path: Path) -> None:
    out, number = tmp_path / "batch.pdf", full.json("case", "list")["rows"][0]["number"]
    for _ in range(2):
        full.ok("document", "make", "file-contents", "--case", number, "--out", tmp_path / "one.pdf")
    wanted = [
        row for row in full.json("document", "list", "--kind", "file-contents")["rows"] if row["state"] == "issued"
    ]
    said = full.json("document", "batch", "--kind", "file-contents", "--out", out)
    assert said == {"documents": len(wanted), "file": str(out)}
    assert text_of(out).count("档案卷宗目录") == len(wanted) >= 2
    full.ok("document", "batch", wanted[0]["id"], "--both-sides", "--out", out)
    with pdfplumber.open(out) as pdf:
        assert len(pdf.pages) == 2
