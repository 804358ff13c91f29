"""What every letter has in common: who sends it, its number and day, to whom it goes, whom the reader can ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from caseworker.documents import verification, wording
from caseworker.documents.faces import Face
from caseworker.documents.grid import Block, Paragraph
from caseworker.documents.parts import Contact
from caseworker.documents.sense import plain
from caseworker.errors import InvalidInput, Problem
from caseworker.values.money import Money

CONTACT: dict[str, tuple[str, ...]] = {"contact": ("person", "phone", "address")}
CODE: dict[str, tuple[str, ...]] = {"code_caption": ()}
RECEIPT: dict[str, tuple[str, ...]] = {"receipt": ()}
# Of every policy that a letter knows: what its money is called, its own name, and the clauses that the letter rests on
POLICY: dict[str, tuple[str, ...]] = {"fund": (), "policy_title": ("title",)}
BASIS: dict[str, tuple[str, ...]] = {"basis": ("policy_title", "ground"), "basis_other": ("policy_title",)}


@dataclass(frozen=True, slots=True)
class Head:
    """`policy` is the pack's id, `policy_title` its own name, for a policy that the wording files do not know.

    `code` is the payee's 统一社会信用代码; a person's own number comes masked.
    """

    policy: str
    issuer: str
    number: str
    day: date
    payee: str
    code: str
    contact: Contact
    policy_title: str = ""
    you: str = "你单位"
    code_label: str = "统一社会信用代码"

    def texts(self) -> list[str]:
        """What comes from outside the wording, for the check of missing characters."""
        contact = self.contact
        return [
            self.issuer,
            self.number,
            self.payee,
            self.code,
            self.policy_title,
            self.you,
            self.code_label,
            contact.person,
            contact.phone,
            contact.address,
        ]


def policy_title(head: Head, words: wording.Wording) -> str:
    return wording.title_of_policy(words, head.policy, head.policy_title)


def fund(words: wording.Wording) -> str:
    """What the policy's money is called, without the marks where a title may break."""
    return plain(words["fund"])


def contact_line(contact: Contact, words: wording.Wording) -> Paragraph:
    return Paragraph(words.say("contact", person=contact.person, phone=contact.phone, address=contact.address))


def told(text: str) -> list[Block]:
    """What a clerk wrote, a paragraph a line."""
    return [Paragraph(line.strip()) for line in text.splitlines() if line.strip()]


def section(words: wording.Wording, heading: str) -> Paragraph:
    """一、…: in 黑体, never the last line of a page."""
    return Paragraph(words[heading], Face.HEI, keep_next=True)


def basis(head: Head, words: wording.Wording, ground: str) -> Paragraph:
    """The clauses that an act of oversight rests on; `ground` is one that the text itself names, else empty."""
    title = policy_title(head, words)
    if not ground:
        return Paragraph(words.say("basis_other", policy_title=title))
    return Paragraph(words.say("basis", policy_title=title, ground=ground))


def code_of(document: Any, head: Head, amount: Money | None = None) -> verification.Verification:
    """What the QR code of a letter says; 0.00 where it is about no sum of money."""
    return verification.Verification(
        head.number, head.day, head.payee, amount or Money.zero(), verification.digest(document)
    )


def needed(**texts: str) -> None:
    """InvalidInput naming every one of these that a letter cannot go out without."""
    problems = tuple(Problem(name, "文书缺少这一项内容。") for name, text in texts.items() if not text.strip())
    if problems:
        raise InvalidInput(f"文书内容不完整：缺少 {'、'.join(problem.path for problem in problems)}。", problems)
