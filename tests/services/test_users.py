"""Users: added with a wrap of the key, their roles, stopped and restored, passwords set anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_office import Sample

from caseworker.errors import EnvironmentFault, FaultKind, InvalidInput, Refusal
from caseworker.services.desk import Desk, open_desk
from caseworker.services.views import Role


@pytest.fixture
def admin(sample: Sample) -> Iterator[Desk]:
    with sample.desk(Role.ADMINISTRATOR) as desk:
        yield desk


def of(desk: Desk, login: str) -> int:
    return next(user.id for user in desk.users.page() if user.login == login)


def test_an_added_user_can_sign_in(admin: Desk, sample: Sample) -> None:
    admin.users.add("qian", "钱经办", frozenset({Role.CASEWORKER, Role.REVIEWER}), "a-long-enough-password")
    (view,) = [user for user in admin.users.page() if user.login == "qian"]
    assert (view.name, view.roles, view.active) == ("钱经办", frozenset({Role.CASEWORKER, Role.REVIEWER}), True)
    assert view.role_names() == "经办人、复核人"
    assert admin.switch("qian", "a-long-enough-password").user.login == "qian"
    admin.close()
    desk = open_desk(sample.made.path, "qian", "a-long-enough-password", clock=sample.clock)
    assert desk.audit.verify()[0]
    desk.close()


def test_everything_wrong_with_a_user_is_said_at_once_and_no_login_is_left(admin: Desk) -> None:
    before = admin.audit.page().total
    with pytest.raises(InvalidInput) as caught:
        admin.users.add("Zhang San", " ", frozenset(), "kurz")
    assert [problem.path for problem in caught.value.problems] == ["login", "name", "roles", "password"]
    with pytest.raises(InvalidInput) as caught:
        admin.users.add("zhang", "张二", frozenset({Role.CASEWORKER}), "a-long-enough-password")
    assert [problem.path for problem in caught.value.problems] == ["login"]
    assert "已有人使用" in caught.value.problems[0].message
    with pytest.raises(InvalidInput):
        admin.users.add("qian", "钱\u202e经办", frozenset({Role.CASEWORKER}), "a-long-enough-password")
    assert admin.file.logins() == tuple(user.login for user in sorted(admin.users.page(), key=lambda u: u.id))
    assert admin.audit.page().total == before


@pytest.mark.parametrize(("length", "good"), [(9, False), (10, True), (11, True), (200, True)])
def test_a_password_has_at_least_ten_characters(admin: Desk, length: int, good: bool) -> None:
    password = "密" * length
    if good:
        admin.users.add("qian", "钱", frozenset({Role.CASEWORKER}), password)
        assert admin.switch("qian", password).user.name == "钱"
        admin.users.reset_password(of(admin, "zhang"), password)
    else:
        with pytest.raises(InvalidInput):
            admin.users.add("qian", "钱", frozenset({Role.CASEWORKER}), password)
        with pytest.raises(InvalidInput):
            admin.users.reset_password(of(admin, "zhang"), password)


def test_a_reset_password_replaces_the_old_one(admin: Desk) -> None:
    admin.users.reset_password(of(admin, "zhang"), "brand-new-password")
    with pytest.raises(EnvironmentFault):
        admin.switch("zhang", "yanshi-zhang")
    clerk = admin.switch("zhang", "brand-new-password")
    with pytest.raises(EnvironmentFault) as caught:
        clerk.users.change_own_password("yanshi-zhang", "another-password")
    assert caught.value.kind is FaultKind.WRONG_PASSWORD
    clerk.users.change_own_password("brand-new-password", "another-password")
    assert clerk.switch("zhang", "another-password").user.login == "zhang"
    with pytest.raises(EnvironmentFault):
        clerk.switch("zhang", "brand-new-password")


def test_a_login_left_over_from_a_broken_start_is_taken_over(admin: Desk) -> None:
    admin.file.add_login("qian", "nobody-knows-this")  # the machine stopped before the user's row was written
    with pytest.raises(Refusal, match="停用"):
        admin.switch("qian", "nobody-knows-this")
    admin.users.add("qian", "钱经办", frozenset({Role.CASEWORKER}), "a-long-enough-password")
    assert admin.switch("qian", "a-long-enough-password").user.name == "钱经办"


def test_the_last_active_administrator_stays(admin: Desk) -> None:
    me = of(admin, "admin")
    for act in (
        lambda: admin.users.set_active(me, False),
        lambda: admin.users.set_roles(me, frozenset({Role.CASEWORKER})),
    ):
        with pytest.raises(Refusal, match="最后一名管理员"):
            act()
    second = of(admin, "wang")
    admin.users.set_roles(second, frozenset({Role.HEAD, Role.ADMINISTRATOR}))
    admin.users.set_active(second, False)
    with pytest.raises(Refusal, match="最后一名管理员"):
        admin.users.set_active(me, False)
    admin.users.set_active(second, True)
    admin.users.set_roles(me, frozenset({Role.CASEWORKER}))
    assert [user.login for user in admin.users.page() if Role.ADMINISTRATOR in user.roles] == ["wang"]


def test_a_user_without_any_role_is_not_made(admin: Desk) -> None:
    with pytest.raises(InvalidInput):
        admin.users.set_roles(of(admin, "zhang"), frozenset())


def test_stopping_and_restoring(admin: Desk) -> None:
    clerk = of(admin, "zhang")
    admin.users.set_active(clerk, False, "调离")
    assert admin.users.page()[-1].login == "zhang"  # inactive ones stand last
    assert admin.audit.page().rows[0].reason == "调离"
    with pytest.raises(Refusal):
        admin.switch("zhang", "yanshi-zhang")
    admin.users.set_active(clerk, True)
    assert admin.switch("zhang", "yanshi-zhang").user.login == "zhang"


def test_a_user_stopped_while_signed_in_hands_nothing_out(admin: Desk, tmp_path: Path) -> None:
    clerk = admin.switch("zhang", "yanshi-zhang")
    admin.users.set_active(of(admin, "zhang"), False, "调离")
    entries = admin.audit.page().total
    for act in (
        lambda: clerk.dossiers.reveal_id(1),
        lambda: clerk.filing.export(1, tmp_path),
        lambda: clerk.documents.export(1, tmp_path / "决定书.pdf"),
        lambda: clerk.users.change_own_password("yanshi-zhang", "another-long-one-9"),
    ):
        with pytest.raises(Refusal, match="已停用"):
            act()
    assert admin.audit.page().total == entries
    assert not (tmp_path / "决定书.pdf").exists()


def test_a_user_that_is_not_there(admin: Desk) -> None:
    with pytest.raises(Refusal, match="找不到"):
        admin.users.set_active(999, False)
