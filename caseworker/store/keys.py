"""The office's one random data key, wrapped for each login by their password and once by the recovery key.

The key file holds staff logins and ciphertext, nothing else. Each wrap is bound to the office and the login, so
that a wrap cannot be carried over to another office or name.
"""

from __future__ import annotations

import hmac
import os
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from caseworker.errors import EnvironmentFault, FaultKind, Refusal
from caseworker.store.canonical import canonical
from caseworker.store.key_file import Cost, KeyFile, Wrap, read_key_file, write_key_file
from caseworker.store.recovery_key import read_recovery_key, write_recovery_key

Random = Callable[[int], bytes]

STANDARD_COST = Cost(passes=3, memory_kib=131072, lanes=4)  # about 0.3 s on an office PC
FAST_COST = Cost(passes=1, memory_kib=64, lanes=1)  # no protection at all: tests and the sample office only

KEY_BYTES = 32
_RECOVERY = ""  # the recovery wrap stands under no login


@dataclass(frozen=True, slots=True)
class DataKey:
    """The data key of an unlocked office; never shown, written or logged. Each use has its own derived key."""

    office_id: str
    secret: bytes = field(repr=False)

    def derive(self, use: str) -> bytes:
        """32 bytes for one use: `database`, `attachments`, `attachment-names`, `high-water`."""
        return HKDF(
            algorithm=hashes.SHA256(),
            length=KEY_BYTES,
            salt=self.office_id.encode("utf-8"),
            info=f"caseworker {use} 1".encode(),
        ).derive(self.secret)


def create_keys(
    path: Path, office_id: str, logins: Mapping[str, str], cost: Cost, random: Random = os.urandom
) -> tuple[DataKey, str]:
    """Makes the key file of a new office from login -> password. Returns the key and the recovery key to print."""
    if not logins:
        raise ValueError("an office needs at least one login")
    key = DataKey(office_id, random(KEY_BYTES))
    secret = random(20)
    recovery = _seal(key, _RECOVERY, None, random(16), lambda salt: _recovery_kek(office_id, secret, salt), random)
    wraps = tuple(_password_wrap(key, login, password, cost, random) for login, password in logins.items())
    write_key_file(path, KeyFile(office_id, recovery, wraps))
    return key, write_recovery_key(secret)


def unlock(path: Path, login: str, password: str) -> DataKey:
    """The data key. EnvironmentFault WRONG_PASSWORD for a wrong password and for an unknown login alike."""
    file = read_key_file(path)
    wrap = file.wrap_of(login)
    if wrap is None or wrap.cost is None:
        raise _wrong_password()
    return _open(file.office_id, wrap, _password_kek(password, wrap.salt, wrap.cost))


def unlock_with_recovery_key(path: Path, recovery_key: str) -> DataKey:
    """The data key. InvalidInput for a slip of the pen, WRONG_PASSWORD for another office's recovery key."""
    secret = read_recovery_key(recovery_key)
    file = read_key_file(path)
    try:
        return _open(file.office_id, file.recovery, _recovery_kek(file.office_id, secret, file.recovery.salt))
    except EnvironmentFault as error:
        message = "恢复密钥与本数据文件不符，可能属于另一个单位或已被更换。"
        raise EnvironmentFault(FaultKind.WRONG_PASSWORD, message) from error


def is_password(path: Path, key: DataKey, login: str, password: str) -> bool:
    """Whether this login's password opens the very key that is in use."""
    try:
        return hmac.compare_digest(unlock(path, login, password).secret, key.secret)
    except EnvironmentFault as error:
        if error.kind is FaultKind.WRONG_PASSWORD:
            return False
        raise


def logins_of(path: Path) -> tuple[str, ...]:
    return tuple(wrap.login for wrap in read_key_file(path).wraps)


def add_login(path: Path, key: DataKey, login: str, password: str, cost: Cost, random: Random = os.urandom) -> None:
    """Adds a wrap for a new login. Refused where the login exists."""
    file = _own(path, key)
    if file.wrap_of(login) is not None:
        raise Refusal("login-exists", f"登录名“{login}”已存在。")
    wraps = (*file.wraps, _password_wrap(key, login, password, cost, random))
    write_key_file(path, KeyFile(file.office_id, file.recovery, wraps))


def set_password(path: Path, key: DataKey, login: str, password: str, cost: Cost, random: Random = os.urandom) -> None:
    """Replaces the login's wrap."""
    file = _own(path, key)
    if file.wrap_of(login) is None:
        raise Refusal("no-such-login", f"没有登录名“{login}”。")
    fresh = _password_wrap(key, login, password, cost, random)
    wraps = tuple(fresh if wrap.login == login else wrap for wrap in file.wraps)
    write_key_file(path, KeyFile(file.office_id, file.recovery, wraps))


def remove_login(path: Path, key: DataKey, login: str) -> None:
    """Removes the login's wrap. Refused for the last one, since then only the printed key would open the office."""
    file = _own(path, key)
    wraps = tuple(wrap for wrap in file.wraps if wrap.login != login)
    if len(wraps) == len(file.wraps):
        raise Refusal("no-such-login", f"没有登录名“{login}”。")
    if not wraps:
        raise Refusal("last-login", f"“{login}”是最后一个登录名，不能移除。")
    write_key_file(path, KeyFile(file.office_id, file.recovery, wraps))


def _own(path: Path, key: DataKey) -> KeyFile:
    file = read_key_file(path)
    if file.office_id != key.office_id:
        raise EnvironmentFault(FaultKind.CORRUPT, f"密钥文件“{path.name}”已被换成另一个单位的，未作改动。")
    return file


def _password_wrap(key: DataKey, login: str, password: str, cost: Cost, random: Random) -> Wrap:
    if not login or not password:
        raise ValueError("a login and a password cannot be empty")
    return _seal(key, login, cost, random(16), lambda salt: _password_kek(password, salt, cost), random)


def _seal(
    key: DataKey, login: str, cost: Cost | None, salt: bytes, kek: Callable[[bytes], bytes], random: Random
) -> Wrap:
    nonce = random(12)
    sealed = AESGCM(kek(salt)).encrypt(nonce, key.secret, _binding(key.office_id, login, cost))
    return Wrap(login, cost, salt, nonce, sealed)


def _open(office_id: str, wrap: Wrap, kek: bytes) -> DataKey:
    try:
        secret = AESGCM(kek).decrypt(wrap.nonce, wrap.sealed, _binding(office_id, wrap.login, wrap.cost))
    except InvalidTag as error:
        raise _wrong_password() from error
    return DataKey(office_id, secret)


def _binding(office_id: str, login: str, cost: Cost | None) -> bytes:
    return canonical({"office": office_id, "login": login, "cost": None if cost is None else cost.as_json()})


def _password_kek(password: str, salt: bytes, cost: Cost) -> bytes:
    # NFKC: the same password typed with a full-width input method is the same password
    secret = unicodedata.normalize("NFKC", password).encode("utf-8")
    return hash_secret_raw(secret, salt, cost.passes, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID)


def _recovery_kek(office_id: str, secret: bytes, salt: bytes) -> bytes:
    # 160 random bits need no slow hash
    info = f"caseworker recovery wrap 1 {office_id}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(secret)


def _wrong_password() -> EnvironmentFault:
    return EnvironmentFault(FaultKind.WRONG_PASSWORD, "登录名或密码不正确。")
