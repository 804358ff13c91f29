"""What a good office does next with a case, by whoever may: the way to places that chance alone rarely finds."""

from __future__ import annotations

from datetime import date

from services.case_bench import PASSWORD
from services.machine_office import Office

from caseworker.services.views import Role


def diligent(office: Office, case: int) -> bool:
    """Makes the next act; False where nothing was done."""
    step, status = office.laws.one('SELECT step, status FROM "case" WHERE id = ?', case)
    if status == "suspended":
        return _move(office, case, "resume", office.somebody(Role.HEAD), "情况已查清")
    if status != "open":
        return False
    match step:
        case "acceptance":
            return _move(office, case, "verify", office.somebody(Role.CASEWORKER))
        case "verification":
            _tick_all(office, case)
            return _move(office, case, "papers-complete", office.somebody(Role.CASEWORKER))
        case "calculation":
            return _move(office, case, "calculated", office.somebody(Role.CASEWORKER))
        case "proposal":
            _settle(office, case)
            return _move(office, case, "propose", office.somebody(Role.CASEWORKER))
        case "review":
            return _review(office, case)
        case "notice":
            return _notice(office, case)
        case "decision":
            return _decide(office, case)
        case "payment":
            return _pay(office, case)
    return False


def tempt(office: Office, case: int, login: str) -> None:
    """One person tries what a hurried office might: the same act twice, both pairs of eyes, payment before its time."""
    (step,) = office.laws.one('SELECT step FROM "case" WHERE id = ?', case)
    match step:
        case "review":
            _move(office, case, "review-pass", login, "先办")
        case "notice":
            _move(office, case, "notice-done", login, "先办")
        case "decision":
            _settle(office, case)
            _move(office, case, "decide-grant", login, "先办")
        case "payment":
            keys = [row[0] for row in office.laws.rows("SELECT id FROM instalment WHERE case_id = ?", case)]
            due = [row[0] for row in office.laws.rows(
                "SELECT id FROM instalment WHERE case_id = ? AND state != 'planned'", case
            )]  # fmt: skip
            (policy,) = office.laws.one('SELECT policy FROM "case" WHERE id = ?', case)
            for some in (keys, due):
                office.act(login, "payments.order", lambda desk, some=some: desk.payments.order(policy, some))  # type: ignore[misc]
            _move(office, case, "archive", login)


def _move(office: Office, case: int, move: str, login: str, reason: str = "") -> bool:
    version = office.laws.one('SELECT version FROM "case" WHERE id = ?', case)[0]
    done = office.act(
        login,
        f"move {move}",
        lambda desk: desk.cases.move(case, move, version=version, reason=reason),
        reason=reason,
    )
    return done is not None


def _tick_all(office: Office, case: int) -> None:
    rows = office.laws.rows(
        "SELECT paper, version FROM case_paper WHERE case_id = ? "
        "AND NOT (original_sighted AND copy_kept AND seal_affixed)",
        case,
    )
    login = office.somebody(Role.CASEWORKER)
    for paper, version in rows:
        office.act(
            login,
            "cases.tick",
            lambda desk, paper=paper, version=version: desk.cases.tick(  # type: ignore[misc]
                case, paper, version=version, original=True, copy=True, seal=True
            ),
            may=(Role.CASEWORKER,),
        )


def _settle(office: Office, case: int) -> None:
    login = office.somebody(Role.CASEWORKER)
    found = [row.digest for row in office.desks[login].findings.of_case(case).rows if row.state == "open"]
    if found:
        office.act(
            login,
            "findings.settle",
            lambda desk: desk.findings.settle(case, found, "no-effect", "已向两单位核实"),
            may=(Role.CASEWORKER,),
        )


def _review(office: Office, case: int) -> bool:
    (proposer,) = office.laws.one('SELECT proposer_id FROM "case" WHERE id = ?', case)
    if _move(office, case, "review-pass", office.somebody(Role.REVIEWER, proposer)):
        return True
    return _move(office, case, "review-return", office.somebody(Role.REVIEWER), "请按提示重新测算")


def _notice(office: Office, case: int) -> bool:
    shown = office.laws.one(
        "SELECT n.id, n.state, n.last_day FROM notice n JOIN notice_case s ON s.notice_id = n.id "
        "JOIN proposal p ON p.id = s.proposal_id WHERE s.case_id = ? AND p.state = 'live'",
        case,
    )
    login = office.somebody(Role.CASEWORKER)
    if shown is None:
        return office.act(login, "notices.publish", lambda desk: desk.notices.publish([case])) is not None
    if shown[1] == "open":
        office.clock.set_day(max(office.clock.today(), date.fromisoformat(shown[2])))
        return office.act(login, "notices.close", lambda desk: desk.notices.close(shown[0])) is not None
    if _move(office, case, "notice-done", login):
        return True
    return _move(office, case, "return", office.somebody(Role.REVIEWER), "异议成立或者资料有变")


def _decide(office: Office, case: int) -> bool:
    _settle(office, case)
    proposer, reviewer = office.laws.one('SELECT proposer_id, reviewer_id FROM "case" WHERE id = ?', case)
    outcome = office.laws.one("SELECT outcome FROM proposal WHERE case_id = ? AND state = 'live'", case)
    head = office.somebody(Role.HEAD, proposer, reviewer)
    if outcome is not None and outcome[0] == "refused":
        return _move(office, case, "decide-refuse", head, "不符合条件")
    if outcome is not None and outcome[0] == "not-accepted":
        return _move(office, case, "decide-not-accept", head, "不属于支持范围")
    if _move(office, case, "decide-grant", head):
        return True
    if "预算" in office.words:
        return _move(office, case, "decide-grant", head, "经县政府同意突破")
    return _move(office, case, "return", head, "资料有变")


def _pay(office: Office, case: int) -> bool:
    letter = office.laws.one(
        "SELECT d.id, (SELECT count(*) FROM seal_use s WHERE s.document_id = d.id) FROM document d "
        "WHERE d.case_id = ? AND d.kind = 'decision' AND d.state = 'issued'",
        case,
    )
    login = office.somebody(Role.CASEWORKER)
    if letter is None:
        return (
            office.act(login, "documents.make", lambda desk: desk.documents.make("decision", case_id=case)) is not None
        )
    if not letter[1]:
        keeper = office.somebody(Role.SEAL_KEEPER)
        return (
            office.act(
                keeper,
                "documents.seal",
                lambda desk: desk.documents.record_wet_seal(letter[0], "公章", PASSWORD),
                may=(Role.SEAL_KEEPER,),
            )
            is not None
        )
    (policy,) = office.laws.one('SELECT policy FROM "case" WHERE id = ?', case)
    due = [row[0] for row in office.laws.rows(
        "SELECT id FROM instalment WHERE case_id = ? AND state IN ('due', 'returned')", case
    )]  # fmt: skip
    if due:
        return office.act(login, "payments.order", lambda desk: desk.payments.order(policy, due)) is not None
    batch = office.laws.one(
        "SELECT l.batch_id FROM payment_line l JOIN instalment i ON i.id = l.instalment_id "
        "WHERE i.case_id = ? AND l.state = 'ordered'",
        case,
    )
    if batch is not None:
        day = office.clock.today()
        return office.act(login, "payments.record", lambda desk: desk.payments.record_paid(batch[0], day)) is not None
    return _move(office, case, "archive", login)
