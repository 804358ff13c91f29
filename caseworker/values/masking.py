"""What is shown of a number that identifies somebody. Names are never masked."""

from __future__ import annotations


def mask_id_number(number: str) -> str:
    """First 6, eight stars, last 4 (公示 wants exactly this); shorter papers keep a third at each end at most."""
    if len(number) == 18:
        return f"{number[:6]}{'*' * 8}{number[-4:]}"
    return _ends(number, min(3, len(number) // 3), min(3, len(number) // 3))


def mask_account(number: str) -> str:
    """Only the last 4 places of an account."""
    return _ends(number, 0, min(4, len(number) // 3))


def mask_phone(number: str) -> str:
    """First 3 and last 4 of a mobile number; of shorter ones the last 2."""
    if len(number) >= 11:
        return _ends(number, 3, 4)
    return _ends(number, 0, min(2, len(number) // 3))


def _ends(text: str, first: int, last: int) -> str:
    hidden = len(text) - first - last
    return text[:first] + "*" * hidden + (text[-last:] if last else "")
