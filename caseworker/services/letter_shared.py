"""What the letters of this program take from the record alike: the head of a letter, whose policy it is under."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseworker.documents.letter_head import Head
from caseworker.documents.parts import Contact
from caseworker.errors import Refusal
from caseworker.store.models import Case, Office, Party, User
from caseworker.values.masking import mask_id_number

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


# A day or month of these two centuries: an account, a telephone or a range of figures is none
_DAY = re.compile(r"(?<![0-9-])((?:19|20)[0-9]{2})-([0-9]{2})(?:-([0-9]{2}))?(?![0-9-])")

_GAP = re.compile(r"(?<=[0-9]) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) (?=[0-9])|(?<=[日月]) (?=[\u4e00-\u9fff])")


def on_paper(text: str) -> str:
    """2022-05-20 as 2022年5月20日, 2023-06 as 2023年6月, 260 席 as 260席: paper is no screen."""

    def words(found: re.Match[str]) -> str:
        year, month, day = found.groups()
        try:
            date(int(year), int(month), int(day or 1))
        except ValueError:
            return found[0]
        return f"{int(year)}年{int(month)}月" + ("" if day is None else f"{int(day)}日")

    return _GAP.sub("", _DAY.sub(words, text))


def contact_of(office: Office) -> Contact:
    return Contact(office.contact, office.phone, office.address)


def head_of(desk: Desk, office: Office, policy: str, party: Party | None, number: str, day: date) -> Head:
    """The head of a letter about a party; a person's own number is masked. None: to or about no single party."""
    person = party is not None and party.kind == "person"
    code = "" if party is None else party.code or ""
    return Head(
        policy=policy,
        issuer=office.name,
        number=number,
        day=day,
        payee="" if party is None else party.name,
        code=mask_id_number(code) if person and code else code,
        contact=contact_of(office),
        policy_title=desk.packs[policy].title,
        you="你" if person else "你单位",
        code_label="证件号码" if person else "统一社会信用代码",
    )


def policy_of_party(session: Session, office: Office, party_id: int, case_id: int | None) -> str:
    """The policy that an act of oversight is under: of its case, else of the party's newest case, else the office's.

    Refusal where an office of several policies has no case of the party.
    """
    if case_id is not None:
        return session.get_one(Case, case_id).policy
    found = session.scalar(select(Case.policy).where(Case.party_id == party_id).order_by(Case.id.desc()).limit(1))
    if found is not None:
        return found
    policies = [str(policy) for policy in office.policies]
    if len(policies) == 1:
        return policies[0]
    raise Refusal("which-policy", "该单位没有办件，本机构又有几项政策，不能确定依据哪项政策。请在监管事项中选择办件。")


def name_of(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id is not None else None
    return user.name if user is not None else ""
