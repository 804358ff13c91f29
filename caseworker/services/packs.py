"""The policy packs an office works with: the bundled ones, and folders of its own that are loaded at opening.

Own packs lie beside the office file (NAME.caseworker-policies/) or in the user's data (policies/), one folder each.
A pack with a slip in it is refused with file and line; the others are there all the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from caseworker import resources
from caseworker.casework.steps import WorkflowError
from caseworker.errors import InvalidInput, Problem
from caseworker.policy import Pack, PackError, PackErrors, Packs, load_pack, load_packs
from caseworker.services.workflow import rules_of

BUNDLED = "随程序提供"


@dataclass(frozen=True, slots=True)
class RefusedPack:
    """A folder that was not loaded: a sentence for the clerk, and every problem as 文件 第n行：…… for its author."""

    folder: Path
    sentence: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfficePacks:
    """`origins`: where each pack comes from in words (随程序提供, or its folder)."""

    packs: Packs
    origins: Mapping[str, str]
    refused: tuple[RefusedPack, ...] = ()


@lru_cache(maxsize=1)
def bundled_packs() -> Packs:
    """The policy packs that come with the program, loaded and linted once."""
    return load_packs(resources.path("policies"))


def user_pack_folder() -> Path:
    """Where a user's own packs lie, whichever office is opened: %LOCALAPPDATA% on Windows, else XDG's data folder."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "Caseworker" / "caseworker" / "policies"


def pack_folder_beside(office: Path) -> Path:
    """The folder of one office's own packs: it moves with the office file."""
    return office.with_name(f"{office.name}-policies")


def office_packs(office: Path | None = None, user_folder: Path | None = None) -> OfficePacks:
    """The bundled packs with the office's and the user's own; never an error for a bad one."""
    found = OfficePacks(bundled_packs(), {pack.id: BUNDLED for pack in bundled_packs()})
    places = [] if office is None else [pack_folder_beside(office)]
    for place in (*places, user_folder or user_pack_folder()):
        for folder in _pack_folders(place):
            found = _added(found, folder)
    return found


def packs_with(folder: Path) -> Packs:
    """The bundled packs and those of a folder (one pack, or packs below it), for the command line.

    InvalidInput with every problem of every pack.
    """
    folders = [folder] if (folder / "pack.toml").is_file() else _pack_folders(folder)
    if not folders:
        raise InvalidInput(f"文件夹“{folder}”中没有政策包（应有含 pack.toml 的文件夹）。")
    found = OfficePacks(bundled_packs(), {pack.id: BUNDLED for pack in bundled_packs()})
    for one in folders:
        found = _added(found, one.resolve())
    if found.refused:
        problems = tuple(Problem(pack.folder.name, line) for pack in found.refused for line in pack.problems)
        raise InvalidInput(found.refused[0].sentence, problems)
    return found.packs


def _pack_folders(place: Path) -> list[Path]:
    try:
        return sorted(folder for folder in place.iterdir() if (folder / "pack.toml").is_file())
    except OSError:
        return []  # no such folder, or one that may not be read: then there are no own packs


def _added(found: OfficePacks, folder: Path) -> OfficePacks:
    try:
        pack = load_pack(folder)
        problems = [_line(error) for error in _beside_others(pack, found.packs.by_id.values(), folder)]
        if not problems:
            rules_of(pack)
    except PackErrors as refused:
        problems = [_line(error) for error in refused.errors]
    except WorkflowError as wrong:
        problems = [f"{folder.name}/workflow.toml：步骤的写法有误（{wrong}）"]
    if problems:
        more = "" if len(problems) == 1 else f"（共 {len(problems)} 处问题）"
        sentence = f"政策包“{folder.name}”有误，没有加载：{problems[0]}{more}。请改正后重新打开机构文件。"
        refused_pack = RefusedPack(folder, sentence, tuple(problems))
        return OfficePacks(found.packs, found.origins, (*found.refused, refused_pack))
    origins = {**found.origins, pack.id: str(folder)}
    return OfficePacks(found.packs.with_pack(pack), origins, found.refused)


def _beside_others(pack: Pack, others: Iterable[Pack], folder: Path) -> list[PackError]:
    """What only shows beside other packs: a name taken twice, a shared point with other options."""
    errors = []
    shown = f"{folder.name}/pack.toml"
    for other in others:
        if other.id == pack.id:
            errors.append(PackError(shown, 1, f"已有标识为 {pack.id} 的政策包，请换一个标识"))
            continue
        errors += [
            PackError(f"{folder.name}/points.toml", 0, f"口径 {name} 的选项与“{other.short_title}”中同名口径不同")
            for name in pack.points.keys() & other.points.keys()
            if {one.id for one in pack.points[name].options} != {one.id for one in other.points[name].options}
        ]
    return errors


def _line(error: PackError) -> str:
    return f"{error.file} 第{error.line}行：{error.message}" if error.line else f"{error.file}：{error.message}"
