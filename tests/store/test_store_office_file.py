from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import configure_mappers

from caseworker.errors import EditConflict, EnvironmentFault, FaultKind, InvalidInput, Refusal
from caseworker.store.audit import entries, history
from caseworker.store.audit_tables import AuditEntry
from caseworker.store.base import Base
from caseworker.store.models import Attachment, DocumentSequence, Import, Party, Person, User, WageMonth
from caseworker.store.office_file import (
    FAST_COST,
    OfficeFile,
    create_office_file,
    logins_of,
    next_number,
    open_office_file,
    open_with_recovery_key,
)
from caseworker.values.clock import SetClock
from caseworker.values.money import Money

Add = Callable[[OfficeFile, str], int]


def new_party(name: str = "晨光公司", **values: Any) -> Party:
    return Party(kind="company", name=name, initials="cg", **values)


def new_import(bench: Any, **values: Any) -> Import:
    return Import(
        kind="wages",
        sheet="1",
        mapping={},
        rows_taken=2,
        rows_rejected=0,
        state="active",
        imported_at=bench.clock.now(),
        imported_by=1,
        **values,
    )


def count(office: OfficeFile, model: type[Any]) -> int:
    with office.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_what_lies_on_disk(bench: Any, office: OfficeFile) -> None:
    names = {path.name for path in bench.paths.database.parent.iterdir()}
    assert {"office.caseworker", "office.caseworker-keys", "office.caseworker-high", "office.caseworker-lock"} <= names
    office.close()
    names = {path.name for path in bench.paths.database.parent.iterdir()}
    assert names == {"office.caseworker", "office.caseworker-keys", "office.caseworker-high"}


def test_the_file_is_opened_as_promised(office: OfficeFile) -> None:
    def pragma(name: str) -> Any:
        with office.read() as session:
            return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()

    assert pragma("journal_mode") == "wal"
    assert (pragma("synchronous"), pragma("foreign_keys"), pragma("temp_store")) == (2, 1, 2)


def test_a_written_record_is_there_for_the_next_opening(bench: Any, add_party: Add) -> None:
    office = bench.open()
    made = add_party(office, "晨光公司")
    office.close()
    office.close()
    office = bench.open()
    with office.read() as session:
        assert session.get_one(Party, made).name == "晨光公司"
    assert office.gap is None
    office.close()


def test_one_write_is_one_entry_with_its_subject_reason_and_detail(office: OfficeFile, bench: Any) -> None:
    with office.write(bench.actor, "import.take", reason="十月花名册") as work:
        work.session.add(new_party())
        work.session.flush()
        work.session.add(new_party("第二家"))
        work.subject("import", 4)
        work.detail(source_sha256="ab" * 32, taken=2)
        work.detail(rejected=0, total=Money(150))
    with office.read() as session:
        body = entries(session, limit=1)[0].body
        assert len(entries(session)) == 2
    assert body["subject"] == {"type": "import", "id": "4"}
    assert body["detail"] == {"source_sha256": "ab" * 32, "taken": 2, "rejected": 0, "total": 150}
    assert (body["reason"], body["row_count"]) == ("十月花名册", 2)


def test_an_act_that_changes_nothing_is_logged_too(office: OfficeFile, bench: Any) -> None:
    with office.write(bench.actor, "person.reveal-id") as work:
        work.subject("person", 9)
    with office.read() as session:
        assert entries(session, limit=1)[0].body["action"] == "person.reveal-id"


@pytest.mark.parametrize("stop", [ValueError, Refusal, KeyboardInterrupt])
def test_whatever_is_raised_nothing_is_kept(office: OfficeFile, bench: Any, stop: type[BaseException]) -> None:
    before = bench.paths.high_water.read_bytes()
    error = Refusal("no", "不行") if stop is Refusal else stop("stop")
    with pytest.raises(stop), office.write(bench.actor, "dossier.create") as work:  # noqa: PT012
        work.session.add(new_party())
        work.session.flush()
        raise error
    assert count(office, Party) == 0
    assert count(office, AuditEntry) == 1
    assert bench.paths.high_water.read_bytes() == before
    assert not list(bench.paths.database.parent.glob("*.part"))
    with office.write(bench.actor, "dossier.create") as work:
        work.session.add(new_party())
    assert count(office, Party) == 1


def test_a_broken_constraint_is_our_bug_and_keeps_nothing(office: OfficeFile, bench: Any) -> None:
    with pytest.raises(IntegrityError) as caught, office.write(bench.actor, "x") as work:
        work.session.add_all([new_party(code="91110000MA00000001"), new_party(code="91110000MA00000001")])
    assert "91110000MA00000001" not in str(caught.value)  # tracebacks go to the log
    with pytest.raises(IntegrityError), office.write(bench.actor, "x") as work:
        work.session.add(new_import(bench, party_id=99, attachment_id=1))
    assert (count(office, Party), count(office, AuditEntry)) == (0, 1)


def test_a_write_inside_a_write_is_a_bug(office: OfficeFile, bench: Any) -> None:
    with office.write(bench.actor, "outer"):
        with pytest.raises(RuntimeError, match="one transaction"), office.write(bench.actor, "inner"):
            pass
        assert count(office, AuditEntry) == 1  # reading inside is well
    assert count(office, AuditEntry) == 2


def test_deleting_is_a_bug(office: OfficeFile, bench: Any, add_party: Add) -> None:
    made = add_party(office, "晨光公司")
    with pytest.raises(RuntimeError, match="nothing is deleted"), office.write(bench.actor, "x") as work:
        work.session.delete(work.session.get_one(Party, made))
    with pytest.raises(RuntimeError, match="nothing is deleted"), office.write(bench.actor, "x") as work:
        work.session.execute(delete(Party))
    with pytest.raises(RuntimeError, match="nothing is deleted"), office.write(bench.actor, "x") as work:
        work.bulk(delete(Party))  # type: ignore[arg-type]
    assert count(office, Party) == 1


def test_writing_past_the_log_is_a_bug(office: OfficeFile, bench: Any, add_party: Add) -> None:
    add_party(office, "晨光公司")
    row = {"kind": "company", "name": "乙", "initials": "y", "version": 1}
    for statement in (update(Party).values(name="乙"), insert(Party).values(row), insert(Party.__table__).values(row)):
        with pytest.raises(RuntimeError, match=r"Work\.bulk"), office.write(bench.actor, "x") as work:
            work.session.execute(statement)
    with pytest.raises(RuntimeError, match=r"Work\.bulk"), office.write(bench.actor, "x") as work:
        work.session.execute(insert(Party), [row])
    with pytest.raises(RuntimeError, match="audit chain"), office.write(bench.actor, "x") as work:
        work.session.add(AuditEntry(seq=9, prev_hash="", hash="", body=b""))
    with pytest.raises(RuntimeError, match="not SQL expressions"), office.write(bench.actor, "x") as work:
        work.session.scalars(select(Party)).one().name = Party.name + "乙"  # type: ignore[assignment]
    with office.read() as session:
        assert session.scalars(select(Party.name)).all() == ["晨光公司"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE party SET name = '乙'",
        "  update party set name = '乙'",
        "-- a comment\nUPDATE party SET name = '乙'",
        "DELETE FROM party",
        "INSERT INTO party (kind, name, initials, version) VALUES ('company', '乙', 'y', 1)",
        "REPLACE INTO party (id, kind, name, initials, version) VALUES (1, 'company', '乙', 'y', 1)",
        "WITH one AS (SELECT 1) UPDATE party SET name = '乙'",
        "UPDATE party SET name = '乙' RETURNING id",
        "DROP TRIGGER IF EXISTS party_x",
    ],
)
def test_raw_sql_may_only_read(office: OfficeFile, bench: Any, add_party: Add, statement: str) -> None:
    add_party(office, "晨光公司")
    ways: list[Callable[[Any], Any]] = [
        lambda session: session.execute(text(statement)),
        lambda session: session.connection().execute(text(statement)),
        lambda session: session.connection().exec_driver_sql(statement),
        lambda session: session.scalars(select(Party).from_statement(text(statement))).all(),
    ]
    for way in ways:
        with pytest.raises(RuntimeError, match="raw SQL only reads"), office.write(bench.actor, "x") as work:
            way(work.session)
    assert (count(office, Party), count(office, AuditEntry)) == (1, 2)
    with office.write(bench.actor, "x") as work:
        assert work.session.execute(text("SELECT name FROM party")).scalar() == "晨光公司"
        assert work.session.execute(text("WITH p AS (SELECT id FROM party) SELECT count(*) FROM p")).scalar() == 1
        with work.session.begin_nested():
            work.session.add(new_party("乙"))
    assert count(office, Party) == 2


@pytest.mark.parametrize("path", ["", ".", "/"])
def test_a_path_without_a_name_is_told(bench: Any, path: str) -> None:
    for act in (
        lambda: logins_of(Path(path)),
        lambda: open_office_file(Path(path), "wang", "x", clock=bench.clock),
        lambda: open_with_recovery_key(Path(path), "x", clock=bench.clock),
        lambda: create_office_file(Path(path), office_id="x", logins={"a": "b"}, clock=bench.clock, cost=FAST_COST),
    ):
        with pytest.raises(InvalidInput, match=r"请写明机构文件的名称"):
            act()


def test_a_folder_is_no_office(bench: Any, tmp_path: Path) -> None:
    for act in (lambda: logins_of(tmp_path), lambda: open_office_file(tmp_path, "wang", "x", clock=bench.clock)):
        with pytest.raises(InvalidInput, match="是文件夹"):
            act()


def test_changing_in_a_reading_session_is_a_bug(office: OfficeFile, add_party: Add) -> None:
    add_party(office, "晨光公司")
    with pytest.raises(RuntimeError, match="reading session"), office.read() as session:
        session.scalars(select(Party)).one().name = "乙"
    with pytest.raises(RuntimeError, match="reading session"), office.read() as session:
        session.add(new_party())
    with pytest.raises(RuntimeError, match="commits nothing"), office.read() as session:
        session.commit()
    with pytest.raises(EnvironmentFault), office.read() as session:
        session.execute(update(Party).values(name="乙"))
    with office.read() as session:
        assert session.scalars(select(Party.name)).all() == ["晨光公司"]


def test_bulk_rows_are_counted_and_not_recorded_one_by_one(office: OfficeFile, bench: Any, add_party: Add) -> None:
    company = add_party(office, "晨光公司")
    with office.write(bench.actor, "user.add") as work:
        clerk = User(login="wang", name="王", roles=["caseworker"])
        work.session.add(clerk)
    with office.write(bench.actor, "import.take") as work:
        someone = Person(name="张伟", initials="zw", id_kind="resident", id_number="1")
        paper = Attachment(sha256="0" * 64, size=1, name="a", media_type="x", added_at=bench.clock.now())
        work.session.add_all([someone, paper])
        work.session.flush()
        taken = new_import(bench, party_id=company, attachment_id=paper.id)
        work.session.add(taken)
        work.session.flush()
        months = [
            {
                "party_id": company,
                "person_id": someone.id,
                "month": 202300 + n,
                "gross": Money(n),
                "import_id": taken.id,
            }
            for n in range(1, 13)
        ]
        assert work.bulk(insert(WageMonth), months[:5]) == 5
        assert work.bulk(insert(WageMonth), months[5:]) == 7
        assert work.bulk(insert(WageMonth), []) == 0
        assert work.bulk(update(WageMonth).where(WageMonth.month > 202310).values(gross=Money(7))) == 2
    with office.read() as session:
        body = entries(session, limit=1)[0].body
        assert session.scalar(select(func.count()).select_from(WageMonth)) == 12
        assert session.scalars(select(WageMonth.gross).order_by(WageMonth.month)).all()[-1] == Money(7)
    assert body["detail"] == {"bulk": {"wage_month": {"inserted": 12, "updated": 2}}}
    assert body["row_count"] == 3


def test_changes_of_one_record_in_one_act_are_one_row(office: OfficeFile, bench: Any) -> None:
    with office.write(bench.actor, "dossier.create") as work:
        record = new_party("甲")
        work.session.add(record)
        work.session.flush()
        record.name = "乙"
        work.session.flush()
        record.note = "丙"
    with office.read() as session:
        (made,) = history(session, "party", record.id)
    assert made.before is None
    assert made.after is not None
    assert (made.after["name"], made.after["note"], "version" in made.after) == ("乙", "丙", False)
    with office.write(bench.actor, "dossier.update") as work:
        record = work.session.get_one(Party, record.id)
        record.name = "丁"
        work.session.flush()
        record.name = "戊"
        record.note = "己"
        work.session.flush()
        record.note = "丙"
    with office.read() as session:
        changed = history(session, "party", record.id)[1]
    assert changed.before == {"name": "乙", "note": "丙"}
    assert changed.after == {"name": "戊", "note": "丙"}


def test_a_value_that_was_never_loaded_is_recorded_as_it_was(office: OfficeFile, bench: Any, add_party: Add) -> None:
    made = add_party(office, "旧名")
    with office.write(bench.actor, "dossier.update") as work:
        record = work.session.get_one(Party, made)
        work.session.expire(record, ["name"])
        record.name = "新名"
    with office.read() as session:
        assert history(session, "party", made)[1].before == {"name": "旧名"}


def test_an_edit_of_what_changed_meanwhile_is_a_conflict(office: OfficeFile, bench: Any, add_party: Add) -> None:
    made = add_party(office, "晨光公司")
    with office.read() as session:
        mine = session.get_one(Party, made)
        session.expunge(mine)
    with office.write(bench.actor, "dossier.update") as work:
        work.session.get_one(Party, made).note = "别人写的"
    before = count(office, AuditEntry)
    with pytest.raises(EditConflict, match="刚刚被别人修改过"), office.write(bench.actor, "x") as work:  # noqa: PT012
        work.session.add(mine)
        mine.note = "我写的"
    assert count(office, AuditEntry) == before
    with office.read() as session:
        assert session.get_one(Party, made).note == "别人写的"


def test_numbers_run_by_kind_and_year_and_a_rolled_back_one_is_given_again(office: OfficeFile, bench: Any) -> None:
    def give(kind: str, year: int) -> int:
        with office.write(bench.actor, "document.make") as work:
            return next_number(work.session, kind, year)

    assert [give("decision", 2023), give("decision", 2023), give("notice", 2023), give("decision", 2024)] == [
        1,
        2,
        1,
        1,
    ]
    with pytest.raises(ValueError, match="stop"), office.write(bench.actor, "x") as work:  # noqa: PT012
        assert next_number(work.session, "decision", 2023) == 3
        assert next_number(work.session, "decision", 2023) == 4
        raise ValueError("stop")
    assert give("decision", 2023) == 3
    assert count(office, DocumentSequence) == 3


def test_threads_write_one_after_another_and_read_meanwhile(office: OfficeFile, bench: Any) -> None:
    errors: list[BaseException] = []
    numbers: list[int] = []

    def work_hard() -> None:
        try:
            for _ in range(10):
                with office.write(bench.actor, "document.make") as work:
                    numbers.append(next_number(work.session, "decision", 2023))
                with office.read() as session:
                    session.scalars(select(DocumentSequence.last)).one()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work_hard) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(numbers) == list(range(1, 41))
    assert office.verify_audit().ok


def test_a_reader_sees_one_state_while_another_thread_writes(office: OfficeFile, bench: Any, add_party: Add) -> None:
    with office.read() as session:
        assert session.scalar(select(func.count()).select_from(Party)) == 0
        writer = threading.Thread(target=add_party, args=(office, "晨光公司"))
        writer.start()
        writer.join()
        assert session.scalar(select(func.count()).select_from(Party)) == 0
    assert count(office, Party) == 1


def test_logins_and_passwords(bench: Any, office: OfficeFile) -> None:
    assert office.check_password("wang", "落日-horse-battery")
    assert not office.check_password("wang", "wrong")
    assert not office.check_password("li", "落日-horse-battery")
    office.add_login("li", "second-password")
    office.set_password("wang", "third-password")
    assert office.logins() == logins_of(bench.paths.database) == ("wang", "li")
    office.remove_login("wang")
    office.close()
    with pytest.raises(EnvironmentFault, match="登录名或密码不正确"):
        bench.open()
    again = open_office_file(bench.paths.database, "li", "second-password", clock=bench.clock, cost=FAST_COST)
    again.close()


def test_the_recovery_key_opens_when_all_passwords_are_lost(bench: Any) -> None:
    office = open_with_recovery_key(bench.paths.database, bench.recovery_key.lower(), clock=bench.clock, cost=FAST_COST)
    office.set_password("wang", "a new password")
    office.close()
    open_office_file(bench.paths.database, "wang", "a new password", clock=bench.clock).close()
    with pytest.raises(InvalidInput, match="校验组"):
        open_with_recovery_key(bench.paths.database, "0" * 36, clock=bench.clock)


def test_a_wrong_password_opens_nothing_and_leaves_no_lock(bench: Any) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        open_office_file(bench.paths.database, "wang", "wrong", clock=bench.clock)
    assert caught.value.kind is FaultKind.WRONG_PASSWORD
    assert not bench.paths.lock.exists()


def test_a_second_opener_is_told_who_holds_it(bench: Any, office: OfficeFile) -> None:
    with pytest.raises(EnvironmentFault, match=r"PC-1.*wang.*2023-11-20 09:00") as caught:
        bench.open(host="PC-2")
    assert caught.value.kind is FaultKind.HELD
    with office.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda paths: paths.database.unlink(), FaultKind.MISSING),
        (lambda paths: paths.keys.unlink(), FaultKind.MISSING),
        (lambda paths: paths.database.write_bytes(b""), FaultKind.NOT_A_DATABASE),
        (lambda paths: paths.database.write_bytes(b"SQLite format 3\0" + bytes(5000)), FaultKind.NOT_A_DATABASE),
        (lambda paths: paths.database.write_bytes(b"\xff" * 8192), FaultKind.NOT_A_DATABASE),
        (lambda paths: paths.keys.write_bytes(b"{}"), FaultKind.CORRUPT),
    ],
)
def test_what_cannot_be_opened_is_told_apart(bench: Any, spoil: Callable[[Any], object], kind: FaultKind) -> None:
    spoil(bench.paths)
    with pytest.raises(EnvironmentFault) as caught:
        bench.open()
    assert caught.value.kind is kind
    assert "office.caseworker" in caught.value.message
    assert not bench.paths.lock.exists()


def test_keys_and_database_of_two_offices_do_not_mix(bench: Any, tmp_path: Path) -> None:
    other = tmp_path / "other.caseworker"
    create_office_file(
        other, office_id="office-2", logins={"wang": "落日-horse-battery"}, clock=bench.clock, cost=FAST_COST
    )
    bench.paths.database.write_bytes(other.read_bytes())
    with pytest.raises(EnvironmentFault, match="不配套") as caught:
        bench.open()
    assert caught.value.kind is FaultKind.NOT_A_DATABASE


def test_an_existing_file_is_not_overwritten(bench: Any) -> None:
    before = bench.paths.database.read_bytes()
    with pytest.raises(Refusal, match="已存在"):
        create_office_file(bench.paths.database, office_id="x", logins={"a": "b"}, clock=bench.clock, cost=FAST_COST)
    assert bench.paths.database.read_bytes() == before


def test_a_failed_creation_leaves_nothing(tmp_path: Path) -> None:
    class Broken(SetClock):
        def today(self) -> date:
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        create_office_file(
            tmp_path / "a.caseworker", office_id="x", logins={"a": "b"}, clock=Broken(date(2023, 1, 1)), cost=FAST_COST
        )
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(EnvironmentFault) as caught:
        create_office_file(
            tmp_path / "gone" / "a.caseworker", office_id="x", logins={"a": "b"}, clock=SetClock(date(2023, 1, 1))
        )
    assert caught.value.kind is FaultKind.MISSING


def test_the_models_keep_to_what_the_log_can_record() -> None:
    configure_mappers()
    for mapper in Base.registry.mappers:
        assert not [relation for relation in mapper.relationships if relation.secondary is not None], mapper
    for table in Base.metadata.tables.values():
        assert not [column for column in table.columns if column.server_default is not None], table
