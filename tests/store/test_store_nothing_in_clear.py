"""Searches the bytes of everything that lies on disk, while the office is open and afterwards."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

from caseworker.store.models import Party, Person
from caseworker.store.office_file import OfficeFile

NAME, NUMBER, ACCOUNT, COMPANY = "欧阳晓峰", "360734199001011234", "6222020200112233445", "赣南晨光数据标注有限公司"
PASSWORD = "落日-horse-battery"


def forms(text: str) -> list[bytes]:
    encoded = [text.encode(codec) for codec in ("utf-8", "utf-16-le", "utf-16-be", "gbk")]
    return [*encoded, text.encode("unicode_escape"), ascii(text)[1:-1].encode()]


def found_in(folder: Path) -> list[tuple[str, str]]:
    hits = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for text in (NAME, NUMBER, ACCOUNT, COMPANY, PASSWORD):
                hits += [(path.name, text) for form in forms(text) if form in content]
    return hits


def fill(office: OfficeFile, bench: Any) -> str:
    with office.write(bench.actor, "dossier.create", reason=f"{NAME} 来访") as work:
        work.session.add_all(
            [
                Party(kind="company", name=COMPANY, initials="gn", account_number=ACCOUNT, legal_representative=NAME),
                Person(name=NAME, initials="oyxf", id_kind="resident", id_number=NUMBER),
            ]
        )
        work.detail(account=ACCOUNT)
    paper = "\n".join((NAME, NUMBER, ACCOUNT, COMPANY)).encode() * 500
    return office.attachments.put(paper)[0]


def test_the_search_would_find_it(tmp_path: Path) -> None:
    for codec in ("utf-8", "utf-16-le", "gbk"):
        (tmp_path / codec).write_bytes(b"..." + NAME.encode(codec))
    assert {name for name, _ in found_in(tmp_path)} == {"utf-8", "utf-16-le", "gbk"}


def test_nothing_personal_lies_on_disk(bench: Any) -> None:
    folder = bench.paths.database.parent
    office = bench.open()
    digest = fill(office, bench)
    with office.read() as session:
        # a sort too large for its cache must not spill into a clear temporary file
        session.connection().exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
            "SELECT name || i FROM n, person ORDER BY name || i DESC"
        ).fetchmany(1)
        assert found_in(folder) == []
    office.backup_now()
    wal = folder / "office.caseworker-wal"
    assert wal.stat().st_size > 0
    assert found_in(folder) == []
    assert not [path for path in folder.rglob("*") if digest in path.name]
    office.close()
    assert found_in(folder) == []


def test_the_file_looks_like_noise(bench: Any) -> None:
    office = bench.open()
    fill(office, bench)
    office.close()
    content = bench.paths.database.read_bytes()
    assert not content.startswith(b"SQLite format 3")
    assert b"party" not in content
    assert len(zlib.compress(content)) > len(content)


def test_the_data_key_is_in_no_file(bench: Any) -> None:
    from caseworker.store import keys

    key = keys.unlock(bench.paths.keys, "wang", PASSWORD)
    secrets = [key.secret, *(key.derive(use) for use in ("database", "attachments", "attachment-names", "high-water"))]
    for path in bench.paths.database.parent.rglob("*"):
        content = path.read_bytes()
        assert not [1 for secret in secrets if secret in content or secret.hex().encode() in content], path.name
