"""专项资金申请表（附件3）: one variant a policy, blank or filled from the dossier, on one page where it fits."""

from __future__ import annotations

from datetime import date

from caseworker.documents import wording
from caseworker.documents.faces import FaceSet, faces
from caseworker.documents.form_content import Applicant, ApplicationForm, AppliedItem, Opinion, PaperTick
from caseworker.documents.form_drawing import FormDrawing
from caseworker.documents.sheet import Sheet
from caseworker.errors import InvalidInput, Problem

__all__ = [
    "Applicant",
    "ApplicationForm",
    "AppliedItem",
    "Opinion",
    "PaperTick",
    "clause_titles",
    "render",
    "texts",
]

_SENTENCES: dict[str, tuple[str, ...]] = wording.plain_fields(
    "label unit name code registered_on address representative representative_id contact phone employees seats_total "
    "seats_valid revenue tax apply_for item quantity standard amount total in_figures in_words elsewhere yes no "
    "elsewhere_detail account_name account_bank account_number account_hint papers declaration_title sign blank_date "
    "first_opinion second_opinion finance_opinion opinion_sign opinion_lead opinion_seal notice notice_blank "
    "notice_open"
)
_SENTENCES["form_number"] = ("number",)
_SENTENCES["notice_filled"] = ("notice_from", "notice_to", "result")
_POLICY_FIELDS: dict[str, tuple[str, ...]] = {"title": (), "declaration": (), "items": (), "papers_listed": ()}
_LISTS = frozenset({"items", "papers_listed"})


def clause_titles(policy: str) -> dict[str, str]:
    """The items that a policy's form offers: clause id to title. Raises InvalidInput for a policy without a form."""
    words = wording.load("application-form", _SENTENCES, _POLICY_FIELDS, policy, lists=_LISTS)
    return dict(_split(line) for line in words.listed("items"))


def _split(line: str) -> tuple[str, str]:
    clause, _, title = line.partition(" ")
    return clause, title


def texts(form: ApplicationForm) -> list[str]:
    """What the form takes from outside the wording, for the check of missing characters."""
    unit, account = form.applicant, form.account
    opinions = (form.first_opinion, form.second_opinion, form.finance_opinion)
    return [
        form.number,
        unit.name,
        unit.code,
        unit.address,
        unit.representative,
        unit.representative_id,
        unit.contact,
        unit.phone,
        account.name,
        account.bank,
        account.number,
        form.elsewhere,
        form.notice_result,
        form.issued_by,
        *(text for item in form.items for text in (item.quantity, item.standard)),
        *form.offered,
        *(paper.title for paper in form.papers),
        *(text for opinion in opinions for text in (opinion.text, opinion.handler, opinion.head)),
    ]


def render(form: ApplicationForm, faces_used: FaceSet | None = None) -> bytes:
    """The form as PDF; equal forms give equal bytes.

    Raises InvalidInput for an item the policy does not have, an account that is not the applicant's, text that does
    not fit its cell, or characters that no face has.
    """
    used = faces_used or faces()
    words = wording.load("application-form", _SENTENCES, _POLICY_FIELDS, form.policy, lists=_LISTS)
    titles = dict(_split(line) for line in (words.listed("items") if words.own else form.offered))
    _check(form, titles)
    used.require(texts(form))
    sheet = Sheet(used, words["title"], form.issued_by, form.day or date(2000, 1, 1), practice=form.practice)
    sheet.new_page()
    FormDrawing(sheet, words, form, titles).draw()
    return sheet.finish()


def _check(form: ApplicationForm, titles: dict[str, str]) -> None:
    problems = [
        Problem(f"items.{number}", f"申请表没有事项 {item.clause}。")
        for number, item in enumerate(form.items)
        if item.clause not in titles
    ]
    clauses = [item.clause for item in form.items]
    problems += [
        Problem(f"items.{number}", f"事项 {titles.get(clause, clause)} 重复。")
        for number, clause in enumerate(clauses)
        if clause in clauses[:number]
    ]
    if form.account.name and form.applicant.name and form.account.name != form.applicant.name:
        problems.append(Problem("account.name", "账户名称与单位名称不一致。"))
    if problems:
        raise InvalidInput(f"申请表内容有误：{problems[0].message}", tuple(problems))
