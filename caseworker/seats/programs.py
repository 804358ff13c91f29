"""The linear and integer programs, for HiGHS: one thread, fixed seed, stopped by counts of nodes, never by a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from caseworker.seats.groups import NOBODY, Floats, Ints

_INFINITY = highspy.kHighsInf


def _solver() -> highspy.Highs:
    solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("parallel", "off")):
        solver.setOptionValue(name, value)
    return solver


def _entries(columns: Ints) -> tuple[Ints, Ints, Floats]:
    """Start, row and coefficient of each entry, column by column; a group named twice has the coefficient 2."""
    fresh = columns != NOBODY
    fresh[:, 1:] &= columns[:, 1:] != columns[:, :-1]
    weight = (columns[:, :, None] == columns[:, None, :]).sum(axis=2)
    lengths = fresh.sum(axis=1)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(columns) else np.zeros(0, np.int64)
    return starts, columns[fresh], weight[fresh].astype(np.float64)


@dataclass(frozen=True, slots=True)
class Relaxed:
    value: float
    prices: Floats  # one a group
    price_of_count: float  # of the row that fixes the number of seats; 0 where there is none
    times: Floats  # how often each column is made


class Master:
    """Which seats to make how often, in fractions: columns are added, and each solution starts from the last."""

    def __init__(self, members: Ints, exactly: int | None = None) -> None:
        self._groups = len(members)
        self._counted = exactly is not None
        self._solver = _solver()
        self._seen: set[tuple[int, ...]] = set()
        self._columns: list[Ints] = []
        rows = self._groups + self._counted
        lower, upper = np.full(rows, -_INFINITY), np.append(members, exactly or 0)[:rows].astype(np.float64)
        if self._counted:
            lower[-1] = upper[-1]
        none = np.zeros(0, np.int32)
        self._solver.addRows(rows, lower, upper, 0, np.zeros(rows, np.int32), none, np.zeros(0))
        self._solver.changeObjectiveSense(highspy.ObjSense.kMaximize)

    @property
    def columns(self) -> Ints:
        return np.concatenate(self._columns) if self._columns else np.zeros((0, 3), np.int64)

    def add(self, columns: Ints, values: Floats) -> int:
        """Adds those that are not there yet; how many these were."""
        fresh = []
        for place, column in enumerate(map(tuple, columns.tolist())):
            if column not in self._seen:
                self._seen.add(column)
                fresh.append(place)
        if not fresh:
            return 0
        new, count = columns[fresh], len(fresh)
        if self._counted:
            starts, rows, weights = _entries(new)
            lengths = np.diff(np.append(starts, len(rows)))
            ends = starts + lengths
            rows = np.insert(rows, ends, self._groups)
            weights = np.insert(weights, ends, 1.0)
            starts = starts + np.arange(count)
        else:
            starts, rows, weights = _entries(new)
        self._solver.addCols(
            count, values[fresh], np.zeros(count), np.full(count, _INFINITY), len(rows),
            starts.astype(np.int32), rows.astype(np.int32), weights,
        )  # fmt: skip
        self._columns.append(new)
        return count

    def solve(self, interior: bool = False) -> Relaxed | None:
        """The best mixture of the columns so far; None where the fixed number of seats cannot be reached.

        `interior`: a middle one among equals, which is quick for thousands of groups; otherwise a corner, which is
        mostly whole already.
        """
        self._solver.setOptionValue("solver", "ipm" if interior else "choose")
        self._solver.setOptionValue("run_crossover", "off" if interior else "on")
        self._solver.setOptionValue("presolve", "off")
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        duals = np.array(solution.row_dual)
        value = self._solver.getInfo().objective_function_value
        last = float(duals[-1]) if self._counted else 0.0
        return Relaxed(value, duals[: self._groups], last, np.array(solution.col_value))


@dataclass(frozen=True, slots=True)
class Whole:
    times: Ints  # how often each column is made
    proven: bool  # nothing better exists among these columns


def best_whole(
    members: Ints,
    columns: Ints,
    values: Floats,
    *,
    exactly: int | None = None,
    start: Ints | None = None,
    nodes: int | None = None,
    enough: float | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Whole | None:
    """The best whole numbers of each column. None where nothing was found.

    `start`: a known answer. `nodes`: give up the proof after so many. `enough`: stop at this value.
    """
    count, groups = len(columns), len(members)
    starts, rows, weights = _entries(columns)
    solver = _solver()
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = count, groups + (exactly is not None)
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = values
    program.col_lower_ = np.zeros(count)
    filled = np.append(members, np.iinfo(np.int64).max)[columns]
    program.col_upper_ = filled.min(axis=1).astype(np.float64)
    lower, upper = np.full(program.num_row_, -_INFINITY), np.append(members, exactly or 0)[: program.num_row_]
    if exactly is not None:
        lower[-1] = exactly
        ends = np.append(starts[1:], len(rows))
        rows, weights = np.insert(rows, ends, groups), np.insert(weights, ends, 1.0)
        starts = starts + np.arange(count)
    program.row_lower_, program.row_upper_ = lower, upper.astype(np.float64)
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.append(starts, len(rows)).astype(np.int32)
    program.a_matrix_.index_ = rows.astype(np.int32)
    program.a_matrix_.value_ = weights
    program.integrality_ = [highspy.HighsVarType.kInteger] * count
    solver.passModel(program)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.999 if np.all(values == np.round(values)) else 1e-6)
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", nodes)
    if enough is not None:
        solver.setOptionValue("objective_target", float(enough) - 0.001)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.astype(np.float64)
        solver.setSolution(solution)
    if cancelled is not None:

        def stop(event: highspy.HighsCallbackEvent) -> None:
            if event.data_in is not None:
                event.data_in.user_interrupt = cancelled()

        solver.cbMipInterrupt.subscribe(stop)
    solver.run()
    status = solver.getModelStatus()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    times = np.rint(np.array(solver.getSolution().col_value)).astype(np.int64)
    return Whole(times, status == highspy.HighsModelStatus.kOptimal)
