"""One sample of every kind of document, short, medium or long, with the names that a test wants in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import letter_samples as letters
from letter_samples import XUNWU

from caseworker.documents import (
    application_form,
    calculation,
    decision,
    delivery_receipt,
    file_contents,
    inquiry,
    not_accepted,
    orders,
    papers_letters,
    payment_letters,
    public_notice,
    recovery_letter,
    referrals,
    refusal,
    seal_register,
)
from caseworker.documents.faces import FaceSet
from caseworker.documents.parts import Account, Contact, Instalment
from caseworker.values.money import Money

NAME = "星联客服科技有限公司"
PERSON = "林远"
CODE = "91360734MA38XK2L5T"
DAY = date(2023, 9, 5)
LENGTHS = ("short", "medium", "long")
_SENTENCE = "2023年8月28日现场检查发现，花名册所列260席中有35席无人在岗，工资表与银行流水（6月、7月）相差105,000.00元。"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document, how it is printed, and how many people or lines its list has."""

    kind: str
    document: Any
    render: Callable[[Any, FaceSet], bytes]

    def pdf(self, faces: FaceSet) -> bytes:
        return self.render(self.document, faces)


def told(length: str) -> str:
    """What a clerk writes: one paragraph, four, or fourteen."""
    count = {"short": 1, "medium": 4, "long": 14}[length]
    return "\n".join(_SENTENCE * (1 + number % 3) for number in range(count))


def many(length: str) -> int:
    return {"short": 1, "medium": 9, "long": 70}[length]


def contact(person: str) -> Contact:
    return Contact(person, "0797-0000001", "寻乌县长宁镇示例路1号")


def head(kind_mark: str, name: str, person: str, policy: str) -> Any:
    return letters.head(policy, number=f"寻客办{kind_mark}字〔2023〕3号", payee=name, contact=contact(person))


def decision_letter(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
    lines = tuple(
        decision.DecisionLine(f"二（一）{n} 新设立座席补贴", "260席", "3,000元/席", Money.parse("780000"))
        for n in range(1, many(length) + 1)
    )
    total = Money.parse("780000") * len(lines)
    return decision.DecisionLetter(
        policy=policy,
        issuer="寻乌县客服产业发展领导小组办公室",
        number="寻客办字〔2023〕12号",
        day=DAY,
        payee=name,
        code=CODE,
        case_number="XK-2023-0017",
        accepted_on=date(2023, 6, 1),
        lines=lines,
        total=total,
        account=Account(name, "中国某某银行股份有限公司寻乌支行", "36050182015500001234"),
        contact=contact(person),
        reconsider_by="寻乌县人民政府",
        instalments=()
        if length == "short"
        else (Instalment(1, "2023年9月", total - Money.parse("1")), Instalment(2, "2024年9月", Money.parse("1"))),
        notice_from=date(2023, 6, 20),
        notice_to=date(2023, 6, 28),
        attachments=("测算表",),
        copies_to=("县财政局", "县审计局"),
    )


def notice(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
    count = many(length)
    items = tuple(
        public_notice.NoticeItem(name, "第三条 坐席补贴", "240席", "2,500元/席", Money.parse("600000"))
        for _ in range(count)
    )
    people = tuple(
        public_notice.NoticePerson(person, f"140202********{n:04d}", name, "2,500元/席", Money.parse("2500"))
        for n in range(count * 2)
    )
    return public_notice.PublicNotice(
        policy, "寻乌县客服产业发展领导小组办公室", DAY, DAY, date(2023, 9, 12), items, contact(person), people
    )


def acceptance(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
    return papers_letters.AcceptanceLetter(
        "寻乌县客服产业发展领导小组办公室",
        "寻客办受字〔2023〕3号",
        DAY,
        name,
        CODE,
        "XK-2023-0017",
        "二（一）1 新设立座席补贴",
        date(2023, 9, 1),
        date(2023, 10, 31),
        tuple(papers_letters.ReceivedPaper(f"营业执照副本{n}", "复印件，加盖公章") for n in range(many(length))),
        contact(person),
        (papers_letters.ToleratedPaper("验资报告", date(2023, 9, 20)),) if length != "short" else (),
    )


def supplement(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
    return papers_letters.SupplementLetter(
        "寻乌县客服产业发展领导小组办公室",
        "寻客办补字〔2023〕3号",
        DAY,
        name,
        "XK-2023-0017",
        "二（一）1 新设立座席补贴",
        date(2023, 9, 1),
        tuple(
            papers_letters.FaultyPaper(f"劳动合同{n}", "未提供，或者未加盖公章", "原件，加盖公章")
            for n in range(many(length))
        ),
        date(2023, 9, 20),
        contact(person),
    )


def inquiry_letter(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
    asked = "劳动合同起日：2022年5月20日；社保缴纳月份：2022年6月至2023年5月"
    return inquiry.InquiryLetter(
        issuer="寻乌县客服产业发展领导小组办公室",
        number="寻客办协字〔2023〕2号",
        day=DAY,
        bureau="寻乌县人力资源和社会保障局",
        payee=name,
        code=CODE,
        case_number="XK-2023-0017",
        policy_title="关于支持客服产业发展若干政策措施（试行）",
        clause="二（一）1　新设立企业座席补贴",
        facts=tuple(f"座席数：{260 + n}席" for n in range(min(many(length), 12))),
        people=tuple(
            inquiry.InquiryPerson(person, f"36073419900101{n:04d}", asked) for n in range(1, many(length) + 1)
        ),
        due=date(2023, 9, 19),
        contact=contact(person),
    )


def _headed(make: Callable[..., Any], mark: str, change: Callable[[str, str], dict[str, Any]]) -> Callable[..., Any]:
    def made(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
        plain = make(policy, **change(length, person))
        now = head(mark, name if plain.head.payee else "", person, policy)
        return replace(plain, head=replace(now, code=plain.head.code))

    return made


def _payment(make: Callable[..., Any], mark: str) -> Callable[..., Any]:
    def made(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
        plain = make(policy)
        line = replace(plain.lines[0], payee=name)
        if line.account is not None:
            line = replace(line, account=replace(line.account, name=name))
        return replace(plain, lines=(line,) * many(length), head=head(mark, "", person, policy))

    return made


def _refusal(length: str, person: str) -> dict[str, Any]:
    plain = letters.refusal()
    return {
        "facts": plain.facts * min(many(length), 20),
        "reason": told("short"),
        "people": tuple(
            refusal.PersonUnmet(person, f"140202********{n:04d}", "劳动合同期不满1年") for n in range(many(length))
        ),
    }


def _recovery(length: str, person: str) -> dict[str, Any]:
    count = many(length)
    return {
        "reason": told(length),
        "amount": Money.parse("2500") * count,
        "people": tuple(
            recovery_letter.PersonBack(person, f"140202********{n:04d}", Money.parse("2500")) for n in range(count)
        ),
    }


def not_accepted_letter(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
    return not_accepted.NotAcceptedLetter(
        head("不", name, person, policy),
        "XK-2023-0017",
        date(2023, 9, 1),
        "二（一）1　新设立座席补贴",
        "out-of-scope",
        told(length),
        "寻乌县人民政府",
    )


def form(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
    """The form of an applicant; at its fullest six items of nine figures."""
    clauses = list(application_form.clause_titles(policy))[: {"short": 1, "medium": 3, "long": 6}[length]]
    unit = application_form.Applicant(
        name,
        CODE,
        date(2021, 3, 5),
        "江西省赣州市寻乌县长宁镇城北新区数字经济产业园A座十二层1201至1208室及配套附属用房"
        if length == "long"
        else "寻乌县长宁镇示例路1号",
        person,
        "140202198501011234",
        person,
        "0352-0000001",
        12680,
        12000,
        11030,
        Money.parse("999999999.99"),
        Money.parse("123456789.01"),
    )
    items = tuple(
        application_form.AppliedItem(clause, "11,030席", "2,500元/席（第一次）", Money.parse("123456789.01"))
        for clause in clauses
    )
    account = Account(name, "中国某某银行股份有限公司寻乌支行营业部", "0504012309200012345")
    return application_form.ApplicationForm(
        policy, "某办公室", "XK-2023-0017", DAY, unit, items, True, "省级奖励50,000.00元", account
    )


def calculation_sheet(estimate: bool) -> Callable[..., Any]:
    def made(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
        return calculation.CalculationSheet(
            policy_title="关于支持客服产业发展若干政策措施（试行）",
            clause_number="二（一）1",
            clause_title="新设立座席补贴",
            payee=name,
            code=CODE,
            as_of=date(2023, 6, 1),
            made_on=DAY,
            case_number="" if estimate else "XK-2023-0017",
            facts=(calculation.Fact("座席数", "260席", "花名册"), calculation.Fact("自主投资", "是", "验资报告")),
            conditions=(calculation.Condition("运营满一年", True, "运营满一年后"),),
            steps=(calculation.Step("应补金额", "260席 × 3,000.00元/席", "780,000.00元", "给予一次性3000元/席"),),
            eligible=True,
            gross=Money.parse("780000"),
            amount=Money.parse("780000"),
            people=tuple(
                calculation.PersonLine(person, f"140202********{n:04d}", "齐全", True, Money.parse("2500"))
                for n in range(many(length))
            ),
            made_by=person,
            checked_by="李复核",
            issuer="寻乌县客服产业发展领导小组办公室",
            version="1.2.3",
            estimate=estimate,
        )

    return made


def receipt(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
    return delivery_receipt.DeliveryReceipt(
        "寻乌县客服产业发展领导小组办公室",
        DAY,
        "不予兑现决定书",
        "寻客办不字〔2023〕12号",
        "2023年9月5日",
        name,
        CODE,
        "寻乌县长宁镇示例路1号",
    )


def register(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
    uses = tuple(
        seal_register.Use(
            n, DAY, "办公室公章", f"兑现决定书（{name}）", f"寻客办字〔2023〕{n}号", 2, person, "王负责", "赵印章"
        )
        for n in range(1, many(length) + 1)
    )
    return seal_register.SealRegister(
        "寻乌县客服产业发展领导小组办公室", date(2023, 9, 1), date(2023, 9, 30), date(2023, 10, 8), person, uses
    )


def contents(length: str = "short", name: str = NAME, person: str = PERSON, policy: str = XUNWU) -> Any:
    items = tuple(
        file_contents.FiledItem(f"兑现决定书（{name}）", f"寻客办字〔2023〕{n}号", DAY, 3, f"1-{n:02d}")
        for n in range(1, many(length) + 1)
    )
    return file_contents.FileContents(
        "寻乌县客服产业发展领导小组办公室", name, "XK-2023-0017", "二（一）1", DAY, "已拨付", DAY, person, items
    )


_Make = tuple[Callable[..., Any], Callable[..., bytes]]
_FACTS = lambda length, person: {"facts": told(length)}  # noqa: E731

LETTERS: dict[str, _Make] = {
    "decision": (decision_letter, decision.render),
    "public-notice": (notice, public_notice.render),
    "acceptance": (acceptance, papers_letters.render_acceptance),
    "supplement": (supplement, papers_letters.render_supplement),
    "inquiry": (inquiry_letter, inquiry.render),
    "refusal": (_headed(letters.refusal, "不", _refusal), refusal.render),
    "not-accepted": (not_accepted_letter, not_accepted.render),  # registered as a refusal
    "rectification": (_headed(letters.rectification, "改", _FACTS), orders.render_rectification),
    "suspension": (_headed(letters.suspension, "停", _FACTS), orders.render_suspension),
    "resumption": (
        _headed(letters.resumption, "复", lambda length, person: {"reason": told(length)}),
        orders.render_resumption,
    ),
    "criticism": (_headed(letters.criticism, "通", _FACTS), referrals.render_criticism),
    "transfer": (_headed(letters.transfer, "移", _FACTS), referrals.render_transfer),
    "recovery": (_headed(letters.recovery, "追", _recovery), recovery_letter.render),
    "payment-request": (_payment(letters.request, "请"), payment_letters.render_request),
    "payment-notice": (_payment(letters.notice, "拨"), payment_letters.render_notice),
}
FORMS: dict[str, _Make] = {
    "application-form": (form, application_form.render),
    "calculation": (calculation_sheet(False), calculation.render),
    "estimate": (calculation_sheet(True), calculation.render),
    "delivery-receipt": (receipt, delivery_receipt.render),
    "seal-register": (register, seal_register.render),
    "file-contents": (contents, file_contents.render),
}
ALL = LETTERS | FORMS


def paper(kind: str, length: str = "short", **more: Any) -> Paper:
    """A sample of this kind. `more`: name, person, policy."""
    make, render = ALL[kind]
    return Paper(kind, make(length, **more), render)
