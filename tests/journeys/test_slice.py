"""A company's papers from the door to the finance bureau's workbook, by commands alone, on the files it handed in."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pdfplumber
import pytest
from sample_office import Sample

from caseworker.cli import main
from caseworker.values.uscc import check_character

PASSWORDS = {
    "zhang": "yanshi-zhang",
    "li": "yanshi-li-2023",
    "wang": "yanshi-wang",
    "zhao": "yanshi-zhao",
}
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(sample: Sample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command as a user with --json: (exit status, parsed output)."""

    def command(user: str, *words: object, typed: str = "") -> tuple[int, Any]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORDS[user]}\n{typed}"))
        office = ("--office", str(sample.made.path), "--user", user, "--password-stdin", "--json")
        status = main([*map(str, words), *office])
        return status, json.loads(capsys.readouterr().out)

    return command


def text_of(path: Path) -> str:
    with pdfplumber.open(path) as pdf:
        return "".join(char["text"] for page in pdf.pages for char in page.chars)


def test_a_company_of_xunwu_by_commands_alone(run: Run, sample: Sample, tmp_path: Path) -> None:
    body = "91360734MA0000042"
    code = body + check_character(body)
    out = tmp_path / "出件"
    out.mkdir()

    def done(user: str, *words: object, typed: str = "") -> Any:
        status, answer = run(user, *words, typed=typed)
        assert status == 0, answer
        return answer

    # a company the office has never seen, with 映山's own csv files standing in for its hand-ins
    form = {
        "kind": "company",
        "name": "群山客服有限公司",
        "code": code,
        "registered_on": "2022-05-01",
        "legal_representative": "林远",
        "account_name": "群山客服有限公司",
        "bank_name": "寻乌星河村镇银行营业部",
        "account_number": "9900123456789012345",
    }
    (tmp_path / "form.json").write_text(json.dumps(form, ensure_ascii=False), encoding="utf-8")
    done("zhang", "party", "add", tmp_path / "form.json")
    folder = sample.made.folders["yingshan"]
    for kind, name in (("roster", "花名册"), ("wages", "工资流水"), ("insurance", "社保记录")):
        assert done("zhang", "import", kind, folder / f"{name}.csv", "--party", code)["rows_rejected"] == 0
    for name, value, source in (
        ("in_scope", "true", "营业执照"),
        ("new_establishment", "true", "营业执照"),
        ("self_invested", "true", "验资报告"),
        ("operation_start", "2022-05-20", "商务合同"),
        ("seats", "200", "核查记录"),
    ):
        done("zhang", "party", "fact", code, name, value, "--from", "2022-05-20", "--source", source)

    case = done("zhang", "case", "accept", "--party", code, "--policy", "xunwu-2022-59", "--clause", "xw-1-new")
    number = case["number"]
    assert (case["as_of"], case["step"]) == ("2023-06-01", "acceptance")
    done("zhang", "case", "move", number, "verify")
    status, refusal = run("zhang", "case", "move", number, "papers-complete")
    assert (status, refusal["error"]["code"]) == (1, refusal["error"]["code"])
    assert done("zhang", "case", "show", number)["step"] == "verification", "no paper was sighted yet"
    paper = case["papers"][0]["id"]
    scan = sample.made.folders["xinglian"] / "扫描件" / f"{paper}.png"
    assert len(done("zhang", "case", "attach", number, paper, scan)["scans"]) == 1
    done("zhang", "case", "tick", number, "all", "--original", "--copy", "--seal", "--note", "齐")
    done("zhang", "case", "move", number, "papers-complete")
    view = done("zhang", "case", "calculation", number)
    # 200 seats, the edge: 100–200 seats (200 included) at 2,000 yuan each, the clause's first tier
    assert (view["amount"], view["result"]["eligible"]) == ("400000.00", True)
    done("zhang", "case", "move", number, "calculated")
    done("zhang", "case", "move", number, "propose")

    status, refusal = run("zhang", "case", "move", number, "review-pass")
    assert status == 1, "who proposed does not review"
    done("li", "case", "move", number, "review-pass")
    notice = done("zhang", "notice", "publish", number)
    assert run("zhang", "notice", "close", notice["id"])[0] == 1, "the notice period is not over"
    last = date.fromisoformat(notice["last_day"])
    assert (last - date(2023, 6, 1)).days >= 7
    done("zhang", "document", "make", "public-notice", "--notice", notice["id"], "--out", out / "公示.pdf")
    done("zhang", "practice-date", last.isoformat())
    done("zhang", "notice", "close", notice["id"], "--note", "无异议")
    done("zhang", "case", "move", number, "notice-done")
    assert run("zhang", "document", "make", "decision", "--case", number, "--out", out / "早.pdf")[0] == 1
    assert not (out / "早.pdf").exists()
    assert run("li", "case", "move", number, "decide-grant")[0] == 1, "the head decides"
    done("wang", "case", "move", number, "decide-grant")

    letter = done("zhang", "document", "make", "decision", "--case", number, "--out", out / "决定书.pdf")["document"]
    done("zhang", "document", "make", "application-form", "--case", number, "--out", out / "附件3.pdf")
    done("zhang", "document", "make", "calculation", "--case", number, "--out", out / "测算表.pdf")
    assert run("zhao", "document", "seal", letter["id"], typed="wrong-password\n")[0] == 3
    assert run("zhang", "document", "seal", letter["id"], typed="yanshi-zhang\n")[0] == 1
    sealed = done("zhao", "document", "seal", letter["id"], "--copies", "2", typed="yanshi-zhao\n")
    assert (sealed["sealed"], sealed["shown_number"]) == (True, "演产办字〔2023〕1号")
    done("zhao", "document", "save", letter["id"], "--out", out / "决定书（已用印）.pdf")

    (due,) = done("zhang", "payment", "due")
    assert due["instalment"]["amount"] == "400000.00"
    batch = done("zhang", "payment", "order", "--policy", "xunwu-2022-59", due["instalment"]["id"])
    done("zhang", "document", "make", "payment-list", "--batch", batch["id"], "--out", out / "拨付明细表.xlsx")
    paid = done("zhang", "payment", "paid", batch["id"], "--on", last.isoformat())
    assert paid["state"] == "settled"
    end = done("zhang", "case", "move", number, "archive")
    assert (end["status"], end["step"]) == ("closed", "archive")

    # what came out
    decision = text_of(out / "决定书（已用印）.pdf")
    for part in ("群山客服有限公司", code, "演产办字〔2023〕1号", "400,000.00", "肆拾万元整"):
        assert part in decision, part
    assert "群山客服有限公司" in text_of(out / "附件3.pdf")
    assert "9900123456789012345" in text_of(out / "附件3.pdf")
    sheet = openpyxl.load_workbook(out / "拨付明细表.xlsx").active
    assert sheet is not None
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {"群山客服有限公司", "9900123456789012345", "400000", "200席"} <= {cell.removesuffix(".0") for cell in cells}
    assert done("li", "document", "verify", "--file", out / "决定书（已用印）.pdf")["verdict"] == "unchanged"
    log = [row["action"] for row in reversed(done("li", "audit", "list", "--limit", "1000")["rows"])]
    acts = ["受理", "附扫描件", "发布公示", "结束公示", "用印", "生成拨付批次", "登记拨付结果"]
    assert [act for act in log if act in acts and log.count(act) == 1] == acts
    assert done("li", "audit", "verify")["ok"] is True
