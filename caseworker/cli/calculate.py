"""`calculate`: the policies without an office. `policy check`: are a pack's quotes in the official text."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import IO, Any

from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput
from caseworker.policy import calculate_json, dump_json
from caseworker.policy.batch import calculate_lines
from caseworker.policy.texts import missing_quotes
from caseworker.services import bundled_packs

Commands = Any  # argparse's own type for subparsers is private


def add_commands(commands: Commands) -> None:
    calculate = commands.add_parser("calculate", help="测算（不打开机构文件）")
    calculate.add_argument("file", nargs="?", metavar="FILE.json", help="请求；- 为标准输入")
    calculate.add_argument("--batch", metavar="FILE.jsonl", help="每行一个请求，逐行输出结果；- 为标准输入")
    calculate.set_defaults(run=_calculate)

    policy = commands.add_parser("policy", help="政策库")
    acts = policy.add_subparsers(dest="act", required=True, metavar="ACT")
    check = acts.add_parser("check", help="核对引文是否都在正式文本中")
    check.add_argument("pack", metavar="PACK", help="政策标识，例如 xunwu-2022-59")
    check.add_argument("--text", required=True, type=Path, metavar="FILE", help="正式文本（UTF-8）")
    check.set_defaults(run=_check)


def _calculate(options: argparse.Namespace) -> int:
    if (options.file is None) == (options.batch is None):
        raise InvalidInput("请给出一个请求文件，或用 --batch 给出批量文件。")
    packs = bundled_packs()
    if options.batch is not None:
        with _open(options.batch) as lines:
            for line in calculate_lines(lines, packs):
                sys.stdout.write(line + "\n")
        sys.stdout.flush()
        return 0
    with _open(options.file) as source:
        result = calculate_json(source.read(), packs)
    print(dump_json(result, indent=2))
    return 2 if "error" in result else 0


def _check(options: argparse.Namespace) -> int:
    pack = bundled_packs().get(options.pack)
    if pack is None:
        raise InvalidInput(f"没有“{options.pack}”这个政策包。")
    with _open(str(options.text)) as source:
        try:
            text = source.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise InvalidInput(f"正式文本不是 UTF-8 编码：{options.text}") from None
    missing = missing_quotes(pack, text)
    for quote, where in missing:
        print(f"{where}：{quote}")
    print(f"共 {len(pack.quotes)} 处引文，{len(missing)} 处未在文本中找到。")
    return 1 if missing else 0


def _open(name: str) -> IO[bytes]:
    if name == "-":
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        raise InvalidInput(f"找不到文件：{name}") from None
    except IsADirectoryError:
        raise InvalidInput(f"这是文件夹，不是文件：{name}") from None
    except PermissionError:
        raise EnvironmentFault(FaultKind.OTHER, f"没有读取权限：{name}") from None
    except (OSError, ValueError):
        raise InvalidInput(f"不能打开文件：{name}") from None
