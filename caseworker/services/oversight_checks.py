"""What keeps an act of oversight from being entered, or from being taken back, in words."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from caseworker.errors import Problem
from caseworker.services.base import MAX_REASON, text_problem
from caseworker.services.oversight_kinds import (
    BY_ID,
    CLOSED,
    LIFTING,
    PERFORMANCE,
    POLICY,
    SUSPENSION,
    VISIT,
    VOIDED,
    ActKind,
    visitors_of,
)
from caseworker.services.oversight_views import ActForm
from caseworker.services.views import Role
from caseworker.store.models import Case, Document, OversightAct, Party, SpotCheck, SpotCheckPick

MAX_TITLE = 200
LEAST_VISITORS = 2  # usage of inspections; the texts set no number, so that it is said and not refused
UNREACHED = "unreached"
_FIRST_DAY = date(2000, 1, 1)


def act_problems(kind: ActKind, form: ActForm, today: date) -> tuple[Problem, ...]:
    """Of what is typed, by field; what the file says about it comes later."""
    problems = []
    if form.happened_on is None:
        problems.append(Problem("happened_on", f"请填写{kind.day}。"))
    elif form.happened_on > today:
        problems.append(Problem("happened_on", f"{kind.day}不能晚于今天。"))
    elif form.happened_on < _FIRST_DAY:
        problems.append(Problem("happened_on", f"{kind.day}早于 {_FIRST_DAY.year} 年，请核对年份。"))
    title, words = form.title.strip(), form.words.strip()
    trouble = text_problem(title, MAX_TITLE) if title else f"请填写{kind.title}。"
    if trouble:
        problems.append(Problem("title", trouble))
    trouble = text_problem(words, MAX_REASON * 2, lines=True) if words else f"请写明{kind.words}。"
    if trouble:
        problems.append(Problem("words", trouble))
    if form.due_on is None and kind.due == "must":
        problems.append(Problem("due_on", f"请填写{kind.due_name}。"))
    elif form.due_on is not None and not kind.due:
        problems.append(Problem("due_on", f"{kind.name}不设期限。"))
    elif form.due_on is not None and form.happened_on is not None and form.due_on < form.happened_on:
        problems.append(Problem("due_on", f"{kind.due_name}不能早于{kind.day}。"))
    if kind.or_policy:
        problems += _subject_problems(form)
    elif kind.of_party and form.party_id is None:
        problems.append(Problem("party_id", "请选择单位。"))
    elif not kind.of_party and (form.party_id is not None or form.case_id is not None):
        problems.append(Problem("party_id", f"{kind.name}登记在机构登记簿，不填单位。"))
    if form.spot_check_id is not None and (kind.id != VISIT or form.case_id is None):
        problems.append(Problem("spot_check_id", "只有对所抽办件的检查可以记到抽查名单上。"))
    if kind.answers and form.follows_id is None:
        problems.append(Problem("follows_id", f"请选择所对应的{BY_ID[kind.answers].name}。"))
    return tuple(problems)


def _subject_problems(form: ActForm) -> list[Problem]:
    """A review is of a payee or of a policy as a whole, not of both."""
    if form.party_id is None and not form.data.get(POLICY):
        return [Problem("party_id", "请选择被评价的单位；评价整项政策的，不选单位，选择政策。")]
    if form.party_id is None and form.case_id is not None:
        return [Problem("case_id", "评价整项政策的，不填办件。")]
    return []


def soft_warnings(kind: ActKind, form: ActForm, papers: int) -> tuple[str, ...]:
    """What whoever enters it should look at again; none of it is refused."""
    words = []
    if kind.id == VISIT and form.data.get("conclusion") != UNREACHED:
        names = visitors_of(str(form.data.get("visitors") or ""))
        if len(names) < LEAST_VISITORS:
            words.append(f"检查人员只登记了 {len(names)} 人。现场检查一般由两人以上进行，请核实；漏登的请更正。")
    if kind.id == PERFORMANCE and not papers:
        words.append("没有附绩效评价报告。报告出来后请附上扫描件。")
    return tuple(words)


def correct_refusal(
    session: Session, act: OversightAct, user_id: int, roles: frozenset[Role]
) -> tuple[str, str] | None:
    """(code, words), or None where this user may correct what the act says."""
    if act.state == VOIDED:
        return "already-voided", "这一条已经作废，不能更正。"
    if BY_ID[act.kind].apart:
        return "own-way", f"{BY_ID[act.kind].name}不能更正。登记有误的，由负责人作废或解除后重新登记。"
    if act.entered_by != user_id and Role.HEAD not in roles:
        return "not-yours", "由登记人或负责人更正。"
    letter = session.scalar(
        select(Document.shown_number).where(Document.act_id == act.id, Document.state == "issued").limit(1)
    )
    if letter is not None:
        return "letter-out", f"已据此制作文书“{letter}”，请先作废文书再更正。"
    return None


def links_problems(session: Session, kind: ActKind, form: ActForm) -> tuple[Problem, ...]:
    """Whether the dossier, case, draw and act that it names are there and belong together."""
    problems = []
    if form.party_id is not None and session.get(Party, form.party_id) is None:
        problems.append(Problem("party_id", "找不到这个单位，请重新选择。"))
    case = None if form.case_id is None else session.get(Case, form.case_id)
    if form.case_id is not None and (case is None or case.party_id != form.party_id):
        problems.append(Problem("case_id", "这个办件不是该单位的。"))
    if form.spot_check_id is not None:
        draw = session.get(SpotCheck, form.spot_check_id)
        drawn = session.scalar(
            select(SpotCheckPick.id).where(
                SpotCheckPick.spot_check_id == form.spot_check_id,
                SpotCheckPick.case_id == form.case_id,
                SpotCheckPick.drawn.is_(True),
            )
        )
        if draw is None or drawn is None:
            problems.append(Problem("spot_check_id", "这个办件不在所选抽查的名单上。"))
        elif draw.state != "drawn":
            problems.append(Problem("spot_check_id", "所选的抽查已经办结或作废，不能再登记检查。"))
        elif form.happened_on is not None and form.happened_on < draw.drawn_on:
            problems.append(Problem("happened_on", f"{kind.day}早于抽取名单的日期 {draw.drawn_on}。"))
    if form.follows_id is not None:
        problems += _follow_problems(session, kind, form, session.get(OversightAct, form.follows_id))
    return tuple(problems)


def _follow_problems(session: Session, kind: ActKind, form: ActForm, act: OversightAct | None) -> list[Problem]:
    if act is None or act.party_id != form.party_id or act.state == VOIDED:
        return [Problem("follows_id", "找不到所对应的监管事项，请重新选择。")]
    if kind.answers and act.kind != kind.answers:
        return [Problem("follows_id", f"{kind.name}应对应一条{BY_ID[kind.answers].name}。")]
    if kind.answers and act.state == CLOSED:
        return [Problem("follows_id", f"所对应的{BY_ID[kind.answers].name}已经办结。")]
    return []


def issued_letter(session: Session, of_record: ColumnElement[bool]) -> str | None:
    """The number of the letter in force that was made from a record; None where there is none."""
    query = select(Document.shown_number).where(of_record, Document.state == "issued").order_by(Document.id.desc())
    return session.scalar(query.limit(1))


def void_refusal(session: Session, act: OversightAct, user_id: int, roles: frozenset[Role]) -> tuple[str, str] | None:
    """(code, words), or None where this user may take the act back."""
    if act.state == VOIDED:
        return "already-voided", "这一条已经作废。"
    if act.kind == LIFTING:
        return "lifting-stands", "解除暂停不能作废。如须再停，请重新登记暂停拨付。"
    if act.kind == SUSPENSION and act.state == CLOSED:
        return "lifted", "这次暂停已经解除，不能再作废。"
    if act.kind == SUSPENSION and Role.HEAD not in roles:
        return "head-only", "暂停拨付由负责人作废或解除。"
    if act.entered_by != user_id and Role.HEAD not in roles:
        return "not-yours", "由登记人或负责人作废。"
    letter = issued_letter(session, Document.act_id == act.id)
    if letter is not None:
        return "letter-out", f"已据此发出{letter}，请先作废该文书。"
    following = session.scalar(
        select(OversightAct.title).where(OversightAct.follows_id == act.id, OversightAct.state != VOIDED).limit(1)
    )
    if following is not None:
        return "followed", f"后面的“{following}”是据此登记的，请先作废那一条。"
    return None
