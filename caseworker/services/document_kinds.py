"""The kinds of documents this program makes: of which record, by whom, whether numbered, sealed, issued once."""

from __future__ import annotations

from dataclasses import dataclass

from caseworker.documents.kinds import TITLES
from caseworker.services.views import Role

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_DESK = frozenset({Role.CASEWORKER, Role.HEAD, Role.SEAL_KEEPER})
STAFF = frozenset({Role.CASEWORKER, Role.REVIEWER, Role.HEAD})


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """`about`: one of `ABOUT`; days: a span of days; consultation: issued with its lines by `desk.consultations`.

    `numbered`: takes a number of the office's letters, with `mark` between the office's and 字 (寻客办补字), so that no
    two letters share a number. `once`: issued once for its subject; the others may be printed anew as the record
    changes. `blank`: is also a form to be filled in by hand. `makers` may make and, but for the seal keeper, void it.
    """

    id: str
    title: str
    about: str
    numbered: bool
    sealed: bool
    once: bool
    media_type: str = PDF
    file_stem: str = ""  # what its file name begins with, where that is not the title
    mark: str = ""
    blank: bool = False
    makers: frozenset[Role] = _DESK

    @property
    def suffix(self) -> str:
        return ".pdf" if self.media_type == PDF else ".xlsx"

    @property
    def voiders(self) -> frozenset[Role]:
        return self.makers - {Role.SEAL_KEEPER}


# about -> (the register's column that names the record, what people call the record)
ABOUT = {
    "case": ("case_id", "办件"),
    "payment-batch": ("payment_batch_id", "拨付批次"),
    "notice": ("notice_id", "公示批次"),
    "act": ("act_id", "监管事项"),
    "recovery": ("recovery_id", "追回"),
    "document": ("about_id", "文书"),
}
# The acts of oversight that a letter tells of: act -> kind of document
ACT_LETTERS = {
    "rectification": "rectification",
    "suspension": "suspension",
    "lifting": "resumption",
    "criticism": "criticism",
    "transfer": "transfer",
}


def _form(kind: str, about: str, stem: str = "") -> DocumentKind:
    """A paper that is neither numbered nor sealed, and printed as often as it is wanted."""
    return DocumentKind(kind, TITLES[kind], about, False, False, False, file_stem=stem)


def _letter(kind: str, about: str, mark: str, makers: frozenset[Role] = _DESK, stem: str = "") -> DocumentKind:
    """A numbered letter under the office's seal, issued once for its record."""
    return DocumentKind(kind, TITLES[kind], about, True, True, True, file_stem=stem, mark=mark, makers=makers)


KINDS: dict[str, DocumentKind] = {
    kind.id: kind
    for kind in (
        DocumentKind(
            "application-form",
            f"附件3 {TITLES['application-form']}",
            "case",
            False,
            False,
            False,
            file_stem="附件3",
            blank=True,
        ),
        _letter("acceptance", "case", "受"),
        _letter("supplement", "case", "补", stem="补正告知书"),
        DocumentKind("inquiry", TITLES["inquiry"], "consultation", True, True, False, mark="协"),
        _form("calculation", "case"),
        _form("estimate", "case", "估算"),
        DocumentKind("public-notice", TITLES["public-notice"], "notice", False, True, True),
        _letter("decision", "case", "", stem="决定书"),
        _letter("refusal", "case", "不", stem="不予兑现决定书"),
        DocumentKind("payment-list", "拨付明细表", "payment-batch", False, False, True, XLSX),
        _letter("payment-request", "payment-batch", "请"),
        _letter("payment-notice", "payment-batch", "拨"),
        _letter("rectification", "act", "改", STAFF),
        _letter("suspension", "act", "停", STAFF),
        _letter("resumption", "act", "复", STAFF),
        _letter("criticism", "act", "通", STAFF),
        _letter("transfer", "act", "移", STAFF),
        _letter("recovery", "recovery", "追", STAFF),
        DocumentKind(
            "delivery-receipt", TITLES["delivery-receipt"], "document", False, False, False, blank=True, makers=STAFF
        ),
        DocumentKind("seal-register", TITLES["seal-register"], "days", False, False, False, blank=True),
        DocumentKind(
            "file-contents",
            TITLES["file-contents"],
            "case",
            False,
            False,
            False,
            blank=True,
            makers=STAFF | {Role.SEAL_KEEPER},
        ),
    )
}


def letter_prefix(office: str, kind: DocumentKind) -> str:
    """What the 文号 of a kind begins with: `office` is 寻客办字, its supplements are 寻客办补字."""
    return f"{office.removesuffix('字')}{kind.mark}字" if kind.mark else office
