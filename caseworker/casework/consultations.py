"""协查 and reviews by other bureaus: whom a pack lets ask about what, and what an answer against a claim brings up.

Pure rules on plain data. An answer that does not bear a claim out is a finding: answered for with a reason like any
other, before the case is proposed, and opened again when the answer changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from caseworker.casework.findings import MOST_NAMED, Evidence, Finding, Kind, digest_of

OTHER = "other"  # a bureau that no pack names

OPEN, CONFIRMED, DENIED, DIFFERS = "open", "confirmed", "denied", "differs"
LINE_OUTCOMES = {CONFIRMED: "属实", DENIED: "不属实", DIFFERS: "有出入"}
OUTCOME_NAMES = {OPEN: "待回复"} | LINE_OUTCOMES

AGREED, RESERVED, DISAGREED = "agreed", "reserved", "disagreed"
OPINIONS = {AGREED: "同意", RESERVED: "有保留", DISAGREED: "不同意"}
REVIEWS = {
    "county": "县区初审",
    "department": "主管部门审核",
    "finance": "财政复核",
    OTHER: "其他部门意见",
}

_PLACE = re.compile(r"(?:.*[省市区盟州])?(.+?[县区市旗])")


@dataclass(frozen=True, slots=True)
class InquiryRule:
    """A bureau that can be asked. `facts` and `people`: names of facts of a claim and of its people, for any clause."""

    bureau: str
    name: str
    addressee: str  # its full name, {place} for the office's county or city
    facts: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    def addressed(self, region: str) -> str:
        """江西省寻乌县 -> 寻乌县财政局."""
        return self.addressee.format(place=place_of(region))


def place_of(region: str) -> str:
    """The county or city at the end of an office's region; the region itself where it names none."""
    found = _PLACE.fullmatch(region.strip())
    return region.strip() if found is None else found.group(1)


def read_rules(rows: Iterable[Mapping[str, Any]]) -> tuple[InquiryRule, ...]:
    """The tables of a workflow file. ValueError says which one is wrong and how; KeyError names what is missing."""
    rules: list[InquiryRule] = []
    for row in rows:
        rule = InquiryRule(
            row["bureau"], row["name"], row["addressee"], tuple(row.get("facts", ())), tuple(row.get("people", ()))
        )
        texts = (rule.bureau, rule.name, rule.addressee, *rule.facts, *rule.people)
        if not all(isinstance(text, str) and text.strip() for text in texts):
            raise ValueError(f"inquiries {rule.bureau}: every entry is a text")
        if rule.bureau == OTHER or any(rule.bureau == known.bureau for known in rules):
            raise ValueError(f"inquiries {rule.bureau}: named twice, or a name of the program's own")
        if set(re.findall(r"[{}]", rule.addressee.replace("{place}", ""))):
            raise ValueError(f"inquiries {rule.bureau}: only {{place}} stands in an addressee")
        rules.append(rule)
    return tuple(rules)


def outcome_of(lines: Sequence[str]) -> str:
    """The answer as a whole from its lines' outcomes: one denied line makes it denied, one that differs, differing."""
    return DENIED if DENIED in lines else DIFFERS if DIFFERS in lines else CONFIRMED


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """One line of a reply: `subject` is the party, or a person, of whom much is asked in one line."""

    subject: str
    person: bool
    asked: str
    outcome: str
    words: str


def reply_finding(
    key: int, bureau: str, answered_on: date, lines: Sequence[AnsweredLine], answer: str
) -> Finding | None:
    """What a reply says against the claim; None where it bears all of it out. `key` is the inquiry's."""
    against = [line for line in lines if line.outcome in (DENIED, DIFFERS)]
    if not against:
        return None
    named = "；".join(_said(line) for line in against[:MOST_NAMED])
    more = f"等 {len(against)} 项" if len(against) > MOST_NAMED else ""
    return Finding(
        Kind.REPLY_DIFFERS,
        f"{bureau} {answered_on} 回函，{len(against)} 项与申报不符：{named}{more}。",
        digest_of(
            Kind.REPLY_DIFFERS,
            (key,),
            [answer, *sorted([one.subject, one.asked, one.outcome, one.words] for one in against)],
        ),
        lambda: tuple(
            Evidence(
                line.subject,
                bureau,
                f"{line.asked}：{LINE_OUTCOMES[line.outcome]}{f'，{line.words}' if line.words else ''}",
                ("consultation", key),
            )
            for line in against
        ),
    )


def _said(line: AnsweredLine) -> str:
    words = f"（{line.words.rstrip('。；')}）" if line.words else ""
    about = line.subject if line.person else f"“{line.asked}”"
    return f"{about}{LINE_OUTCOMES[line.outcome]}{words}"


def review_finding(key: int, bureau: str, stage: str, given_on: date, opinion: str, words: str) -> Finding | None:
    """A review that does not agree, or only with a reservation."""
    if opinion == AGREED:
        return None
    return Finding(
        Kind.REVIEW_AGAINST,
        f"{bureau} {given_on} {stage}：{OPINIONS[opinion]}，“{words.rstrip('。；')}”。",
        digest_of(Kind.REVIEW_AGAINST, (key,), [opinion, words]),
        lambda: (Evidence(stage, bureau, f"{OPINIONS[opinion]}：{words}", ("consultation", key)),),
    )
