"""政策库: the packs this office works with, as the policy core has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from caseworker.errors import Cancelled, InvalidInput, Refusal
from caseworker.policy import Clause, Pack, calculate
from caseworker.policy.texts import QuotedText
from caseworker.services.attached import attachment_of
from caseworker.services.official_texts import read_official_text
from caseworker.services.packs import RefusedPack, pack_folder_beside
from caseworker.services.rights import require
from caseworker.services.views import PointView, Role
from caseworker.services.workflow import office_of
from caseworker.store.models import FundYear, PolicyText, User

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

Progress = Callable[[int, int], None] | None
Cancel = Callable[[], bool] | None
LEAST_SHARE = 5  # a text with less than a fifth of the quotes is some other policy's


@dataclass(frozen=True, slots=True)
class PackRow:
    """One loaded pack. `origin`: 随程序提供, or the folder it was loaded from."""

    id: str
    title: str
    short_title: str
    document_number: str
    region: str
    clauses: int
    origin: str
    in_use: bool


@dataclass(frozen=True, slots=True)
class QuotePlace:
    """A quote, where it stands in the pack (file:line), and its places in the text as (start, end); none: missing."""

    quote: str
    where: tuple[str, ...]
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PolicyTextView:
    policy: str
    file_name: str
    loaded_at: datetime
    loaded_by: str
    attachment_id: int
    text: str
    quotes: tuple[QuotePlace, ...]

    @property
    def missing(self) -> tuple[QuotePlace, ...]:
        return tuple(quote for quote in self.quotes if not quote.places)


class PolicyService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def packs(self) -> tuple[Pack, ...]:
        """The packs that this office works with, in its own order."""
        with self._desk.file.read() as session:
            wanted = office_of(session).policies
        return tuple(self._desk.packs[policy] for policy in wanted if self._desk.packs.get(policy) is not None)

    def clause(self, policy: str, clause: str) -> Clause:
        """Refusal when the office has no such policy or clause."""
        pack = self._desk.packs.get(policy)
        if pack is None or clause not in pack.clauses:
            raise Refusal("no-such-clause", "政策库中没有这项条款。")
        return pack.clauses[clause]

    def calculate(self, request: object) -> dict[str, object]:
        """The calculator without a case: the same function as `caseworker calculate`."""
        return calculate(request, self._desk.packs)

    def points(self, policy: str, day: date) -> tuple[PointView, ...]:
        """Every interpretation point of a policy with the option that holds on a day."""
        return tuple(
            PointView(row.id, row.question, row.option, row.option_text, row.decision)
            for row in self._desk.points.register(policy, day)
        )

    # ---- which packs there are -------------------------------------------------------------

    def library(self) -> tuple[PackRow, ...]:
        """Every pack that was loaded, those in use first, with where it comes from."""
        with self._desk.file.read() as session:
            wanted = office_of(session).policies
        rows = (
            PackRow(
                id=pack.id,
                title=pack.title,
                short_title=pack.short_title,
                document_number=pack.document_number,
                region=pack.region,
                clauses=len(pack.clauses),
                origin=self._desk.office_packs.origins[pack.id],
                in_use=pack.id in wanted,
            )
            for pack in self._desk.packs
        )
        return tuple(sorted(rows, key=lambda row: not row.in_use))

    def refused(self) -> tuple[RefusedPack, ...]:
        """Folders that were not loaded when the office was opened, each with a sentence and every problem."""
        return self._desk.office_packs.refused

    def missing(self) -> tuple[str, ...]:
        """Policies this office works with whose packs are not there: their cases wait until they are back."""
        with self._desk.file.read() as session:
            wanted = office_of(session).policies
        return tuple(policy for policy in wanted if self._desk.packs.get(policy) is None)

    def pack_folder(self) -> Path:
        """Where this office's own packs belong, beside its file; it need not exist yet."""
        return pack_folder_beside(self._desk.file.paths.database)

    def use(self, policy: str) -> None:
        """The office works with this policy from now on; its year's fund is set where the policy names one.

        For the head and the administrator.
        """
        require(self._desk, Role.HEAD, Role.ADMINISTRATOR)
        pack = self._desk.packs.get(policy)
        if pack is None:
            raise Refusal("no-such-policy", "政策库中没有这项政策。")
        year = self._desk.clock.today().year
        with self._desk.file.write(self._desk.actor, "policy.use") as work:
            office = office_of(work.session)
            if policy in office.policies:
                raise Refusal("already-used", f"本机构已启用“{pack.short_title}”。")
            work.subject("policy", policy)
            office.policies = [*office.policies, policy]
            fund = pack.fund_of(year)
            known = select(FundYear.id).where(FundYear.policy == policy, FundYear.year == year)
            if fund is not None and work.session.scalar(known) is None:
                work.session.add(FundYear(policy=policy, year=year, budget=fund.amount, source=fund.quote))

    # ---- the official text -----------------------------------------------------------------

    def load_text(
        self, policy: str, path: Path, *, progress: Progress = None, cancelled: Cancel = None
    ) -> PolicyTextView:
        """Keeps a policy's official text (.txt, .docx, .pdf) and looks every quote of the pack up in it.

        InvalidInput in one sentence: another policy's text, a scan without text, a password, no text at all.
        """
        require(self._desk, Role.CASEWORKER, Role.HEAD, Role.ADMINISTRATOR)
        pack = self._pack(policy)
        text = read_official_text(path)
        if cancelled is not None and cancelled():
            raise Cancelled
        quotes = quotes_in(pack, text)
        found = sum(bool(quote.places) for quote in quotes)
        if found * LEAST_SHARE < len(quotes):
            raise InvalidInput(
                f"“{path.name}”不像是“{pack.short_title}”的正式文本：{len(quotes)} 处引文只找到 {found} 处。"
            )
        # Kept before the transaction: an attachment no row points to harms nobody, the reverse would.
        digest, size = self._desk.file.attachments.put(path, progress=progress, cancelled=cancelled)
        with self._desk.file.write(self._desk.actor, "policy.load-text") as work:
            attachment = attachment_of(work.session, path.name, digest, size, self._desk.clock.now())
            work.session.add(
                PolicyText(
                    policy=policy,
                    attachment_id=attachment.id,
                    file_name=path.name,
                    text=text,
                    loaded_at=self._desk.clock.now(),
                    loaded_by=self._desk.user.id,
                )
            )
            work.subject("policy", policy)
            work.detail(sha256=digest, quotes=len(quotes), found=found)
        loaded = self.text(policy)
        assert loaded is not None
        return loaded

    def text(self, policy: str) -> PolicyTextView | None:
        """The text loaded last, with the places of every quote in it; None where none was loaded."""
        pack = self._pack(policy)
        query = select(PolicyText, User.name).join(User, User.id == PolicyText.loaded_by)
        with self._desk.file.read() as session:
            row = session.execute(query.where(PolicyText.policy == policy).order_by(PolicyText.id.desc())).first()
            if row is None:
                return None
            kept, user = row
            return PolicyTextView(
                policy=policy,
                file_name=kept.file_name,
                loaded_at=kept.loaded_at,
                loaded_by=user,
                attachment_id=kept.attachment_id,
                text=kept.text,
                quotes=quotes_in(pack, kept.text),
            )

    def _pack(self, policy: str) -> Pack:
        pack = self._desk.packs.get(policy)
        if pack is None:
            raise Refusal("no-such-policy", "政策库中没有这项政策。")
        return pack


def quotes_in(pack: Pack, text: str) -> tuple[QuotePlace, ...]:
    """Every quote of a pack once, with its places in a text, in the order of the pack."""
    looked = QuotedText(text)
    where: dict[str, list[str]] = {}
    for quote, place in pack.quotes:
        where.setdefault(quote, []).append(place)
    return tuple(QuotePlace(quote, tuple(places), looked.places_of(quote)) for quote, places in where.items())
