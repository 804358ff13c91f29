"""The checklist of a case: scans all or none, what stands on a paper, the history of a line, the 补正告知书."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image
from services.case_bench import DATONG, DT, PASSWORD, XUNWU, XW, CaseBench, make_bench

from caseworker.errors import Cancelled, EditConflict, InvalidInput, Refusal
from caseworker.services.case_papers import NEVER
from caseworker.services.views import DocumentRow, PaperView

ID = "360734198001010011"
LEASE = "dt-4-lease"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


@pytest.fixture
def case_id(bench: CaseBench) -> int:
    return bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)


def paper(bench: CaseBench, case_id: int, name: str) -> PaperView:
    return next(one for one in bench.clerk.cases.get(case_id).papers if one.id == name)


def tick(bench: CaseBench, case_id: int, name: str, **marks: object) -> PaperView:
    version = paper(bench, case_id, name).version
    return bench.clerk.cases.tick(case_id, name, version=version, **marks)  # type: ignore[arg-type]


def scan(path: Path, pages: int = 1, shade: int = 200) -> Path:
    images = [Image.new("L", (80, 100), shade + page) for page in range(pages)]
    images[0].save(path, save_all=pages > 1, append_images=images[1:]) if pages > 1 else images[0].save(path)
    return path


# ---- scans ---------------------------------------------------------------------------------


def test_several_files_at_once_are_one_entry_with_their_pages(bench: CaseBench, case_id: int, tmp_path: Path) -> None:
    files = [scan(tmp_path / "执照.tif", 3), scan(tmp_path / "执照副页.png", shade=90)]
    before = bench.clerk.audit.page().total
    seen = bench.clerk.cases.attach(case_id, "business-licence", *files)
    assert [(row.name, row.pages, row.size) for row in seen.scans] == [
        ("执照.tif", 3, files[0].stat().st_size),
        ("执照副页.png", 1, files[1].stat().st_size),
    ]
    assert bench.clerk.audit.page().total == before + 1
    again = bench.clerk.cases.attach(case_id, "business-licence", files[0], files[0])
    assert again.scans == seen.scans


def test_one_wrong_file_among_several_keeps_them_all_out(bench: CaseBench, case_id: int, tmp_path: Path) -> None:
    good, wrong, broken = scan(tmp_path / "好.png"), tmp_path / "表.xlsx", tmp_path / "坏.pdf"
    wrong.write_bytes(b"PK\x03\x04")
    broken.write_bytes(b"%PDF-1.4")
    before = bench.clerk.audit.page().total
    stored = sorted(bench.clerk.file.attachments.folder.rglob("*"))
    with pytest.raises(InvalidInput, match="3 个文件中有 2 个不能附上，一个也没有附") as caught:
        bench.clerk.cases.attach(case_id, "business-licence", good, wrong, broken)
    assert [problem.path for problem in caught.value.problems] == ["表.xlsx", "坏.pdf"]
    assert "只收" in caught.value.problems[0].message
    assert paper(bench, case_id, "business-licence").scans == ()
    assert bench.clerk.audit.page().total == before
    assert sorted(bench.clerk.file.attachments.folder.rglob("*")) == stored


def test_a_cancelled_attach_keeps_nothing(bench: CaseBench, case_id: int, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        bench.clerk.cases.attach(case_id, "business-licence", scan(tmp_path / "a.png"), cancelled=lambda: True)
    assert paper(bench, case_id, "business-licence").scans == ()


def test_only_what_hangs_on_a_paper_counts_as_attached(bench: CaseBench, case_id: int, tmp_path: Path) -> None:
    import hashlib

    file = scan(tmp_path / "a.png")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert bench.clerk.cases.attached({digest}) == frozenset()
    row = bench.clerk.cases.attach(case_id, "business-licence", file).scans[0]
    assert bench.clerk.cases.attached({digest, "0" * 64}) == {digest}
    bench.clerk.cases.detach(case_id, "business-licence", row.attachment_id, "放错")
    assert bench.clerk.cases.attached({digest}) == frozenset()


@pytest.mark.parametrize("login", ["reviewer", "head", "keeper", "admin"])
def test_only_a_caseworker_attaches_and_everybody_reads(
    bench: CaseBench, case_id: int, tmp_path: Path, login: str
) -> None:
    with pytest.raises(Refusal, match="由经办人办理"):
        bench[login].cases.attach(case_id, "business-licence", scan(tmp_path / "a.png"))
    assert bench[login].cases.paper_history(case_id, "business-licence") == ()
    assert bench[login].cases.attached([]) == frozenset()


# ---- what stands on a paper ----------------------------------------------------------------


def test_what_stands_on_a_paper_is_kept_masked_and_compared(bench: CaseBench, case_id: int) -> None:
    seen = tick(bench, case_id, "legal-rep-id", on_paper={"number": ID.lower() + " ", "valid_until": "2023-05-31"})
    shown = {field.key: (field.shown, field.secret) for field in seen.fields}
    assert shown["number"] == ("360734********0011", True)
    assert shown["valid_until"] == ("2023-05-31", False)
    assert seen.warnings == ("有效期至2023年5月31日，在受理日（2023年6月1日）已经过期。",)
    assert tick(bench, case_id, "legal-rep-id", on_paper={"valid_until": "2023-06-01"}).warnings == ()
    cleared = tick(bench, case_id, "legal-rep-id", on_paper={"number": ""})
    assert {field.key: field.shown for field in cleared.fields}["number"] == ""
    assert {field.key: field.shown for field in cleared.fields}["valid_until"] == "2023-06-01"


def test_the_forms_name_is_compared_with_the_dossiers(bench: CaseBench, case_id: int) -> None:
    seen = tick(bench, case_id, "application-form", on_paper={"name": "大同市云州标注公司"})
    assert seen.warnings == ("材料上的单位名称“大同市云州标注公司”与档案的“大同市云州标注有限公司”不一致。",)
    ticked = tick(bench, case_id, "application-form", original=True, copy=True, seal=True)
    assert ticked.complete, "a note never holds up"
    assert ticked.warnings == seen.warnings
    entry = bench.clerk.audit.page().rows[0]
    assert entry.detail["warnings"] == list(seen.warnings), "the log says that it was before the clerk's eyes"


def test_notes_reach_the_move_that_asks_for_the_papers(bench: CaseBench, case_id: int) -> None:
    bench.tick_all(case_id)
    bench.go(case_id, ("clerk", "verify"))

    def warning() -> str:
        return next(move.warning for move in bench.clerk.cases.get(case_id).moves if move.id == "papers-complete")

    assert warning() == ""
    tick(bench, case_id, "legal-rep-id", on_paper={"valid_until": "2020-01-01"})
    assert warning().startswith("1 项材料有提示——法人身份证：有效期至")
    assert bench.clerk.cases.get(case_id).papers_note == "8/8 项齐备，1 项有提示"
    bench.go(case_id, ("clerk", "papers-complete"))


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("legal-rep-id", {"valid_until": "明年"}, "应为日期"),
        ("roster", {"name": "x"}, "没有这一项"),
        ("business-licence", {"name": "星\x00河"}, "控制字符"),
        ("business-licence", {"name": "星" * 201}, "最多 200 个字"),
        ("business-licence", {"colour": "red"}, "没有这一项"),
    ],
)
def test_what_cannot_stand_on_a_paper_is_refused_by_field(
    bench: CaseBench, case_id: int, name: str, typed: dict[str, str], words: str
) -> None:
    before = paper(bench, case_id, name)
    with pytest.raises(InvalidInput, match=words) as caught:
        tick(bench, case_id, name, on_paper=typed, original=True)
    assert caught.value.problems[0].path == next(iter(typed))
    assert paper(bench, case_id, name) == before


def test_two_who_type_different_names_meet_a_conflict(bench: CaseBench, case_id: int) -> None:
    version = paper(bench, case_id, "business-licence").version
    bench["second"].cases.tick(case_id, "business-licence", version=version, on_paper={"name": "甲"})
    with pytest.raises(EditConflict) as caught:
        bench.clerk.cases.tick(case_id, "business-licence", version=version, on_paper={"name": "乙"})
    assert (caught.value.mine, caught.value.theirs) == ({"材料所载": "乙"}, {"材料所载": "甲"})


def test_a_contract_too_short_is_noted_by_the_facts(bench: CaseBench) -> None:
    party = bench.dt_company()
    for fact, value in (("lease_start", "2023-01-01"), ("lease_end", "2026-12-31")):
        bench.clerk.dossiers.set_fact(party, fact, value, date(2023, 1, 1), "租赁合同")
    lease = paper(bench, bench.clerk.cases.accept(party, DATONG, LEASE), "lease")
    assert lease.warnings == ("合同期限（2023-01-01 至 2026-12-31）不足条款要求的 60 个月。",)


# ---- history -------------------------------------------------------------------------------


def test_every_change_of_a_line_stays_to_be_seen(bench: CaseBench, case_id: int, tmp_path: Path) -> None:
    name = "legal-rep-id"
    tick(bench, case_id, name, original=True, copy=True)
    version = paper(bench, case_id, name).version
    bench["second"].cases.tick(case_id, name, version=version, original=False, note="原件系复印")
    tick(bench, case_id, name, on_paper={"number": ID})
    row = bench.clerk.cases.attach(case_id, name, scan(tmp_path / "证.png")).scans[0]
    bench.clerk.cases.detach(case_id, name, row.attachment_id, "放错材料")
    history = bench.clerk.cases.paper_history(case_id, name)
    assert [(one.user, one.changes, one.reason) for one in history] == [
        ("经一", ("撤下“证.png”",), "放错材料"),
        ("经一", ("附上“证.png”",), ""),
        ("经一", ("证件号码：360734********0011",), ""),
        ("经二", ("原件已查验：取消", "备注：原件系复印"), ""),
        ("经一", ("原件已查验：勾选", "复印件已留存：勾选"), ""),
    ]
    assert all(one.at == bench.clock.now() for one in history)
    assert bench.clerk.cases.paper_history(case_id, "roster") == ()


# ---- 容缺 ----------------------------------------------------------------------------------


def tolerate_the_roster(bench: CaseBench) -> None:
    """The pack of an office that lets the roster come later."""
    pack = bench.clerk.packs[DATONG]
    clause = pack.clauses[DT]
    papers = tuple(replace(one, requirement="tolerable") if one.id == "roster" else one for one in clause.papers)
    changed = replace(pack, clauses={**pack.clauses, DT: replace(clause, papers=papers)})
    for desk in bench.desks.values():
        desk.packs = desk.packs.with_pack(changed)


@pytest.mark.parametrize(
    ("today", "tolerated"), [(date(2023, 6, 9), True), (date(2023, 6, 10), True), (date(2023, 6, 11), False)]
)
def test_a_tolerated_paper_may_be_missing_through_its_day(bench: CaseBench, today: date, tolerated: bool) -> None:
    tolerate_the_roster(bench)
    case_id = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    bench.tick_all(case_id)
    tick(bench, case_id, "roster", copy=False, tolerated_until=date(2023, 6, 10))
    bench.go(case_id, ("clerk", "verify"))
    bench.clock.set_day(today)
    detail = bench.clerk.cases.get(case_id)
    assert paper(bench, case_id, "roster").holds_up is not tolerated
    assert (next(move.why_not for move in detail.moves if move.id == "papers-complete") is None) is tolerated
    assert detail.papers_note == ("7/8 项齐备（容缺 1 项）" if tolerated else "7/8 项齐备")
    if tolerated:
        with pytest.raises(Refusal, match="没有需要补正的"):
            bench.clerk.documents.make("supplement", case_id=case_id)
    else:
        rows = rows_of(bench, bench.clerk.documents.make("supplement", case_id=case_id))
        assert [line[2] for line in rows if line[0] == "1"] == ["缺复印件"]


@pytest.mark.parametrize(("until", "taken"), [(31, False), (1, True), (2, True)])
def test_a_day_to_bring_it_by_lies_today_or_later(bench: CaseBench, until: int, taken: bool) -> None:
    tolerate_the_roster(bench)
    case_id = bench.clerk.cases.accept(bench.dt_company(), DATONG, DT)
    day = date(2023, 5, 31) if until == 31 else date(2023, 6, until)
    if taken:
        assert tick(bench, case_id, "roster", tolerated_until=day).tolerated_until == day
        assert tick(bench, case_id, "roster", tolerated_until=NEVER).tolerated_until is None
        words = [one.changes for one in bench.clerk.cases.paper_history(case_id, "roster")]
        assert words == [("撤回容缺",), (f"容缺至2023年6月{until}日",)]
    else:
        with pytest.raises(InvalidInput, match="已过"):
            tick(bench, case_id, "roster", tolerated_until=day)


# ---- 材料补正一次性告知书 --------------------------------------------------------------------


def text_of(bench: CaseBench, row: DocumentRow) -> str:
    """Without white space: words of a cell are broken anywhere."""
    _name, _kind, data = bench.clerk.documents.data(row.id)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return re.sub(r"\s", "", "".join(page.extract_text() for page in pdf.pages))


def rows_of(bench: CaseBench, row: DocumentRow) -> list[list[str]]:
    _name, _kind, data = bench.clerk.documents.data(row.id)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        tables = [table for page in pdf.pages for table in page.extract_tables()]
    return [[re.sub(r"\s", "", cell or "") for cell in line] for table in tables for line in table]


def test_the_letter_lists_exactly_what_is_missing_and_what_of_it(bench: CaseBench, case_id: int) -> None:
    bench.tick_all(case_id)
    tick(bench, case_id, "legal-rep-id", copy=False, note="复印件缺背面")
    tick(bench, case_id, "wage-records", original=False, copy=False, seal=False)
    tick(bench, case_id, "roster", seal=False)
    tick(bench, case_id, "service-contract", note="已核对")  # a note alone lacks nothing
    letter = bench.clerk.documents.make("supplement", case_id=case_id)
    assert letter.shown_number == "寻客办补字〔2023〕1号"
    assert [line for line in rows_of(bench, letter) if line[0].isdigit()] == [
        ["1", "法人身份证", "缺复印件。说明：复印件缺背面", "原件（供查验）和复印件，加盖公章"],
        ["2", "工资流水", "缺原件（供查验）、复印件；未加盖公章", "原件（供查验）和复印件，加盖公章"],
        ["3", "员工花名册（含姓名、身份证号码等基本信息）", "未加盖公章", "原件（供查验）和复印件，加盖公章"],
    ]
    text = text_of(bench, letter)
    for other in ("企业营业执照正本", "商务合同", "社保记录", "申请表", "已核对"):
        assert other not in text
    assert "DT-2023-0001" in text
    # 15 working days: two days of 端午 are off and the Sunday after is worked for one of them
    assert "请于2023年6月25日前" in text


def test_the_letter_is_given_once_and_may_be_sealed(bench: CaseBench, case_id: int) -> None:
    first = bench.clerk.documents.make("supplement", case_id=case_id)
    bench.tick_all(case_id)
    assert bench.clerk.documents.make("supplement", case_id=case_id).id == first.id
    bench["keeper"].documents.record_wet_seal(first.id, "公章", PASSWORD)
    assert bench.clerk.documents.get(first.id).sealed


def test_nothing_missing_makes_no_letter(bench: CaseBench, case_id: int) -> None:
    bench.tick_all(case_id)
    before = bench.clerk.audit.page().total
    with pytest.raises(Refusal, match="没有需要补正的"):
        bench.clerk.documents.make("supplement", case_id=case_id)
    assert bench.clerk.audit.page().total == before


def test_a_paper_this_case_does_not_need_is_not_asked_for(bench: CaseBench) -> None:
    case_id = bench.clerk.cases.accept(bench.xw_company(), XUNWU, XW)
    bench.clerk.cases.set_fact(case_id, "approved_rate", None, "无批准文件")
    assert not paper(bench, case_id, "approved-rate-decision").applies
    text = text_of(bench, bench.clerk.documents.make("supplement", case_id=case_id))
    assert "核定座席标准" not in text
    assert "营业执照正本" in text
