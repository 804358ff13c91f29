"""Type faces: the system's official ones first, else the bundled ones, with fallback character by character.

A character that no face has is named before anything is printed; it never becomes an empty box.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from caseworker import resources
from caseworker.documents import tounicode
from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput, Problem

tounicode.install()


class Face(StrEnum):
    """The styles that GB/T 9704 names, and the face that only lends rare characters."""

    FANG = "fang"  # 仿宋
    TITLE = "title"  # 小标宋
    HEI = "hei"  # 黑体
    KAI = "kai"  # 楷体
    SONG = "song"  # 宋体: the figures of page numbers
    RARE = "rare"


# File names under which Windows (and offices that bought the faces) have them; the first found is used.
_SYSTEM: dict[Face, tuple[str, ...]] = {
    Face.FANG: ("simfang.ttf", "仿宋_GB2312.ttf", "FangSong_GB2312.ttf"),
    Face.TITLE: ("FZXBSJW.TTF", "方正小标宋简体.ttf", "方正小标宋_GBK.ttf", "FZXBSK.TTF"),
    Face.HEI: ("simhei.ttf",),
    Face.KAI: ("simkai.ttf", "楷体_GB2312.ttf"),
    Face.SONG: ("simsun.ttc",),
}
# Wide faces that may lend a character which the office's own faces and the bundled ones lack.
_WIDE = ("simsunb.ttf", "SimsunExtG.ttf", "msyh.ttc", "HanaMinA.ttf", "HanaMinB.ttf", "BabelStoneHan.ttf")

_MOST_ROWS = 5  # named in one sentence; the problems name all

# Marks without a shape of their own: variation selectors, joiners, the byte-order mark.
_INVISIBLE = frozenset({0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})


@dataclass(frozen=True, slots=True)
class Run:
    """Adjacent characters that one registered font can set."""

    font: str
    text: str


@dataclass(frozen=True, slots=True)
class MissingCharacter:
    """A character that no face has, and the first of the given texts that holds it."""

    character: str
    code: str  # U+4DAE
    found_in: str
    row: str = ""  # of a list of people or lines: which list, which row, whose


def _font_folders() -> list[Path]:
    if sys.platform == "win32":
        folders = [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"]
        local = os.environ.get("LOCALAPPDATA")
        if local:
            folders.append(Path(local) / "Microsoft" / "Windows" / "Fonts")
        return folders
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]


def find_system_files(names: Iterable[str], folders: Iterable[Path] | None = None) -> dict[str, Path]:
    """Which of these file names (case ignored) stand in the system's font folders."""
    wanted = {name.lower(): name for name in names}
    found: dict[str, Path] = {}
    for folder in _font_folders() if folders is None else folders:
        if not folder.is_dir():
            continue
        for path in sorted(folder.rglob("*")):
            name = wanted.get(path.name.lower())
            if name is not None and name not in found:
                found[name] = path
    return found


class FaceSet:
    """The faces one rendering uses. Widths are in points."""

    def __init__(self, bundled_only: bool = False, folders: Iterable[Path] | None = None) -> None:
        self._bundled_only = bundled_only
        self._prefix = "bundled" if bundled_only else "system"
        names = [name for group in _SYSTEM.values() for name in group] + list(_WIDE)
        self._found = {} if bundled_only else find_system_files(names, folders)
        self._fonts: dict[str, TTFont | None] = {}
        self._chains: dict[Face, list[str]] = {}
        self._home: dict[tuple[Face, int], str | None] = {}
        self._loading = threading.RLock()  # bulk printing and a preview may ask at once

    def _load(self, key: str, path: Path) -> TTFont | None:
        """The font under `key`, registered with ReportLab; None if the file is not one that can be embedded."""
        with self._loading:
            if key not in self._fonts:
                name = f"{self._prefix}-{key}"
                try:
                    font = TTFont(name, str(path))
                except TTFError:
                    if not path.is_file():
                        raise EnvironmentFault(
                            FaultKind.MISSING, f"缺少字体文件 {path.name}，请重新安装本程序。"
                        ) from None
                    self._fonts[key] = None  # CFF outlines, or a damaged system font: the next in the chain serves
                else:
                    pdfmetrics.registerFont(font)
                    self._fonts[key] = font
            return self._fonts[key]

    def _bundled(self, face: Face) -> tuple[str, Path]:
        return f"{face.value}.ttf", resources.path("fonts", f"{face.value}.ttf")

    def _chain(self, face: Face) -> list[tuple[str, Path]]:
        """Where a character of this style is looked for, in order."""
        system = [(name, self._found[name]) for name in _SYSTEM.get(face, ()) if name in self._found][:1]
        lenders = [Face.FANG, Face.RARE, Face.HEI, Face.KAI, Face.TITLE]
        bundled = [self._bundled(each) for each in (face, *(lender for lender in lenders if lender is not face))]
        wide = [(name, self._found[name]) for name in _WIDE if name in self._found]
        if face is not Face.SONG:  # 仿宋 lends only to the figures' face; the others borrow from the rare face first
            bundled.sort(key=lambda pair: (pair[0] != f"{face.value}.ttf", pair[0] != "rare.ttf"))
        return system + bundled + wide

    def font_of(self, character: str, face: Face) -> str | None:
        """The registered font that sets this character in this style, or None if no face has it."""
        code = ord(character)
        key = (face, code)
        if key not in self._home:
            self._home[key] = None
            for name, path in self._chain(face):
                font = self._load(name, path)
                if font is not None and code in font.face.charToGlyph:
                    self._home[key] = str(font.fontName)
                    break
        return self._home[key]

    def runs(self, text: str, face: Face) -> tuple[Run, ...]:
        """The text cut into runs of one font each. A character that no face has raises InvalidInput."""
        runs: list[Run] = []
        for character in visible(text):
            font = self.font_of(character, face)
            if font is None:
                raise _no_face(self.missing([text]))
            if runs and runs[-1].font == font:
                runs[-1] = Run(font, runs[-1].text + character)
            else:
                runs.append(Run(font, character))
        return tuple(runs)

    def width(self, text: str, face: Face, size: float) -> float:
        """How wide the text is at `size` points, without tracking, in points."""
        return float(sum(pdfmetrics.stringWidth(run.text, run.font, size) for run in self.runs(text, face)))

    def missing(self, texts: Iterable[str]) -> list[MissingCharacter]:
        """Every character of the texts that no face has, each once, in order of appearance."""
        seen: dict[str, MissingCharacter] = {}
        for text in texts:
            for character in visible(text):
                if character not in seen and self.font_of(character, Face.FANG) is None:
                    seen[character] = MissingCharacter(character, f"U+{ord(character):04X}", text)
        return list(seen.values())

    def require(self, texts: Iterable[str], lists: Mapping[str, Iterable[Sequence[str]]] | None = None) -> None:
        """Raise InvalidInput naming every character that cannot be printed.

        `lists`: by what a clerk calls them, the rows of the lists, each beginning with whose it is; a character in them
        is named with every row that holds it.
        """
        lacking: list[MissingCharacter] = []
        for title, rows in (lists or {}).items():
            for number, row in enumerate(rows, 1):
                where = f"{title}第{number}行（{row[0]}）" if row else ""
                lacking += [replace(item, row=where) for item in self.missing(row)]
        known = {item.character for item in lacking}
        lacking += [item for item in self.missing(texts) if item.character not in known]
        if lacking:
            raise _no_face(lacking)


def visible(text: str) -> str:
    """The text without marks that have no shape; line ends and tabs become spaces."""
    return "".join(" " if c in "\r\n\t\u00a0" else c for c in text if ord(c) not in _INVISIBLE)


def _no_face(lacking: list[MissingCharacter]) -> InvalidInput:
    problems = tuple(
        Problem(item.code, f"{item.row or f'“{item.found_in}”'}中的一个字（编码 {item.code}）没有字体可以打印。")
        for item in lacking
    )
    codes = list(dict.fromkeys(item.code for item in lacking))
    rows = list(dict.fromkeys(item.row for item in lacking if item.row))
    where = "、".join(rows[:_MOST_ROWS]) + (f"等{len(rows)}行" if len(rows) > _MOST_ROWS else "")
    return InvalidInput(
        f"有 {len(codes)} 个字没有字体可以打印（编码 {'、'.join(codes)}{'；见' + where if where else ''}），"
        "请安装含有这些字的字体后再出文书。",
        problems,
        code="missing-glyph",
    )


@cache
def faces(bundled_only: bool = False) -> FaceSet:
    """The program's faces, loaded once. Tests use the bundled ones only, so that they see the same everywhere."""
    return FaceSet(bundled_only)


def missing_characters(texts: Iterable[str], faces_used: FaceSet | None = None) -> list[MissingCharacter]:
    """What could not be printed of these texts; empty when all is well."""
    return (faces_used or faces()).missing(texts)
