"""Empty forms to be filled in by hand. Nothing is registered: a blank form says nothing of anybody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from caseworker.documents import application_form, delivery_receipt, file_contents, seal_register, wording
from caseworker.documents.application_form import ApplicationForm
from caseworker.documents.delivery_receipt import DeliveryReceipt
from caseworker.documents.file_contents import FileContents
from caseworker.documents.seal_register import SealRegister
from caseworker.errors import InvalidInput, Problem
from caseworker.services.document_kinds import KINDS, DocumentKind
from caseworker.services.own_wording import own_sentences
from caseworker.store.models import Office

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def blank(desk: Desk, kind: DocumentKind, policy: str | None) -> tuple[str, bytes]:
    """(file name, PDF). InvalidInput for a kind that is no form, or where the policy is not clear."""
    if not kind.blank:
        forms = "、".join(one.title for one in KINDS.values() if one.blank)
        raise InvalidInput(f"{kind.title}没有空白的。可以打印空白的有：{forms}。")
    with desk.file.read() as session:
        office = session.scalars(select(Office)).one()
        name, practice, policies = office.name, office.is_sample, [str(one) for one in office.policies]
        own = own_sentences(session)
    with wording.spoken(own):
        return _blank(desk, kind, policy, name, practice, policies)


def _blank(
    desk: Desk, kind: DocumentKind, policy: str | None, name: str, practice: bool, policies: list[str]
) -> tuple[str, bytes]:
    stem = f"{kind.file_stem or kind.title}（空白）"
    match kind.id:
        case "application-form":
            pack = desk.packs[_policy(policy, policies)]
            offered = tuple(f"{clause.id} {clause.title}" for clause in pack.clauses.values() if clause.paid_here)
            form = ApplicationForm(pack.id, issued_by=name, offered=offered, practice=practice)
            return f"{stem}_{pack.short_title}.pdf", application_form.render(form)
        case "delivery-receipt":
            return f"{stem}.pdf", delivery_receipt.render(DeliveryReceipt(office=name, practice=practice))
        case "seal-register":
            return f"{stem}.pdf", seal_register.render(SealRegister(office=name, practice=practice))
        case "file-contents":
            empty: FileContents = replace(file_contents.BLANK, office=name, practice=practice)
            return f"{stem}.pdf", file_contents.render(empty)
    raise AssertionError(f"no blank form of {kind.id}")


def _policy(policy: str | None, policies: list[str]) -> str:
    if policy is None and len(policies) == 1:
        return policies[0]
    if policy is None or policy not in policies:
        words = f"请指明政策：{'、'.join(policies)}。"
        raise InvalidInput(words, (Problem("policy", words),))
    return policy
