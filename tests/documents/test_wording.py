"""Wording files: whole or refused, every fault named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from caseworker import resources
from caseworker.documents import wording
from caseworker.errors import InvalidInput

FIELDS = {"title": ("payee",), "body": ("you", "amount"), "note": ()}


def write(folder: Path, text: str) -> Path:
    (folder / "sample.toml").write_text(text, encoding="utf-8", newline="\n")
    return folder


def problems(folder: Path, text: str, **more) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        wording.load("sample", FIELDS, folder=write(folder, text), **more)
    return {item.path: item.message for item in caught.value.problems}


def test_a_whole_file_is_read_and_filled(tmp_path: Path) -> None:
    words = wording.load(
        "sample", FIELDS, folder=write(tmp_path, 'title = "关于{payee}"\nbody = "{you}得{amount}"\nnote = "完"\n')
    )
    assert words.say("title", payee="甲") == "关于甲"
    assert words["note"] == "完"


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, 'titel = "关于"\nbody = "{you}得{sum}"\nnote = " "\n')
    assert set(found) == {"title", "titel", "body", "note"}
    assert "title" in found["titel"]
    assert "{sum}" in found["body"]


@pytest.mark.parametrize("note", ["3", "true", '["一"]', '""'])
def test_a_field_that_is_no_sentence_is_refused(tmp_path: Path, note: str) -> None:
    assert set(problems(tmp_path, f'title = "题"\nbody = "文"\nnote = {note}\n')) == {"note"}


def test_an_unclosed_brace_is_refused(tmp_path: Path) -> None:
    assert set(problems(tmp_path, 'title = "题{payee"\nbody = "文"\nnote = "完"\n')) == {"title"}


def test_every_policy_of_the_file_is_checked_not_only_the_one_asked_for(tmp_path: Path) -> None:
    text = 'title = "题"\nbody = "文"\nnote = "完"\n[policy.a]\nfund = "资金"\n[policy.b]\nfnud = "资金"\n'
    found = problems(tmp_path, text, policy_fields={"fund": ()}, policy="a")
    assert set(found) == {"policy.b.fund", "policy.b.fnud"}


def test_an_unknown_policy_is_refused(tmp_path: Path) -> None:
    text = 'title = "题"\nbody = "文"\nnote = "完"\n[policy.a]\nfund = "资金"\n'
    assert set(problems(tmp_path, text, policy_fields={"fund": ()}, policy="z")) == {"policy.z"}


def test_a_missing_or_broken_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"other\.toml"):
        wording.load("other", FIELDS, folder=tmp_path)
    with pytest.raises(InvalidInput, match="写法有误"):
        wording.load("sample", FIELDS, folder=write(tmp_path, "title = "))


def test_no_wording_file_lies_unused() -> None:
    from caseworker.documents.kinds import OFFICE_PAPERS, TITLES

    names = {path.stem for path in resources.path("wording").glob("*.toml")}
    assert names <= set(TITLES) | set(OFFICE_PAPERS)
    assert {"decision", "application-form", "calculation", "public-notice", "supplement", "acceptance"} <= names
