"""System tools that some tests need: skipped with the reason on a desk, a failure under CI."""

from __future__ import annotations

import os
import shutil

import pytest


def need(tool: str) -> str:
    """The path of a command-line tool. Skips the test where it is missing, fails it under CI."""
    found = shutil.which(tool)
    if found is None:
        reason = f"the system tool {tool} is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found
