"""The kinds of documents this program makes now: what each is made for, and whether it is numbered and sealed."""

from __future__ import annotations

from dataclasses import dataclass

from caseworker.documents.kinds import TITLES

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """`about`: case, notice, payment-batch; consultation: issued with its lines by `desk.consultations`.

    `numbered`: takes a number of the office's letters.

    `once`: issued once for its subject; the others may be printed anew as the record changes.
    """

    id: str
    title: str
    about: str
    numbered: bool
    sealed: bool
    once: bool
    media_type: str = PDF
    file_stem: str = ""  # what its file name begins with, where that is not the title

    @property
    def suffix(self) -> str:
        return ".pdf" if self.media_type == PDF else ".xlsx"


KINDS: dict[str, DocumentKind] = {
    kind.id: kind
    for kind in (
        DocumentKind(
            "application-form", f"附件3 {TITLES['application-form']}", "case", False, False, False, file_stem="附件3"
        ),
        DocumentKind("calculation", TITLES["calculation"], "case", False, False, False),
        DocumentKind("supplement", TITLES["supplement"], "case", True, True, True, file_stem="补正告知书"),
        DocumentKind("inquiry", TITLES["inquiry"], "consultation", True, True, False),
        DocumentKind("public-notice", TITLES["public-notice"], "notice", False, True, True),
        DocumentKind("decision", TITLES["decision"], "case", True, True, True, file_stem="决定书"),
        DocumentKind("payment-list", "拨付明细表", "payment-batch", False, False, True, XLSX),
    )
}
