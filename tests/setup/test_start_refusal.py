"""start.py refuses another Python in one sentence, and every Python gets far enough to say it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import start

SOURCE = Path(start.__file__)


@pytest.mark.parametrize(
    "version", [(3, 11, 0, "final", 0), (3, 11, 9, "final", 0), (3, 12, 0, "final", 0), (3, 12, 99)]
)
def test_supported_versions_pass(version: tuple[object, ...]) -> None:
    assert start.refusal(version) is None


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 99), (3, 13, 0), (3, 14, 1), (4, 11, 0)])
def test_other_versions_are_refused_in_one_sentence(version: tuple[int, ...]) -> None:
    sentence = start.refusal(version)
    assert sentence is not None
    assert "\n" not in sentence
    assert "3.11 或 3.12" in sentence
    assert "3.11 or 3.12" in sentence
    assert f"{version[0]}.{version[1]}" in sentence


def test_refused_start_says_so_and_sets_nothing_up(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start.sys, "version_info", (3, 10, 14, "final", 0))
    assert start.main() == 3
    out, err = capfd.readouterr()
    assert out == ""
    assert err == start.refusal((3, 10)) + "\n"


def test_start_keeps_to_syntax_that_old_pythons_read() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 5))
    new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, new)]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert functions
    for function in functions:
        assert function.returns is None
        assert not function.args.kwonlyargs
        assert all(argument.annotation is None for argument in function.args.args)


def test_start_imports_before_the_refusal_only_what_every_python_has() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    names = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    assert names == {"os", "sys"}
    assert [node.module for node in tree.body if isinstance(node, ast.ImportFrom)] == ["__future__"]
