"""A damaged .xls is refused in words: what it says of lengths and chains is never believed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

import pytest
from intake.making import IDS, workbook
from tools import need

from caseworker.errors import InvalidInput
from caseworker.intake import biff, read_workbook


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("xls")
    rows = [["姓名", "身份证号", "月份", "应发工资"], *(["张三", number, "2023-01", 3000.5] for number in IDS)]
    source = workbook(folder / "w.xlsx", rows)
    command = [need("soffice"), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xls", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "w.xls").read_bytes()


def code(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    try:
        return str(len(read_workbook("wages", path).rows))
    except InvalidInput as refused:
        return refused.code


def changed(content: bytes, at: int, value: bytes) -> bytes:
    return content[:at] + value + content[at + len(value) :]


def test_lengths_and_chains_that_cannot_be(tmp_path: Path, good: bytes) -> None:
    path = tmp_path / "w.xls"
    assert code(path, good) == str(len(IDS))
    extent = good.index(b"\x00\x02\x0e\x00") + 4  # DIMENSIONS: first row, last row, first column, last column
    first_directory = int.from_bytes(good[48:52], "little")
    fat = (int.from_bytes(good[76:80], "little") + 1) * 512
    huge = b"\xff\xff\xff\x7f"
    for at, value in (
        (44, huge),  # sectors of the allocation table
        (64, huge),  # and of the small one
        (48, huge),  # the directory begins outside the file
        (fat + 4 * first_directory, first_directory.to_bytes(4, "little")),  # its chain goes round
        (extent + 4, huge),  # a sheet of two thousand million rows
        (extent + 10, b"\xff\xff"),  # of 65,535 columns
        (30, b"\x00\x00"),
    ):
        assert code(path, changed(good, at, value)) == "damaged", at
    assert code(path, good[: len(good) // 2]) in ("damaged", "not-a-workbook")  # its directory may stand at the end


def test_bytes_at_random(tmp_path: Path, good: bytes) -> None:
    rng = Random(3)
    for _ in range(250):
        content = bytearray(good)
        for _ in range(rng.choice([1, 3, 20])):
            content[rng.randrange(512) if rng.random() < 0.3 else rng.randrange(len(content))] = rng.randrange(256)
        assert code(tmp_path / "w.xls", bytes(content))


def test_what_is_no_container(tmp_path: Path) -> None:
    path = tmp_path / "w.xls"
    for content in (b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0" * 600, b"\xff" * 4000):
        path.write_bytes(content)
        with pytest.raises(InvalidInput) as refused:
            biff.check(path)
        assert refused.value.code == "damaged"
