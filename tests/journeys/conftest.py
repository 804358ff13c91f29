"""The sample office for these tests, and a small real one for each journey."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from journeys.walk import START, Walk, make_template, open_copy
from sample_office import after_day, made_sample, manifest, sample, whole_day

__all__ = ["after_day", "made_sample", "manifest", "sample", "whole_day"]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office as founded, made once. Not to be written to: `walk` works on a copy."""
    return make_template(tmp_path_factory.mktemp("office"))


@pytest.fixture
def walk(template: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Walk]:
    """An office of the test's own on 2023-06-01, or on the day its parameter names."""
    day = getattr(request, "param", START)
    assert isinstance(day, date)
    bench = open_copy(template, tmp_path / "office", day)
    yield Walk(bench, tmp_path / "out")
    bench.clerk.close()
