"""One of each letter of oversight, refusal and payment, for either policy."""

from __future__ import annotations

from datetime import date
from typing import Any

from caseworker.documents.letter_head import Head
from caseworker.documents.orders import Rectification, Resumption, Suspension
from caseworker.documents.parts import Account, Contact
from caseworker.documents.payment_letters import PaidLine, PaymentNotice, PaymentRequest
from caseworker.documents.recovery_letter import PersonBack, RecoveryLetter
from caseworker.documents.referrals import Criticism, Transfer
from caseworker.documents.refusal import FactFound, PersonUnmet, RefusalLetter, Unmet
from caseworker.values.money import Money

XUNWU, DATONG = "xunwu-2022-59", "datong-2022"
CONTACT = Contact("张经办", "0797-0000001", "寻乌县长宁镇示例路1号")
FACTS = "2023年8月28日现场检查发现，花名册所列260席中有35席无人在岗。\n以上有检查记录为证。"
GROUND = "使用虚假材料套取专项资金"


def head(policy: str = XUNWU, **more: Any) -> Head:
    given: dict[str, Any] = {
        "policy": policy,
        "issuer": "寻乌县客服产业发展领导小组办公室" if policy == XUNWU else "大同市数字政府服务中心",
        "number": "寻客办改字〔2023〕3号",
        "day": date(2023, 9, 5),
        "payee": "星联客服科技有限公司",
        "code": "91360734MA38XK2L5T",
        "contact": CONTACT,
    }
    return Head(**given | more)


def rectification(policy: str = XUNWU, **more: Any) -> Rectification:
    given: dict[str, Any] = {
        "head": head(policy),
        "facts": FACTS,
        "measures": "如实更正座席数，退回多领的补贴105,000.00元。",
        "due": date(2023, 9, 20),
        "ground": GROUND,
    }
    return Rectification(**given | more)


def suspension(policy: str = XUNWU, **more: Any) -> Suspension:
    given: dict[str, Any] = {"head": head(policy), "facts": FACTS, "since": date(2023, 9, 5), "ground": GROUND}
    return Suspension(**given | {"condition": "退回多领的补贴105,000.00元。"} | more)


def resumption(policy: str = XUNWU, **more: Any) -> Resumption:
    given: dict[str, Any] = {
        "head": head(policy),
        "reason": "经2023年10月8日复查，多领的补贴105,000.00元已经缴回。",
        "since": date(2023, 9, 5),
        "lifted_on": date(2023, 10, 9),
        "suspension_number": "寻客办停字〔2023〕1号",
    }
    return Resumption(**given | more)


def criticism(policy: str = XUNWU, **more: Any) -> Criticism:
    return Criticism(**{"head": head(policy), "scope": "各有关企业", "facts": FACTS, "ground": GROUND} | more)


def transfer(policy: str = XUNWU, **more: Any) -> Transfer:
    given: dict[str, Any] = {
        "head": head(policy),
        "organ": "寻乌县公安局",
        "facts": FACTS,
        "ground": GROUND,
        "papers": ("检查记录.pdf", "花名册复印件.pdf"),
        "due": date(2023, 10, 8),
    }
    return Transfer(**given | more)


def recovery(policy: str = XUNWU, **more: Any) -> RecoveryLetter:
    given: dict[str, Any] = {
        "head": head(policy),
        "case_number": "XK-2023-0017",
        "clause": "二（一）1　新设立座席补贴",
        "decision_number": "寻客办字〔2023〕12号",
        "paid": Money.parse("780000"),
        "paid_on": date(2023, 7, 20),
        "reason": FACTS,
        "amount": Money.parse("105000"),
        "due": date(2023, 9, 30),
        "reconsider_by": "寻乌县人民政府",
        "ground": GROUND,
        "people": tuple(PersonBack("张𬭚", f"140202********{n:04d}", Money.parse("2500")) for n in range(42)),
    }
    return RecoveryLetter(**given | more)


def refusal(policy: str = XUNWU, **more: Any) -> RefusalLetter:
    given: dict[str, Any] = {
        "head": head(policy),
        "case_number": "XK-2023-0017",
        "accepted_on": date(2023, 6, 1),
        "clause": "二（一）1　新设立座席补贴",
        "reason": "座席规模不足。",
        "reconsider_by": "寻乌县人民政府",
        "facts": (FactFound("座席数", "80席", "员工花名册"), FactFound("企业自主投资", "是", "验资报告")),
        "unmet": (Unmet("座席规模达到100席，现为80席", "座席规模100-200席（含200席）的给予一次性2000元/席的座席补贴"),),
        "people": (PersonUnmet("张𬭚", "140202********1234", "劳动合同期不满1年"),),
    }
    return RefusalLetter(**given | more)


def paid_line(number: int = 1, **more: Any) -> PaidLine:
    given: dict[str, Any] = {
        "payee": f"星联{number}号客服科技有限公司",
        "code": "91360734MA38XK2L5T",
        "clause": "二（一）1 新设立座席补贴",
        "instalment": "第2期",
        "amount": Money.parse("16409.02"),
        "account": Account(f"星联{number}号客服科技有限公司", "中国某某银行寻乌支行", "36050182015500001234"),
        "paid_on": date(2023, 9, 4),
    }
    return PaidLine(**given | more)


def request(policy: str = XUNWU, **more: Any) -> PaymentRequest:
    given: dict[str, Any] = {"head": head(policy, payee="", code=""), "batch": "2023年第1批", "place": "寻乌县"}
    return PaymentRequest(**given | {"lines": tuple(paid_line(n) for n in range(1, 4))} | more)


def notice(policy: str = XUNWU, **more: Any) -> PaymentNotice:
    given: dict[str, Any] = {"head": head(policy, payee="", code=""), "batch": "2023年第1批"}
    return PaymentNotice(**given | {"lines": tuple(paid_line(n) for n in range(1, 4))} | more)
