"""测算表 of a case, as frozen or as the dossier gives it today."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from caseworker.documents.calculation import (
    Benefit,
    CalculationSheet,
    Condition,
    Fact,
    FindingLine,
    Point,
    Step,
)
from caseworker.documents.parts import Instalment
from caseworker.errors import Refusal
from caseworker.policy import warning_text
from caseworker.services.case_awards import PERSON_LINES
from caseworker.services.case_calculation import line_names, live_view, work
from caseworker.services.case_situation import live_proposal
from caseworker.services.document_shared import (
    CaseDocument,
    case_and_party,
    figures_of,
    people_of,
)
from caseworker.services.document_words import named
from caseworker.services.finding_views import FindingRow
from caseworker.services.findings import finding_rows
from caseworker.services.letter_shared import name_of, on_paper
from caseworker.store.models import (
    Office,
)
from caseworker.values.money import Money

if TYPE_CHECKING:
    from caseworker.services.desk import Desk


def calculation_sheet_of(
    desk: Desk, session: Session, office: Office, case_id: int, *, live: bool = False
) -> CaseDocument:
    """测算表 of a case: the frozen calculation once proposed, the live one before, or wherever `live` asks for it."""
    case, party = case_and_party(session, case_id)
    view = live_view(work(session, case, desk.packs)) if live else figures_of(desk, session, case)[0]
    if view.result is None:
        missing = "、".join(view.missing) or "；".join(message for _, message in view.problems)
        raise Refusal("not-calculated", f"测算尚未完成，缺少：{missing}。")
    result = view.result
    pack = desk.packs[case.policy]
    clause = pack.clauses[case.clause]
    proposal = live_proposal(session, case.id)
    today = desk.clock.today()
    # a person's own step stands beside the person in the list below, not among the steps
    keys = {line["key"] for line in result["lines"]} if clause.lines in PERSON_LINES else set()
    names = line_names(session, clause, result)
    sheet = CalculationSheet(
        policy_title=pack.title,
        clause_number=clause.number,
        clause_title=clause.title,
        payee=party.name,
        code=party.code or "",
        as_of=case.as_of,
        made_on=proposal.proposed_on if proposal else today,
        facts=tuple(
            Fact(fact.label, on_paper(fact.shown), on_paper(fact.source), fact.reason)
            for fact in view.facts
            if fact.origin != "missing"
        ),
        conditions=tuple(Condition(on_paper(c["text"]), c["met"], c["quote"]) for c in result["conditions"]),
        steps=tuple(
            Step(named(t["label"], names), on_paper(named(t["expression"], names)), on_paper(t["value"]), t["quote"])
            for t in result["trace"]
            if t["label"] not in keys
        ),
        eligible=result["eligible"],
        gross=Money.parse(result["gross_amount"]),
        amount=Money.parse(result["amount"]),
        case_number=case.number,
        points=tuple(Point(point.question, point.option_text, point.decision) for point in view.points),
        benefits=tuple(
            Benefit(b["title"] + (f"（{names[b['key']]}）" if b.get("key") in names else ""), Money.parse(b["amount"]))
            for b in (view.request or {}).get("other_benefits", [])
        ),
        people=people_of(session, clause.lines, result),
        schedule=tuple(
            Instalment(part["no"], "", Money.parse(part["amount"]))
            for part in result["schedule"]
            if len(result["schedule"]) > 1
        ),
        warnings=tuple(warning_text(code) for code in result["warnings"]),
        made_by=name_of(session, case.proposer_id or case.officer_id),
        checked_by=name_of(session, case.reviewer_id),
        issuer=office.name,
        version=proposal.program_version if proposal else "",
        findings=tuple(
            FindingLine(row.kind_name, row.sentence, _answer(row))
            for row in finding_rows(session, case, desk.packs)
            if row.state != "remark"
        ),
    )
    return sheet, case.number, clause.title, party.name, sheet.made_on, case.id, party.id


def estimate_of(desk: Desk, session: Session, office: Office, case_id: int) -> CaseDocument:
    """测算表（仅供参考）: what the dossier gives today, for the counter. It is no part of a decision, so it has no case
    number and nobody who checked it; a proposal that stands already is not what it shows."""
    built = calculation_sheet_of(desk, session, office, case_id, live=True)
    sheet = replace(
        built[0],
        estimate=True,
        case_number="",
        checked_by="",
        version="",
        findings=(),
        made_on=desk.clock.today(),
        made_by=desk.user.name,
    )
    return (sheet, *built[1:4], sheet.made_on, *built[5:])


def _answer(row: FindingRow) -> str:
    return f"{row.conclusion}：{row.reason}（{row.settled_by}）" if row.state == "settled" else row.state_name
