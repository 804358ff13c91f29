from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput, Refusal
from caseworker.store import keys
from caseworker.store.key_file import Cost
from caseworker.store.keys import FAST_COST, STANDARD_COST, DataKey
from caseworker.store.recovery_key import read_recovery_key, write_recovery_key

SECRETS = st.binary(min_size=20, max_size=20)


def kind_of(call: object, *args: object) -> FaultKind:
    with pytest.raises(EnvironmentFault) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.kind


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, DataKey, str]:
    path = tmp_path / "office.caseworker-keys"
    key, recovery = keys.create_keys(path, "office-1", {"wang": "first secret", "li": "other secret"}, FAST_COST)
    return path, key, recovery


def test_every_login_and_the_recovery_key_open_the_same_key(made: tuple[Path, DataKey, str]) -> None:
    path, key, recovery = made
    assert keys.unlock(path, "wang", "first secret").secret == key.secret
    assert keys.unlock(path, "li", "other secret").secret == key.secret
    assert keys.unlock_with_recovery_key(path, recovery).secret == key.secret
    assert keys.logins_of(path) == ("wang", "li")


@pytest.mark.parametrize(
    ("login", "password"), [("wang", "other secret"), ("li", "first secret"), ("wang", "first secret "), ("zhao", "x")]
)
def test_a_wrong_password_and_an_unknown_login_look_alike(
    made: tuple[Path, DataKey, str], login: str, password: str
) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        keys.unlock(made[0], login, password)
    assert (caught.value.kind, caught.value.message) == (FaultKind.WRONG_PASSWORD, "登录名或密码不正确。")


def test_full_width_typing_is_the_same_password(tmp_path: Path) -> None:
    path = tmp_path / "k"
    key, _ = keys.create_keys(path, "o", {"wang": "Ab12-落日"}, FAST_COST)
    assert keys.unlock(path, "wang", "Ａｂ１２-落日").secret == key.secret


def test_the_recovery_key_of_another_office_is_wrong_and_a_slip_is_a_slip(
    made: tuple[Path, DataKey, str], tmp_path: Path
) -> None:
    path, _, recovery = made
    _, other = keys.create_keys(tmp_path / "other", "office-2", {"wang": "first secret"}, FAST_COST)
    assert kind_of(keys.unlock_with_recovery_key, path, other) is FaultKind.WRONG_PASSWORD
    with pytest.raises(InvalidInput, match="校验组"):
        keys.unlock_with_recovery_key(path, ("1" if recovery[0] == "0" else "0") + recovery[1:])


def test_logins_are_added_changed_and_removed(made: tuple[Path, DataKey, str]) -> None:
    path, key, recovery = made
    keys.add_login(path, key, "zhao", "third secret", FAST_COST)
    keys.set_password(path, key, "wang", "newer secret", FAST_COST)
    keys.remove_login(path, key, "li")
    assert keys.logins_of(path) == ("wang", "zhao")
    assert keys.unlock(path, "zhao", "third secret").secret == key.secret
    assert keys.unlock(path, "wang", "newer secret").secret == key.secret
    assert kind_of(keys.unlock, path, "wang", "first secret") is FaultKind.WRONG_PASSWORD
    assert kind_of(keys.unlock, path, "li", "other secret") is FaultKind.WRONG_PASSWORD
    assert keys.unlock_with_recovery_key(path, recovery).secret == key.secret


def test_refused_changes_leave_the_file_alone(made: tuple[Path, DataKey, str]) -> None:
    path, key, _ = made
    before = path.read_bytes()
    with pytest.raises(Refusal, match="已存在"):
        keys.add_login(path, key, "li", "x", FAST_COST)
    with pytest.raises(Refusal, match="没有登录名"):
        keys.set_password(path, key, "zhao", "x", FAST_COST)
    with pytest.raises(Refusal, match="没有登录名"):
        keys.remove_login(path, key, "zhao")
    assert path.read_bytes() == before
    keys.remove_login(path, key, "li")
    with pytest.raises(Refusal, match="最后一个"):
        keys.remove_login(path, key, "wang")
    assert kind_of(keys.set_password, path, DataKey("other", key.secret), "wang", "x", FAST_COST) is FaultKind.CORRUPT


def test_a_wrap_carried_to_another_name_or_office_does_not_open(made: tuple[Path, DataKey, str]) -> None:
    from caseworker.store.key_file import KeyFile, Wrap, read_key_file, write_key_file

    path, _, _ = made
    file = read_key_file(path)
    wang = file.wraps[0]
    renamed = Wrap("zhao", wang.cost, wang.salt, wang.nonce, wang.sealed)
    write_key_file(path, KeyFile(file.office_id, file.recovery, (wang, renamed)))
    assert kind_of(keys.unlock, path, "zhao", "first secret") is FaultKind.WRONG_PASSWORD
    write_key_file(path, KeyFile("office-2", file.recovery, (wang,)))
    assert kind_of(keys.unlock, path, "wang", "first secret") is FaultKind.WRONG_PASSWORD
    cheaper = Wrap("wang", Cost(2, 64, 1), wang.salt, wang.nonce, wang.sealed)
    write_key_file(path, KeyFile(file.office_id, file.recovery, (cheaper,)))
    assert kind_of(keys.unlock, path, "wang", "first secret") is FaultKind.WRONG_PASSWORD


def test_every_flipped_bit_is_damage_and_not_a_wrong_password(made: tuple[Path, DataKey, str]) -> None:
    path, key, _ = made
    good = path.read_bytes()
    for place in range(0, len(good), 7):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        found: object = None
        try:
            found = keys.unlock(path, "wang", "first secret").secret
        except EnvironmentFault as error:
            found = error.kind
        if found == key.secret:  # only where a blank between JSON's parts became another blank
            assert json.loads(path.read_bytes()) == json.loads(good), place
        else:
            assert found in {FaultKind.CORRUPT, FaultKind.NEWER_FILE}, place


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": 1}', b'{"format": "1"}', b"null"])
def test_a_damaged_key_file_says_so(made: tuple[Path, DataKey, str], content: bytes) -> None:
    made[0].write_bytes(content)
    with pytest.raises(EnvironmentFault, match=r"密钥文件.*已损坏.*不是密码错误") as caught:
        keys.unlock(made[0], "wang", "first secret")
    assert caught.value.kind is FaultKind.CORRUPT


def test_a_missing_and_a_newer_key_file(made: tuple[Path, DataKey, str]) -> None:
    path = made[0]
    content = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(content | {"format": 2}), "utf-8")
    assert kind_of(keys.unlock, path, "wang", "first secret") is FaultKind.NEWER_FILE
    path.unlink()
    assert kind_of(keys.unlock, path, "wang", "first secret") is FaultKind.MISSING


def test_a_forged_cost_cannot_take_all_memory(made: tuple[Path, DataKey, str]) -> None:
    from caseworker.store.key_file import KeyFile, Wrap, read_key_file, write_key_file

    path = made[0]
    file = read_key_file(path)
    wrap = file.wraps[0]
    greedy = Wrap("wang", Cost(1, 1 << 30, 1), wrap.salt, wrap.nonce, wrap.sealed)
    write_key_file(path, KeyFile(file.office_id, file.recovery, (greedy,)))
    assert kind_of(keys.unlock, path, "wang", "first secret") is FaultKind.CORRUPT


def test_the_standard_cost_is_stored_and_works(tmp_path: Path) -> None:
    key, _ = keys.create_keys(tmp_path / "k", "o", {"wang": "pw"}, STANDARD_COST)
    assert keys.is_password(tmp_path / "k", key, "wang", "pw")
    assert not keys.is_password(tmp_path / "k", key, "wang", "pW")
    assert json.loads((tmp_path / "k").read_text("utf-8"))["logins"][0]["cost"]["memory_kib"] >= 64 * 1024


def test_each_use_and_each_office_has_its_own_key() -> None:
    key = DataKey("office-1", b"k" * 32)
    uses = [key.derive(use) for use in ("database", "attachments", "attachment-names", "high-water")]
    uses.append(DataKey("office-2", b"k" * 32).derive("database"))
    assert len({*uses, key.secret}) == 6
    assert "kkk" not in repr(key)


@given(SECRETS)
def test_a_recovery_key_reads_back_however_it_is_typed(secret: bytes) -> None:
    text = write_recovery_key(secret)
    assert [len(group) for group in text.split("-")] == [4] * 9
    assert read_recovery_key(text) == secret
    assert read_recovery_key(text.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == secret


@settings(derandomize=True)  # one in a million slips passes a 20-bit check
@given(SECRETS, st.integers(0, 35), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_letter_is_found(secret: bytes, place: int, letter: str) -> None:
    text = write_recovery_key(secret).replace("-", "")
    if text[place] == letter:
        return
    with pytest.raises(InvalidInput):
        read_recovery_key(text[:place] + letter + text[place + 1 :])


@pytest.mark.parametrize("text", ["", "ABCD", "U" * 36, "A" * 35, "A" * 37, "密" * 36])
def test_what_is_no_recovery_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="恢复密钥"):
        read_recovery_key(text)
