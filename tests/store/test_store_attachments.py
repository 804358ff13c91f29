from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseworker.errors import Cancelled, EnvironmentFault, FaultKind
from caseworker.store.attachments import CHUNK, AttachmentStore
from caseworker.store.keys import DataKey

KEY = DataKey("office-1", b"k" * 32)
TAG = 16
OPENING = 20


@pytest.fixture
def store(tmp_path: Path) -> AttachmentStore:
    return AttachmentStore(tmp_path / "attachments", KEY)


def content(size: int) -> bytes:
    return (hashlib.sha256(str(size).encode()).digest() * (size // 32 + 1))[:size]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5])
def test_what_goes_in_comes_out(store: AttachmentStore, tmp_path: Path, size: int) -> None:
    plain = content(size)
    expected = (hashlib.sha256(plain).hexdigest(), size)
    assert store.put(plain) == expected
    source = tmp_path / "扫描件.pdf"
    source.write_bytes(plain)
    assert store.put(source) == expected
    assert store.get(expected[0]) == plain
    assert store.verify(expected[0]) is None
    assert len([path for path in store.folder.rglob("*") if path.is_file()]) == 1


@settings(max_examples=25)
@given(st.binary(max_size=300))
def test_any_bytes_come_back(tmp_path_factory: pytest.TempPathFactory, plain: bytes) -> None:
    store = AttachmentStore(tmp_path_factory.mktemp("a") / "attachments", KEY)
    assert store.get(store.put(plain)[0]) == plain


def test_neither_content_nor_its_hash_is_to_be_seen(store: AttachmentStore) -> None:
    plain = "张伟 360734199001011234".encode() * 100
    digest, _ = store.put(plain)
    path = store.path_of(digest)
    stored = path.read_bytes()
    assert b"360734199001011234" not in stored
    assert "张伟".encode() not in stored
    assert digest not in str(path)
    assert digest[:8] not in str(path)
    other = AttachmentStore(store.folder, DataKey("office-2", KEY.secret))
    assert other.path_of(digest) != path


@pytest.mark.parametrize("size", [0, 10, CHUNK, 2 * CHUNK + 5])
def test_damage_of_every_kind_is_noticed(store: AttachmentStore, size: int) -> None:
    digest, _ = store.put(content(size))
    path = store.path_of(digest)
    good = path.read_bytes()
    sealed = CHUNK + TAG
    bad = {
        "empty": b"",
        "cut in the opening": good[:10],
        "no chunk": good[:OPENING],
        "last byte gone": good[:-1],
        "a byte more": good + b"\0",
        "cut at a chunk's end": good[: OPENING + sealed] if size > CHUNK else good[:OPENING],
        "chunks exchanged": good[:OPENING] + good[OPENING + sealed :] + good[OPENING : OPENING + sealed],
        "a chunk twice": good + good[OPENING : OPENING + sealed],
        **{
            f"bit {place}": good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
            for place in (0, 5, 25, len(good) - 1)
        },
    }
    for name, spoilt in bad.items():
        if spoilt == good:
            continue
        path.write_bytes(spoilt)
        with pytest.raises(EnvironmentFault) as caught:
            store.get(digest)
        assert caught.value.kind is FaultKind.CORRUPT, name
        found = store.verify(digest)
        assert found is not None
        assert found.kind is FaultKind.CORRUPT


def test_one_file_in_anothers_place_is_noticed(store: AttachmentStore) -> None:
    first, second = store.put(b"first")[0], store.put(b"second")[0]
    store.path_of(first).write_bytes(store.path_of(second).read_bytes())
    with pytest.raises(EnvironmentFault) as caught:
        store.get(first)
    assert caught.value.kind is FaultKind.CORRUPT


def test_storing_again_mends_a_damaged_copy(store: AttachmentStore) -> None:
    digest, _ = store.put(b"paper")
    path = store.path_of(digest)
    good = path.read_bytes()
    assert store.put(b"paper")[0] == digest
    assert path.read_bytes() == good  # a whole copy stays as it is
    path.write_bytes(good[:-3])
    store.put(b"paper")
    assert store.get(digest) == b"paper"


def test_what_is_missing_or_not_a_hash(store: AttachmentStore, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        store.get("0" * 64)
    assert caught.value.kind is FaultKind.MISSING
    with pytest.raises(EnvironmentFault, match=r"找不到“没有\.pdf”") as caught:
        store.put(tmp_path / "没有.pdf")
    assert caught.value.kind is FaultKind.MISSING
    for wrong in ("", "../../etc", "A" * 64, "0" * 63, "0" * 64 + "\n"):
        with pytest.raises(ValueError, match="SHA-256"):
            store.get(wrong)


def test_progress_counts_bytes_and_a_cancel_leaves_nothing(store: AttachmentStore) -> None:
    seen: list[tuple[int, int]] = []
    plain = content(2 * CHUNK + 5)
    store.put(plain, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(CHUNK, len(plain)), (2 * CHUNK, len(plain)), (len(plain), len(plain))]
    files = sorted(store.folder.rglob("*"))
    answers = iter([False, True])
    with pytest.raises(Cancelled):
        store.put(content(3 * CHUNK), cancelled=lambda: next(answers))
    assert sorted(store.folder.rglob("*")) == files


def test_what_a_crash_left_behind_is_swept_away(store: AttachmentStore) -> None:
    digest, _ = store.put(b"paper")
    (store.folder / "0123.part").write_bytes(b"half")
    assert store.sweep() == 1
    assert store.sweep() == 0
    assert store.get(digest) == b"paper"
