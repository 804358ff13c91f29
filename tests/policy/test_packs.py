"""The packs themselves: what they hold, and what the lint refuses, with file and line."""

from __future__ import annotations

import re
import shutil
from datetime import date
from decimal import Decimal

import pytest

from caseworker import resources
from caseworker.policy import PackErrors, PaperRule, calculate, load_pack, load_packs, missing_quotes
from caseworker.policy.texts import places_of
from caseworker.values.money import Money


def test_what_other_parts_read_from_a_pack(packs):
    xunwu, datong = packs["xunwu-2022-59"], packs["datong-2022"]
    assert xunwu.document_number == "寻府办字〔2022〕59号"
    assert (xunwu.in_force.start, xunwu.in_force.end) == (date(2022, 5, 4), None)
    assert (datong.in_force.start, datong.in_force.end) == (date(2022, 12, 23), date(2023, 12, 22))
    assert xunwu.fund_of(2021) is None
    assert [str(fund.amount) for fund in (xunwu.fund_of(2022), xunwu.fund_of(2030)) if fund] == ["30000000.00"] * 2
    assert datong.fund_of(2023) is None
    assert {(t.kind, t.year): t.value for t in xunwu.targets} == {
        ("employed", 2022): Decimal(2000),
        ("employed", 2023): Decimal(5000),
        ("employed", 2024): Decimal(8000),
        ("employed", 2025): Decimal(10000),
        ("output", 2025): Decimal(2_000_000_000),
    }
    assert (xunwu.notice.minimum_days, xunwu.notice.by_law) == (7, False)
    assert (datong.notice.minimum_days, datong.notice.by_law, datong.notice.before_every_payment) == (7, True, True)
    assert "20%" in datong.permitted_use.text
    assert datong.tax_note is not None


def test_the_papers_of_annex_1(packs):
    papers = packs["datong-2022"].clauses["dt-3-seat"].papers
    assert [paper.id for paper in papers] == [
        "application-form",
        "business-licence",
        "legal-rep-id",
        "service-contract",
        "labour-contracts",
        "wage-records",
        "insurance-records",
        "roster",
    ]
    assert all(paper.original and paper.copy and paper.seal for paper in papers)
    assert all(clause.papers for pack in packs for clause in pack.clauses.values())


def test_a_conditional_paper(packs):
    papers = packs["xunwu-2022-59"].clauses["xw-1-new"].papers
    paper = next(paper for paper in papers if paper.requirement == "conditional")
    assert paper.when.applies({"approved_rate": "4000"}) is True
    assert paper.when.applies({"approved_rate": None}) is False
    assert paper.when.applies({}) is None


@pytest.mark.parametrize(
    ("test", "value", "found", "applies"),
    [
        ("true", "", True, True),
        ("true", "", False, False),
        ("false", "", False, True),
        ("true", "", "x", None),
        ("is", "world-500", "world-500", True),
        ("is", "world-500", "china-500", False),
        ("at-least", "300", 300, True),
        ("at-least", "300", "299.99", False),
        ("at-least", "300", "many", None),
    ],
)
def test_paper_rules(test, value, found, applies):
    assert PaperRule("fact", test, value).applies({"fact": found}) is applies


def test_every_parameter_has_dates_clause_and_quote(packs):
    for pack in packs:
        for clause in pack.clauses.values():
            for parameter in clause.parameters.values():
                assert parameter.clause
                assert all(value.quote and value.start >= pack.in_force.start for value in parameter.values)
            for table in clause.tables.values():
                assert all(row.quote for row in table.rows)


def test_no_number_of_a_policy_stands_in_the_program():
    """Rates, thresholds and caps are the packs' alone."""
    numbers = {
        "1029", "1500", "2000", "2500", "3000", "5000", "8000", "10000", "50000",
        "100000", "200000", "300000", "1000000", "2000000", "3000000", "5000000",
    }  # fmt: skip
    folder = resources.path().parent / "caseworker" / "policy"
    for path in folder.rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        found = set(re.findall(r"\d+", code.replace("_000", "000"))) & numbers
        assert found <= {"10000"}, (path.name, found)  # 万, to write a large unit


def test_missing_quotes(packs):
    pack = packs["datong-2022"]
    text = "\n".join(" ".join(quote) for quote, _ in pack.quotes)  # white space between all characters
    assert missing_quotes(pack, text) == ()
    missing = missing_quotes(pack, text.replace("天", "日"))
    assert any(quote == "公示期不少于 7 天" and "pack.toml:" in where for quote, where in missing)


def test_places_of_a_quote():
    assert places_of("公示期不少于7天", "等。公示期\n不少于 7 天。公示期不少于7天") == ((2, 13), (14, 22))
    assert places_of("没有", "别的") == ()
    assert places_of("", "别的") == ()


@pytest.fixture
def pack_folder(tmp_path):
    folder = tmp_path / "xunwu-2022-59"
    shutil.copytree(resources.path("policies", "xunwu-2022-59"), folder)
    return folder


def change(folder, name, old, new):
    """Replaces the first `old`; answers with the lines, from the head of its block to the end of what was put there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    line = text[: text.index(old)].count("\n") + 1
    heads = [number for number, row in enumerate(text.splitlines()[:line], 1) if row.startswith("[")]
    return range(max(heads, default=1), line + new.count("\n") + 1)


NEW = "clauses/xw-1-new.toml"
TIE = 'tie = "xw-1.seats-300"\n'


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (NEW, 'kind = "tiered-rate"', 'kind = "magic"', "没有 magic 这种算法"),
        (NEW, 'kind = "elapsed"', 'kind = "guess"', "没有 guess 这种条件"),
        (NEW, 'fact = "seats"', 'fact = "chairs"', "没有事实 chairs"),
        (NEW, 'quantity = "seats"', 'quantity = "operation_start"', "类型 date 不合用"),
        (NEW, 'cap = "cap"', 'cap = "limit"', "没有参数 limit"),
        (NEW, 'cap = "cap"', 'cap = "min_seats"', "类型 count 不合用"),
        (NEW, "above = 200", "above = 199", "重叠"),
        (NEW, "above = 200", "above = 201", "空档"),
        (NEW, "above = 200", "above = 300", "空档"),
        (NEW, "above = 200\nup_to = 300", "above = 300\nup_to = 200", "永远用不到"),
        (NEW, TIE, "", "须以口径决定"),
        (NEW, TIE, 'tie = "xw-9.award-base"\n', "没有口径或选项 xw-9.award-base:higher"),
        (NEW, 'value = "2000"', "value = 2000.5", "不是 money 类型的数值"),
        (NEW, 'value = "2000"', 'value = "-2000"', "不是 money 类型的数值"),
        (NEW, 'value = "5000000"\nquote = "总额最高不超过500万元"', 'value = "5000000"', "缺少 quote"),
        (NEW, 'unit = "元"\nfrom = 2022-05-04', 'unit = "元"\nfrom = 2023-01-01', "2022-05-04 起没有值"),
        (NEW, 'unit = "元"\nfrom = 2022-05-04', 'unit = "元"\nfrom = 2022-05-04\nuntil = 2023-12-31',
         "2024-01-01 起没有值"),
        (NEW, 'at_least = 100\n', 'until = 2023-12-31\nat_least = 100\n', "范围变窄"),
        (NEW, 'text = "企业自主投资：{self_invested}"', 'text = "企业自主投资：{invested}"', "没有可用的 {invested}"),
        (NEW, 'text = "企业自主投资：{self_invested}"', 'text = "企业自主投资：{"', "text 中没有可用"),
        (NEW, 'label = "新设立的企业"', 'label = "新设立的企业"\nlable = "x"', "没有 lable 这一项"),
        (NEW, 'type = "bool"', 'type = "boolean"', "没有 boolean 这种事实类型"),
        (NEW, "[formula]", "[recipe]", "recipe"),
        (NEW, 'id = "xw-1-new"', 'id = "xw-1"', "id 应与文件名"),
        (NEW, 'id = "xw-1-new"', 'id = xw-1-new', "不是有效的 TOML"),
        (NEW, 'payee = "company"', 'payee = "anyone"', "没有 anyone 这种兑现对象"),
        (NEW, 'points = ["xw-1.seats-300"]', 'points = ["xw-1.seats"]', "没有口径 xw-1.seats"),
        (NEW, '[[check]]\nkind = "approved"', '[[check]]\nkind = "denied"', "没有 denied 这种检查"),
        (NEW, 'id = "self-invested"', 'id = "new-establishment"', "重复"),
        ("clauses/xw-2-purchase.toml", "new-100-seats", "new-200-seats", "没有口径或选项"),
        ("clauses/xw-7-school-interns.toml", 'of = "qualified"', 'of = "quantified"', "前面没有计数 quantified"),
        ("clauses/xw-7-school-interns.toml", 'of = "qualified"', 'of = "retained_1"', "前面没有计数 retained_1"),
        ("clauses/xw-1-expansion.toml", 'less_from = "cap"', 'less_from = "top"', "应为 cap、sum 之一"),
        ("clauses/xw-11-services.toml", 'fact = "has_employee_card"', 'fact = "card"', "没有是非事实 card"),

        ("points.toml", 'default = "higher"', 'default = "highest"', "默认值须是其中之一"),
        ("papers.toml", 'requirement = "mandatory"', 'requirement = "nice"', "材料要求"),
        ("papers.toml", 'carries = ["party-name", "party-code"]', 'carries = ["party"]', "carries 应为"),
        ("papers.toml", '"party-code"]', '"party-name"]', "不重复"),
        ("papers.toml", '"party-code"]', '"account-name"]', "只对照一个名称"),
        ("papers.toml", '"party-code"]', '"party-code", "account-number"]', "只对照一个号码"),
        ("papers.toml", 'clauses = ["xw-1-new", ', 'clauses = ["xw-1-nwe", ', "没有条款 xw-1-nwe"),
        ("pack.toml", '"xw-4-revenue",', "", "条款清单与 clauses 文件夹不一致：xw-4-revenue"),
        ("pack.toml", '[notice]', '[notices]', "notice"),
    ],
)  # fmt: skip
def test_the_lint_refuses(pack_folder, name, old, new, words):
    lines = change(pack_folder, name, old, new)
    with pytest.raises(PackErrors) as caught:
        load_pack(pack_folder)
    errors = [error for error in caught.value.errors if words in error.message]
    assert errors, str(caught.value)
    assert errors[0].file == f"xunwu-2022-59/{name}"
    named = [error.line for error in errors]
    # what concerns the whole file has its first line, an overlap or a gap is at the row after it
    assert any(line in lines or line <= 1 for line in named) or words in ("空档", "范围变窄", "须以口径决定"), named


def test_two_values_for_one_day_are_refused(pack_folder):
    path = pack_folder / NEW
    text = path.read_text(encoding="utf-8")
    block = re.search(r'\[\[parameter\]\]\nid = "cap".*?\n\n', text, re.S)[0]
    path.write_text(text.replace(block, block + block), encoding="utf-8")
    with pytest.raises(PackErrors, match="已有另一个值"):
        load_pack(pack_folder)


def test_a_new_years_rate_is_a_new_value_and_old_days_keep_theirs(pack_folder, ask):
    path = pack_folder / "clauses" / "xw-4-revenue.toml"
    text = path.read_text(encoding="utf-8")
    block = re.search(r'\[\[parameter\]\]\nid = "award".*?\n\n', text, re.S)[0]
    old = block.replace("from = 2022-05-04", "from = 2022-05-04\nuntil = 2023-12-31")
    new = block.replace("2022-05-04", "2024-01-01").replace('"50000"', '"60000"')
    path.write_text(text.replace(block, old + new), encoding="utf-8")
    packs = load_packs(pack_folder.parent)
    for day, amount in (("2023-12-31", "50000.00"), ("2024-01-01", "60000.00")):
        assert calculate(ask.request("xw-4-revenue", as_of=day), packs)["amount"] == amount


def test_a_folder_without_packs(tmp_path):
    with pytest.raises(PackErrors, match="没有政策包"):
        load_packs(tmp_path)


def test_all_errors_of_all_packs_are_shown_at_once(tmp_path):
    shutil.copytree(resources.path("policies"), tmp_path / "p")
    change(tmp_path / "p" / "xunwu-2022-59", NEW, 'kind = "tiered-rate"', 'kind = "magic"')
    change(tmp_path / "p" / "xunwu-2022-59", "clauses/xw-4-revenue.toml", 'kind = "fixed"', 'kind = "loose"')
    change(tmp_path / "p" / "datong-2022", "points.toml", 'default = "reach"', 'default = "x"')
    with pytest.raises(PackErrors) as caught:
        load_packs(tmp_path / "p")
    files = {error.file for error in caught.value.errors}
    assert {"xunwu-2022-59/" + NEW, "xunwu-2022-59/clauses/xw-4-revenue.toml", "datong-2022/points.toml"} <= files


def test_money_of_a_pack_is_exact(packs):
    assert packs["xunwu-2022-59"].clauses["xw-1-new"].parameters["cap"].values[0].value == Money.parse("5000000")
