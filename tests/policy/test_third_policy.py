"""A third policy by data alone: a folder of another county calculates, checks its quotes and is linted as ours are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from third_pack import COLD_STORE, DRIVERS, ID, OFFICIAL_TEXT, PACK, POINTS, write_pack

from caseworker.cli import main
from caseworker.policy import PackErrors, Packs, calculate, load_pack
from caseworker.policy.texts import missing_quotes


@pytest.fixture
def third(tmp_path: Path) -> Packs:
    pack = load_pack(write_pack(tmp_path))
    return Packs({pack.id: pack})


def request(clause: str = "yl-1-cold-store", as_of: str = "2024-06-01", **facts: Any) -> dict[str, Any]:
    return {"policy": ID, "clause": clause, "as_of": as_of, "facts": {"registered_here": True, **facts}}


@pytest.mark.parametrize(
    ("volume", "amount"), [("499.99", None), ("500", "40000.00"), ("3750", "300000.00"), ("3750.01", "300000.00")]
)
def test_a_sum_with_a_threshold_and_a_cap(third, volume, amount):
    result: Any = calculate(request(volume=volume), third)
    assert result["amount"] == (amount or "0.00")
    if amount is None:
        unmet = next(one for one in result["conditions"] if not one["met"])
        assert unmet["text"] == "冷库容积不少于 500 立方米，现为 499.99 立方米，还差 0.01 立方米"


def test_people_with_a_default_of_its_own_for_a_shared_point(third):
    people = [
        {"key": "a", "employed_from": "2024-02-29", "employed_to": None},
        {"key": "b", "employed_from": "2024-03-02", "employed_to": None},
    ]
    result: Any = calculate(request("yl-2-drivers", "2024-06-01", people=people), third)
    assert [(line["key"], line["amount"]) for line in result["lines"]] == [("a", "600.00"), ("b", "0.00")]
    assert "满于 2024-06-02" in result["lines"][1]["conditions"][0]["text"]
    assert result["interpretations"] == {"nonduplication": "either-or"}


@pytest.mark.parametrize(
    ("day", "met"), [("2024-01-31", False), ("2024-02-01", True), ("2026-01-31", True), ("2026-02-01", False)]
)
def test_it_has_its_own_span(third, day, met):
    result: Any = calculate(request(as_of=day, volume="600"), third)
    assert result["conditions"][0]["met"] is met
    assert result["eligible"] is met


def test_its_quotes_are_checked_like_ours(third):
    assert missing_quotes(third[ID], OFFICIAL_TEXT) == ()
    changed = OFFICIAL_TEXT.replace("80元", "90元")
    missing = dict(missing_quotes(third[ID], changed))
    assert "按每立方米80元补助" in missing
    assert missing["按每立方米80元补助"].startswith(f"{ID}/clauses/yl-1-cold-store.toml:")


def test_the_command_line_takes_it(tmp_path, capsys):
    folder = write_pack(tmp_path / "政策包")
    asked = tmp_path / "request.json"
    asked.write_text(json.dumps(request(volume="600")), encoding="utf-8")
    for place in (folder, folder.parent):
        assert main(["calculate", str(asked), "--policies", str(place)]) == 0
        assert json.loads(capsys.readouterr().out)["amount"] == "48000.00"
    assert main(["calculate", str(asked)]) == 2  # not among the bundled ones
    capsys.readouterr()
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps(request(volume="600")) + "\n{\n", encoding="utf-8")
    assert main(["calculate", "--batch", str(lines), "--policies", str(folder)]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["amount"], second["error"]["code"]) == ("48000.00", "invalid-request")
    assert main(["policy", "list", "--policies", str(folder)]) == 0
    assert "yl-2-drivers" in capsys.readouterr().out
    text = tmp_path / "办法.txt"
    text.write_text(OFFICIAL_TEXT, encoding="gb18030")
    assert main(["policy", "check", str(folder), "--text", str(text)]) == 0
    assert "0 处未在文本中找到" in capsys.readouterr().out


def test_the_command_line_refuses_a_bad_pack_with_every_line(tmp_path, capsys):
    bad = COLD_STORE.replace('kind = "rate"', 'kind = "no-such"')
    folder = write_pack(tmp_path, cold_store=bad)
    asked = tmp_path / "request.json"
    asked.write_text(json.dumps(request(volume="600")), encoding="utf-8")
    assert main(["calculate", str(asked), "--policies", str(folder)]) == 2
    told = capsys.readouterr().err
    line = bad.splitlines().index('kind = "no-such"') + 1
    assert f"yl-1-cold-store.toml 第{line}行" in told
    assert "no-such" in told
    assert main(["calculate", str(asked), "--policies", str(tmp_path / "nothing")]) == 2


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("pack", 'text = "{as_of} 在', 'text = "{day} 在', "in_force"),
        ("pack", 'amount = "2000000"', 'amount = "二百万"', "amount"),
        ("pack", 'value = "300"', 'value = "三百"', "value"),
        ("pack", 'kind = "employed"', 'kind = "happiness"', "目标"),
        ("pack", "until = 2026-01-31", 'until = 2026-01-31\ncontinuing = "continuing"', "同时写"),
        ("points", "top-up = ", "difference = ", "nonduplication"),
        ("cold_store", 'text = "冷库', 'text = "{lack}冷库', "{lack}"),
        ("cold_store", 'text = "冷库', 'unmet = "{no_such}"\ntext = "冷库', "{no_such}"),
        ("pack", "在云岭县登记：{met}", "在云岭县登记", "{met}"),
        ("cold_store", '["volume"]', '["year"]', "没有事实 year"),
        ("cold_store", '["volume"]', '["volume", "volume"]', "重复"),
        ("cold_store", 'label = "冷库容积"', 'label = "冷库容积"\nnullable = true', "必填"),
        ("drivers", 'lines = "people"', 'lines = "people"\nrepeat = ["people"]', "单值"),
    ],
)
def test_what_a_pack_may_not_say(tmp_path, name, old, new, says):
    text = {"pack": PACK, "points": POINTS, "cold_store": COLD_STORE, "drivers": DRIVERS}[name]
    assert old in text
    with pytest.raises(PackErrors) as refused:
        load_pack(write_pack(tmp_path, **{name: text.replace(old, new, 1)}))
    assert any(says in error.message for error in refused.value.errors), refused.value
