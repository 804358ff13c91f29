"""Random acts, legal and illegal, by random users upon one office: what the law forbids never comes about.

The rules are in `machine_rules`, `machine_money` and `machine_desks`, what must hold in `machine_laws`. The examples
are the same every time; for a long run see tests/benchmarks/README.md.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from services.machine_desks import OfficeMachine
from services.machine_office import Template, make_template

EXAMPLES = int(os.environ.get("CASEWORKER_MACHINE_EXAMPLES", "0"))
STEPS = int(os.environ.get("CASEWORKER_MACHINE_STEPS", "0"))
SEED = int(os.environ.get("CASEWORKER_MACHINE_SEED", "0"))
SHRINK = bool(os.environ.get("CASEWORKER_MACHINE_SHRINK"))  # an example costs seconds, so this takes its time
CHUNK = 4  # examples a seed: of more, hypothesis makes the later ones out of the earlier

# What the fixed run must have seen: a run whose acts are all refused would hold every law
SEEN = (
    "move propose", "move review-pass", "move decide-grant", "move return", "notices.publish", "notices.close",
    "documents.seal", "payments.order", "payments.record", "returns.take", "oversight.suspend", "office.two-person",
    "move review-pass × move-refused", "move decide-grant × move-refused", "payments.order × payment-refused",
)  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return make_template(tmp_path_factory.mktemp("template"))


def test_random_acts_keep_every_law(template: Template, tmp_path_factory: pytest.TempPathFactory) -> None:
    told: Counter[str] = Counter()
    places = iter(range(10**9))
    folder = tmp_path_factory.mktemp("examples")

    rules = settings(
        max_examples=CHUNK,
        stateful_step_count=STEPS or 25,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if SHRINK else (Phase.generate,),
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    for chunk in range(-(-(EXAMPLES or 20) // CHUNK)):

        @seed(1000 * SEED + chunk)
        def machine() -> OfficeMachine:
            return OfficeMachine(template, folder / str(next(places)), told)

        run_state_machine_as_test(machine, settings=rules)
    for name, count in sorted(told.items()):
        print(f"{count:6} {name}")
    if not EXAMPLES:
        assert [name for name in SEEN if not told[name]] == []
