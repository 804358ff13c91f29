"""A process killed in the middle of an import: nothing half, nothing lost, the same file goes in afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sample_office import Sample
from services.test_imports import counts

from caseworker.sample_data import Manifest
from caseworker.services.sample import SAMPLE_USERS
from caseworker.services.views import Role

# Takes the file in, and stops for ever at the progress report asked for: killed there, it has no chance to tidy up.
CHILD = """
import sys
from datetime import date
from pathlib import Path
from caseworker.services.desk import open_desk
from caseworker.values.clock import SetClock

office, login, password, party, file, stop = sys.argv[1:]
desk = open_desk(Path(office), login, password, clock=SetClock(date(2023, 6, 1)))
seen = 0

def progress(done, total):
    global seen
    seen += 1
    if seen == int(stop):
        print(f"at {done} of {total}", flush=True)
        sys.stdin.read()

desk.imports.take("insurance", Path(file), int(party), good_rows_only=False, progress=progress)
print("taken", flush=True)
sys.stdin.read()
"""


def reports(sample: Sample, file: Path, party: int) -> int:
    """How many progress reports this import makes in an office that knows the people already."""
    seen: list[int] = []
    with sample.desk() as desk:
        for _ in range(2):
            seen.clear()
            taken = desk.imports.take(
                "insurance", file, party, good_rows_only=False, progress=lambda done, _total: seen.append(done)
            )
            desk.imports.undo(taken.id, "试读")
    return len(seen)


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_kill_in_the_middle_leaves_nothing(sample: Sample, manifest: Manifest, place: str) -> None:
    party = sample.made.parties["xinglian"]
    file = next(one.path for one in manifest.hand_ins if one.company == "xinglian" and one.kind == "insurance")
    total = reports(sample, file, party)
    assert total >= 2
    with sample.desk() as desk:
        before = counts(desk)
    user = next(user for user in SAMPLE_USERS if Role.CASEWORKER in user.roles)
    stop = {"first": 1, "middle": total - 1, "last": total}[place]
    arguments = [str(sample.made.path), user.login, user.password, str(party), str(file), str(stop)]
    child = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", CHILD, *arguments],
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdin, child.stdout:
        assert child.stdout.readline().startswith("at ")
        child.kill()
        child.wait()
    with sample.desk() as desk:
        assert counts(desk) == before
        assert desk.audit.verify()[0]
        assert desk.imports.take("insurance", file, party, good_rows_only=False).rows_taken > 0
