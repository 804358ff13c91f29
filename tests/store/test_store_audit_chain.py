"""Tampering by direct SQL through a keyed connection, with the triggers dropped first."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseworker.store.audit import NO_HASH, entries, entry_hash, history
from caseworker.store.canonical import canonical
from caseworker.store.models import Party
from caseworker.store.office_file import OfficeFile

Add = Callable[[OfficeFile, str], int]


@pytest.fixture
def filled(bench: Any, add_party: Add) -> Any:
    """An office of seven entries: its making and six dossiers."""
    office = bench.open()
    for number in range(6):
        add_party(office, f"公司{number}")
    office.close()
    return bench


def finding(bench: Any) -> tuple[bool, int | None, str]:
    office = bench.open()
    try:
        report = office.verify_audit()
    finally:
        office.close()
    assert report.message
    return report.ok, report.first_bad_seq, report.problem


def body_of(bench: Any, seq: int) -> dict[str, Any]:
    with bench.raw() as connection:
        (body,) = connection.execute("SELECT body FROM audit_entry WHERE seq = ?", (seq,)).fetchone()
    return dict(json.loads(body))


def forged(seq: int, prev: str, **values: Any) -> tuple[str, bytes]:
    body = canonical({"seq": seq, "prev": prev, "rows_digest": entry_hash(b""), "row_count": 0, **values})
    return entry_hash(body), body


def test_an_untouched_chain_is_whole(filled: Any) -> None:
    assert finding(filled) == (True, None, "")


def test_bodies_are_canonical_and_linked(filled: Any) -> None:
    with filled.raw() as connection:
        rows = connection.execute("SELECT seq, prev_hash, hash, body FROM audit_entry ORDER BY seq").fetchall()
    last = NO_HASH
    for seq, prev, hash_, body in rows:
        entry = json.loads(body)
        assert canonical(entry) == body
        assert (entry["seq"], entry["prev"], prev, hash_) == (seq, last, last, entry_hash(body))
        last = hash_
    assert rows[-1][0] == 7
    assert json.loads(rows[-1][3]) | {"prev": "", "rows_digest": ""} == {
        "seq": 7,
        "prev": "",
        "at": "2023-11-20T01:00:00.000000Z",
        "office_date": "2023-11-20",
        "user": 7,
        "login": "wang",
        "roles": ["caseworker", "head"],
        "action": "dossier.create",
        "reason": "登记",
        "subject": {"type": "party", "id": "6"},
        "detail": {},
        "row_count": 1,
        "rows_digest": "",
        "program": json.loads(rows[0][3])["program"],
    }


@pytest.mark.parametrize("table", ["audit_entry", "audit_row"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_triggers_refuse_update_and_delete(filled: Any, table: str, statement: str) -> None:
    column = "hash = 'x'" if table == "audit_entry" else "after = 'x'"
    with filled.raw() as connection, pytest.raises(sqlcipher.IntegrityError, match="append-only"):
        connection.execute(statement.format(table, column))


def test_an_altered_body_is_found(filled: Any) -> None:
    filled.sql("UPDATE audit_entry SET body = replace(body, 'wang', 'gang') WHERE seq = 4")
    assert finding(filled) == (False, 4, "altered")


def test_an_altered_body_with_its_hash_made_new_breaks_the_link(filled: Any) -> None:
    entry = body_of(filled, 4) | {"login": "gang"}
    with filled.raw() as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        body = canonical(entry)
        connection.execute("UPDATE audit_entry SET body = ?, hash = ? WHERE seq = 4", (body, entry_hash(body)))
    assert finding(filled) == (False, 5, "broken-link")


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE audit_row SET after = replace(after, '公司2', '公司9') WHERE entry_seq = 4", "rows-altered"),
        ("UPDATE audit_row SET before = '{}' WHERE entry_seq = 4", "rows-altered"),
        ("UPDATE audit_row SET pk = '99' WHERE entry_seq = 4", "rows-altered"),
        ("UPDATE audit_row SET table_name = 'person' WHERE entry_seq = 4", "rows-altered"),
        ("UPDATE audit_row SET position = 1 WHERE entry_seq = 4", "rows-altered"),
        ("UPDATE audit_row SET position = 'x' WHERE entry_seq = 4", "rows-altered"),
        ("UPDATE audit_row SET after = CAST(x'ff22' AS TEXT) WHERE entry_seq = 4", "rows-altered"),
        ("UPDATE audit_row SET after = x'ff22' WHERE entry_seq = 4", "rows-altered"),
        ("UPDATE audit_row SET position = 0.5 WHERE entry_seq = 4", "rows-altered"),
        ("UPDATE audit_row SET entry_seq = 'x' WHERE entry_seq = 4", "rows-altered"),
        ("UPDATE audit_entry SET hash = CAST(x'ff' AS TEXT) WHERE seq = 4", "altered"),
        ("UPDATE audit_entry SET prev_hash = '' WHERE seq = 4", "altered"),
        ("UPDATE audit_entry SET body = CAST(body AS TEXT) WHERE seq = 4", "altered"),
        ("DELETE FROM audit_row WHERE entry_seq = 4", "rows-altered"),
        ("INSERT INTO audit_row VALUES (4, 1, 'party', '3', NULL, '{}')", "rows-altered"),
    ],
)
def test_altered_records_are_found(filled: Any, statement: str, problem: str) -> None:
    filled.sql(statement)
    assert finding(filled) == (False, 4, problem)


@pytest.mark.parametrize("seq", [0, 99])
def test_row_records_of_no_entry_are_found(filled: Any, seq: int) -> None:
    filled.sql(f"INSERT INTO audit_row VALUES ({seq}, 0, 'party', '3', NULL, '{{}}')")
    assert finding(filled) == (False, seq, "rows-orphaned")


@pytest.mark.parametrize("seq", [1, 4])
def test_a_removed_entry_is_found(filled: Any, seq: int) -> None:
    filled.sql(f"DELETE FROM audit_row WHERE entry_seq = {seq}", f"DELETE FROM audit_entry WHERE seq = {seq}")
    assert finding(filled) == (False, seq, "missing")


def test_a_removed_entry_with_the_others_moved_up_is_found(filled: Any) -> None:
    filled.sql(
        "DELETE FROM audit_row WHERE entry_seq = 4",
        "DELETE FROM audit_entry WHERE seq = 4",
        *(f"UPDATE audit_entry SET seq = {seq - 1} WHERE seq = {seq}" for seq in (5, 6, 7)),
        *(f"UPDATE audit_row SET entry_seq = {seq - 1} WHERE entry_seq = {seq}" for seq in (5, 6, 7)),
    )
    assert finding(filled) == (False, 4, "reordered")


def test_a_cut_off_tail_is_found_by_the_high_water_file(filled: Any) -> None:
    filled.sql("DELETE FROM audit_row WHERE entry_seq > 5", "DELETE FROM audit_entry WHERE seq > 5")
    assert finding(filled) == (False, 6, "tail-missing")


def test_an_entry_put_in_between_is_found(filled: Any) -> None:
    with filled.raw() as connection:
        (prev,) = connection.execute("SELECT hash FROM audit_entry WHERE seq = 3").fetchone()
    hash_, body = forged(4, prev, login="li", action="dossier.create")
    filled.sql(
        *(f"UPDATE audit_entry SET seq = {seq + 1} WHERE seq = {seq}" for seq in (7, 6, 5, 4)),
        *(f"UPDATE audit_row SET entry_seq = {seq + 1} WHERE entry_seq = {seq}" for seq in (7, 6, 5, 4)),
        f"INSERT INTO audit_entry VALUES (4, '{prev}', '{hash_}', x'{body.hex()}')",
    )
    assert finding(filled) == (False, 4, "inserted")


def test_two_exchanged_entries_are_found(filled: Any) -> None:
    filled.sql(
        "UPDATE audit_entry SET seq = 100 WHERE seq = 4",
        "UPDATE audit_entry SET seq = 4 WHERE seq = 5",
        "UPDATE audit_entry SET seq = 5 WHERE seq = 100",
        "UPDATE audit_row SET entry_seq = 100 WHERE entry_seq = 4",
        "UPDATE audit_row SET entry_seq = 4 WHERE entry_seq = 5",
        "UPDATE audit_row SET entry_seq = 5 WHERE entry_seq = 100",
    )
    assert finding(filled) == (False, 4, "reordered")


def test_a_chain_rewritten_from_the_middle_is_found_by_the_high_water_file(filled: Any) -> None:
    statements, last = [], ""
    for seq in range(1, 8):
        entry = body_of(filled, seq)
        if seq == 1:
            last = entry["prev"]
        entry |= {"prev": last} | ({"login": "li"} if seq == 4 else {})
        body = canonical(entry)
        statements.append(
            f"UPDATE audit_entry SET prev_hash = '{last}', hash = '{entry_hash(body)}', body = x'{body.hex()}' "
            f"WHERE seq = {seq}"
        )
        last = entry_hash(body)
    filled.sql(*statements)
    assert finding(filled) == (False, 7, "rewritten")


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"seq": 4}', b"1.0"])
def test_a_body_that_is_no_entry_is_found(filled: Any, body: bytes) -> None:
    filled.sql(f"UPDATE audit_entry SET body = x'{body.hex()}', hash = '{entry_hash(body)}' WHERE seq = 4")
    assert finding(filled) == (False, 4, "altered")


def test_without_the_high_water_file_verification_says_what_it_cannot_see(filled: Any) -> None:
    filled.paths.high_water.unlink()
    assert finding(filled) == (False, 7, "no-high-water")


def test_the_history_of_one_record_shows_before_and_after(office: OfficeFile, bench: Any, add_party: Add) -> None:
    first = add_party(office, "旧名公司")
    add_party(office, "别的公司")
    with office.write(bench.actor, "dossier.update", reason="更名") as work:
        record = work.session.get_one(Party, first)
        record.name = "新名公司"
        record.note = record.note  # nothing changed here
    with office.read() as session:
        made, renamed = history(session, "party", first)
    assert made.before is None
    assert made.after is not None
    assert made.after["name"] == "旧名公司"
    assert (renamed.action, renamed.reason, renamed.login, renamed.user_id) == ("dossier.update", "更名", "wang", 7)
    assert (renamed.before, renamed.after) == ({"name": "旧名公司"}, {"name": "新名公司"})


def test_the_log_is_paged_newest_first(filled: Any) -> None:
    office = filled.open()
    with office.read() as session:
        assert [entry.seq for entry in entries(session, limit=3)] == [7, 6, 5]
        assert [entry.seq for entry in entries(session, offset=5)] == [2, 1]
    office.close()


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=10,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PLAIN, st.text(st.characters(exclude_categories=["Cs"])))
def test_any_entry_is_canonical_and_verifies(office: OfficeFile, bench: Any, said: Any, why: str) -> None:
    with office.write(bench.actor, "act", reason=why) as work:
        work.detail(said=said)
    with office.read() as session:
        last = entries(session, limit=1)[0]
    assert (last.body["detail"], last.body["reason"]) == ({"said": said}, why)
    assert entry_hash(canonical(last.body)) == last.hash
    assert office.verify_audit().ok
