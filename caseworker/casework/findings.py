"""核查发现: what an office's data says across companies that a clerk must look into before a case is proposed.

Pure rules on plain data. Each finding has a sentence, the rows that show it, and a digest of what was found: one that
is settled stays settled while it is the same, and opens again when it is more or other than it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from caseworker.values.spans import Month

# One other party with the same telephone is worth a question: one person may stand behind both.
PARTIES_AT_PHONE = 2
# Parks, incubators and registration offices lodge many at one address, and a company often sits beside its parent:
# two at one address say nothing, three ask whether each has premises of its own.
PARTIES_AT_ADDRESS = 3
MOST_NAMED = 3
_SUBJECT = 16  # characters of a digest that say whom it is about; the rest is what was found


class Kind(StrEnum):
    TWO_EMPLOYERS = "two-employers"
    OVER_CAP = "over-cap"
    OVER_PARTY_TOTAL = "over-party-total"
    MONTHS_PAID = "months-paid"
    CLAIMED_ELSEWHERE = "claimed-elsewhere"
    ID_ALIKE = "id-alike"
    ID_ACCEPTED = "id-accepted"
    NAMESAKES = "namesakes"
    AGE = "age-at-hire"
    SHARED_ACCOUNT = "shared-account"
    SHARED_PHONE = "shared-phone"
    SHARED_ADDRESS = "shared-address"
    SHARED_SCAN = "shared-scan"
    SHARED_WORKBOOK = "shared-workbook"
    REPLY_DIFFERS = "reply-differs"
    REVIEW_AGAINST = "review-against"


KIND_NAMES = {
    Kind.TWO_EMPLOYERS: "两处用工",
    Kind.OVER_CAP: "超个人上限",
    Kind.OVER_PARTY_TOTAL: "超单位总额",
    Kind.MONTHS_PAID: "月份或已兑现",
    Kind.CLAIMED_ELSEWHERE: "同时申报",
    Kind.ID_ALIKE: "疑似一人两号",
    Kind.ID_ACCEPTED: "证件号采信",
    Kind.NAMESAKES: "同名不同号",
    Kind.AGE: "用工年龄",
    Kind.SHARED_ACCOUNT: "账号相同",
    Kind.SHARED_PHONE: "电话相同",
    Kind.SHARED_ADDRESS: "地址相同",
    Kind.SHARED_SCAN: "文件相同",
    Kind.SHARED_WORKBOOK: "表格相同",
    Kind.REPLY_DIFFERS: "回函不符",
    Kind.REVIEW_AGAINST: "部门意见",
}
# Two people of one name and unlike numbers are most often two people: said, but nobody need answer for it.
REMARKS = frozenset({Kind.NAMESAKES})
# Who answers for a finding: the casework's own people, but for what goes beyond what the text grants a party in all.
HEAD_SETTLES = frozenset({Kind.OVER_PARTY_TOTAL})
CASEWORKER, HEAD = "caseworker", "head"  # ids of roles

CONCLUSIONS = {"no-effect": "属实不影响", "corrected": "已更正", "other": "其他"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row that shows it. `target` is where it can be looked at: ("party", 3), ("case", 12)."""

    subject: str
    place: str
    detail: str
    target: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """`rows` gives the evidence when somebody looks: there may be thousands of findings."""

    kind: Kind
    sentence: str
    digest: str
    rows: Callable[[], tuple[Evidence, ...]] = field(compare=False, repr=False)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return self.rows()

    @property
    def must_settle(self) -> bool:
        return self.kind not in REMARKS


def settler(kind: Kind) -> str:
    """The role that may settle findings of a kind, and take a conclusion back: `caseworker` or `head`."""
    return HEAD if kind in HEAD_SETTLES else CASEWORKER


def digest_of(kind: Kind, subject: Sequence[Any], found: Any) -> str:
    """64 characters: the first 16 say whom and what it is about, the others what was found."""
    about, content = (
        hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        for value in ([kind.value, *subject], found)
    )
    return about[:_SUBJECT] + content[: 64 - _SUBJECT]


def subject_of(digest: str) -> str:
    """The part of a digest that stays the same for the same matter, with more or less found."""
    return digest[:_SUBJECT]


# ---- parties that share something ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another party that has the same; `note` says in what way."""

    id: int
    name: str
    note: str = ""


def shared_account(number: str, shown: str, others: Sequence[Neighbour]) -> Finding | None:
    if not others:
        return None
    return _shared(Kind.SHARED_ACCOUNT, (number,), f"收款账号 {shown} 也是{_names(others)}的账号。", shown, others)


def shared_phone(number: str, shown: str, others: Sequence[Neighbour]) -> Finding | None:
    """`others`: every other party with this number. `shown` is the number as it may be printed."""
    if len(others) + 1 < PARTIES_AT_PHONE:
        return None
    return _shared(Kind.SHARED_PHONE, (number,), f"联系电话 {shown} 也登记在{_names(others)}的档案中。", shown, others)


def shared_address(address: str, shown: str, others: Sequence[Neighbour]) -> Finding | None:
    if len(others) + 1 < PARTIES_AT_ADDRESS:
        return None
    words = f"注册地址“{shown}”共有 {len(others) + 1} 户档案：本单位和{_names(others)}。"
    return _shared(Kind.SHARED_ADDRESS, (address,), words, shown, others)


def shared_scans(
    number: str, party: str, case_id: int, same_party: bool, files: Sequence[tuple[str, str, str, str]]
) -> Finding:
    """`files`: (SHA-256, file name, paper here, paper there) of every file that hangs in both cases."""
    where = f"本单位的办件 {number}" if same_party else f"“{party}”的办件 {number}"
    names = listed([name for _, name, _, _ in files], "个文件")
    return Finding(
        Kind.SHARED_SCAN,
        f"扫描件与{where}中的是同一个文件：{names}。",
        digest_of(Kind.SHARED_SCAN, (case_id,), sorted(digest for digest, _, _, _ in files)),
        lambda: tuple(
            Evidence(name, f"{party} {number}", f"本件“{mine}”，对方“{theirs}”", ("case", case_id))
            for _, name, mine, theirs in files
        ),
    )


def shared_workbooks(other: Neighbour, files: Sequence[tuple[str, str, str, str]]) -> Finding:
    """`files`: (SHA-256, file name, what it is here, what it is there) of every workbook imported for both parties."""
    names = listed([name for _, name, _, _ in files], "个文件")
    return Finding(
        Kind.SHARED_WORKBOOK,
        f"“{other.name}”导入了与本单位相同的表格：{names}。",
        digest_of(Kind.SHARED_WORKBOOK, (other.id,), sorted([sha, mine, theirs] for sha, _, mine, theirs in files)),
        lambda: tuple(
            Evidence(name, other.name, f"本单位作为{mine}，对方作为{theirs}", ("party", other.id))
            for _, name, mine, theirs in files
        ),
    )


def _shared(kind: Kind, subject: Sequence[Any], words: str, shown: str, others: Sequence[Neighbour]) -> Finding:
    rows = tuple(Evidence(shown, other.name, other.note, ("party", other.id)) for other in others)
    return Finding(kind, words, digest_of(kind, subject, sorted(other.id for other in others)), lambda: rows)


def _names(others: Sequence[Neighbour]) -> str:
    return listed([f"“{other.name}”" for other in others], "户")


# ---- words --------------------------------------------------------------------------------


def listed(words: Sequence[str], unit: str) -> str:
    shown = "、".join(words[:MOST_NAMED])
    return shown if len(words) <= MOST_NAMED else f"{shown}等 {len(words)} {unit}"


def runs(months: Iterable[Month]) -> str:
    """2023-01 至 2023-03、2023-05"""
    groups: list[list[Month]] = []
    for month in sorted(months):
        if groups and month - groups[-1][-1] == 1:
            groups[-1].append(month)
        else:
            groups.append([month])
    return "、".join(str(group[0]) if len(group) == 1 else f"{group[0]} 至 {group[-1]}" for group in groups)
