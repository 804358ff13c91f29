"""The commands of start.py: open the sample office, run the tests, pass on to the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import start_display
import start_environment
import start_system

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT_FAULT = 3
BAD_USAGE = 2

USAGE = """用法 (usage):
  python3 start.py              打开演示数据 (the desktop on the sample office)
                                没有显示器时改为写出 demo-output/ (without a display: its day into demo-output/)
  python3 start.py test [--long] [pytest 的参数 / pytest arguments]
  python3 start.py cli ...      命令行 (the command line; try: python3 start.py cli --help)
  python3 start.py setup        只安装，不启动 (set up only)"""


class Starter:
    """One start: where its messages go, and what it runs."""

    def __init__(self, messages: TextIO) -> None:
        self._messages = messages
        self.env = start_environment.child_environment(ROOT)

    def say(self, text: str) -> None:
        print(text, file=self._messages, flush=True)

    def _set_up_step(self, command: Sequence[str]) -> int:
        return subprocess.run(
            command, env=self.env, stdout=self._messages, stdin=subprocess.DEVNULL, check=False
        ).returncode

    def run(self, *arguments: str, cwd: Path | None = None, **variables: str) -> int:
        """Run the environment's Python with these arguments; its exit status, 128 + n for a signal n."""
        python = start_environment.venv_python(ROOT / ".venv")
        with subprocess.Popen([os.fspath(python), *arguments], cwd=cwd, env=self.env | variables) as child:
            while True:
                try:
                    status = child.wait()
                    break
                except KeyboardInterrupt:
                    continue  # the child got it too and decides
        return status if status >= 0 else 128 - status

    def prepare(self, requirements: str, *groups: tuple[start_system.Need, ...]) -> None:
        """System libraries, then `.venv/`. Raises SetupFault where `.venv/` cannot be made complete."""
        lacking = start_system.missing(*groups)
        packages = tuple(need.package for need in lacking)
        makes_venv = start_environment.is_ready(ROOT, requirements) or start_environment.can_make_environments()
        if not makes_venv:
            packages = (start_system.venv_package(), *packages)
        if packages:
            start_system.provide(packages, self.say)
        if not makes_venv and not self._venv_module_works():
            raise start_environment.SetupFault(
                "当前 Python 缺少 venv 模块，装好上面的组件后请重新启动"
                " (this Python lacks its venv module; install what is named above and start again)."
            )
        quiet = not self._messages.isatty()
        start_environment.ensure(ROOT, requirements, self.say, self._set_up_step, quiet)

    @staticmethod
    def _venv_module_works() -> bool:
        """Asked of a new process: this one has remembered that the module was not there."""
        return (
            subprocess.run(
                [sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False
            ).returncode
            == 0
        )

    def require(self, *groups: tuple[start_system.Need, ...]) -> None:
        """Raise SetupFault where one of these is still missing, by name."""
        lacking = start_system.missing(*groups)
        if lacking:
            names = " ".join(need.thing for need in lacking)
            raise start_environment.SetupFault(
                f"缺少系统库，程序无法启动，请先安装 (missing system libraries): {names}"
            )


def open_desktop(starter: Starter) -> int:
    """The sample office in its window; without a display its day into demo-output/."""
    display = start_display.named_display(starter.env)
    window = start_system.WINDOW if display else ()
    starter.prepare(start_environment.RUN, start_system.OFFSCREEN, start_system.FONT, window)
    starter.require(start_system.OFFSCREEN)
    python = start_environment.venv_python(ROOT / ".venv")
    if display is not None and start_display.can_open_window(python, starter.env):
        return starter.run("-m", "caseworker.desktop", "--sample")
    reason = "没有显示器" if display is None else f"显示器 {display} 打不开窗口"
    starter.say(
        f"{reason}，不开窗口，改为把演示数据的一天办完，结果写入 demo-output/"
        " (no display: running the sample office's day without a window, into demo-output/)."
    )
    return starter.run("-m", "caseworker", "demo", "--out", "demo-output", cwd=ROOT, QT_QPA_PLATFORM="offscreen")


def run_tests(starter: Starter, arguments: Sequence[str]) -> int:
    """All tests but the long ones, Qt offscreen, over the machine's cores; arguments go to pytest."""
    starter.prepare(
        start_environment.DEV, start_system.OFFSCREEN, start_system.FONT, start_system.WINDOW, start_system.TESTS
    )
    workers = str(min(os.cpu_count() or 1, 4))
    # By file, so that what a file's tests share (a sample office, a built wheel) is made once.
    command = ("-m", "pytest", "-n", workers, "--dist=loadfile", *arguments)
    return starter.run(*command, cwd=ROOT, QT_QPA_PLATFORM="offscreen")


def run_cli(starter: Starter, arguments: Sequence[str]) -> int:
    starter.prepare(start_environment.RUN)
    return starter.run("-m", "caseworker", *arguments)


def main(arguments: Sequence[str]) -> int:
    """Exit status of what was run; 2 for bad usage, 3 where the machine does not allow the set-up."""
    for stream in (sys.stdout, sys.stderr):
        # Consoles and pipes on Windows default to the local code page, some Linux sessions to ASCII.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    command = arguments[0] if arguments else ""
    # The command line's standard output is the caller's, perhaps JSON: messages keep out of it.
    starter = Starter(sys.stderr if command == "cli" else sys.stdout)
    try:
        if not arguments:
            return open_desktop(starter)
        if command == "test":
            return run_tests(starter, arguments[1:])
        if command == "cli":
            return run_cli(starter, arguments[1:])
        if command == "setup" and len(arguments) == 1:
            starter.prepare(start_environment.RUN, start_system.OFFSCREEN, start_system.FONT)
            return 0
    except start_environment.SetupFault as fault:
        print(fault, file=sys.stderr, flush=True)
        return ENVIRONMENT_FAULT
    wanted_help = command in ("-h", "--help")
    print(USAGE, file=sys.stdout if wanted_help else sys.stderr)
    return 0 if wanted_help else BAD_USAGE
