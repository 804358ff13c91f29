"""A guard for Python 3.11, where PySide6 6.12 gives `None` and `True` away without counting.

Its one wheel for all Pythons is built as if these constants were immortal, which they are only from 3.12 on. On 3.11
every signal emitted takes a reference from `True` and every call without a result one from `None`; at zero the
interpreter aborts, after some thousands of clicks. 6.11 counts right, but has QtPdf only in a package three times as
large. So the constants are given more references than any working day can use up.
"""

from __future__ import annotations

import ctypes
import sys

ENOUGH = 1 << 40
_CONSTANTS = (None, True, False, NotImplemented, Ellipsis)


def keep_constants_alive() -> None:
    """Once, before Qt is used. Does nothing on Python 3.12 and later, or when it was done already."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    for constant in _CONSTANTS:
        if sys.getrefcount(constant) < ENOUGH // 2:
            # The count is the first field of every object in a release build of CPython 3.11
            ctypes.c_ssize_t.from_address(id(constant)).value += ENOUGH
