"""What the texts grant or order without money: asked for, handled, on record; no case, no fund, whole log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from journeys.walk import Walk
from services.case_bench import DATONG, XUNWU
from services.clause_dossiers import CLAUSES, policy_of

from caseworker.errors import Refusal
from caseworker.services.oversight_views import ActForm
from caseworker.values.money import Money

SERVICES = {
    "xw-10-skills": ("referral",),
    "xw-11-services": ("free-bus", "school-admission"),
    "xw-13-housing-security": ("referral",),
    "dt-5-services": ("power", "broadband", "property", "approval", "land", "recruitment", "other"),
}


@pytest.mark.parametrize("clause", SERVICES)
def test_a_service_is_asked_for_and_handled(walk: Walk, clause: str) -> None:
    made = CLAUSES[clause][0](walk.bench)
    policy = policy_of(clause)
    with pytest.raises(Refusal, match="不作为办件受理"):
        walk.bench.clerk.cases.accept(made.party, policy, clause)
    assert clause not in {row[2] for row in walk.bench.clerk.cases.clauses_for(made.party)}
    employer = walk.bench.company("寻乌县用人客服有限公司")
    (person,) = walk.bench.roster(employer, 1)
    services = walk.bench.clerk.programs.services
    offered = {kind.kind: kind for kind in services.kinds() if kind.clause == clause}
    assert tuple(offered) == SERVICES[clause]
    for kind, view in offered.items():
        who = {"person_id": person} if view.for_person else {}
        services.request(policy, clause, kind, employer, requested_on=walk.today, request=f"申请{view.label}", **who)
    walk.on(walk.today + timedelta(days=3))
    rows = services.page(state="open").rows
    assert len(rows) == len(offered)
    for row in rows:
        services.handle(row.id, version=row.version, handling="已办妥", handled_on=walk.today)
    done = services.page(state="done").rows
    assert {(row.kind, row.handled_on, row.handled_by) for row in done} == {
        (kind, walk.today, "经一") for kind in offered
    }
    assert walk.bench.clerk.cases.page().total == 0
    walk.end()


def test_acts_and_entries_that_lead_to_no_payment(walk: Walk) -> None:
    """寻乌 三（一）, 8；大同 第六条1, 第十至十三条: each dated, with its outcome, in the dossier or the register."""
    party = walk.bench.company()
    head, day = walk.bench["head"].oversight, walk.today
    due = day + timedelta(days=30)
    forms = {
        "resolution": ("done", {"reference": "第3次联席会议", "attendees": "发改委、财政局"}, due),
        "fair": ("", {"organizer": "县人社局", "companies": 12, "hired": 80, "cost": "35600.50"}, None),
        "visit": ("", {"visitors": "甲、乙", "conclusion": "mend"}, None),
        "criticism": ("", {"ground": "false-papers", "scope": "全县客服企业"}, None),
        "transfer": ("taken", {"organ": "judicial", "organ_name": "县公安局"}, due),
        "performance": (
            "",
            {
                "year": 2023,
                "grade": "good",
                "assessor": "县财政局",
                "criteria": [
                    {"name": "资金使用", "full": "60", "points": "52.5"},
                    {"name": "带动就业", "full": "40", "points": "35"},
                ],
            },
            None,
        ),
        "accountability": ("", {"person": "丙", "fault": "careless", "measure": "批评教育"}, None),
    }
    of_party = {kind.id: kind.of_party for kind in head.kinds()}
    for kind, (outcome, data, until) in forms.items():
        owner = party if of_party[kind] else None
        act = head.enter(ActForm(kind, day, "事项", "情况说明", owner, due_on=until, data=data)).id
        if outcome:
            assert head.get(act).row.state == "open"
            head.close(act, outcome, "已办结", day)
        assert head.get(act).row.state == "closed", kind
    listed = {row.kind: row.party_id for row in walk.bench.clerk.oversight.page().rows}
    assert listed == {kind: party if of_party[kind] else None for kind in forms}
    for policy in (XUNWU, DATONG):
        assert walk.fund(policy) == (Money.zero(), Money.zero()), "the park's own costs are not the fund's"
    walk.end()
