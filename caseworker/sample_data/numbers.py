"""Identity numbers, organisation codes, accounts and phones that are valid in form and belong to nobody.

The regions are mostly unassigned, and the sequence digits come from a range that registers do not reach.
"""

from __future__ import annotations

from datetime import date
from random import Random

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_REGIONS = ("360734", "360798", "360799", "140213", "140298", "140299")


def id_check_character(body: str) -> str:
    """GB 11643: the 18th character of a 居民身份证号 from its 17 digits."""
    return _ID_CHECKS[sum(int(d) * w for d, w in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def id_number(rng: Random, born: date, female: bool) -> str:
    sequence = rng.randrange(900, 995, 2) + (0 if female else 1)  # the last of the three is odd for men
    body = f"{rng.choice(_REGIONS)}{born:%Y%m%d}{sequence:03d}"
    return body + id_check_character(body)


def uscc_check_character(body: str) -> str:
    """GB 32100: the 18th character of a 统一社会信用代码 from the 17 before it."""
    return _USCC_ALPHABET[-sum(_USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body)) % 31]


def uscc(rng: Random, region: str, kind: str = "91") -> str:
    """`kind` is 91 for a company, 12 for a public school, 52 for a private one."""
    organisation = "MA" + "".join(rng.choice(_USCC_ALPHABET) for _ in range(6))
    values = [int(c) if c.isdigit() else ord(c) - 55 for c in organisation]
    check = (11 - sum(v * w for v, w in zip(values, _ORG_WEIGHTS, strict=True)) % 11) % 11
    body = f"{kind}{region}{organisation}{'X' if check == 10 else check}"
    return body + uscc_check_character(body)


def account(rng: Random) -> str:
    """A company account in no bank's range."""
    return "9900" + "".join(str(rng.randrange(10)) for _ in range(15))


def bank_code(rng: Random) -> str:
    """A 12-digit 联行号 that no bank has."""
    return "999" + "".join(str(rng.randrange(10)) for _ in range(9))


def phone(rng: Random) -> str:
    return f"199-0000-{rng.randrange(10_000):04d}"
