"""Where an office file is to lie: a place that cannot hold one, and places that are known to spoil one."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput, Problem, Refusal
from caseworker.store.faults import fault_from
from caseworker.store.paths import SUFFIX, OfficePaths

# Folder names that sync programs give their own folder; compared in lower case, as a beginning.
_SYNCED = (
    "onedrive", "dropbox", "icloud", "google drive", "googledrive", "nextcloud", "owncloud", "seafile", "nutstore",
    "坚果云", "我的坚果云", "baidusync", "baidunetdisk", "百度网盘", "百度云", "wps云盘", "wpsdrive", "wps cloud",
    "阿里云盘", "aliyundrive", "微云", "weiyun", "天翼云", "ecloud", "腾讯微云", "亿方云", "同步盘", "同步文件夹",
)  # fmt: skip
_NETWORK = ("nfs", "cifs", "smb", "fuse.sshfs", "fuse.gvfsd-fuse", "fuse.rclone", "davfs", "ceph", "glusterfs", "afs")
_MOUNTS = Path("/proc/self/mounts")
_DRIVE_REMOTE = 4  # GetDriveTypeW


def refused_place(path: Path) -> InvalidInput | Refusal | EnvironmentFault | None:
    """Why no office file can be made at `path`, as the error to raise; None where it can. Leaves nothing behind."""
    if path.suffix != SUFFIX or path.name == SUFFIX:
        words = f"机构文件的名称应以 {SUFFIX} 结尾，例如 寻乌{SUFFIX}。"
        return InvalidInput(words, (Problem("file", words),))
    paths = OfficePaths(path)
    try:
        for file in (paths.database, paths.keys, paths.high_water, paths.attachments):
            if file.exists():
                return Refusal("file-exists", f"“{file.name}”已存在，未作改动。请换一个文件名或文件夹。")
        if not path.parent.is_dir():
            return EnvironmentFault(FaultKind.MISSING, f"文件夹“{path.parent}”不存在，请先建立或另选位置。")
        with tempfile.TemporaryFile(dir=path.parent, prefix=".caseworker-"):
            pass
    except PermissionError:
        return EnvironmentFault(FaultKind.READ_ONLY, f"不能写入文件夹“{path.parent}”，请另选位置。")
    except OSError as error:
        return fault_from(error, path.parent)
    return None


def warnings_of_place(path: Path, mounts: Path = _MOUNTS) -> tuple[str, ...]:
    """Sentences on a place that is known to spoil databases: a synced folder, a network share.

    What cannot be found out is not warned of: the manual says the same in general.
    """
    found: list[str] = []
    whole = path.absolute()
    synced = next((part for part in whole.parts[:-1] if part.lower().startswith(_SYNCED)), None)
    if synced is None and _below_onedrive(whole):
        synced = "OneDrive"
    if synced is not None:
        found.append(f"文件夹“{synced}”像是网盘的同步文件夹，同步软件可能写坏机构文件。请放在不同步的本机文件夹里。")
    if _on_network(whole, mounts):
        found.append("这个位置在网络共享上，断网或多人同时打开可能写坏机构文件。请放在本机硬盘上。")
    return tuple(found)


def _below_onedrive(path: Path) -> bool:
    """Windows names the synced folder in the environment, whatever it is called."""
    for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
        folder = os.environ.get(name)
        if folder and path.is_relative_to(folder):
            return True
    return False


def _on_network(path: Path, mounts: Path) -> bool:
    if str(path).startswith("\\\\"):
        return True
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == _DRIVE_REMOTE)
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    best, kind = "", ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        if path.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind.startswith(_NETWORK)
