from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from caseworker.errors import Cancelled, EnvironmentFault, FaultKind
from caseworker.store import keys
from caseworker.store.backup import backups_in, latest_good, thin_out
from caseworker.store.backup_check import check_database
from caseworker.store.models import Party
from caseworker.store.office_file import FAST_COST, OfficeFile, open_office_file
from caseworker.values.clock import SetClock

Add = Callable[[OfficeFile, str], int]
NAME = "office.caseworker"


def test_a_backup_opens_as_an_office_of_its_own(bench: Any, office: OfficeFile, add_party: Add, tmp_path: Path) -> None:
    add_party(office, "晨光公司")
    drive = tmp_path / "usb"
    drive.mkdir()
    made = office.backup_now(drive)
    assert made.folder == drive / "office.caseworker-20231120-090000-001"
    assert (made.entries, made.kind, made.size) == (2, "regular", made.database.stat().st_size)
    assert sorted(path.name for path in made.folder.iterdir()) == [
        "office.caseworker",
        "office.caseworker-high",
        "office.caseworker-keys",
        "verified.json",
    ]
    add_party(office, "后来的公司")
    copy = open_office_file(
        made.database, "wang", "落日-horse-battery", clock=bench.clock, cost=FAST_COST, marks=tmp_path / "another PC"
    )
    with copy.read() as session:
        assert session.scalars(select(Party.name)).all() == ["晨光公司"]
    assert copy.gap is None
    assert copy.verify_audit().ok
    copy.close()


def test_backups_beside_the_file_are_numbered_and_the_latest_is_known(office: OfficeFile) -> None:
    assert office.latest_backup() is None
    first, second = office.backup_now(), office.backup_now()
    assert (first.folder.parent, first.folder.name[-3:], second.folder.name[-3:]) == (
        office.paths.backups,
        "001",
        "002",
    )
    assert office.latest_backup() == second


def test_writing_goes_on_during_a_backup_and_the_copy_is_of_one_moment(
    bench: Any, office: OfficeFile, add_party: Add, tmp_path: Path
) -> None:
    add_party(office, "晨光公司")
    steps = []

    def meanwhile(done: int, total: int) -> None:
        if not steps:
            add_party(office, "后来的公司")
        steps.append((done, total))

    made = office.backup_now(progress=meanwhile)
    assert steps[-1][0] == steps[-1][1] > 0
    copy = open_office_file(
        made.database, "wang", "落日-horse-battery", clock=bench.clock, cost=FAST_COST, marks=tmp_path / "another PC"
    )
    with copy.read() as session:
        assert session.scalar(select(func.count()).select_from(Party)) == 1
    assert copy.gap is None
    copy.close()
    assert office.verify_audit().entries == 3


def test_attachments_are_copied_once_and_open_with_the_same_key(office: OfficeFile, tmp_path: Path) -> None:
    drive = tmp_path / "usb"
    drive.mkdir()
    digest, _ = office.attachments.put("营业执照".encode() * 1000)
    office.backup_now(drive)
    (copied,) = [path for path in (drive / "office.caseworker-attachments").rglob("*") if path.is_file()]
    assert copied.read_bytes() == office.attachments.path_of(digest).read_bytes()
    stamp = copied.stat().st_mtime_ns
    second, _ = office.attachments.put(b"another paper")
    counted = []
    office.backup_now(drive, progress=lambda done, total: counted.append((done, total)))
    assert counted[-1] == (1, 1)
    assert copied.stat().st_mtime_ns == stamp
    shutil.rmtree(office.attachments.folder)
    shutil.copytree(drive / "office.caseworker-attachments", office.attachments.folder)
    assert office.attachments.verify(digest) is None
    assert office.attachments.get(second) == b"another paper"


def test_a_cancelled_backup_leaves_nothing(office: OfficeFile, tmp_path: Path) -> None:
    drive = tmp_path / "usb"
    drive.mkdir()
    with pytest.raises(Cancelled):
        office.backup_now(drive, cancelled=lambda: True)
    assert list(drive.iterdir()) == []
    (drive / "office.caseworker-20231119-090000-001.part").mkdir()  # a crash of yesterday
    office.backup_now(drive)
    assert [path.name for path in drive.iterdir()] == ["office.caseworker-20231120-090000-001"]


def test_a_missing_drive_is_told(office: OfficeFile, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        office.backup_now(tmp_path / "gone")
    assert caught.value.kind is FaultKind.MISSING
    assert latest_good(tmp_path / "gone", NAME) is None
    office.backup_now()  # and the next one works


def test_a_damaged_database_gives_no_backup(bench: Any, add_party: Add) -> None:
    office = bench.open()
    for number in range(40):
        add_party(office, f"公司{number}" * 20)
    office.close()
    size = bench.paths.database.stat().st_size
    with bench.paths.database.open("r+b") as file:
        file.seek(size - 2000)
        file.write(b"\0" * 100)
    office = bench.open()
    with pytest.raises(EnvironmentFault) as caught:
        office.backup_now()
    assert caught.value.kind is FaultKind.CORRUPT
    assert backups_in(bench.paths.backups, NAME) == []
    office.close()


def test_a_spoilt_backup_is_not_the_latest_good_one(office: OfficeFile) -> None:
    first, second = office.backup_now(), office.backup_now()
    second.database.write_bytes(second.database.read_bytes()[:-4096])
    assert office.latest_backup() == first
    (first.folder / "verified.json").write_text("{", "utf-8")
    assert office.latest_backup() is None


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda data: b"", FaultKind.NOT_A_DATABASE),
        (lambda data: data[:-4096], FaultKind.CORRUPT),
        (lambda data: data[: len(data) // 2], FaultKind.CORRUPT),
        (lambda data: data[:1000], FaultKind.NOT_A_DATABASE),
        (lambda data: data[:5] + b"\0" + data[6:], FaultKind.NOT_A_DATABASE),
        (lambda data: data[:9000] + bytes([data[9000] ^ 1]) + data[9001:], FaultKind.CORRUPT),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), FaultKind.CORRUPT),
        (lambda data: b"SQLite format 3\0" + data[16:], FaultKind.NOT_A_DATABASE),
    ],
)
def test_checking_a_file_finds_every_damage(
    bench: Any, office: OfficeFile, spoil: Callable[[bytes], bytes], kind: FaultKind
) -> None:
    made = office.backup_now()
    database_key = keys.unlock(bench.paths.keys, "wang", "落日-horse-battery").derive("database")
    assert check_database(made.database, database_key).entries == 1
    made.database.write_bytes(spoil(made.database.read_bytes()))
    with pytest.raises(EnvironmentFault) as caught:
        check_database(made.database, database_key)
    assert caught.value.kind is kind


def test_old_ones_go_but_never_the_last(bench: Any, office: OfficeFile) -> None:
    made = []
    for day in range(1, 6):
        bench.clock.set_day(date(2023, 12, day))
        made.append(office.backup_now())
    assert thin_out(bench.paths.backups, NAME, keep=2) == 3
    assert backups_in(bench.paths.backups, NAME) == [made[4], made[3]]
    assert sorted(path.name for path in bench.paths.backups.iterdir()) == [made[3].folder.name, made[4].folder.name]
    made[4].database.write_bytes(b"")  # no longer good: it must not push the good one out
    assert thin_out(bench.paths.backups, NAME, keep=1) == 0
    assert office.latest_backup() == made[3]
    with pytest.raises(ValueError, match="never removed"):
        thin_out(bench.paths.backups, NAME, keep=0)


def test_the_name_carries_beijing_time(bench: Any, tmp_path: Path) -> None:
    bench.clock = SetClock(date(2023, 11, 21), datetime(2023, 11, 20, 16, 30, 5, tzinfo=UTC))
    office = bench.open()
    assert office.backup_now().folder.name == "office.caseworker-20231121-003005-001"
    office.close()


def test_the_offices_own_policy_packs_go_with_every_backup(office: OfficeFile, tmp_path: Path) -> None:
    drive = tmp_path / "usb"
    drive.mkdir()
    pack = office.paths.policies / "yunling-2023"
    (pack / "clauses").mkdir(parents=True)
    (pack / "pack.toml").write_text("id = 'first'", encoding="utf-8")
    (pack / "clauses" / "one.toml").write_text("条款", encoding="utf-8")
    first = office.backup_now(drive)
    (pack / "pack.toml").write_text("id = 'second'", encoding="utf-8")
    second = office.backup_now(drive)
    for made, text in ((first, "id = 'first'"), (second, "id = 'second'")):
        copied = made.folder / "office.caseworker-policies" / "yunling-2023"
        assert (copied / "pack.toml").read_text(encoding="utf-8") == text
        assert (copied / "clauses" / "one.toml").read_text(encoding="utf-8") == "条款"
