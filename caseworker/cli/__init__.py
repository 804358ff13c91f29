"""The same services without a window.

Exit status: 0 done, 1 refused by the program's rules, 2 bad usage or input, 3 the environment (file, disk, lock),
70 a bug.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from caseworker import __version__
from caseworker.cli import (
    calculate,
    cases,
    documents,
    dossiers,
    filing,
    founding,
    holidays,
    office,
    oversight,
    points,
    policies,
    prior,
    programs,
    sample,
    seats,
    wording,
    workbooks,
)
from caseworker.errors import CaseworkerError, InvalidInput

BUG = 70  # EX_SOFTWARE: none of the three families of expected failure


_MODULES = (
    calculate,
    seats,
    policies,
    office,
    dossiers,
    founding,
    cases,
    documents,
    filing,
    holidays,
    points,
    oversight,
    prior,
    programs,
    workbooks,
    wording,
    sample,
)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="caseworker", description="兑现台：惠企资金办理（命令行）")
    top.add_argument("--version", action="version", version=f"caseworker {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in _MODULES:
        module.add_commands(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if hasattr(sys.stdin, "reconfigure"):
        # a password in Chinese, whatever the console's code page; see common.read_password
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    options = parser().parse_args(argv)
    try:
        return int(options.run(options) or 0)
    except CaseworkerError as error:
        _report(error, as_json=getattr(options, "json", False))
        return error.exit_status
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 1
    except Exception as error:
        if _reader_left(error):
            # Whoever read the output has seen enough; the null device keeps the interpreter's own flush at exit quiet.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        _report_bug(error)
        return BUG


def _reader_left(error: Exception) -> bool:
    """A pipe whose reader has gone; Windows often calls that an invalid argument, of no file."""
    if sys.platform == "win32" and isinstance(error, OSError) and error.errno == errno.EINVAL:
        return error.filename is None
    return isinstance(error, BrokenPipeError)


def _report_bug(error: Exception) -> None:
    """Where it happened, without the exception's own words: these may carry a name or an ID number."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    print("程序内部错误，本次操作未完成。请把以下几行交给维护人员：", file=sys.stderr)
    print(f"  caseworker {__version__} {type(error).__name__}", file=sys.stderr)
    for line in own:
        print(f"  {line}", file=sys.stderr)


def _report(error: CaseworkerError, *, as_json: bool) -> None:
    problems = error.problems if isinstance(error, InvalidInput) else ()
    if as_json:
        body: dict[str, object] = {"code": error.code, "message": error.message}
        if problems:
            body["problems"] = [{"path": problem.path, "message": problem.message} for problem in problems]
        print(json.dumps({"error": body}, ensure_ascii=False, indent=2))
        return
    print(error.message, file=sys.stderr)
    for problem in problems:
        print(f"  {problem.path}：{problem.message}", file=sys.stderr)
