"""归档: a case's whole file in a folder, with contents, hashes and nothing half."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from pathlib import Path

import pdfplumber
import pytest
from sample_office import Sample
from sqlalchemy import select

from caseworker.errors import Cancelled, Refusal
from caseworker.services.filing import CONTENTS, MANIFEST, SUMS, check
from caseworker.services.filing_parts import safe_name
from caseworker.services.views import Role
from caseworker.store.models import Attachment


def text_of(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "".join(char["text"] for page in pdf.pages for char in page.chars)


def case_of(sample: Sample, key: str) -> int:
    with sample.desk() as desk:
        return next(row.id for row in desk.cases.page().rows if row.party_id == sample.made.parties[key])


def test_the_whole_file_of_a_case(after_day: Sample, tmp_path: Path) -> None:
    with after_day.desk() as desk:
        (row,) = desk.cases.page(search="XK-2023-0001").rows
        before = desk.audit.page().total
        made = desk.filing.export(row.id, tmp_path)
        assert desk.audit.page().total == before + 1
        entry = desk.audit.page().rows[0]
        detail = desk.cases.get(row.id)
        letter = next(one for one in detail.documents if one.kind == "decision")
        whole = desk.documents.data(letter.id)[2]
    assert made.path.name.startswith("XK-2023-0001 ")
    files = {path.relative_to(made.path).as_posix() for path in made.path.rglob("*") if path.is_file()}
    assert made.files == len(files)
    assert {CONTENTS, MANIFEST, SUMS, "4 办理经过/办理经过.txt", "3 测算/初审意见1（封存的测算）.json"} <= files
    scans = [name for name in files if name.startswith("2 申报材料/")]
    assert len(scans) == sum(len(paper.scans) for paper in detail.papers) > 3
    (decision,) = [name for name in files if "兑现决定书" in name]
    assert (made.path / decision).read_bytes() == whole, "the sealed file itself"
    # hashes: what the tool of every system can check, and the manifest says the same
    sums = dict(reversed(line.split(" *")) for line in (made.path / SUMS).read_text("utf-8").splitlines())  # type: ignore[arg-type]
    assert set(sums) == files - {SUMS}
    assert all(hashlib.sha256((made.path / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    manifest = json.loads((made.path / MANIFEST).read_text("utf-8"))
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        name: digest for name, digest in sums.items() if name != MANIFEST
    }
    assert manifest["case"] == "XK-2023-0001"
    assert entry.detail["sha256"] == made.manifest_sha256 == sums[MANIFEST]
    contents = text_of((made.path / CONTENTS).read_bytes())
    for words in ("档案卷宗目录", "XK-2023-0001", "星联客服科技有限公司", letter.shown_number, "办理经过"):
        assert words in contents
    assert check(made.path) == ()


def test_every_change_of_the_folder_is_found(after_day: Sample, tmp_path: Path) -> None:
    with after_day.desk() as desk:
        made = desk.filing.export(desk.cases.page().rows[0].id, tmp_path)
    log = made.path / "4 办理经过" / "办理经过.txt"
    data = bytearray(log.read_bytes())
    data[-3] ^= 1
    log.write_bytes(bytes(data))
    (made.path / CONTENTS).unlink()
    (made.path / "多的.txt").write_bytes(b"")
    assert check(made.path) == (f"缺少文件：{CONTENTS}", "文件被改动：4 办理经过/办理经过.txt", "多出文件：多的.txt")
    with pytest.raises(Refusal):
        check(tmp_path)


def test_nothing_is_overwritten_and_nothing_is_half(after_day: Sample, tmp_path: Path) -> None:
    out = tmp_path / "卷宗"
    with after_day.desk() as desk:
        key = desk.cases.page().rows[0].id
        made = desk.filing.export(key, out)
        with pytest.raises(Refusal) as there:
            desk.filing.export(key, out)
        assert there.value.code == "already-there"
        assert check(made.path) == ()
        shutil.rmtree(made.path)
        asked = 0

        def cancelled() -> bool:
            nonlocal asked
            asked += 1
            return asked > 2

        before = desk.audit.page().total
        with pytest.raises(Cancelled):
            desk.filing.export(key, out, cancelled=cancelled)
        assert list(out.iterdir()) == []
        assert desk.audit.page().total == before


def test_a_case_without_papers_has_a_file_too(sample: Sample, tmp_path: Path) -> None:
    with sample.desk() as desk:
        key = desk.cases.accept(sample.made.parties["xinglian"], "xunwu-2022-59", "xw-1-new")
        made = desk.filing.export(key, tmp_path)
        assert check(made.path) == ()
        assert "共 1 件" in text_of(desk.filing.contents(key)).replace("\u00a0", " ")
    with sample.desk(Role.SEAL_KEEPER) as desk, pytest.raises(Refusal):
        desk.filing.export(key, tmp_path / "x")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("甲/乙:丙", "甲－乙－丙"),
        ("con", "_con"),
        ("尾点. ", "尾点"),
        ("", "未命名"),
        ("长" * 200, "长" * 80),
        ("..", "未命名"),
    ],
)
def test_names_that_every_system_takes(words: str, name: str) -> None:
    assert safe_name(words) == name


def test_a_scan_with_a_long_name_is_filed_and_can_be_opened(after_day: Sample, tmp_path: Path) -> None:
    """The office file keeps names as they came; a folder takes 255 bytes a name, and a viewer goes by the ending."""
    with after_day.desk() as desk:
        (row,) = desk.cases.page(search="XK-2023-0001").rows
        with desk.file.write(desk.actor, "test.rename") as work:
            for attachment in work.session.scalars(select(Attachment)):
                ending = attachment.name.rpartition(".")[2]
                attachment.name = f"{'长' * 81}.{ending}"
            work.subject("case", row.id)
        made = desk.filing.export(row.id, tmp_path)
    scans = list((made.path / "2 申报材料").iterdir())
    assert scans
    assert {path.suffix for path in scans} <= {".pdf", ".png", ".jpg", ".tif"}
    assert all(len(path.name.encode("utf-8")) <= 200 for path in scans)
    assert check(made.path) == ()
