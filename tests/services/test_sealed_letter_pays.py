"""Money follows the sealed letter; papers of a case agree with each other and with what was really shown."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pdfplumber
import pytest
from openpyxl import load_workbook
from services.case_bench import DATONG, DT, PASSWORD, XUNWU, XW, CaseBench, make_bench
from sqlalchemy import select

from caseworker.errors import EnvironmentFault, InvalidInput, Refusal
from caseworker.services.views import Role
from caseworker.store.models import (
    Attachment,
    Document,
    Instalment,
    OtherBenefit,
    Party,
    PaymentLine,
    Person,
    Seal,
    SealUse,
)
from caseworker.values.money import Money

HALF_YEAR = (202212, 202301, 202302, 202303, 202304, 202305)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


def text_of(bench: CaseBench, document_id: int) -> str:
    _, _, data = bench.clerk.documents.data(document_id)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "".join(char["text"] for page in pdf.pages for char in page.chars).replace("\u00a0", " ")


def due_ids(bench: CaseBench) -> list[int]:
    return [instalment.id for instalment, _ in bench.clerk.payments.due()]


def party_columns(bench: CaseBench, party: int, **columns: str) -> None:
    with bench.clerk.file.write(bench.clerk.actor, "test.party") as work:
        row = work.session.get_one(Party, party)
        for name, value in columns.items():
            setattr(row, name, value)
        work.subject("party", party)


def benefit(bench: CaseBench, party: int, amount: int, person: int | None = None) -> None:
    """Money from elsewhere on record, for one person or for the company."""
    with bench.clerk.file.write(bench.clerk.actor, "test.benefit") as work:
        work.session.add(
            OtherBenefit(
                party_id=party,
                person_id=person,
                policy=DATONG,
                clause=DT,
                title="省级稳岗补贴",
                amount=Money.parse(amount),
                granted_on=date(2023, 1, 1),
                source="拨付通知",
            )
        )
        work.subject("party", party)


def people_of(bench: CaseBench) -> list[Person]:
    with bench.clerk.file.read() as session:
        return list(session.scalars(select(Person).order_by(Person.id)))


# ---- payments ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ({"account_number": "99990000111122223333"}, "账号"),
        ({"bank_name": "别的银行"}, "开户行"),
        ({"code": "91360734MA7K2L5T3C"}, "统一社会信用代码"),
        ({"name": "别的公司", "account_name": "别的公司"}, "单位名称、户名"),
    ],
)
def test_a_payee_or_account_changed_after_the_seal_is_not_paid(
    bench: CaseBench, columns: dict[str, str], word: str
) -> None:
    party = bench.xw_company()
    case_id = bench.to_payment(party, XUNWU, XW)
    bench.seal_letter(case_id)
    party_columns(bench, party, **columns)
    with pytest.raises(Refusal) as caught:
        bench.clerk.payments.order(XUNWU, due_ids(bench))
    assert word in caught.value.message
    assert "须作废原决定书、重新制作并用印后方可拨付" in caught.value.message


def test_brackets_of_either_width_are_the_same_name(bench: CaseBench) -> None:
    party = bench.xw_company(name="寻乌（星河）客服有限公司")
    case_id = bench.to_payment(party, XUNWU, XW)
    bench.seal_letter(case_id)
    party_columns(bench, party, account_name="寻乌(星河)客服有限公司")
    bench.clerk.payments.order(XUNWU, due_ids(bench))
    with bench.clerk.file.read() as session:
        assert session.scalars(select(PaymentLine.account_name)).one() == "寻乌（星河）客服有限公司"


def test_a_letter_made_again_for_another_account_is_the_heads(bench: CaseBench) -> None:
    party = bench.xw_company()
    case_id = bench.to_payment(party, XUNWU, XW)
    first = bench.seal_letter(case_id)
    bench.clerk.documents.void(first, "账号写错")
    with bench.clerk.file.read() as session:
        before = session.get_one(Party, party).account_number
    party_columns(bench, party, account_number="99990000111122223333")
    for login in ("clerk", "keeper"):
        with pytest.raises(Refusal, match=r"账号.*须由负责人") as caught:
            bench[login].documents.make("decision", case_id=case_id)
        assert caught.value.code == "payee-changed"
    party_columns(bench, party, account_number=before)
    again = bench.clerk.documents.make("decision", case_id=case_id)  # the same payee: nothing to ask the head
    bench.clerk.documents.void(again.id, "错字")
    party_columns(bench, party, account_number="99990000111122223333")
    letter = bench["head"].documents.make("decision", case_id=case_id)
    bench["keeper"].documents.record_wet_seal(letter.id, "公章", PASSWORD)
    bench.clerk.payments.order(XUNWU, due_ids(bench))
    with bench.clerk.file.read() as session:
        assert session.scalars(select(PaymentLine.account_number)).one() == "99990000111122223333"


@pytest.mark.parametrize("fen", [-1, 1])
def test_an_instalment_that_is_not_the_letters_amount_is_not_paid(bench: CaseBench, fen: int) -> None:
    case_id = bench.to_payment(bench.xw_company(), XUNWU, XW)
    bench.seal_letter(case_id)
    with bench.clerk.file.write(bench.clerk.actor, "test.amount") as work:
        row = work.session.scalars(select(Instalment)).one()
        row.amount = row.amount + Money(fen)
        work.subject("case", case_id)
    with pytest.raises(Refusal, match="不一致，不能拨付"):
        bench.clerk.payments.order(XUNWU, due_ids(bench))


def test_a_letter_whose_file_or_record_is_damaged_is_not_paid_on(bench: CaseBench) -> None:
    case_id = bench.to_payment(bench.xw_company(), XUNWU, XW)
    letter = bench.seal_letter(case_id)
    with bench.clerk.file.read() as session:
        row = session.get_one(Document, letter)
        content = dict(row.content)
        sha256 = session.get_one(Attachment, row.attachment_id).sha256
    path = bench.clerk.file.attachments.path_of(sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(Refusal, match="读不出来"):
        bench.clerk.payments.order(XUNWU, due_ids(bench))
    path.write_bytes(whole)
    with bench.clerk.file.write(bench.clerk.actor, "test.content") as work:
        account = {**content["account"], "number": "99990000111122223333"}
        work.session.get_one(Document, letter).content = {**content, "account": account}
        work.subject("document", letter)
    with pytest.raises(Refusal, match="与其摘要不符"):
        bench.clerk.payments.order(XUNWU, due_ids(bench))


@pytest.mark.parametrize("paid", [False, True])
def test_a_letter_is_not_voided_while_its_money_is_out(bench: CaseBench, paid: bool) -> None:
    case_id = bench.to_payment(bench.xw_company(), XUNWU, XW)
    letter = bench.seal_letter(case_id)
    batch = bench.clerk.payments.order(XUNWU, due_ids(bench))
    if paid:
        bench.clerk.payments.record_paid(batch.id, bench.clock.today())
    with pytest.raises(Refusal) as caught:
        bench["head"].documents.void(letter, "重做")
    assert caught.value.code == "money-out"
    with bench.clerk.file.write(bench.clerk.actor, "test.returned") as work:
        line = work.session.scalars(select(PaymentLine)).one()
        line.state, line.open_instalment_id = "returned", None
        work.subject("document", letter)
    bench["head"].documents.void(letter, "银行退回，重做")


# ---- the seal by hand ----------------------------------------------------------------------


def test_a_seal_used_by_hand_is_entered_and_counts(bench: CaseBench) -> None:
    case_id = bench.to_payment(bench.xw_company(), XUNWU, XW)
    letter = bench.clerk.documents.make("decision", case_id=case_id)
    keeper = bench["keeper"]
    assert keeper.documents.seals() == ()
    with pytest.raises(EnvironmentFault):
        keeper.documents.record_wet_seal(letter.id, "公章", "wrong-password")
    for name, copies in (("  ", 1), ("公章", 0), ("公\u202e章", 1)):
        with pytest.raises(InvalidInput):
            keeper.documents.record_wet_seal(letter.id, name, PASSWORD, copies)
    sheet = bench.clerk.documents.make("calculation", case_id=case_id)
    with pytest.raises(Refusal, match="不用印"):
        keeper.documents.record_wet_seal(sheet.id, "公章", PASSWORD)
    row = keeper.documents.record_wet_seal(letter.id, "公章", PASSWORD, 2)
    assert row.sealed
    assert [one.sealed for one in bench.clerk.documents.page(kind="decision").rows] == [True]
    assert [one.sealed for one in bench.clerk.cases.get(case_id).documents if one.kind == "decision"] == [True]
    with pytest.raises(Refusal, match="已经用印"):
        keeper.documents.record_wet_seal(letter.id, "公章", PASSWORD)
    assert keeper.documents.seals() == (), "a seal without picture is not offered for printing"
    with bench.clerk.file.read() as session:
        use, seal = session.scalars(select(SealUse)).one(), session.scalars(select(Seal)).one()
        assert (use.document_id, use.copies, use.seal_id, seal.attachment_id) == (letter.id, 2, seal.id, None)
    with pytest.raises(Refusal) as caught:
        keeper.documents.seal(letter.id, seal.id, PASSWORD)
    assert caught.value.code == "already-sealed"
    assert bench.clerk.audit.page().rows[0].action == "登记手工用印"
    bench.clerk.payments.order(XUNWU, due_ids(bench))
    assert Role.SEAL_KEEPER not in bench.clerk.user.roles


# ---- what the papers say -------------------------------------------------------------------


def test_an_instalment_of_several_says_which_and_what_must_come_first(bench: CaseBench) -> None:
    case_id = bench.to_payment(bench.dt_company(people=3, months=HALF_YEAR), DATONG, DT)
    words = text_of(bench, bench.clerk.documents.make("decision", case_id=case_id).id)
    assert "本次为第1期（共4期），后续各期须另行申报、审核和公示后拨付" in words
    assert "一次性拨付" not in words
    assert "严格按照规定的范围、标准和程序使用" in words
    other = bench.to_payment(bench.xw_company(), XUNWU, XW)
    words = text_of(bench, bench.clerk.documents.make("decision", case_id=other).id)
    assert "核定资金一次性拨付至以下账户" in words
    assert "专账" not in words
    assert "挪作他用" not in words


def test_the_notice_lists_what_each_person_gets_and_says_what_the_company_got(bench: CaseBench) -> None:
    party = bench.dt_company(people=3, months=HALF_YEAR)
    first, second, third = people_of(bench)
    benefit(bench, party, 1_000, first.id)
    benefit(bench, party, 9_000, second.id)
    benefit(bench, party, 300)
    case_id = bench.to_notice(party, DATONG, DT)
    notice = bench.clerk.notices.publish([case_id])
    words = text_of(bench, bench.clerk.documents.make("public-notice", notice_id=notice.id).id)
    assert first.name in words
    assert third.name in words
    assert second.name not in words, "nothing is left for this person"
    for part in (
        "合　计4,000.00",
        "1,500.00",
        "按数量和标准计算7,500.00元，减已从其他政策享受的补助3,800.00元，拟兑现3,700.00元",
        "所列人员合计4,000.00元，减单位已从其他政策享受的补助300.00元，拟兑现3,700.00元",
    ):
        assert part in words, part
    sheet = text_of(bench, bench.clerk.documents.make("calculation", case_id=case_id).id)
    assert f"{first.name}已享受1000元，扣1000元" in sheet
    assert f"{first.id}已享受" not in sheet
    form = bench.clerk.documents.make("application-form", case_id=case_id)
    assert content(bench, form.id)["supported_elsewhere"] is True

    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    bench.go(case_id, ("clerk", "notice-done"), ("head", "decide-grant"))
    bench.seal_letter(case_id)
    batch = bench.clerk.payments.order(DATONG, due_ids(bench))
    listed = bench.clerk.documents.make("payment-list", payment_batch_id=batch.id)
    sheet_1 = load_workbook(io.BytesIO(bench.clerk.documents.data(listed.id)[2])).active
    assert sheet_1 is not None
    cells = [str(cell.value) for row in sheet_1.iter_rows() for cell in row if cell.value is not None]
    assert any("减已从其他政策享受的补助3,800.00元" in cell for cell in cells)


def content(bench: CaseBench, document_id: int) -> dict[str, object]:
    with bench.clerk.file.read() as session:
        return dict(session.get_one(Document, document_id).content)


def form_of(bench: CaseBench, case_id: int) -> dict[str, object]:
    return content(bench, bench.clerk.documents.make("application-form", case_id=case_id).id)


def test_the_form_cites_the_notice_of_the_present_proposal_only(bench: CaseBench) -> None:
    case_id = bench.to_notice(bench.xw_company(), XUNWU, XW)
    assert form_of(bench, case_id)["notice_from"] is None
    assert form_of(bench, case_id)["supported_elsewhere"] is None, "no entry is no declaration"
    notice = bench.clerk.notices.publish([case_id])
    assert form_of(bench, case_id)["notice_result"] == ""
    bench.clock.set_day(date(2023, 6, 3))
    objection = bench.clerk.notices.object(notice.id, case_id, "某人", "座席数不实")
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    assert form_of(bench, case_id)["notice_result"] == "异议处理中"
    bench["head"].notices.settle_objection(objection.id, "现场清点属实", "dismissed")
    assert form_of(bench, case_id)["notice_result"] == "异议已处理"
    bench.go(case_id, ("head", "return", "重新核对"))
    assert form_of(bench, case_id)["notice_from"] is None


def test_a_closed_notice_without_objection_says_so(bench: CaseBench) -> None:
    case_id = bench.to_decision(bench.xw_company(), XUNWU, XW)
    form = form_of(bench, case_id)
    assert (form["notice_result"], form["notice_from"]) == ("无异议", "2023-06-01")


def test_an_ineligible_claim_is_ticked_but_has_no_amount(bench: CaseBench) -> None:
    party = bench.xw_company(seats=90)
    case_id = bench.clerk.cases.accept(party, XUNWU, XW)
    form = bench.clerk.documents.make("application-form", case_id=case_id)
    (item,) = content(bench, form.id)["items"]  # type: ignore[misc,attr-defined]
    assert item == {"clause": XW, "quantity": "", "standard": "", "amount": None}
    assert "人民币" not in text_of(bench, form.id)
