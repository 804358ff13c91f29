"""归档 where the folder, the disk or what lies there will not have it: a sentence, nothing half, and it works after."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from services.case_bench import XUNWU, XW, CaseBench, make_bench

from caseworker.errors import CaseworkerError, EnvironmentFault, FaultKind, InvalidInput, Refusal
from caseworker.services.filing import SUMS, check

PARTY = "寻乌县星河客服有限公司"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CaseBench:
    bench = make_bench(tmp_path_factory.mktemp("office"), date(2023, 6, 1))
    bench.clerk.cases.accept(bench.xw_company(name=PARTY), XUNWU, XW)
    return bench


@contextmanager
def refused(bench: CaseBench) -> Iterator[pytest.ExceptionInfo[CaseworkerError]]:
    before = bench.clerk.audit.page().total
    with pytest.raises(CaseworkerError) as said:
        yield said
    assert bench.clerk.audit.page().total == before
    assert bench["admin"].audit.verify()[0]


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """A disk that is full once a file has so many bytes."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_folder_that_is_none_is_named(bench: CaseBench, tmp_path: Path) -> None:
    (key,) = (row.id for row in bench.clerk.cases.page().rows)
    file = tmp_path / "说明.txt"
    file.write_text("x", encoding="utf-8")
    for folder in (file, file / "下级"):
        with refused(bench) as said:
            bench.clerk.filing.export(key, folder)
        assert folder.name in said.value.message
        assert "XK-" not in said.value.message
        assert isinstance(said.value, InvalidInput | EnvironmentFault)
    with refused(bench) as said:
        bench.clerk.filing.export(key, tmp_path / ("长" * 300))
    assert said.value.code == FaultKind.TOO_LONG
    assert len(said.value.message) < 200
    assert {path.name for path in tmp_path.iterdir()} == {"说明.txt"}


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="没有 /proc")
def test_a_folder_that_cannot_be_made_is_named(bench: CaseBench) -> None:
    with refused(bench) as said:
        bench.clerk.filing.export(bench.clerk.cases.page().rows[0].id, Path("/proc/卷宗"))
    assert "“卷宗”" in said.value.message


@pytest.mark.parametrize("left", ["unfinished-link", "unfinished-file", "link"])
def test_what_lies_in_the_way_is_told_and_stays(bench: CaseBench, tmp_path: Path, left: str) -> None:
    row = bench.clerk.cases.page().rows[0]
    name = f"{row.number} {PARTY}"
    there = tmp_path / (name if left == "link" else f"{name}.未完成")
    if left == "unfinished-file":
        there.write_text("别人的", encoding="utf-8")
    else:
        try:
            there.symlink_to(tmp_path / "不在")
        except OSError:
            pytest.skip("这里不能建立链接")
    with refused(bench) as said:
        bench.clerk.filing.export(row.id, tmp_path)
    assert (said.value.code, there.name in said.value.message) == ("already-there", True)
    assert list(tmp_path.iterdir()) == [there]
    there.unlink()
    assert check(bench.clerk.filing.export(row.id, tmp_path).path) == ()


def test_what_a_killed_export_left_is_replaced(bench: CaseBench, tmp_path: Path) -> None:
    row = bench.clerk.cases.page().rows[0]
    left = tmp_path / f"{row.number} {PARTY}.未完成"
    (left / "1").mkdir(parents=True)
    (left / "1" / "半个.pdf").write_bytes(b"%PDF")
    made = bench.clerk.filing.export(row.id, tmp_path)
    assert (check(made.path), list(tmp_path.iterdir())) == ((), [made.path])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有文件大小限额")
def test_a_full_disk_leaves_nothing_and_room_mends_it(bench: CaseBench, tmp_path: Path) -> None:
    key = bench.clerk.cases.page().rows[0].id
    with refused(bench) as said, files_up_to(4_000):
        bench.clerk.filing.export(key, tmp_path)
    assert said.value.code == FaultKind.DISK_FULL
    assert list(tmp_path.iterdir()) == []
    assert check(bench.clerk.filing.export(key, tmp_path).path) == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有文件大小限额")
def test_where_the_log_cannot_be_written_no_folder_stays(bench: CaseBench, tmp_path: Path) -> None:
    """The record that papers left the office and the folder itself: both or neither."""
    row = bench.clerk.cases.page().rows[0]
    path = bench.clerk.file.path
    log = path.with_name(f"{path.name}-wal")
    made = bench.clerk.filing.export(
        row.id, tmp_path / "先"
    )  # what it writes is smaller than what the log has grown to
    biggest = max(file.stat().st_size for file in made.path.rglob("*") if file.is_file())
    assert log.stat().st_size > biggest, "or the folder itself would not fit"
    with refused(bench) as said, files_up_to(log.stat().st_size):
        bench.clerk.filing.export(row.id, tmp_path / "后")
    assert said.value.exit_status == 3
    assert list((tmp_path / "后").iterdir()) == []
    assert check(bench.clerk.filing.export(row.id, tmp_path / "后").path) == ()


def test_sums_that_were_spoiled_are_no_proof(bench: CaseBench, tmp_path: Path) -> None:
    made = bench.clerk.filing.export(bench.clerk.cases.page().rows[0].id, tmp_path).path
    whole = (made / SUMS).read_bytes()
    outside = f"{hashlib.sha256(b'').hexdigest()} *../../别处.txt\n".encode()
    for data in (b"\xff\xfe\x00bad", b"x\n", b"", whole + b"zz *a\n"):
        (made / SUMS).write_bytes(data)
        with pytest.raises(Refusal) as said:
            check(made)
        assert "不能核对" in said.value.message
    (made / SUMS).write_bytes(whole + outside)
    assert check(made) == ("缺少文件：../../别处.txt",)
    for nothing in (tmp_path / "没有", made / SUMS, Path("长" * 300)):
        with pytest.raises(CaseworkerError):
            check(nothing)
