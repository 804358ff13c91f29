"""The QR code on a letter: number, date, payee, amount and a digest of all that the letter says."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from reportlab.graphics.barcode.qrencoder import QR8bitByte, QRCode, QRErrorCorrectLevel

from caseworker.values.money import Money

_MARK = "兑现台文书1"
DIGEST_LETTERS = 32  # 128 of SHA-256's 256 bits: nobody finds a second letter for it, and the code stays small


@dataclass(frozen=True, slots=True)
class Verification:
    """What the code says."""

    number: str
    day: date
    payee: str
    amount: Money
    digest: str

    def text(self) -> str:
        """One line, fields between bars; a bar inside a field is written as a full-width one."""
        fields = (self.number, self.day.isoformat(), self.payee, str(self.amount), self.digest)
        return "|".join((_MARK, *(value.replace("|", "｜") for value in fields)))


def parse(text: str) -> Verification | None:
    """The fields of a scanned code; None if it is not one of ours."""
    parts = text.strip().split("|")
    if len(parts) != 6 or parts[0] != _MARK or len(parts[5]) != DIGEST_LETTERS:
        return None
    try:
        return Verification(parts[1], date.fromisoformat(parts[2]), parts[3], Money.parse(parts[4]), parts[5])
    except ValueError:
        return None


def digest(document: Any) -> str:
    """The truncated SHA-256 of a document's data (a dataclass of plain values), independent of field order.

    Pictures of seals stay out: sealing a letter does not change what it says. So do fields that stand at their
    default: a field that a later program adds leaves the digests of older letters as they were.
    """
    encoded = json.dumps(_plain(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(encoded.encode("utf-8")).hexdigest()[:DIGEST_LETTERS]


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: _plain(getattr(value, item.name))
            for item in dataclasses.fields(value)
            if item.name not in ("seal", "practice") and getattr(value, item.name) != item.default
        }
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"a document holds plain data, not {type(value).__name__}")


def qr_matrix(text: str) -> list[list[bool]]:
    """The code's modules, without the quiet margin, correction level M."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(QR8bitByte(text))
    code.make()
    count = code.getModuleCount()
    return [[bool(code.isDark(row, column)) for column in range(count)] for row in range(count)]
