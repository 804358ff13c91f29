"""The whole sample: the office's data and its files in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from caseworker.sample_data.hand_ins import HandIn, write_hand_ins
from caseworker.sample_data.office import SampleOffice, make_office
from caseworker.sample_data.other_hand_ins import write_other_hand_ins
from caseworker.sample_data.problems import ExpectedProblem, write_problem_roster


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was made. `hand_ins` and `others` read without a rejected row; `problem_file` gives exactly `problems`."""

    office: SampleOffice
    hand_ins: tuple[HandIn, ...]
    problem_file: Path
    problems: tuple[ExpectedProblem, ...]
    others: tuple[Path, ...] = ()  # intern lists and yearly figures


def make_sample(folder: Path, people: int = 600, seed: int = 1) -> Manifest:
    """Write every hand-in workbook below `folder` (one folder a company) and say what is in them."""
    office = make_office(people, seed)
    hand_ins = write_hand_ins(office, folder)
    problem_file, problems = write_problem_roster(office, folder)
    return Manifest(office, hand_ins, problem_file, problems, write_other_hand_ins(office, folder))
