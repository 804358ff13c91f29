"""What a policy asks for beside the paid clauses: fund, targets, special approvals, services without money."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from caseworker.casework.fund import FundLevel, FundPoint
from caseworker.services.approvals import ApprovalProgram, ApprovalRow
from caseworker.services.fund_lines import PART_NAMES, FundLine
from caseworker.services.fund_program import FundChangeRow, FundMonth, FundProgram, FundYearView
from caseworker.services.program_paper import ProgramFile, program_paper
from caseworker.services.register_paper import services_paper
from caseworker.services.service_records import ServiceDetail, ServiceKind, ServiceProgram, ServiceRow
from caseworker.services.target_program import FigureRow, TargetProgram, TargetView

if TYPE_CHECKING:
    from caseworker.services.desk import Desk

__all__ = [
    "PART_NAMES",
    "ApprovalProgram",
    "ApprovalRow",
    "FigureRow",
    "FundChangeRow",
    "FundLevel",
    "FundLine",
    "FundMonth",
    "FundPoint",
    "FundProgram",
    "FundYearView",
    "ProgramFile",
    "ProgramService",
    "ServiceDetail",
    "ServiceKind",
    "ServiceProgram",
    "ServiceRow",
    "TargetProgram",
    "TargetView",
]


class ProgramService:
    """`desk.programs.fund`, `.targets`, `.approvals`, `.services`: one subject each."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @cached_property
    def fund(self) -> FundProgram:
        return FundProgram(self._desk)

    @cached_property
    def targets(self) -> TargetProgram:
        return TargetProgram(self._desk)

    @cached_property
    def approvals(self) -> ApprovalProgram:
        return ApprovalProgram(self._desk)

    def paper(self, policy: str, year: int) -> ProgramFile:
        """A year's fund and the targets as a page to print. Refusal where the policy has neither. For everybody."""
        return program_paper(self._desk, policy, year)

    def services_paper(self, search: str = "", policy: str | None = None, state: str | None = None) -> ProgramFile:
        """What `services.page` lists, the oldest first, as a page to print. For everybody; it takes no number."""
        return services_paper(self._desk, search, policy, state)

    @cached_property
    def services(self) -> ServiceProgram:
        return ServiceProgram(self._desk)
