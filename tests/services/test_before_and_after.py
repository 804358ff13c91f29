"""What changed since a proposal, before and after side by side; what of oversight goes into the filed case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from services.case_bench import DATONG, DT, XUNWU, XW, CaseBench, make_bench, picture
from services.test_oversight import an_act

from caseworker.services.filing import check

HALF_YEAR = (202212, 202301, 202302, 202303, 202304, 202305)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    made = make_bench(tmp_path, date(2023, 6, 1))
    yield made
    made.clerk.close()


def changes(bench: CaseBench, case_id: int) -> dict[str, tuple[str, str]]:
    found = bench["reviewer"].cases.calculation(case_id).differs_from_proposal
    return {label: (before, now) for label, before, now in found}


def test_a_paper_taken_back_stands_beside_what_it_was(bench: CaseBench) -> None:
    case_id = bench.to_proposal(bench.xw_company(), XUNWU, XW)
    bench.go(case_id, ("clerk", "propose"))
    assert changes(bench, case_id) == {}
    paper = next(one for one in bench.clerk.cases.get(case_id).papers if one.id == "business-licence")
    bench.clerk.cases.tick(case_id, paper.id, version=paper.version, original=False, copy=True)
    (was, now) = changes(bench, case_id)[f"材料：{paper.name}"]
    assert was == "已核原件、复印件、公章"
    assert now == "已核复印件、公章"


def test_people_who_came_later_are_counted_and_do_not_seep_in(bench: CaseBench) -> None:
    party = bench.dt_company(months=HALF_YEAR)
    case_id = bench.to_proposal(party, DATONG, DT)
    bench.go(case_id, ("clerk", "propose"))
    before = bench["reviewer"].cases.calculation(case_id)
    bench.roster(party, 2)
    bench.months(party, HALF_YEAR)
    found = changes(bench, case_id)
    assert any("新增 2 条" in now for _, now in found.values())
    after = bench["reviewer"].cases.calculation(case_id)
    assert (after.amount, after.result, after.request) == (before.amount, before.result, before.request)
    assert bench.go(case_id, ("reviewer", "review-pass")).step == "notice"
    assert bench["reviewer"].cases.verify_proposal(case_id)[0]


def test_a_point_chosen_otherwise_is_told_in_words(bench: CaseBench) -> None:
    case_id = bench.to_proposal(bench.xw_company(seats=300), XUNWU, XW)
    bench.go(case_id, ("clerk", "propose"))
    day = date(2023, 6, 1)
    words = {"decision_number": "寻客办〔2023〕3号", "decided_on": day, "valid_from": day, "reason": "按括号内容"}
    bench["head"].points.choose(XUNWU, "xw-1.seats-300", "lower", **words)
    found = changes(bench, case_id)
    (label,) = [label for label in found if label.startswith("口径")]
    assert "xw-1" not in label
    assert not {"higher", "lower"} & set(found[label])
    assert found["测算金额"] == ("1500000.00 元", "900000.00 元")


# ---- filing --------------------------------------------------------------------------------


def test_visits_and_their_photos_are_filed_with_the_case(bench: CaseBench, tmp_path: Path) -> None:
    party = bench.xw_company()
    case_id = bench.to_payment(party, XUNWU, XW)
    photo, wrong, answer = tmp_path / "现场.jpg", tmp_path / "拍错.jpg", tmp_path / "整改报告.pdf"
    for shade, path in enumerate((photo, wrong, answer)):
        picture(path, shade)
    clerk, head = bench.clerk.oversight, bench["head"].oversight
    visit = clerk.enter(an_act("visit", party, bench, case_id=case_id), [photo, wrong]).id
    (taken_off,) = [paper.id for paper in clerk.get(visit).papers if paper.name == "拍错.jpg"]
    clerk.detach(taken_off, "拍错地方")
    order = head.enter(an_act("rectification", party, bench, follows_id=visit)).id
    clerk.attach(order, [answer])
    head.close(order, "mended", "已归还", date(2023, 6, 8))
    other = bench.xw_company(name="寻乌县明灯客服有限公司")
    clerk.enter(an_act("visit", other, bench), [photo])
    made = bench.clerk.filing.export(case_id, tmp_path / "out")
    files = {path.name: path.read_bytes() for path in (made.path / "6 监管").iterdir()}
    assert sorted(files) == ["01-1 检查 现场.jpg", "02-1 责令整改 整改报告.pdf", "监管记录.txt"]
    assert files["01-1 检查 现场.jpg"] == photo.read_bytes()
    words = files["监管记录.txt"].decode("utf-8-sig")
    for said in ("检查", "查阅账册和花名册", "责令整改", "已归还"):
        assert said in words
    assert check(made.path) == ()


def test_a_case_nobody_looked_at_has_no_such_folder(bench: CaseBench, tmp_path: Path) -> None:
    case_id = bench.clerk.cases.accept(bench.xw_company(), XUNWU, XW)
    made = bench.clerk.filing.export(case_id, tmp_path / "out")
    assert not (made.path / "6 监管").exists()
