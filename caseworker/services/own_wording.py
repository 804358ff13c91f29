"""文书用语: the sentences of letters that an office says otherwise than the program, kept through updates.

Only what was changed is kept; every other sentence follows the program. A letter that is sealed later is sealed in the
sentences it was made with.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from caseworker.documents import wording
from caseworker.documents.kinds import TITLES
from caseworker.errors import InvalidInput, Problem, Refusal
from caseworker.services.base import reason_of, text_problem
from caseworker.services.rights import require
from caseworker.services.views import Role
from caseworker.store.models import OwnWording, User

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

_LONGEST = 600
_BORROWED = frozenset({"estimate"})  # says what the calculation sheet says
# What a sentence may leave out: how somebody is spoken to, names that stand elsewhere in the letter, whom to ask.
# Amounts, days, numbers, reasons and remedies are what the letter is there to say.
_MAY_GO = frozenset({"you", "fund", "policy_title", "title", "person", "phone", "address", "office", "place", "unit"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a kind of letter. `own` empty: the program's counts. `holders`: what may be filled in.

    `stale`: the program says something else now than when the office wrote its own; worth a look.
    """

    kind: str
    field: str
    policy: str  # short title of the policy under which it stands; empty for all
    program: str
    own: str
    holders: tuple[str, ...]
    stale: bool
    changed_by: str
    changed_at: datetime | None
    reason: str


def own_sentences(session: Session, upto: int | None = None) -> wording.Sentences:
    """The office's sentences, by kind and field: today's, or those of when entry `upto` was the newest."""
    found: dict[str, dict[str, str]] = {}
    for row in _newest(session, upto):
        if row.text:
            found.setdefault(row.kind, {})[row.field] = row.text
    return found


def newest_entry(session: Session) -> int:
    return session.scalar(select(func.max(OwnWording.id))) or 0


def _newest(session: Session, upto: int | None = None, kind: str | None = None) -> list[OwnWording]:
    query = select(func.max(OwnWording.id)).group_by(OwnWording.kind, OwnWording.field)
    if upto is not None:
        query = query.where(OwnWording.id <= upto)
    if kind is not None:
        query = query.where(OwnWording.kind == kind)
    return list(session.scalars(select(OwnWording).where(OwnWording.id.in_(query)).order_by(OwnWording.id)))


class WordingService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def kinds(self) -> tuple[tuple[str, str], ...]:
        """The kinds of documents whose sentences can be changed: (id, title)."""
        return tuple((kind, title) for kind, title in TITLES.items() if kind not in _BORROWED)

    def sentences(self, kind: str) -> tuple[Sentence, ...]:
        """Every sentence of a kind in the order of its file; an own one whose place is no more at the end."""
        program = self._program(kind)
        with self._desk.file.read() as session:
            own = {row.field: row for row in _newest(session, kind=kind)}
            names = {row.id: row.name for row in session.execute(select(User.id, User.name))}
        lost = [field for field, row in own.items() if field not in program and row.text]
        return tuple(
            self._sentence(kind, field, program.get(field, ""), own.get(field), names) for field in (*program, *lost)
        )

    def say(self, kind: str, field: str, text: str, reason: str) -> None:
        """The office's own sentence from now on; letters already made keep theirs.

        InvalidInput by field (text, reason): empty, too long, braces that are no pairs, a place holder that the
        program does not fill there, an amount, day or number of the program's sentence left out. Refusal for an
        unknown sentence, or where it says so already.
        """
        require(self._desk, Role.HEAD, Role.ADMINISTRATOR)
        program = self._program(kind)
        if field not in program:
            raise Refusal("no-such-sentence", "没有这一句用语，请刷新后再试。")
        text = text.strip()
        problems = []
        trouble = _text_trouble(text, program[field])
        if trouble:
            problems.append(Problem("text", trouble))
        try:
            reason = reason_of(reason, "请写明修改的原因。")
        except InvalidInput as error:
            problems += error.problems
        if problems:
            raise InvalidInput("用语有误，尚未保存。", tuple(problems))
        self._enter(kind, field, "" if text == program[field] else text, program[field], reason)

    def restore(self, kind: str, field: str, reason: str) -> None:
        """The program's own sentence again. Refusal where the office has none of its own."""
        require(self._desk, Role.HEAD, Role.ADMINISTRATOR)
        self._enter(kind, field, "", self._program(kind).get(field, ""), reason_of(reason, "请写明恢复的原因。"))

    def _enter(self, kind: str, field: str, text: str, program: str, reason: str) -> None:
        with self._desk.file.write(
            self._desk.actor, "wording.say" if text else "wording.restore", reason=reason
        ) as work:
            session = work.session
            work.subject("wording", f"{TITLES[kind]} {field}")
            now = next((row.text for row in _newest(session, kind=kind) if row.field == field), "")
            if now == text:
                raise Refusal("same", "用语没有变化。" if text else "这一句用的就是程序原来的用语。")
            session.add(
                OwnWording(
                    kind=kind,
                    field=field,
                    text=text,
                    instead_of=program,
                    reason=reason,
                    set_at=self._desk.clock.now(),
                    set_by=self._desk.user.id,
                )
            )
            work.detail(kind=kind, field=field, text=text)

    def _program(self, kind: str) -> dict[str, str]:
        if kind not in TITLES or kind in _BORROWED:
            raise Refusal("no-such-kind", "没有这种文书。")
        return wording.sentences_of(kind)

    def _sentence(self, kind: str, field: str, program: str, row: OwnWording | None, names: dict[int, str]) -> Sentence:
        policy, _ = wording.split_field(field)
        pack = self._desk.packs.get(policy) if policy is not None else None
        shown = "" if policy is None else ("其他政策" if policy == wording.NEUTRAL else policy)
        return Sentence(
            kind=kind,
            field=field,
            policy=shown if pack is None else pack.short_title,
            program=program,
            own="" if row is None else row.text,
            holders=tuple(sorted(wording.holders_of(program))),
            stale=row is not None and bool(row.text) and row.instead_of != program,
            changed_by="" if row is None else names.get(row.set_by, ""),
            changed_at=None if row is None else row.set_at,
            reason="" if row is None else row.reason,
        )


def _text_trouble(text: str, program: str) -> str | None:
    if not text:
        return "请填写用语；要用回程序原来的用语，请点“恢复”。"
    trouble = text_problem(text, _LONGEST)
    if trouble:
        return trouble
    allowed = wording.holders_of(program)
    try:
        used = wording.holders_of(text)
    except ValueError:
        return "花括号不成对。"
    unknown = sorted(used - allowed)
    if unknown:
        named = "、".join(f"{{{name}}}" for name in unknown)
        can = "、".join(f"{{{name}}}" for name in sorted(allowed)) or "没有可填的内容"
        return f"程序不会填写 {named}。这一句可以用的是：{can}。"
    dressed = [name for _, name, spec, way in string.Formatter().parse(text) if name is not None and (spec or way)]
    if dressed:
        return f"花括号里只写名称，如 {{{dressed[0]}}}，不要加冒号、叹号和其他写法。"
    dropped = "、".join(f"{{{name}}}" for name in sorted(allowed - used - _MAY_GO))
    if dropped:
        return f"这一句少了 {dropped}。金额、日期、文号等由程序填写的内容要保留，可以换位置，不能删去。"
    return None
