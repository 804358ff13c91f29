"""Founding an office: every problem at once, warnings, places; the way back in with the recovery key; its settings."""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from caseworker.errors import EditConflict, EnvironmentFault, FaultKind, InvalidInput, Refusal
from caseworker.services import recover
from caseworker.services.desk import Desk, OfficeForm, open_desk
from caseworker.services.founding import NewOffice, NewUser, check_founding, create_office
from caseworker.services.places import warnings_of_place
from caseworker.services.views import OfficeView, Role
from caseworker.store.audit import history
from caseworker.store.models import Office
from caseworker.store.office_file import FAST_COST
from caseworker.store.paths import OfficePaths
from caseworker.values.clock import SetClock

PASSWORD = "correct-horse-9"
NEW = "battery-staple-8"
XUNWU = "xunwu-2022-59"
EVERYBODY = (Role.CASEWORKER, Role.REVIEWER, Role.HEAD)


def an_office(**changes: Any) -> NewOffice:
    values: dict[str, Any] = {
        "name": "寻乌县客服产业办公室",
        "letter_name": "寻客办字",
        "region": "寻乌县",
        "address": "长宁镇",
        "phone": "0797-0000000",
        "contact": "经一",
        "reconsider_by": "寻乌县人民政府",
        "policies": (XUNWU,),
    }
    return NewOffice(**(values | changes))


def user(login: str, *roles: Role) -> NewUser:
    return NewUser(login, "某人", frozenset(roles), PASSWORD)


ADMIN = user("admin", Role.ADMINISTRATOR)
STAFF = [ADMIN, user("jing", Role.CASEWORKER), user("fu", Role.REVIEWER), user("tou", Role.HEAD)]


def problems_of(path: Path, office: NewOffice, users: list[NewUser]) -> set[str]:
    return {problem.path for problem in check_founding(path, office, users).problems}


# ---- what is wrong, all at once ------------------------------------------------------------


def test_everything_wrong_is_named_in_one_answer_and_nothing_is_written(tmp_path: Path) -> None:
    blank = NewOffice("", " ", "", "", "", "", "", (), notice_days=-1, idle_lock_minutes=-1)
    with pytest.raises(InvalidInput) as caught:
        create_office(tmp_path / "无此文件夹" / "x.caseworker", blank, [NewUser("", "", frozenset(), "")])
    named = {problem.path for problem in caught.value.problems}
    fields = {field.name for field in dataclasses.fields(NewOffice)} - {
        "is_sample",
        "practice_date",
        "two_person_mode",
    }
    assert named == fields | {"file", *(f"users.0.{name}" for name in ("login", "name", "roles", "password"))}
    assert all(problem.message.endswith("。") for problem in caught.value.problems)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"letter_name": "寻" * 12}, set()),
        ({"letter_name": "寻" * 13}, {"letter_name"}),
        ({"letter_name": "寻客办字〔2023〕"}, {"letter_name"}),
        ({"letter_name": "XKB"}, {"letter_name"}),
        ({"name": "寻" * 80}, set()),
        ({"name": "寻" * 81}, {"name"}),
        ({"phone": "28312"}, set()),
        ({"phone": "2831"}, {"phone"}),
        ({"notice_days": None}, set()),
        ({"notice_days": 0}, set()),
        ({"notice_days": 365}, set()),
        ({"notice_days": 366}, {"notice_days"}),
        ({"idle_lock_minutes": 0}, set()),
        ({"idle_lock_minutes": 240}, set()),
        ({"idle_lock_minutes": 241}, {"idle_lock_minutes"}),
        ({"reconsider_by": "人民\u202e政府"}, {"reconsider_by"}),
    ],
)
def test_each_particular_at_its_edges(tmp_path: Path, changes: dict[str, Any], wrong: set[str]) -> None:
    assert problems_of(tmp_path / "x.caseworker", an_office(**changes), STAFF) == wrong


def test_a_founding_that_breaks_off_leaves_no_half_office(
    tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise EnvironmentFault(FaultKind.DISK_FULL, "磁盘空间不足。")

    with monkeypatch.context() as patch:
        patch.setattr("caseworker.services.founding.open_office_file", full)
        with pytest.raises(EnvironmentFault):
            create_office(tmp_path / "x.caseworker", an_office(), STAFF, clock=clock, cheap_keys=True)
    assert list(tmp_path.iterdir()) == []
    create_office(tmp_path / "x.caseworker", an_office(), STAFF, clock=clock, cheap_keys=True)


# ---- places --------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["database", "keys", "high_water", "attachments"])
def test_nothing_of_an_office_may_be_there_already(tmp_path: Path, clock: SetClock, what: str) -> None:
    path = tmp_path / "x.caseworker"
    there: Path = getattr(OfficePaths(path), what)
    there.write_bytes(b"theirs")
    with pytest.raises(Refusal, match="已存在") as caught:
        create_office(path, an_office(), STAFF, clock=clock, cheap_keys=True)
    assert there.name in caught.value.message
    assert there.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [there]


@pytest.mark.parametrize("name", ["x", "x.db", ".caseworker"])
def test_an_office_file_has_its_own_ending(tmp_path: Path, name: str) -> None:
    assert problems_of(tmp_path / name, an_office(), STAFF) == {"file"}


def test_a_folder_that_may_not_be_written_is_named(
    tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", forbidden)
    with pytest.raises(EnvironmentFault, match="另选位置") as caught:
        create_office(tmp_path / "x.caseworker", an_office(), STAFF, clock=clock, cheap_keys=True)
    assert caught.value.kind is FaultKind.READ_ONLY
    assert tmp_path.name in caught.value.message


def test_checking_a_place_leaves_nothing_there(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "x.caseworker", an_office(), STAFF) == set()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("folder", "warned"),
    [
        ("资料", False),
        ("OneDrive - 县政府", True),
        ("Dropbox", True),
        ("我的坚果云", True),
        ("BaiduSyncdisk", True),
        ("onedrives-not", True),  # better one warning too many
        ("非OneDrive", False),
    ],
)
def test_a_synced_folder_is_warned_of(tmp_path: Path, folder: str, warned: bool) -> None:
    found = warnings_of_place(tmp_path / folder / "深" / "x.caseworker")
    assert bool(found) is warned
    assert all("同步" in sentence and folder in sentence for sentence in found)


def test_the_synced_folder_that_windows_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "县政府"))
    assert warnings_of_place(tmp_path / "县政府" / "x.caseworker")
    assert not warnings_of_place(tmp_path / "县政府二" / "x.caseworker")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows is asked for the kind of drive, not for a list of mounts")
@pytest.mark.parametrize(("kind", "warned"), [("ext4", False), ("cifs", True), ("nfs4", True), ("fuse.sshfs", True)])
def test_a_network_share_is_warned_of(tmp_path: Path, kind: str, warned: bool) -> None:
    mounts = tmp_path / "mounts"
    share = tmp_path / "共享 盘"
    named = str(share).replace(" ", "\\040")
    mounts.write_text(f"disk / ext4 rw 0 0\nserver:/x {named} {kind} rw 0 0\nshort\n", encoding="utf-8")
    assert bool(warnings_of_place(share / "x.caseworker", mounts)) is warned
    assert not warnings_of_place(tmp_path / "x.caseworker", mounts)


@pytest.mark.skipif(sys.platform != "win32", reason="drives and shared folders as Windows names them")
def test_a_shared_folder_of_windows_is_warned_of(tmp_path: Path) -> None:
    assert any("网络共享" in sentence for sentence in warnings_of_place(Path(r"\\server\办公共享\x.caseworker")))
    assert not warnings_of_place(tmp_path / "x.caseworker")


# ---- enough people -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("users", "two_persons", "words"),
    [
        (STAFF, False, None),
        (STAFF[:3], False, "还没有负责人"),
        ([ADMIN], False, "还没有经办人、复核人、负责人"),
        ([ADMIN, user("a", *EVERYBODY), user("b", *EVERYBODY), user("c", *EVERYBODY)], False, None),
        ([ADMIN, user("a", *EVERYBODY), user("b", *EVERYBODY)], False, "三个不同的人"),
        # one may be caseworker only if the other two still find somebody
        ([ADMIN, user("a", *EVERYBODY[:2]), user("b", Role.CASEWORKER), user("c", Role.HEAD)], False, None),
        ([ADMIN, user("a", Role.CASEWORKER, Role.HEAD), user("b", Role.REVIEWER)], False, "三个不同的人"),
        ([ADMIN, user("a", Role.CASEWORKER), user("b", Role.HEAD)], True, None),
        ([ADMIN, user("a", Role.CASEWORKER, Role.HEAD)], True, "两个不同的人"),
        ([user("admin", Role.ADMINISTRATOR, Role.HEAD), *STAFF[1:3]], False, None),
    ],
)  # fmt: skip
def test_too_few_people_for_one_case_are_warned_of_and_no_more(
    tmp_path: Path, users: list[NewUser], two_persons: bool, words: str | None
) -> None:
    found = check_founding(tmp_path / "x.caseworker", an_office(two_person_mode=two_persons), users)
    assert found.problems == ()
    if words is None:
        assert found.warnings == ()
    else:
        (sentence,) = found.warnings
        assert words in sentence


# ---- the recovery key ----------------------------------------------------------------------


@pytest.fixture
def made(tmp_path: Path, clock: SetClock) -> tuple[Path, str]:
    path = tmp_path / "机构.caseworker"
    return path, create_office(path, an_office(), STAFF, clock=clock, cheap_keys=True)


def back_in(path: Path, key: str, login: str, password: str, clock: SetClock) -> str:
    return recover(path, key, login, password, clock=clock, cost=FAST_COST).login


def entries(path: Path, clock: SetClock) -> int:
    desk = open_desk(path, "tou", PASSWORD, clock=clock)
    try:
        return desk.audit.page().total
    finally:
        desk.close()


def test_the_recovery_key_sets_a_new_password_and_the_log_says_so(made: tuple[Path, str], clock: SetClock) -> None:
    path, key = made
    before = entries(path, clock)
    typed = key.lower().replace("-", " ").replace("0", "o")  # as somebody reads it off the paper
    assert back_in(path, typed, " admin ", NEW, clock) == "admin"
    with pytest.raises(EnvironmentFault) as caught:
        open_desk(path, "admin", PASSWORD, clock=clock)
    assert caught.value.kind is FaultKind.WRONG_PASSWORD
    desk = open_desk(path, "admin", NEW, clock=clock)
    try:
        page = desk.audit.page()
        assert page.total == before + 1
        row = page.rows[0]
        assert (row.action, row.user, row.subject.split()[0]) == ("用恢复密钥重设密码", "恢复密钥", "用户")
        assert row.detail == {"login": "admin"}
        assert desk.audit.verify()[0]
    finally:
        desk.close()
    open_desk(path, "jing", PASSWORD, clock=clock).close()  # nobody else's password changed
    assert back_in(path, key, "admin", PASSWORD, clock) == "admin"  # and the key is still the key


def test_what_is_mistyped_is_said_at_once_before_the_file_is_touched(made: tuple[Path, str], clock: SetClock) -> None:
    path, key = made
    with pytest.raises(InvalidInput) as caught:
        back_in(path, key[:-2], "", "short", clock)
    assert {problem.path for problem in caught.value.problems} == {"recovery_key", "login", "new_password"}
    slip = ("A" if key[0] != "A" else "B") + key[1:]
    with pytest.raises(InvalidInput, match="校验组不符"):
        back_in(path, slip, "admin", NEW, clock)
    with pytest.raises(InvalidInput):
        back_in(path, key, "admin", "123456789", clock)  # nine characters
    assert back_in(path, key, "admin", "1234567890", clock) == "admin"


def test_the_key_of_another_office_opens_nothing(made: tuple[Path, str], tmp_path: Path, clock: SetClock) -> None:
    path, _key = made
    before = entries(path, clock)
    other = create_office(tmp_path / "乙.caseworker", an_office(), STAFF, clock=clock, cheap_keys=True)
    with pytest.raises(EnvironmentFault, match="恢复密钥与本数据文件不符") as caught:
        back_in(path, other, "admin", NEW, clock)
    assert caught.value.kind is FaultKind.WRONG_PASSWORD
    assert entries(path, clock) == before


@pytest.mark.parametrize(("login", "words"), [("nobody", "没有登录名"), ("jing", "已停用")])
def test_nobody_is_made_or_restored_by_the_key(made: tuple[Path, str], clock: SetClock, login: str, words: str) -> None:
    path, key = made
    desk = open_desk(path, "admin", PASSWORD, clock=clock)
    clerk = next(one for one in desk.users.page() if one.login == "jing")
    desk.users.set_active(clerk.id, False, "调离")
    desk.close()
    before = entries(path, clock)
    with pytest.raises(Refusal, match=words):
        back_in(path, key, login, NEW, clock)
    assert entries(path, clock) == before
    open_desk(path, "admin", PASSWORD, clock=clock).close()


def test_an_open_office_is_not_recovered_behind_its_desk(made: tuple[Path, str], clock: SetClock) -> None:
    path, key = made
    desk = open_desk(path, "jing", PASSWORD, clock=clock)
    try:
        with pytest.raises(EnvironmentFault) as caught:
            back_in(path, key, "admin", NEW, clock)
        assert caught.value.kind is FaultKind.HELD
        assert "jing" in caught.value.message
    finally:
        desk.close()
    open_desk(path, "admin", PASSWORD, clock=clock).close()
    with pytest.raises(EnvironmentFault) as caught:
        back_in(path.with_name("无.caseworker"), key, "admin", NEW, clock)
    assert caught.value.kind is FaultKind.MISSING


# ---- the office's particulars --------------------------------------------------------------


def form_of(office: OfficeView, **changes: Any) -> OfficeForm:
    values = {field.name: getattr(office, field.name) for field in dataclasses.fields(OfficeForm)}
    return OfficeForm(**(values | changes))


@pytest.fixture
def desk(made: tuple[Path, str], clock: SetClock) -> Any:
    opened = open_desk(made[0], "admin", PASSWORD, clock=clock)
    yield opened
    opened.close()


def test_the_administrator_changes_the_office_and_the_log_keeps_both(desk: Desk) -> None:
    before, total = desk.office(), desk.audit.page().total
    wanted = form_of(before, phone=" 0797-1111111 ", two_person_mode=True, notice_days=5, idle_lock_minutes=3)
    after = desk.set_office(wanted, before.version)
    assert after == desk.office()
    assert (after.phone, after.two_person_mode, after.notice_days, after.idle_lock_minutes) == (
        "0797-1111111",
        True,
        5,
        3,
    )
    assert (after.name, after.policies, after.is_sample) == (before.name, before.policies, before.is_sample)
    assert after.version > before.version
    page = desk.audit.page()
    assert (page.total, page.rows[0].action) == (total + 1, "修改机构资料")
    with desk.file.read() as session:
        change = history(session, Office.__tablename__, 1)[-1]
    assert change.before is not None
    assert change.after is not None
    assert (change.before["two_person_mode"], change.after["two_person_mode"]) == (False, True)
    assert (change.before["notice_days"], change.after["notice_days"]) == (None, 5)


def test_a_wrong_particular_saves_nothing(desk: Desk) -> None:
    before = desk.office()
    with pytest.raises(InvalidInput) as caught:
        desk.set_office(form_of(before, name="", phone="12", notice_days=-1, region="新"), before.version)
    assert {problem.path for problem in caught.value.problems} == {"name", "phone", "notice_days"}
    assert desk.office() == before


def test_a_change_meanwhile_is_shown_with_both_versions(desk: Desk) -> None:
    before = desk.office()
    desk.set_office(form_of(before, contact="王五"), before.version)
    with pytest.raises(EditConflict) as caught:
        desk.set_office(form_of(before, contact="赵六"), before.version)
    assert (caught.value.mine, caught.value.theirs) == ({"contact": "赵六"}, {"contact": "王五"})
    assert desk.office().contact == "王五"
