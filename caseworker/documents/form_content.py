"""What stands in 专项资金申请表（附件3）: the applicant, the items applied for, what reviewers wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents.parts import Account
from caseworker.values.money import Money

_NO_ACCOUNT = Account("", "", "")


@dataclass(frozen=True, slots=True)
class Applicant:
    """The applying unit as the dossier has it; None and "" leave the cell empty. Money is last year's."""

    name: str = ""
    code: str = ""
    registered_on: date | None = None
    address: str = ""
    representative: str = ""
    representative_id: str = ""
    contact: str = ""
    phone: str = ""
    employees: int | None = None
    seats_total: int | None = None
    seats_valid: int | None = None
    revenue: Money | None = None
    tax: Money | None = None


@dataclass(frozen=True, slots=True)
class AppliedItem:
    """An item applied for: the clause's id, and quantity, standard and amount as they shall be read.

    Without an amount the item is ticked and its row stays empty.
    """

    clause: str
    quantity: str
    standard: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewing office wrote; an empty one leaves the box for the pen."""

    text: str = ""
    handler: str = ""
    head: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class PaperTick:
    title: str
    handed_in: bool


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """The form. `ApplicationForm(policy)` is the blank one.

    `issued_by` and `day` go into the file's properties and make it reproducible; `day` None prints an empty date.
    `papers` empty prints the policy's list with empty boxes.
    """

    policy: str
    issued_by: str = ""
    number: str = ""
    day: date | None = None
    applicant: Applicant = Applicant()
    items: tuple[AppliedItem, ...] = ()
    supported_elsewhere: bool | None = None
    elsewhere: str = ""
    account: Account = _NO_ACCOUNT
    papers: tuple[PaperTick, ...] = ()
    first_opinion: Opinion = Opinion()
    second_opinion: Opinion = Opinion()
    finance_opinion: Opinion = Opinion()
    notice_from: date | None = None
    notice_to: date | None = None
    notice_result: str = ""
    offered: tuple[str, ...] = ()  # "CLAUSE title" of each item, for a policy that the wording file does not know
    practice: bool = False

    @property
    def total(self) -> Money | None:
        """None where no item has an amount."""
        amounts = [item.amount for item in self.items if item.amount is not None]
        return sum(amounts, Money(0)) if amounts else None
