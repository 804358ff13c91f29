"""协查 and other bureaus' reviews of a case from the command line: ask, send, record replies and reviews."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from caseworker.cli.common import Commands, a_day, a_number, add_act, desk_of, print_json, print_list
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services import Desk
from caseworker.services.consultation_views import (
    ConsultationDetail,
    ConsultationRow,
    InquiryForm,
    LineReply,
    ReplyForm,
    ReviewForm,
)

_BUREAUS = "tax 税务局，labour 人社局，finance 财政局，other 其他（须用 --to 写明全称）"
_OUTCOMES = "confirmed 属实，denied 不属实，differs 有出入"


def add_acts(acts: Commands, case_id: Callable[[Desk, str], int]) -> None:
    """`caseworker case inquiries|inquiry|send|reply|unreply|review|drop-inquiry NUMBER`.

    `case_id` finds a case by its number.
    """

    def act(name: str, text: str, run: Callable[[argparse.Namespace, Desk, int], None]) -> argparse.ArgumentParser:
        def opened(options: argparse.Namespace) -> None:
            with desk_of(options) as desk:
                run(options, desk, case_id(desk, options.number))

        parser = add_act(acts, name, text, opened)
        parser.add_argument("number")
        return parser

    listed = act("inquiries", "协查函和部门意见", _list)
    listed.add_argument("--id", type=a_number, help="只看一件，连同各项")
    listed.add_argument("--choices", action="store_true", help="列出可以请对方核实的事项和人员")
    inquiry = act("inquiry", "起草并发出协查函", _inquiry)
    inquiry.add_argument("--bureau", required=True, help=_BUREAUS)
    inquiry.add_argument("--to", default="", metavar="NAME", help="协查单位全称，省略时按机构所在地")
    inquiry.add_argument("--fact", action="append", metavar="NAME", help="单位事项，可多次；都省略时按单位的建议")
    inquiry.add_argument("--person-fact", action="append", metavar="NAME", help="人员事项，可多次")
    inquiry.add_argument("--person", action="append", type=a_number, metavar="ID", help="人员，可多次；省略为全部")
    inquiry.add_argument("--question", action="append", default=[], metavar="TEXT", help="另行询问的事项，可多次")
    inquiry.add_argument("--due", type=a_day, metavar="YYYY-MM-DD", help="回复期限")
    inquiry.add_argument("--draft", action="store_true", help="只起草，不发出")
    send = act("send", "发出起草的协查函", _send)
    send.add_argument("id", type=a_number)
    reply = act("reply", "登记回函", _reply)
    reply.add_argument("id", type=a_number)
    reply.add_argument("--on", required=True, type=a_day, metavar="YYYY-MM-DD", help="回函日期")
    reply.add_argument("--paper-number", default="", help="回函文号")
    reply.add_argument("--words", default="", help="回函内容")
    reply.add_argument(
        "--line", action="append", default=[], metavar="NO=OUTCOME[:TEXT]", help=f"一项的结果，可多次：{_OUTCOMES}"
    )
    reply.add_argument("--others-confirmed", action="store_true", help="其余各项属实")
    reply.add_argument("--scan", action="append", type=Path, default=[], metavar="FILE", help="扫描件，可多次")
    unreply = act("unreply", "撤回回函登记", _unreply)
    unreply.add_argument("id", type=a_number)
    unreply.add_argument("--reason", required=True)
    review = act("review", "登记部门意见", _review)
    review.add_argument("--stage", required=True, help="county 县区初审，department 主管部门，finance 财政，other 其他")
    review.add_argument("--bureau", required=True, help="出具单位")
    review.add_argument("--on", required=True, type=a_day, metavar="YYYY-MM-DD", help="出具日期")
    review.add_argument("--opinion", required=True, help="agreed 同意，reserved 有保留，disagreed 不同意")
    review.add_argument("--words", default="", help="意见内容")
    review.add_argument("--paper-number", default="", help="文号")
    review.add_argument("--scan", action="append", type=Path, default=[], metavar="FILE", help="扫描件，可多次")
    drop = act("drop-inquiry", "作废协查或部门意见", _drop)
    drop.add_argument("id", type=a_number)
    drop.add_argument("--reason", required=True)


def _list(options: argparse.Namespace, desk: Desk, case_id: int) -> None:
    if options.choices:
        _choices(options, desk, case_id)
    elif options.id is not None:
        _show(options, _own(desk, case_id, options.id))
    else:
        rows = desk.consultations.of_case(case_id)
        if options.json:
            print_json(rows)
        else:
            _table(rows)


def _choices(options: argparse.Namespace, desk: Desk, case_id: int) -> None:
    choices = desk.consultations.choices(case_id)
    if options.json:
        print_json(choices)
        return
    print_list(
        ("单位", "全称", "建议"), [(b.id, b.addressee, "、".join(b.facts + b.person_facts)) for b in choices.bureaus]
    )
    print_list(("单位事项", "名称", "内容"), [(one.name, one.label, one.shown) for one in choices.facts])
    print_list(("人员事项", "名称"), [(one.name, one.label) for one in choices.person_facts])
    print_list(("人员", "姓名", "证件号码"), [(one.id, one.name, one.id_masked) for one in choices.people])


def _table(rows: tuple[ConsultationRow, ...]) -> None:
    print_list(
        ("编号", "类型", "单位", "状态", "文号", "期限", "收到", "结果"),
        [
            (
                row.id,
                row.kind_name,
                row.bureau,
                f"{row.state_name} 逾期" if row.overdue else row.state_name,
                row.letter_number,
                row.due_on,
                row.answered_on,
                row.outcome_name,
            )
            for row in rows
        ],
    )


def _show(options: argparse.Namespace, detail: ConsultationDetail) -> None:
    if options.json:
        print_json(detail)
        return
    _table((detail.row,))
    print_list(
        ("序号", "对象", "证件号码", "事项", "结果", "对方的说明"),
        [(one.number, one.subject, one.id_masked, one.asked, one.outcome_name, one.words) for one in detail.lines],
    )


def _own(desk: Desk, case_id: int, key: int) -> ConsultationDetail:
    """One of this case and of no other."""
    if all(row.id != key for row in desk.consultations.of_case(case_id)):
        raise Refusal("not-found", f"本办件没有编号为 {key} 的协查或部门意见，请用 case inquiries 核对编号。")
    return desk.consultations.get(key)


def _inquiry(options: argparse.Namespace, desk: Desk, case_id: int) -> None:
    named = options.fact is not None or options.person_fact is not None or options.question
    facts, person_facts, to = tuple(options.fact or ()), tuple(options.person_fact or ()), options.to
    choices = desk.consultations.choices(case_id)
    bureau = next((one for one in choices.bureaus if one.id == options.bureau), None)
    if bureau is not None:
        to = to or bureau.addressee
        if not named:
            facts, person_facts = bureau.facts, bureau.person_facts
    form = InquiryForm(
        case_id=case_id,
        bureau=options.bureau,
        addressee=to,
        due_on=options.due,
        facts=facts,
        person_facts=person_facts,
        people=None if options.person is None else tuple(options.person),
        questions=tuple(options.question),
    )
    key = desk.consultations.draft(form)
    if not options.draft:
        desk.consultations.issue(key, desk.consultations.get(key).row.version)
    _show(options, desk.consultations.get(key))


def _send(options: argparse.Namespace, desk: Desk, case_id: int) -> None:
    desk.consultations.issue(options.id, _own(desk, case_id, options.id).row.version)
    _show(options, desk.consultations.get(options.id))


def _reply(options: argparse.Namespace, desk: Desk, case_id: int) -> None:
    detail = _own(desk, case_id, options.id)
    form = ReplyForm(
        answered_on=options.on,
        number=options.paper_number,
        words=options.words,
        lines=_said(options.line, detail),
        others="confirmed" if options.others_confirmed else "",
    )
    _show(options, desk.consultations.reply(options.id, detail.row.version, form, options.scan))


def _said(typed: list[str], detail: ConsultationDetail) -> dict[int, LineReply]:
    """3=differs:只到二月 by the number of the line in the letter. InvalidInput names every one that is not so."""
    by_number = {str(line.number): line.id for line in detail.lines}
    said: dict[int, LineReply] = {}
    problems = []
    for text in typed:
        number, equals, rest = text.partition("=")
        outcome, _, words = rest.partition(":")
        key = by_number.get(number.strip())
        if not equals or key is None:
            problems.append(Problem("line", f"“{text}”应写作 序号=结果:说明，序号见 case inquiries --id。"))
        else:
            said[key] = LineReply(outcome.strip(), words.strip())
    if problems:
        raise InvalidInput("回函有误，尚未登记。", tuple(problems))
    return said


def _unreply(options: argparse.Namespace, desk: Desk, case_id: int) -> None:
    _own(desk, case_id, options.id)
    _show(options, desk.consultations.take_back(options.id, options.reason))


def _review(options: argparse.Namespace, desk: Desk, case_id: int) -> None:
    form = ReviewForm(
        case_id=case_id,
        stage=options.stage,
        bureau=options.bureau,
        given_on=options.on,
        opinion=options.opinion,
        words=options.words,
        number=options.paper_number,
    )
    key = desk.consultations.review(form, options.scan)
    _show(options, desk.consultations.get(key))


def _drop(options: argparse.Namespace, desk: Desk, case_id: int) -> None:
    _own(desk, case_id, options.id)
    desk.consultations.void(options.id, options.reason)
    _show(options, desk.consultations.get(options.id))
