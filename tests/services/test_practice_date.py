"""How far the sample office's date may be moved at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sample_office import Sample

from caseworker.errors import Refusal


@pytest.mark.parametrize("day", [date(2023, 6, 1) + timedelta(days=3654), date.max])
def test_more_than_ten_years_at_once_is_a_slip(sample: Sample, day: date) -> None:
    with sample.desk() as desk:
        with pytest.raises(Refusal, match="十年"):
            desk.set_practice_date(day)
        assert desk.clock.today() == date(2023, 6, 1)
        desk.set_practice_date(date(2023, 6, 1) + timedelta(days=3653))
        assert desk.clock.today() == date(2033, 6, 1)
