"""The same services without a window.

Exit status: 0 done, 1 refused by the program's rules, 2 bad usage or input, 3 the environment (file, disk, lock).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from caseworker import __version__
from caseworker.cli import calculate, cases, office, sample
from caseworker.errors import CaseworkerError, InvalidInput


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="caseworker", description="兑现台：惠企资金办理（命令行）")
    top.add_argument("--version", action="version", version=f"caseworker {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (calculate, office, cases, sample):
        module.add_commands(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = parser().parse_args(argv)
    try:
        return int(options.run(options) or 0)
    except CaseworkerError as error:
        _report(error, as_json=getattr(options, "json", False))
        return error.exit_status
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 1


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
