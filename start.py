# -*- coding: utf-8 -*-
"""Set everything up and start: `python3 start.py`, `python3 start.py test`, `python3 start.py cli ...`.

This file only says which Python is needed, so it keeps to syntax that every Python reads;
the work is in packaging/start_commands.py, which needs Python 3.11 or 3.12.
"""

from __future__ import print_function, unicode_literals

import os
import sys


def refusal(version_info):
    """The sentence that refuses this Python, or None where it will do."""
    if (3, 11) <= tuple(version_info[:2]) < (3, 13):
        return None
    return (
        "兑现台需要 Python 3.11 或 3.12，当前是 {0}.{1}，请改用其中之一再启动"
        " (this program needs Python 3.11 or 3.12, this is {0}.{1})."
    ).format(version_info[0], version_info[1])


def main():
    sentence = refusal(sys.version_info)
    if sentence is not None:
        # Bytes, because an old Python or an old console may not know how to encode Chinese.
        getattr(sys.stderr, "buffer", sys.stderr).write((sentence + "\n").encode("utf-8"))
        return 3
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, os.path.join(here, "packaging"))
    import start_commands

    return start_commands.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
