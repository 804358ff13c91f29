"""The printed recovery key: 160 random bits that a person can type back from paper."""

from __future__ import annotations

import hashlib
import re

from caseworker.errors import InvalidInput, Problem

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U
_BYTES = 20
_LETTERS = 32
_GROUP = 4
_READ_AS = str.maketrans("OIL", "011")


def write_recovery_key(secret: bytes) -> str:
    """Eight groups of four and a check group: `XXXX-XXXX-...-CCCC`. `secret` is 20 bytes."""
    if len(secret) != _BYTES:
        raise ValueError("a recovery key has 20 bytes")
    text = _letters(int.from_bytes(secret), _LETTERS) + _check(secret)
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def read_recovery_key(text: str) -> bytes:
    """The 20 bytes of a key as typed: case, blanks and hyphens do not matter, O reads as 0, I and L as 1.

    InvalidInput says what is wrong: a length, a letter, or a slip that the check group finds.
    """
    typed = re.sub(r"[\s\-－—_]+", "", text).upper().translate(_READ_AS)
    if len(typed) != _LETTERS + _GROUP:
        wanted = _LETTERS + _GROUP
        raise _slip(f"恢复密钥应为 {wanted} 个字符（九组，每组四个），现有 {len(typed)} 个。请对照打印件重新输入。")
    wrong = next((letter for letter in typed if letter not in _DIGITS), None)
    if wrong is not None:
        raise _slip(f"恢复密钥中不会出现字符“{wrong}”。请对照打印件重新输入。")
    number = 0
    for letter in typed[:_LETTERS]:
        number = number * 32 + _DIGITS.index(letter)
    secret = number.to_bytes(_BYTES)
    if typed[_LETTERS:] != _check(secret):
        raise _slip("恢复密钥有字符输错（校验组不符）。请对照打印件逐组核对。")
    return secret


def _check(secret: bytes) -> str:
    digest = hashlib.sha256(b"caseworker recovery key check" + secret).digest()
    return _letters(int.from_bytes(digest) & 0xFFFFF, _GROUP)


def _letters(number: int, count: int) -> str:
    return "".join(_DIGITS[(number >> (5 * place)) & 31] for place in reversed(range(count)))


def _slip(message: str) -> InvalidInput:
    return InvalidInput(message, (Problem("recovery_key", message),), code="recovery-key-slip")
