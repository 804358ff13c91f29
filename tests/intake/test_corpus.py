"""Every sheet of the corpus is read to the very answer that was written down when it was made."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from intake.corpus import RECIPES, Made, mixed, single
from intake.corpus_yearly import years_across, years_down
from tools import need

from caseworker.intake import ReadResult, read_workbook

SINGLE = [(recipe, trap) for recipe in RECIPES for trap in recipe.traps]
MIXED = [(recipe, seed) for recipe in RECIPES for seed in range(12)]
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")


def answer(result: ReadResult) -> dict[str, object]:
    out = result.to_json()
    return {
        "header_row": out["header_row"],
        "rows": out["rows"],
        "rejected": [(r["row"], r["column"], r["code"]) for r in out["rejected"]],
        "skipped": [(s["row"], s["code"]) for s in out["skipped"]],
    }


def expected(made: Made) -> dict[str, object]:
    return {
        "header_row": made.header_row,
        "rows": made.expected,
        "rejected": made.rejected,
        "skipped": made.skipped,
    }


@pytest.mark.parametrize(("recipe", "trap"), SINGLE, ids=[f"{r.kind}-{r.shape}-{t}" for r, t in SINGLE])
def test_one_trap(tmp_path: Path, recipe: object, trap: str) -> None:
    made = single(recipe, trap)  # type: ignore[arg-type]
    assert made.rejected
    assert answer(read_workbook(made.kind, made.save(tmp_path))) == expected(made)


@pytest.mark.parametrize(("recipe", "seed"), MIXED, ids=[f"{r.kind}-{r.shape}-{s}" for r, s in MIXED])
def test_many_traps(tmp_path: Path, recipe: object, seed: int) -> None:
    made = mixed(recipe, seed)  # type: ignore[arg-type]
    path = made.save(tmp_path)
    result = read_workbook(made.kind, path)
    assert answer(result) == expected(made)
    hidden = [w for w in result.warnings if w.code == "hidden-rows"]
    assert bool(hidden) == bool(made.hidden)
    # and as a csv file, in an encoding and with a separator of its own
    text = made.save_csv(tmp_path, ENCODINGS[seed % 4], ",\t;"[seed % 3])
    assert answer(read_workbook(made.kind, text)) == expected(made)


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("make", [years_down, years_across])
def test_yearly_figures(tmp_path: Path, make: Callable[[int], Made], seed: int) -> None:
    made = make(seed)
    assert answer(read_workbook("yearly", made.save(tmp_path))) == expected(made)
    text = made.save_csv(tmp_path, ENCODINGS[seed % 4], ",\t;"[seed % 3])
    assert answer(read_workbook("yearly", text)) == expected(made)


def test_the_same_sheets_as_xls(tmp_path: Path) -> None:
    office = need("soffice")
    sheets = [mixed(recipe, 0) for recipe in RECIPES] + [years_down(0), years_across(0)]
    paths = [made.save(tmp_path) for made in sheets]
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "xls"]
    command += ["--outdir", str(tmp_path), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    for made, path in zip(sheets, paths, strict=True):
        assert answer(read_workbook(made.kind, path.with_suffix(".xls"))) == expected(made), made.name
