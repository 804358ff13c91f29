"""`sample`: the sample office with its hand-in workbooks. `demo`: a whole day of it without a window."""

from __future__ import annotations

import argparse
import importlib
import os
from pathlib import Path

from caseworker.cli.common import Commands, a_number, add_json, print_json
from caseworker.services.sample import make_sample
from caseworker.services.sample_day import run_day


def add_commands(commands: Commands) -> None:
    sample = commands.add_parser("sample", help="生成演示机构和企业报送的工作簿")
    sample.add_argument("--out", required=True, type=Path, metavar="DIR")
    sample.add_argument("--people", type=a_number, default=600, metavar="N", help="人员总数（不少于 500）")
    sample.add_argument("--seed", type=a_number, default=1, metavar="S")
    add_json(sample)
    sample.set_defaults(run=_sample)

    demo = commands.add_parser("demo", help="不开窗口，走完演示机构的一天")
    demo.add_argument("--out", required=True, type=Path, metavar="DIR")
    demo.add_argument("--seed", type=a_number, default=1, metavar="S")
    demo.set_defaults(run=_demo)


def _sample(options: argparse.Namespace) -> None:
    made = make_sample(options.out, people=options.people, seed=options.seed)
    if options.json:
        print_json(made)
        return
    print(f"演示机构：{made.path}")
    for user in made.users:
        print(f"  {user.name}（{user.role_names()}）登录名 {user.login}，密码 {user.password}")
    print(f"企业报送的材料：{made.hand_ins}")
    print(f"说明：{made.readme}")


def _demo(options: argparse.Namespace) -> None:
    day = run_day(options.out, seed=options.seed, say=print)
    # The window is not this module's to import: it is asked for by name, and only here.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    screenshots = importlib.import_module("caseworker.desktop.screenshots")
    hint = tuple((user.login, user.name, user.role_names(), user.password) for user in day.sample.users)
    with day.desk() as desk:
        for picture in screenshots.take(desk, day.sample.path, options.out, hint=hint):
            print(f"{picture.name}：窗口截图")
