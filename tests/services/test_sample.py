"""The sample office and its day: whole, the same for the same seed, and nothing personal in clear on the disk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sample_office import PEOPLE, SEED, Sample
from sqlalchemy import func, select

from caseworker.documents.sample_certificate import PASSPHRASE
from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput
from caseworker.sample_data import Manifest, SampleOffice, make_office
from caseworker.services.desk import open_desk
from caseworker.services.policies import PolicyService
from caseworker.services.sample import CERTIFICATE_FILE, FILE_NAME, SAMPLE_USERS, ensure_sample, make_sample
from caseworker.services.sample_day import SampleDay
from caseworker.services.views import Role
from caseworker.store.models import Document, Instalment, Person
from caseworker.values.clock import SetClock
from caseworker.values.money import Money


def test_the_sample_office_stands_with_its_files(sample: Sample) -> None:
    made = sample.made
    readme = made.readme.read_text(encoding="utf-8-sig")
    for user in SAMPLE_USERS:
        assert f"登录名 {user.login}  密码 {user.password}" in readme
    assert made.path.name == FILE_NAME
    for key in made.codes:
        folder = made.folders[key]
        files = sorted(path.name for path in folder.iterdir() if path.suffix in (".xlsx", ".csv"))
        if key in ("jiangyuan", "yungang"):
            assert files == ["实习生名单.xlsx"]
        else:
            assert len(files) >= 3
    for case in made.cases:
        assert list((made.folders[case.company] / "扫描件").glob("*.png"))
    with sample.desk() as desk:
        assert desk.dossiers.page().total == 6
        assert desk.dossiers.page(kind="school").total == 2
        office = desk.office()
        assert (office.is_sample, office.practice_date) == (True, date(2023, 6, 1))
        (seal,) = desk.documents.seals()
        assert seal.name == "样章"
        assert [pack.id for pack in desk.policies.packs()] == ["xunwu-2022-59", "datong-2022"]


def test_the_same_seed_makes_the_same_office_and_another_does_not(sample: Sample, tmp_path: Path) -> None:
    again = make_sample(tmp_path / "再一次", PEOPLE, SEED, SetClock(date(2023, 6, 1)))
    assert again.codes == sample.made.codes
    for key, folder in sample.made.folders.items():
        for path in folder.rglob("*.csv"):
            assert (again.folders[key] / path.name).read_bytes() == path.read_bytes()
    assert {company.code for company in make_office(PEOPLE, SEED + 1).companies}.isdisjoint(sample.made.codes.values())


def test_a_second_office_is_not_made_over_the_first(sample: Sample) -> None:
    folder = sample.made.path.parent
    before = sample.made.path.read_bytes()
    with pytest.raises(InvalidInput, match="已有演示机构"):
        make_sample(folder)
    assert ensure_sample(folder).path == sample.made.path
    assert sample.made.path.read_bytes() == before


def test_half_a_sample_office_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine stops while the sample office is made: the next start makes it, and opens no half of it."""
    import caseworker.services.sample as module

    folder = tmp_path / "演示"
    with monkeypatch.context() as patch:
        patch.setattr(module, "_scans", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            ensure_sample(folder)
    office = ensure_sample(folder)
    desk = open_desk(office.path, "zhang", "yanshi-zhang")
    try:
        assert desk.dossiers.page().total == 6
        assert len(desk.documents.seals()) == 1
    finally:
        desk.close()
    assert (folder / "README.txt").is_file()
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_the_certificate_for_practice_goes_with_the_seal(sample: Sample) -> None:
    data = (sample.made.path.parent / CERTIFICATE_FILE).read_bytes()
    with sample.desk(Role.SEAL_KEEPER) as desk:
        (seal,) = desk.documents.seals()
        assert "样章" in desk.documents.load_certificate(seal.id, data, PASSPHRASE).subject
        assert desk.documents.seals()[0].certificate
    assert PASSPHRASE in sample.made.readme.read_text(encoding="utf-8-sig")


def _power_cut(*_: object) -> None:
    raise KeyboardInterrupt


# ---- the day -------------------------------------------------------------------------------


def test_the_day_leaves_what_it_promises(whole_day: SampleDay, after_day: Sample) -> None:
    names = sorted(path.name.split("_")[0] for path in whole_day.files)
    assert names == [
        "公示",
        "公示",
        "决定书",
        "决定书",
        "拨付明细表",
        "拨付明细表",
        "测算表",
        "测算表",
        "附件3",
        "附件3",
    ]
    assert all(path.stat().st_size > 5_000 for path in whole_day.files)
    with after_day.desk() as desk:
        amounts = {row.number: row.amount for row in desk.cases.page().rows}
        assert amounts == {"XK-2023-0001": Money.parse(780_000), "DT-2023-0001": Money.parse(540_000)}
        with desk.file.read() as session:
            ordered = session.scalars(select(Instalment.amount).where(Instalment.state == "ordered")).all()
            assert sum(ordered, Money.zero()) == Money.parse(1_320_000)
            assert session.scalar(select(func.count()).select_from(Document)) == 10
        assert desk.audit.verify()[0]


# ---- nothing personal in clear -------------------------------------------------------------


def personal_words(office: SampleOffice) -> set[str]:
    """Full names of three characters and more, ID numbers, accounts, codes: too long to stand in noise by chance."""
    words: set[str] = set()
    for company in office.companies:
        words |= {company.name, company.code, company.account, company.legal_representative_id, company.address}
        for employment in company.staff:
            words |= {employment.person.name, employment.person.id_number}
    # two characters are four bytes of GB18030: in megabytes of noise they do turn up
    return {word for word in words if len(word) >= 3}


def needles(words: set[str]) -> set[bytes]:
    """Each word in the encodings it could be kept in, long enough (6 bytes) to be no chance."""
    encoded = {word.encode(name) for word in words for name in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")}
    return {one for one in encoded if len(one) >= 6}


def found_in(data: bytes, wanted: set[bytes]) -> set[bytes]:
    """Which of the needles stand in the data, by their first six bytes: one pass over the data."""
    by_head: dict[bytes, list[bytes]] = {}
    for one in wanted:
        by_head.setdefault(one[:6], []).append(one)
    hits: set[bytes] = set()
    for at in range(len(data) - 5):
        candidates = by_head.get(data[at : at + 6])
        if candidates:
            hits.update(one for one in candidates if data.startswith(one, at))
    return hits


def test_the_search_itself_finds_what_is_there(manifest: Manifest) -> None:
    name = next(e.person.name for e in manifest.office.companies[0].staff if len(e.person.name) == 3)
    wanted = needles(personal_words(manifest.office))
    for encoding in ("utf-8", "utf-16-le", "gb18030"):
        assert found_in(b"\x00\x01" + f"x{name}y".encode(encoding), wanted)
    csv = next(one.path for one in manifest.hand_ins if one.path.suffix == ".csv")
    assert len(found_in(csv.read_bytes(), wanted)) > 10


def test_nothing_personal_lies_on_the_disk_in_clear(after_day: Sample, manifest: Manifest) -> None:
    path = after_day.made.path
    wanted = needles(personal_words(manifest.office))
    assert len(wanted) > 2_000
    with after_day.desk() as desk:
        with desk.file.read() as session:
            kept = set(session.scalars(select(Person.name)))
        assert len(kept & {e.person.name for c in manifest.office.companies for e in c.staff}) > 100
        desk.backup_now()
        party = after_day.made.parties["yingshan"]
        desk.imports.take("roster", after_day.made.folders["yingshan"] / "花名册.csv", party, good_rows_only=False)
        # while it is open, the write-ahead log and the lock lie there too
        files = [
            one for one in path.parent.rglob("*") if one.is_file() and path.stem in str(one.relative_to(path.parent))
        ]
        files = [one for one in files if not one.is_relative_to(after_day.made.hand_ins)]
        names = {one.name for one in files}
        assert {f"{FILE_NAME}-wal", FILE_NAME} <= names
        assert len(files) > 40, "attachments and the backup are among them"
        assert sum(one.stat().st_size for one in files if one.name.endswith("-wal")) > 0
        for one in files:
            assert found_in(one.read_bytes(), wanted) == set(), one.name
            assert not found_in(str(one.relative_to(path.parent)).encode("utf-8"), wanted), one.name
    assert not path.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize("password", ["", "yanshi-zhang ", "YANSHI-ZHANG", "yanshi-li-2023", "x" * 1000])
def test_no_wrong_password_opens_it(after_day: Sample, password: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        open_desk(after_day.made.path, "zhang", password, clock=after_day.clock)
    assert caught.value.kind is FaultKind.WRONG_PASSWORD


# ---- policies ------------------------------------------------------------------------------


def test_the_policies_of_the_office(sample: Sample) -> None:
    from caseworker.errors import Refusal

    with sample.desk(Role.REVIEWER) as desk:
        service: PolicyService = desk.policies
        clause = service.clause("xunwu-2022-59", "xw-1-new")
        assert (clause.number, clause.payee) == ("二（一）1", "company")
        for wrong in (("xunwu-2022-59", "no-clause"), ("no-policy", "xw-1-new")):
            with pytest.raises(Refusal):
                service.clause(*wrong)
        with pytest.raises(Refusal):
            service.points("no-policy", date(2023, 6, 1))
        points = service.points("xunwu-2022-59", date(2023, 6, 1))
        assert points
        assert {point.decision for point in points} == {"程序默认"}
        assert all(point.option_text for point in points)
        result = service.calculate({"policy": "xunwu-2022-59"})
        assert "error" in result
