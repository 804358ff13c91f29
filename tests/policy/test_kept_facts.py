"""How packs say that a dossier keeps a fact: whose year it is, under which name, and what of a list is paid once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from caseworker import resources
from caseworker.policy import PackErrors, load_pack
from caseworker.policy.loader import load_packs

TAX, RENT, TALENT = "clauses/xw-3-tax.toml", "clauses/xw-2-rent.toml", "clauses/xw-5-talent-tax.toml"
AT = 'by_year = "tax_year"'


@pytest.fixture
def pack_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "xunwu-2022-59"
    shutil.copytree(resources.path("policies", "xunwu-2022-59"), folder)
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (TAX, AT, 'by_year = "tax_yaer"', "by_year 应为"),
        (TAX, AT, 'by_year = "new_establishment"', "by_year 应为"),  # a yes or no names no year
        (TAX, AT, 'by_year = "county_retained"', "by_year 应为"),
        (RENT, 'year_one = "operation_start"', 'year_one = "seats"', "year_one 应是日期事实"),
        (RENT, 'by_year = "operation_year"\nyear_one', "year_one", "year_one 应是日期事实"),
        (TALENT, 'by_year = "as_of"', 'by_year = "award_year"', "by_year 应为"),  # of one person it is no year of all
        (TALENT, 'by_year = "as_of"', "fresh = true", "名单中的事实没有 kept_as 和 fresh"),
        (TALENT, 'label = "人才"', 'label = "人才"\nkept_as = "talents"', "只用于单值"),
        (TALENT, '"key", "award_year"]', '"key", "year"]', "名单中没有事实 year"),
        (TALENT, '"key", "award_year"]', '"key", "key"]', "line_repeat 中的事实重复"),
        (TAX, 'repeat = ["tax_year"]', 'line_repeat = ["key"]', "只用于按名单发放资金的条款"),
        ("clauses/xw-11-services.toml", 'lines = "people"', 'lines = "people"\nline_repeat = ["key"]', "只用于按名单"),
        ("clauses/xw-9-internship.toml", '["key"]', '["graduated_on"]', "应是必填的单值"),
    ],
)
def test_the_lint_refuses(pack_folder: Path, name: str, old: str, new: str, words: str) -> None:
    path = pack_folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackErrors) as caught:
        load_pack(pack_folder)
    assert any(words in error.message and error.file.endswith(name) for error in caught.value.errors), caught.value


def test_lists_whose_people_keep_no_award_say_what_is_paid_once() -> None:
    """A list is guarded by what it asks of earlier awards, or by `line_repeat`; a clause of neither could pay twice."""
    counted = {
        "claimed_through", "paid_total", "first_paid", "second_paid", "third_paid", "already_paid", "months_paid",
    }  # fmt: skip
    packs = load_packs(resources.path("policies"))
    named = {clause.id: clause.line_repeat for pack in packs for clause in pack.clauses.values() if clause.line_repeat}
    assert named == {
        "xw-5-talent-tax": ("key", "award_year"),
        "xw-8-job-fair": ("key",),
        "xw-9-internship": ("key",),
        "xw-10-skills": ("key", "certificate_level"),
    }
    for pack in packs:
        for clause in pack.clauses.values():
            lists = [fact for fact in clause.facts if fact.type == "list"]
            if clause.pays and lists:
                asked = {fact.name for fact in clause.facts} | {item.name for fact in lists for item in fact.items}
                assert clause.line_repeat or asked & counted, clause.id


def test_two_meanings_of_one_name_are_kept_apart() -> None:
    pack = load_packs(resources.path("policies"))["xunwu-2022-59"]
    trade = pack.clauses["xw-14-service-trade"].fact("recognized_usd")
    offshore = pack.clauses["xw-15-offshore"].fact("recognized_usd")
    assert trade is not None
    assert offshore is not None
    assert (trade.kept_name, offshore.kept_name) == ("recognized_usd", "offshore_usd")
