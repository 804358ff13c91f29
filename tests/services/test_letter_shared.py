"""Figures as paper has them; what is no day stays as it was typed."""

from __future__ import annotations

import pytest

from caseworker.services.letter_shared import on_paper


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("检查 2022-05-20 发现", "检查2022年5月20日发现"),
        ("自 2023-06 起", "自2023年6月起"),
        ("260 席", "260席"),
        ("账号 6222-02-11", "账号6222-02-11"),
        ("电话 0797-12", "电话0797-12"),
        ("每席 1200-10 元", "每席1200-10元"),
        ("2023-02-31", "2023-02-31"),
        ("2023-13", "2023-13"),
        ("2023-05-17-001", "2023-05-17-001"),
    ],
)
def test_days_months_and_nothing_else(typed: str, printed: str) -> None:
    assert on_paper(typed) == printed
