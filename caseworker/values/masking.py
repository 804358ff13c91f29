"""Numbers as screens and public lists show them. Names are not masked: a public notice is of names."""

from __future__ import annotations


def mask_id_number(number: str) -> str:
    """First 6, 8 stars, last 4 (公示); shorter numbers (passports) keep their first 2 and last 2."""
    if len(number) >= 15:
        return f"{number[:6]}{'*' * 8}{number[-4:]}"
    if len(number) >= 7:
        return f"{number[:2]}{'*' * (len(number) - 4)}{number[-2:]}"
    return "*" * len(number)


def mask_account(number: str) -> str:
    """Only the last 4 digits, and of a short number none."""
    if len(number) < 8:
        return "*" * len(number)
    return f"{'*' * (len(number) - 4)}{number[-4:]}"


def mask_phone(number: str) -> str:
    """First 3 and last 4 of a mobile number; the last 2 of anything shorter hidden in stars before them."""
    if len(number) >= 11:
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    if len(number) >= 5:
        return f"{'*' * (len(number) - 2)}{number[-2:]}"
    return "*" * len(number)
