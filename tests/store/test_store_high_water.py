"""Cut-off tails, restored older files, a crash between COMMIT and the mark: all by putting real files in place."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from caseworker.errors import Refusal
from caseworker.store.audit import entries
from caseworker.store.high_water import NumberGap
from caseworker.store.models import Party
from caseworker.store.office_file import OfficeFile, next_number
from caseworker.store.paths import default_marks, mark_of

Add = Callable[[OfficeFile, str], int]
Give = Callable[[int], list[int]]


@pytest.fixture
def give(bench: Any) -> Give:
    """Opens the office, gives so many decision numbers, and closes it."""

    def numbers(count: int) -> list[int]:
        office = bench.open()
        given = []
        for _ in range(count):
            with office.write(bench.actor, "document.make") as work:
                given.append(next_number(work.session, "decision", 2023))
        office.close()
        return given

    return numbers


@pytest.fixture
def reopened(bench: Any) -> Iterator[Callable[[], OfficeFile]]:
    opened: list[OfficeFile] = []

    def open_again() -> OfficeFile:
        opened.append(bench.open())
        return opened[-1]

    yield open_again
    for office in opened:
        office.close()


def test_a_crash_before_the_mark_was_written_is_no_gap(bench: Any, give: Give, reopened: Any) -> None:
    give(1)
    older = bench.paths.high_water.read_bytes()
    give(2)
    newer = bench.paths.high_water.read_bytes()
    bench.paths.high_water.write_bytes(older)
    office = reopened()
    assert office.gap is None
    assert bench.paths.high_water.read_bytes() == newer
    assert office.verify_audit().ok


@pytest.fixture
def restored(bench: Any, give: Give, tmp_path: Path) -> bytes:
    """An older database (two numbers given) put in the place of a newer one (five given). Returns the mark's bytes."""
    give(2)
    shutil.copy(bench.paths.database, tmp_path / "older")
    give(3)
    shutil.copy(tmp_path / "older", bench.paths.database)
    return bytes(bench.paths.high_water.read_bytes())


def test_a_restored_older_file_is_noticed_and_nothing_is_overwritten(
    bench: Any, restored: bytes, reopened: Any, add_party: Add
) -> None:
    office = reopened()
    gap = office.gap
    assert gap is not None
    assert (gap.problem, gap.present.count, gap.recorded.head.count) == ("behind", 3, 6)
    assert gap.numbers == (NumberGap("decision", 2023, 3, 5),)
    for part in ("少 3 条操作记录", "决定书 2023 年 3–5 号", "文号暂停使用"):
        assert part in gap.message
    report = office.verify_audit()
    assert (report.ok, report.first_bad_seq, report.problem) == (False, 4, "tail-missing")
    add_party(office, "晨光公司")  # dossiers may be kept meanwhile
    assert bench.paths.high_water.read_bytes() == restored


def test_no_number_is_given_while_the_gap_stands(bench: Any, restored: bytes, reopened: Any) -> None:
    office = reopened()
    with pytest.raises(Refusal, match="文号暂停使用"), office.write(bench.actor, "document.make") as work:
        next_number(work.session, "decision", 2023)
    office.close()
    office = reopened()
    assert office.gap is not None


def test_a_file_that_grew_past_its_lost_tail_is_still_noticed(
    bench: Any, restored: bytes, reopened: Any, add_party: Add
) -> None:
    office = reopened()
    for number in range(5):
        add_party(office, f"公司{number}")
    office.close()
    office = reopened()
    assert office.gap is not None
    assert (office.gap.problem, office.gap.present.count) == ("diverged", 8)
    assert office.verify_audit().problem == "rewritten"
    assert bench.paths.high_water.read_bytes() == restored


def test_an_accepted_gap_is_logged_and_its_numbers_are_never_given_again(
    bench: Any, restored: bytes, reopened: Any
) -> None:
    office = reopened()
    office.accept_gap(bench.actor, "已逐份核对三份文书")
    assert office.gap is None
    with office.read() as session:
        body = entries(session, limit=1)[0].body
    assert (body["action"], body["reason"]) == ("office.gap-accepted", "已逐份核对三份文书")
    assert body["detail"]["recorded"]["count"] == 6
    assert body["detail"]["numbers"] == [{"kind": "decision", "year": 2023, "first": 3, "last": 5}]
    with office.write(bench.actor, "document.make") as work:
        assert next_number(work.session, "decision", 2023) == 6
    assert office.verify_audit().ok
    office.close()
    assert reopened().gap is None
    with pytest.raises(RuntimeError):
        office.accept_gap(bench.actor, "")


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(b""), "damaged"),
        (lambda path: path.write_bytes(b"[]"), "damaged"),
        (lambda path: path.write_bytes(b"\xff" * 50), "damaged"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b'"count": 4', b'"count": 3')), "damaged"),
    ],
)
def test_a_missing_or_forged_mark_is_a_gap_and_can_be_accepted(
    bench: Any, give: Give, reopened: Any, spoil: Callable[[Path], object], problem: str
) -> None:
    give(3)
    before = bench.paths.high_water.read_bytes()
    spoil(bench.paths.high_water)
    assert not bench.paths.high_water.exists() or bench.paths.high_water.read_bytes() != before
    office = reopened()
    assert office.gap is not None
    assert (office.gap.problem, office.gap.recorded) == (problem, None)
    assert "高水位文件" in office.gap.message
    office.accept_gap(bench.actor, "核对过")
    office.close()
    office = reopened()
    assert office.gap is None
    assert office.verify_audit().ok


def test_another_offices_mark_does_not_pass(bench: Any, tmp_path: Path, reopened: Any) -> None:
    from caseworker.store.office_file import FAST_COST, create_office_file

    other = tmp_path / "other.caseworker"
    create_office_file(other, office_id="office-2", logins={"a": "b"}, clock=bench.clock, cost=FAST_COST)
    shutil.copy(tmp_path / "other.caseworker-high", bench.paths.high_water)
    assert reopened().gap.problem == "damaged"


def test_a_left_over_unfinished_mark_does_no_harm(bench: Any, give: Give, reopened: Any, add_party: Add) -> None:
    give(1)
    bench.paths.high_water.with_name(bench.paths.high_water.name + ".part").write_bytes(b"half")
    office = reopened()
    add_party(office, "晨光公司")
    with office.read() as session:
        assert session.get(Party, 1) is not None
    assert office.verify_audit().ok


# ---- the own mark, in the user's data folder ----------------------------------------------


@pytest.fixture
def restored_with_its_mark(bench: Any, give: Give) -> Path:
    """A backup (two numbers given) put back over a newer office (five given), with all that lies beside it."""
    give(2)
    office = bench.open()
    made = office.backup_now()
    office.close()
    give(3)
    for file in (bench.paths.database, bench.paths.keys, bench.paths.high_water):
        file.unlink()
        shutil.copy(made.folder / file.name, file)
    return Path(made.folder)


def test_a_backup_restored_with_its_own_mark_is_noticed_all_the_same(
    bench: Any, restored_with_its_mark: Path, reopened: Any
) -> None:
    office = reopened()
    gap = office.gap
    assert gap is not None
    assert (gap.problem, gap.present.count, gap.recorded.head.count) == ("behind", 3, 6)
    assert gap.numbers == (NumberGap("decision", 2023, 3, 5),)
    with pytest.raises(Refusal, match="文号暂停使用"), office.write(bench.actor, "document.make") as work:
        next_number(work.session, "decision", 2023)
    assert office.verify_audit().problem == "tail-missing"
    office.accept_gap(bench.actor, "已逐份核对三份文书")
    with office.write(bench.actor, "document.make") as work:
        assert next_number(work.session, "decision", 2023) == 6
    assert office.verify_audit().ok
    office.close()
    assert reopened().gap is None, "both marks were renewed"


def test_on_another_pc_the_restored_backup_is_whole(bench: Any, restored_with_its_mark: Path, tmp_path: Path) -> None:
    office = bench.open(marks=tmp_path / "another PC")
    assert office.gap is None
    office.close()
    assert len(list((tmp_path / "another PC").iterdir())) == 1, "and has its mark there from now on"


def test_restored_without_any_mark_beside_it_the_lost_numbers_are_still_known(
    bench: Any, restored_with_its_mark: Path, reopened: Any
) -> None:
    bench.paths.high_water.unlink()
    gap = reopened().gap
    assert (gap.problem, gap.numbers) == ("behind", (NumberGap("decision", 2023, 3, 5),))


def test_the_mark_beside_the_file_counts_where_the_own_one_is_older(
    bench: Any, give: Give, tmp_path: Path, reopened: Any
) -> None:
    give(1)
    older = tmp_path / "older"
    own = mark_of(default_marks(), "office-1")
    shutil.copy(bench.paths.database, older)
    kept = own.read_bytes()
    give(1)
    own.write_bytes(kept)  # worked on at another PC meanwhile
    shutil.copy(older, bench.paths.database)
    gap = reopened().gap
    assert (gap.problem, gap.numbers) == ("behind", (NumberGap("decision", 2023, 2, 2),))


@pytest.mark.parametrize("content", [b"", b"[]", b'{"count": 99}'])
def test_a_damaged_own_mark_is_as_none_and_written_again(bench: Any, give: Give, reopened: Any, content: bytes) -> None:
    give(1)
    own = mark_of(default_marks(), "office-1")
    whole = own.read_bytes()
    own.write_bytes(content)
    assert reopened().gap is None
    assert own.read_bytes() == whole


def test_an_own_mark_that_cannot_be_written_is_noted_and_no_commit_fails(
    bench: Any, tmp_path: Path, add_party: Add
) -> None:
    in_the_way = tmp_path / "a file"
    in_the_way.write_bytes(b"")
    office = bench.open(marks=in_the_way)
    assert office.high_water_fault is not None
    add_party(office, "晨光公司")
    assert office.high_water_fault is not None
    with office.read() as session:
        assert session.get(Party, 1) is not None
    in_the_way.unlink()
    add_party(office, "后来的公司")
    assert office.high_water_fault is None
    office.close()


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (NumberGap("decision", 2023, 3, 5), "决定书 2023 年 3–5 号"),
        (NumberGap("case-XK", 2023, 4, 4), "办件编号 XK 2023 年 4 号"),
        (NumberGap("payment-batch", 2023, 1, 2), "拨付批次 2023 年 1–2 号"),
        (NumberGap("notice", 2023, 1, 1), "公示 2023 年 1 号"),
        (NumberGap("seal-use", 0, 7, 9), "用印登记 7–9 号"),
        (NumberGap("service", 2023, 1, 1), "服务事项 2023 年 1 号"),
        (NumberGap("of-a-newer-program", 2023, 1, 1), "of-a-newer-program 2023 年 1 号"),
    ],
)
def test_lost_numbers_are_named_in_office_words(gap: NumberGap, words: str) -> None:
    assert gap.words == words
