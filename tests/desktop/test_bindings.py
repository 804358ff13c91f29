"""The window's process outlives a working day of signals (see caseworker/desktop/bindings.py)."""

from __future__ import annotations

import subprocess
import sys

# Far more than the references that True has at start, fewer than a minute of real use makes
BUSY = """
import caseworker.desktop
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Bell(QObject):
    rung = Signal(object)

application = QCoreApplication([])
bell = Bell()
bell.rung.connect(lambda value: None)
for number in range(20_000):
    bell.rung.emit(number)
    bell.setObjectName("bell")
print("still here")
"""


def test_signals_do_not_wear_the_interpreter_out() -> None:
    done = subprocess.run([sys.executable, "-c", BUSY], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "still here"), done.stderr
