"""An office's own sentences: in letters from then on, never in those made before, kept through updates, refused when
wrong."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pdfplumber
import pytest
from services.case_bench import PASSWORD, XUNWU, XW, CaseBench, make_bench

from caseworker.documents import wording
from caseworker.errors import InvalidInput, Refusal
from caseworker.services.own_wording import own_sentences

OWN = "根据有关规定和领导小组授权，决定如下："


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CaseBench:
    """Every test gives back the sentences that it changed."""
    return make_bench(tmp_path_factory.mktemp("office"), date(2023, 6, 1))


def text_of(bench: CaseBench, document_id: int) -> str:
    with pdfplumber.open(io.BytesIO(bench.clerk.documents.data(document_id)[2])) as pdf:
        return "".join(char["text"] for page in pdf.pages for char in page.chars)


def test_letters_keep_the_sentences_that_they_were_made_with(bench: CaseBench) -> None:
    first = bench.to_payment(bench.xw_company(name="甲一客服有限公司"), XUNWU, XW)
    second = bench.to_payment(bench.xw_company(name="乙二客服有限公司"), XUNWU, XW)
    program = next(one for one in bench.clerk.wording.sentences("decision") if one.field == "decides").program
    before = bench.clerk.documents.make("decision", case_id=first)
    bench["head"].wording.say("decision", "decides", f"  {OWN} ", "办公室会议决定")
    after = bench.clerk.documents.make("decision", case_id=second)
    assert program in text_of(bench, before.id)
    assert OWN in text_of(bench, after.id)
    seal = bench["keeper"].documents.load_seal("公章", _seal(), 42.0)
    for letter in (before, after):  # sealed later, each in its own words
        bench["keeper"].documents.seal(letter.id, seal, PASSWORD)
    assert program in text_of(bench, before.id)
    assert OWN in text_of(bench, after.id)
    (one,) = [one for one in bench.clerk.wording.sentences("decision") if one.own]
    assert (one.field, one.own, one.changed_by, one.stale) == ("decides", OWN, "负一", False)
    bench["head"].wording.restore("decision", "decides", "改回来")
    with pytest.raises(Refusal, match="程序原来的用语"):
        bench["head"].wording.restore("decision", "decides", "再改")
    assert not any(one.own for one in bench.clerk.wording.sentences("decision"))
    assert bench.clerk.documents.verify(_saved(bench, after.id)).verdict == "unchanged"
    assert bench.clerk.audit.verify()[0]


def _saved(bench: CaseBench, document_id: int) -> Path:
    path = bench.clerk.file.path.parent / "out.pdf"
    return bench.clerk.documents.export(document_id, path)


def _seal() -> bytes:
    from caseworker.documents.seal import sample_seal_png

    return sample_seal_png()


@pytest.mark.parametrize(
    ("field", "text", "reason", "wrong"),
    [
        ("total", "", "原因", {"text"}),
        ("total", "合计{figures}元（{wrds}）", "", {"text", "reason"}),
        ("total", "合计{figures", "原因", {"text"}),
        ("total", "合计}", "原因", {"text"}),
        ("total", "合计\x00", "原因", {"text"}),
        ("total", "合" * 601, "原因", {"text"}),
        ("decides", "{figures}", "原因", {"text"}),
        ("total", "核定金额见附件。", "原因", {"text"}),  # the amount is what a decision is there to say
        ("total", "合计{figures}元。", "原因", {"text"}),
        ("total", "合计{{figures}}元（大写：{words}）。", "原因", {"text"}),
        ("total", "合计{figures:.0}元（大写：{words}）。", "原因", {"text"}),
        ("total", "合计{figures!r}元（大写：{words}）。", "原因", {"text"}),
        ("total", "合计{figures:>999999999}元（大写：{words}）。", "原因", {"text"}),
        ("remedy", "如对本决定不服，可以申请行政复议。", "原因", {"text"}),
    ],
)
def test_a_sentence_that_can_not_be_is_refused(
    bench: CaseBench, field: str, text: str, reason: str, wrong: set[str]
) -> None:
    before = bench.clerk.audit.page().total
    with pytest.raises(InvalidInput) as said:
        bench["head"].wording.say("decision", field, text, reason)
    assert {problem.path for problem in said.value.problems} == wrong
    for kind, name in (("decision", "no-such"), ("no-such", "total"), ("estimate", "title")):
        with pytest.raises(Refusal):
            bench["head"].wording.say(kind, name, "话", "原因")
    assert bench.clerk.audit.page().total == before


def test_every_sentence_of_every_kind_can_be_said_again(bench: CaseBench) -> None:
    for kind, _ in bench.clerk.wording.kinds():
        sentences = bench.clerk.wording.sentences(kind)
        assert sentences
        for one in sentences:
            assert one.program.strip()
            assert "policy." not in one.policy
    same = bench.clerk.wording.sentences("decision")[0]
    with pytest.raises(Refusal, match="程序原来的用语"):
        bench["head"].wording.say("decision", same.field, same.program, "一样")


def test_after_an_update_own_sentences_stay_or_are_named(bench: CaseBench, tmp_path: Path) -> None:
    bench["head"].wording.say("decision", "policy.xunwu-2022-59.use", "专款专用。", "本县要求")
    bench["head"].wording.say("decision", "decides", OWN, "本县要求")
    with bench.clerk.file.read() as session:
        own = own_sentences(session)
    assert own == {"decision": {"policy.xunwu-2022-59.use": "专款专用。", "decides": OWN}}
    (tmp_path / "wording").mkdir()
    newer = tmp_path / "wording" / "decision.toml"
    fields = {"decides": (), "heading": ()}
    policy_fields = {"use": ()}
    newer.write_text('decides = "新"\nheading = "一、"\n[policy."xunwu-2022-59"]\nuse = "新的。"\n', encoding="utf-8")
    with wording.spoken(own):
        words = wording.load("decision", fields, policy_fields, "xunwu-2022-59", tmp_path / "wording")
    assert (words["decides"], words["heading"], words["use"]) == (OWN, "一、", "专款专用。")
    newer.write_text('heading = "一、"\n[policy."xunwu-2022-59"]\nuse = "新的。"\n', encoding="utf-8")
    with wording.spoken(own), pytest.raises(InvalidInput) as said:
        wording.load("decision", {"heading": ()}, policy_fields, "xunwu-2022-59", tmp_path / "wording")
    assert [problem.path for problem in said.value.problems] == ["decides"]
    assert "恢复程序原来的用语" in said.value.message
    for field in ("decides", "policy.xunwu-2022-59.use"):
        bench["head"].wording.restore("decision", field, "程序更新后不再需要")
    with bench.clerk.file.read() as session:
        assert own_sentences(session) == {}


def test_a_blank_form_says_it_the_offices_way_too(bench: CaseBench) -> None:
    bench["head"].wording.say("delivery-receipt", "title", "文书送达回证", "本县的叫法")
    try:
        _, data = bench.clerk.documents.blank("delivery-receipt")
    finally:
        bench["head"].wording.restore("delivery-receipt", "title", "试过了")
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        assert "文书送达回证" in "".join(char["text"] for page in pdf.pages for char in page.chars)
