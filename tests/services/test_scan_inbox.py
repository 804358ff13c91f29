"""A scanner's folder: old files are not opened, growing ones wait, broken ones say so."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from caseworker.errors import Cancelled, EnvironmentFault
from caseworker.services import scan_inbox
from caseworker.services.scan_inbox import NewScan, ScanInbox

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def picture(path: Path, pages: int = 1, shade: int = 100) -> Path:
    images = [Image.new("L", (60, 80), shade + page) for page in range(pages)]
    images[0].save(path, save_all=True, append_images=images[1:]) if pages > 1 else images[0].save(path)
    return path


def names(inbox: ScanInbox) -> list[str]:
    return [scan.name for scan in inbox.look().scans]


def test_a_file_is_told_when_two_looks_agree(tmp_path: Path) -> None:
    inbox = ScanInbox(tmp_path, LONG_AGO)
    assert inbox.look().scans == ()
    path = picture(tmp_path / "a.tif", 3)
    first = inbox.look()
    assert (first.scans, first.growing) == ((), 1)
    second = inbox.look()
    assert [(scan.name, scan.pages, scan.size, scan.problem) for scan in second.scans] == [
        ("a.tif", 3, path.stat().st_size, "")
    ]
    assert second.growing == 0


def test_a_file_still_being_written_is_waited_for(tmp_path: Path) -> None:
    whole = picture(tmp_path / "whole.png").read_bytes()
    folder = tmp_path / "in"
    folder.mkdir()
    inbox, path = ScanInbox(folder, LONG_AGO), folder / "a.png"
    for end in (10, 40, len(whole)):  # each look finds it longer
        path.write_bytes(whole[:end])
        assert (inbox.look().scans, inbox._last["a.png"].size) == ((), end)
    assert [scan.problem for scan in inbox.look().scans] == [""]


def test_a_page_added_later_is_read_anew(tmp_path: Path) -> None:
    inbox = ScanInbox(tmp_path, LONG_AGO)
    picture(tmp_path / "a.tif", 1)
    inbox.look()
    (one,) = inbox.look().scans
    picture(tmp_path / "a.tif", 2)
    assert inbox.look().scans == ()
    (two,) = inbox.look().scans
    assert (one.pages, two.pages) == (1, 2)
    assert one.token != two.token


def test_old_files_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = scan_inbox.look_at
    monkeypatch.setattr(scan_inbox, "look_at", lambda path: (opened.append(path.name), real(path))[1])
    for number in range(50):
        picture(tmp_path / f"old{number}.png")
    inbox = ScanInbox(tmp_path, datetime.now(UTC) + timedelta(hours=1))  # everything so far lies before it
    inbox.look()
    assert inbox.look().scans == ()
    picture(tmp_path / "new.png")
    future = datetime.now(UTC).timestamp() + 7200
    os.utime(tmp_path / "new.png", (future, future))
    inbox.look()
    assert names(inbox) == ["new.png"]
    assert names(inbox) == ["new.png"]
    assert opened == ["new.png"], "and the new one only once"


def test_only_scans_by_name_are_looked_into_and_only_scans_by_bytes_attached(tmp_path: Path) -> None:
    inbox = ScanInbox(tmp_path, LONG_AGO)
    for name in ("a.txt", "b.xlsx", ".c.png", "~d.pdf"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "e.pdf").write_bytes(b"MZ a program")
    (tmp_path / "f.png").mkdir()
    inbox.look()
    (scan,) = inbox.look().scans
    assert scan.name == "e.pdf"
    assert "名字是 PDF，内容却不是" in scan.problem
    assert scan.sha256 == ""


def test_the_newest_come_first_and_not_more_than_can_be_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_inbox, "MOST", 2)
    future = datetime.now(UTC).timestamp() + 3600
    for number in range(4):
        os.utime(picture(tmp_path / f"{number}.png"), (future + number, future + number))
    inbox = ScanInbox(tmp_path, LONG_AGO)
    inbox.look()
    looked = inbox.look()
    assert [scan.name for scan in looked.scans] == ["3.png", "2.png"]
    assert looked.older == 2


def test_the_same_content_has_the_same_token_and_the_token_says_nothing_of_it(tmp_path: Path) -> None:
    inbox = ScanInbox(tmp_path, LONG_AGO)
    picture(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes())
    inbox.look()
    one, two = inbox.look().scans
    assert isinstance(one, NewScan)
    assert one.token == two.token
    assert one.token not in one.sha256


def test_a_folder_that_is_not_there_is_told_and_a_cancel_heard(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="找不到扫描仪文件夹"):
        ScanInbox(tmp_path / "无", LONG_AGO).look()
    picture(tmp_path / "a.png")
    with pytest.raises(Cancelled):
        ScanInbox(tmp_path, LONG_AGO).look(lambda: True)
