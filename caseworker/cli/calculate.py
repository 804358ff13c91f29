"""`calculate`: the policies without an office, one request or a file of them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import IO, Any

from caseworker.cli.policies import add_policies, packs_of
from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput
from caseworker.policy import calculate_json, dump_json
from caseworker.policy.batch import calculate_lines

Commands = Any  # argparse's own type for subparsers is private


def add_commands(commands: Commands) -> None:
    calculate = commands.add_parser("calculate", help="测算（不打开机构文件）")
    calculate.add_argument("file", nargs="?", metavar="FILE.json", help="请求；- 为标准输入")
    calculate.add_argument("--batch", metavar="FILE.jsonl", help="每行一个请求，逐行输出结果；- 为标准输入")
    add_policies(calculate)
    calculate.set_defaults(run=_calculate)


def _calculate(options: argparse.Namespace) -> int:
    if (options.file is None) == (options.batch is None):
        raise InvalidInput("请给出一个请求文件，或用 --batch 给出批量文件。")
    packs = packs_of(options)
    if options.batch is not None:
        with open_input(options.batch) as lines:
            for line in calculate_lines(lines, packs):
                sys.stdout.write(line + "\n")
        sys.stdout.flush()
        return 0
    with open_input(options.file) as source:
        result = calculate_json(source.read(), packs)
    print(dump_json(result, indent=2))
    return 2 if "error" in result else 0


def open_input(name: str) -> IO[bytes]:
    if name == "-":
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        raise InvalidInput(f"找不到文件：{name}") from None
    except (IsADirectoryError, PermissionError):  # Windows says of a folder that it denies access
        if Path(name).is_dir():
            raise InvalidInput(f"这是文件夹，不是文件：{name}") from None
        raise EnvironmentFault(FaultKind.OTHER, f"没有读取权限：{name}") from None
    except (OSError, ValueError):
        raise InvalidInput(f"不能打开文件：{name}") from None
