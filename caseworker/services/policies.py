"""政策库: the packs this office works with, as the policy core has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from caseworker.errors import Refusal
from caseworker.policy import Clause, Pack, calculate
from caseworker.services.views import PointView
from caseworker.store.models import Office, PolicyPoint

if TYPE_CHECKING:
    from datetime import date

    from caseworker.services.desk import Desk


class PolicyService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def packs(self) -> tuple[Pack, ...]:
        """The packs that this office works with, in its own order."""
        with self._desk.file.read() as session:
            wanted = session.scalars(select(Office)).one().policies
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
        pack = self._desk.packs.get(policy)
        if pack is None:
            raise Refusal("no-such-policy", "政策库中没有这项政策。")
        with self._desk.file.read() as session:
            chosen = {
                row.point: row
                for row in session.scalars(
                    select(PolicyPoint)
                    .where(PolicyPoint.policy == policy, PolicyPoint.valid_from <= day)
                    .order_by(PolicyPoint.valid_from)
                )
            }
            views = []
            for point in pack.points.values():
                row = chosen.get(point.id)
                option = row.option if row else point.default
                known = point.option(option)
                views.append(
                    PointView(
                        point.id,
                        point.question,
                        option,
                        known.label if known else option,
                        row.decision_number if row else "程序默认",
                    )
                )
            return tuple(views)
