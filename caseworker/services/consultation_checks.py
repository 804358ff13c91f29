"""What is wrong with an inquiry, a reply or a review as typed: every problem at once, by field."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from caseworker.casework.consultations import (
    AGREED,
    CONFIRMED,
    LINE_OUTCOMES,
    OPINIONS,
    REVIEWS,
)
from caseworker.errors import InvalidInput, Problem
from caseworker.services.base import MAX_REASON, text_problem
from caseworker.services.consultation_lines import Known
from caseworker.services.consultation_views import InquiryForm, ReplyForm, ReviewForm
from caseworker.store.models import CaseConsultation

_NAME, _NUMBER, _QUESTION = 60, 60, 200  # characters
_MOST_QUESTIONS = 50


def check_form(form: InquiryForm, known: Known, bureaus: Collection[str], today: date) -> InquiryForm:
    """The form as it is kept. InvalidInput by field."""
    form = replace(
        form,
        addressee=form.addressee.strip(),
        questions=tuple(question.strip() for question in form.questions if question.strip()),
        facts=tuple(dict.fromkeys(form.facts)),
        person_facts=tuple(dict.fromkeys(form.person_facts)),
        people=None if form.people is None else tuple(dict.fromkeys(form.people)),
    )
    problems = []
    if form.bureau not in bureaus:
        problems.append(Problem("bureau", "请选择协查单位。"))
    problems += _text("addressee", form.addressee, _NAME, "请填写协查单位的全称。")
    if form.due_on is not None and form.due_on <= today:
        problems.append(Problem("due_on", f"回复期限应晚于今天（{today}）。"))
    gone = [name for name in form.facts if name not in known.facts]
    if gone:
        problems.append(Problem("facts", f"单位事项 {'、'.join(gone)} 还没有数据，不能请对方核实，请去掉或先补录。"))
    unknown = [name for name in form.person_facts if name not in known.labels]
    if unknown:
        problems.append(Problem("person_facts", f"没有这些人员事项：{'、'.join(unknown)}。"))
    problems += _people_problems(form, known)
    if len(form.questions) > _MOST_QUESTIONS:
        problems.append(Problem("questions", f"另行询问的事项最多 {_MOST_QUESTIONS} 项。"))
    for question in form.questions:
        trouble = text_problem(question, _QUESTION)
        if trouble:
            problems.append(Problem("questions", f"“{question[:10]}”：{trouble}"))
    if not form.facts and not form.person_facts and not form.questions:
        problems.append(Problem("facts", "请至少选择或填写一项要核实的事项。"))
    if problems:
        raise InvalidInput("协查有误，尚未保存。", tuple(problems))
    return form


def _people_problems(form: InquiryForm, known: Known) -> list[Problem]:
    if form.people is not None and any(key not in known.people for key in form.people):
        return [Problem("people", "所选的人员中有人不在本件的名单或花名册中，请刷新后重选。")]
    if form.person_facts and not (known.people if form.people is None else form.people):
        return [Problem("people", "请选择要核实的人员。" if known.people else "本件没有可以核实的人员。")]
    if form.people and not form.person_facts:
        return [Problem("person_facts", "请选择要核实人员的哪些事项。")]
    return []


def check_reply(
    form: ReplyForm, row: CaseConsultation, lines: Sequence[int], papers: Sequence[Path], today: date
) -> None:
    """InvalidInput by field; a line's path is lines.ID."""
    problems = _day("answered_on", form.answered_on, row.asked_on, today, "回函日期", "发函日期")
    problems += _text("number", form.number, _NUMBER, "")
    problems += _text("words", form.words, MAX_REASON, "", lines=True)
    if form.others and form.others not in LINE_OUTCOMES:
        problems.append(Problem("others", f"核实结果应为{'、'.join(LINE_OUTCOMES.values())}之一。"))
    if form.others and form.others != CONFIRMED:
        problems.append(Problem("others", "不属实或有出入的事项请逐项写明对方的说明。"))
    unknown = [key for key in form.lines if key not in set(lines)]
    if unknown:
        problems.append(Problem("lines", "回函中有这次协查没有问到的事项，请刷新后再登记。"))
    missing = 0
    for key in lines:
        said = form.lines.get(key)
        outcome = form.others if said is None else said.outcome
        if not outcome:
            missing += 1
        elif outcome not in LINE_OUTCOMES:
            problems.append(Problem(f"lines.{key}", f"核实结果应为{'、'.join(LINE_OUTCOMES.values())}之一。"))
        elif said is not None:
            wanted = "" if outcome == CONFIRMED else "请写明对方的说明。"
            problems += _text(f"lines.{key}", said.words, MAX_REASON, wanted, lines=True)
    if missing:
        problems.append(Problem("lines", f"还有 {missing} 项没有核实结果。"))
    problems += _papers(papers, "请附上回函的扫描件。")
    if problems:
        raise InvalidInput("回函有误，尚未登记。", tuple(problems))


def check_review(form: ReviewForm, papers: Sequence[Path], today: date) -> None:
    """InvalidInput by field."""
    problems = []
    if form.stage not in REVIEWS:
        problems.append(Problem("stage", "请选择是哪一环节的意见。"))
    problems += _text("bureau", form.bureau, _NAME, "请填写出具意见的单位。")
    problems += _day("given_on", form.given_on, None, today, "出具日期", "")
    if form.opinion not in OPINIONS:
        problems.append(Problem("opinion", f"意见应为{'、'.join(OPINIONS.values())}之一。"))
    wanted = "" if form.opinion == AGREED else "请写明对方的意见。"
    problems += _text("words", form.words, MAX_REASON, wanted, lines=True)
    problems += _text("number", form.number, _NUMBER, "")
    problems += _papers(papers, "请附上意见原件的扫描件。")
    if problems:
        raise InvalidInput("部门意见有误，尚未登记。", tuple(problems))


def _text(path: str, text: str, longest: int, missing: str, *, lines: bool = False) -> list[Problem]:
    """`missing`: what is said of an empty one; empty itself where it may be left empty."""
    text = text.strip()
    trouble = text_problem(text, longest, lines=lines) if text else missing
    return [Problem(path, trouble)] if trouble else []


def _day(path: str, day: date | None, first: date | None, today: date, what: str, first_name: str) -> list[Problem]:
    if day is None:
        return [Problem(path, f"请填写{what}。")]
    if day > today:
        return [Problem(path, f"{what}不能晚于今天（{today}）。")]
    if first is not None and day < first:
        return [Problem(path, f"{what}不能早于{first_name}（{first}）。")]
    return []


def _papers(papers: Sequence[Path], missing: str) -> list[Problem]:
    if not papers:
        return [Problem("papers", missing)]
    gone = [path.name for path in papers if not path.is_file()]
    return [Problem("papers", f"找不到文件“{'、'.join(gone)}”，请重新选择。")] if gone else []
