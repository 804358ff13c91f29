"""What must hold of an office after every act, read from its tables with SQL of our own, not through the services."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from services.case_bench import DATONG, XUNWU

from caseworker.values.clock import SetClock

GRANTED = "('due', 'ordered', 'paid', 'returned')"
COMMITTED = ("due", "ordered", "returned")
PERSON_CAP = 1_000_000  # fen: 大同 第三条2、3, over all companies
ONCE = {"xw-1-new": 500_000_000, "xw-2-purchase": 100_000_000, "xw-4-revenue": 5_000_000}
TOTAL = {"xw-1-expansion": 200_000_000, "dt-4-purchase": 50_000_000} | ONCE  # 1,000 m² × 500
YEARLY = {"xw-14-service-trade": 20_000_000}
NOTICE_DAYS = 7  # both: 大同 by its text, 寻乌 where the office sets nothing else
# What only writes down what really happened may show a cap or a fund exceeded; nothing else may
BEYOND_CAPS = {"prior.confirm"}
BEYOND_FUND = {"prior.confirm", "recovery.undo", "returns.void"}
STEPS = ("acceptance", "verification", "calculation", "proposal", "review", "notice", "decision", "payment", "archive")
BACK = {(step, "verification") for step in ("calculation", "proposal", "review", "notice", "decision")}
AHEAD = set(zip(("", *STEPS), STEPS, strict=False)) | {("calculation", "review"), ("review", "decision")}


class Laws:
    def __init__(self, raw: Any, clock: SetClock) -> None:
        self._raw = raw
        self._clock = clock
        self.proposals: dict[int, tuple[Any, ...]] = {}
        self.decisions: set[int] = set()
        self.lines: set[int] = set()
        self.excess: dict[str, int] = {}
        self.overdrawn: dict[tuple[str, int], int] = {}

    def rows(self, sql: str, *values: Any) -> list[Any]:
        found: list[Any] = self._raw.execute(sql, values).fetchall()
        return found

    def one(self, sql: str, *values: Any) -> Any:
        return self._raw.execute(sql, values).fetchone()

    def learn(self) -> None:
        """Takes what is there as given, after one look at it."""
        self.decisions = {row[0] for row in self.rows("SELECT id FROM decision")}
        self.lines = {row[0] for row in self.rows("SELECT id FROM payment_line")}
        self.excess, self.overdrawn = self._excess(), self._overdrawn()
        self.check("", 0, "")

    def check(self, act: str, actor: int, reason: str) -> None:
        """After a success of `act` by `actor`."""
        self._frozen()
        self._moves()
        self._decided(act, actor)
        self._paid(act)
        self._money_stands()
        self._numbers()
        self._within_caps(act)
        self._within_fund(act, actor, reason)

    # ---- what is frozen --------------------------------------------------------------------

    def _frozen(self) -> None:
        for key, *row in self.rows(
            "SELECT id, case_id, number, outcome, frozen, sha256, amount, proposed_by FROM proposal"
        ):
            known = self.proposals.setdefault(key, tuple(row))
            assert known == tuple(row), f"proposal {key} changed after it was frozen"
            frozen, digest, amount = row[3], row[4], row[5]
            assert hashlib.sha256(frozen).hexdigest() == digest
            if row[2] == "granted":
                assert _fen(json.loads(frozen)["result"]["amount"]) == amount
        for (live,) in self.rows("SELECT count(*) FROM proposal WHERE state = 'live' GROUP BY case_id"):
            assert live == 1

    def _moves(self) -> None:
        """Every case went from step to step without a leap, and stands where its last move led."""
        at: dict[int, str] = {}
        for case, move, before, after in self.rows(
            "SELECT case_id, move, from_step, to_step FROM case_move ORDER BY id"
        ):
            assert at.get(case, "") == before, f"case {case}: {move} from {before}, but it stood at {at.get(case)}"
            leap = before != after and (before, after) not in AHEAD | BACK
            assert not leap or after == "archive" or (before, after) == ("archive", "payment"), (case, move)
            at[case] = after
        assert at == dict(self.rows('SELECT id, step FROM "case"'))

    # ---- decisions -------------------------------------------------------------------------

    def _decided(self, act: str, actor: int) -> None:
        columns = (
            "d.id, d.case_id, d.proposal_id, d.outcome, d.amount, d.decided_by, d.decided_on, d.joint_review, "
            "p.proposed_by, p.state, p.amount, c.policy, c.officer_id"
        )
        tables = 'decision d JOIN proposal p ON p.id = d.proposal_id JOIN "case" c ON c.id = d.case_id'
        query = f"SELECT {columns} FROM {tables}"
        for row in self.rows(query):
            key, case, proposal, outcome, amount, head, day, joint, proposer, state, frozen, policy, _ = row
            if key in self.decisions:
                continue
            self.decisions.add(key)
            assert act in ("move decide-grant", "move decide-refuse"), act
            assert (head, state) == (actor, "live")
            assert day == self._clock.today().isoformat()
            review = self.one(
                "SELECT id, user_id FROM case_move WHERE case_id = ? AND move = 'review-pass' ORDER BY id DESC", case
            )
            proposed = self.one(
                "SELECT id, user_id FROM case_move WHERE case_id = ? "
                "AND move IN ('propose', 'propose-refusal', 'propose-not-accept') ORDER BY id DESC",
                case,
            )
            assert review is not None, "decided without a review"
            assert review[0] > proposed[0], "decided without a review of what was proposed"
            assert proposed[1] == proposer
            assert proposer not in (review[1], head), "proposed and reviewed or decided by one"
            two_people = self.one("SELECT two_person_mode FROM office")[0]
            assert review[1] != head or two_people, "reviewed and decided by one"
            assert bool(joint) == (review[1] == head)
            if outcome == "granted":
                assert amount == frozen > 0
                owed = self.one("SELECT sum(amount) FROM instalment WHERE decision_id = ? AND state = 'due'", key)[0]
                assert owed == amount
                self._shown(self.notice_days(policy), case, proposal, day)

    def notice_days(self, policy: str) -> int:
        office = self.one("SELECT notice_days FROM office")[0]
        if policy == DATONG:
            return max(NOTICE_DAYS, office or 0)
        return NOTICE_DAYS if office is None else int(office)

    def _shown(self, days: int, case: int, proposal: int, decided: str) -> None:
        """The proposal stood in a notice as long as it must, which was closed, and nobody's objection is left."""
        if not days:
            return
        notice = self.one(
            "SELECT n.id, n.first_day, n.state, n.closed_on FROM notice n JOIN notice_case s ON s.notice_id = n.id "
            "WHERE s.proposal_id = ? AND n.state != 'voided'",
            proposal,
        )
        assert notice is not None, "decided without a notice of this proposal"
        over = (date.fromisoformat(notice[1]) + timedelta(days=days)).isoformat()
        assert notice[2] == "closed", "decided before the notice was closed"
        assert over <= decided, "decided before the notice was over"
        assert notice[3] <= decided, "decided before the notice was closed"
        left = "SELECT count(*) FROM objection WHERE notice_id = ? AND case_id = ? AND outcome != 'dismissed'"
        assert self.one(left, notice[0], case)[0] == 0, "decided in spite of an objection"

    # ---- payments --------------------------------------------------------------------------

    def _paid(self, act: str) -> None:
        query = (
            "SELECT l.id, l.amount, i.amount, i.case_id, i.decision_id, d.outcome, d.proposal_id, c.policy, c.status, "
            "c.step, p.id, p.account_name, p.account_number, l.account_name, l.account_number, p.name, b.made_on, "
            "d.decided_on "
            'FROM payment_line l JOIN instalment i ON i.id = l.instalment_id JOIN "case" c ON c.id = i.case_id '
            "JOIN decision d ON d.id = i.decision_id JOIN party p ON p.id = c.party_id "
            "JOIN payment_batch b ON b.id = l.batch_id"
        )
        for row in self.rows(query):
            if row[0] in self.lines:
                continue
            self.lines.add(row[0])
            assert act == "payments.order", act
            assert row[1] == row[2], "another sum than the instalment's is ordered"
            assert (row[5], row[8], row[9]) == ("granted", "open", "payment")
            assert row[11:13] == row[13:15], "paid to an account that is not the payee's"
            assert row[11] == row[15], "paid to an account in another name"
            assert row[16] >= row[17]
            sealed = self.one(
                "SELECT count(*) FROM document d JOIN seal_use s ON s.document_id = d.id "
                "WHERE d.case_id = ? AND d.kind = 'decision' AND d.state = 'issued'",
                row[3],
            )[0]
            assert sealed, "ordered without a sealed letter"
            if row[7] == DATONG:
                self._shown(NOTICE_DAYS, row[3], row[6], row[17])
            stopped = "SELECT count(*) FROM oversight_act WHERE party_id = ? AND kind = 'suspension' AND state = 'open'"
            assert self.one(stopped, row[10])[0] == 0, "ordered for a payee whose money is stopped"

    def _money_stands(self) -> None:
        """Instalments and their payment lines, batches, awards and cases say the same."""
        lines: dict[int, Counter[str]] = defaultdict(Counter)
        sums: Counter[int] = Counter()
        for instalment, state, amount, batch in self.rows(
            "SELECT instalment_id, state, amount, batch_id FROM payment_line"
        ):
            lines[instalment][state] += 1
            sums[batch] += amount
        for batch, total in self.rows("SELECT id, total FROM payment_batch"):
            assert sums[batch] == total
        paid_of: dict[int, set[str]] = defaultdict(set)
        for key, decision, state, status in self.rows(
            'SELECT i.id, i.decision_id, i.state, c.status FROM instalment i JOIN "case" c ON c.id = i.case_id'
        ):
            paid_of[decision].add(state)
            counts = lines[key]
            assert counts["ordered"] + counts["paid"] <= 1, f"instalment {key} is paid twice"
            assert (state == "ordered") == (counts["ordered"] == 1)
            assert (state == "paid") == (counts["paid"] == 1)
            assert state != "returned" or counts["returned"]
            if status not in ("open", "suspended"):
                assert state not in COMMITTED, f"instalment {key} is {state} in a case that is {status}"
        for decision, states in self.rows(
            "SELECT decision_id, group_concat(DISTINCT state) FROM person_award GROUP BY decision_id"
        ):
            held = set(states.split(","))
            live = paid_of[decision] & {"paid"} or paid_of[decision] & set(COMMITTED)
            assert "paid" not in held or "paid" in paid_of[decision]
            assert "granted" not in held or live, f"awards of decision {decision} hold room though nothing is owed"

    # ---- numbers ---------------------------------------------------------------------------

    def _numbers(self) -> None:
        for what, sql in (
            ("case", 'SELECT substr(number, 1, 7), CAST(substr(number, 9) AS INTEGER) FROM "case"'),
            ("notice", "SELECT year, number FROM notice"),
            ("batch", "SELECT year, number FROM payment_batch"),
            ("document", "SELECT kind || year, number FROM document WHERE number IS NOT NULL"),
            ("proposal", "SELECT case_id, number FROM proposal"),
            ("seal", "SELECT 0, number FROM seal_use"),
        ):
            found: dict[Any, list[int]] = defaultdict(list)
            for key, number in self.rows(sql):
                found[key].append(number)
            for key, numbers in found.items():
                assert sorted(numbers) == list(range(1, len(numbers) + 1)), f"{what} {key}: {sorted(numbers)}"

    # ---- caps ------------------------------------------------------------------------------

    def received(self) -> Counter[int]:
        """By instalment, what was received back of it."""
        back: Counter[int] = Counter()
        for instalment, amount in self.rows("SELECT instalment_id, received FROM recovery WHERE state != 'voided'"):
            back[instalment] += amount
        return back

    def granted(self) -> tuple[Counter[tuple[int, str]], Counter[tuple[int, str, str]], Counter[tuple[int, str]]]:
        """Net of what came back and with what is recorded from before: by party and clause in all and by year of the
        claim, and how many live grants there are."""
        total: Counter[tuple[int, str]] = Counter()
        yearly: Counter[tuple[int, str, str]] = Counter()
        count: Counter[tuple[int, str]] = Counter()
        back = self.received()
        for key, party, clause, as_of, amount in self.rows(
            f"SELECT i.id, c.party_id, c.clause, c.as_of, i.amount FROM instalment i "
            f'JOIN "case" c ON c.id = i.case_id WHERE i.state IN {GRANTED}'
        ):
            net = amount - back[key]
            assert net >= 0, f"more came back of instalment {key} than was paid"
            total[party, clause] += net
            yearly[party, clause, as_of[:4]] += net
            count[party, clause] += net > 0
        for party, clause, day, amount in self._before():
            total[party, clause] += amount
            yearly[party, clause, day[:4]] += amount
            count[party, clause] += 1
        return total, yearly, count

    def _before(self) -> list[Any]:
        where = "confirmed_by IS NOT NULL AND voided_reason IS NULL"
        return self.rows(f"SELECT party_id, clause, granted_on, amount FROM prior_grant WHERE {where}")

    def of_people(self) -> Counter[int]:
        """By person, what seats brought over all companies (大同 第三条), less what was taken back in full."""
        back: Counter[tuple[int, int]] = Counter()
        for decision, people in self.rows(
            "SELECT i.decision_id, r.people FROM recovery r "
            "JOIN instalment i ON i.id = r.instalment_id WHERE r.state = 'received'"
        ):
            for person, amount in json.loads(people).items():
                back[decision, int(person)] += _fen(amount)
        held: Counter[int] = Counter()
        for decision, person, amount in self.rows(
            "SELECT decision_id, person_id, amount FROM person_award "
            "WHERE clause = 'dt-3-seat' AND state IN ('granted', 'paid')"
        ):
            held[person] += amount - back[decision, person]
        for person, amount in self.rows(
            "SELECT person_id, amount FROM prior_grant WHERE clause = 'dt-3-seat' AND confirmed_by IS NOT NULL "
            "AND voided_reason IS NULL AND person_id IS NOT NULL"
        ):
            held[person] += amount
        return held

    def _excess(self) -> dict[str, int]:
        total, yearly, count = self.granted()
        over = {f"person {person}": amount - PERSON_CAP for person, amount in self.of_people().items()}
        over |= {
            f"{clause} {party}": amount - TOTAL[clause] for (party, clause), amount in total.items() if clause in TOTAL
        }
        over |= {f"{clause} {party} times": number - 1 for (party, clause), number in count.items() if clause in ONCE}
        over |= {
            f"{clause} {party} in {year}": amount - YEARLY[clause]
            for (party, clause, year), amount in yearly.items()
            if clause in YEARLY
        }
        return {key: amount for key, amount in over.items() if amount > 0}

    def _within_caps(self, act: str) -> None:
        before, self.excess = self.excess, self._excess()
        if act not in BEYOND_CAPS:
            for key, amount in self.excess.items():
                assert amount <= before.get(key, 0), f"{act} goes beyond the cap: {key} by {amount} fen"

    # ---- the fund --------------------------------------------------------------------------

    def fund_used(self) -> Counter[tuple[str, int]]:
        """By policy and year: committed and paid, less what came back, with what is recorded from before."""
        used: Counter[tuple[str, int]] = Counter()
        back = self.received()
        for key, policy, due, amount in self.rows(
            f"SELECT i.id, c.policy, i.due_on, i.amount FROM instalment i "
            f'JOIN "case" c ON c.id = i.case_id WHERE i.state IN {GRANTED}'
        ):
            used[policy, int(due[:4])] += amount - back[key]
        for policy, day, amount in self.rows(
            "SELECT policy, granted_on, amount FROM prior_grant "
            "WHERE confirmed_by IS NOT NULL AND voided_reason IS NULL"
        ):
            used[policy, int(day[:4])] += amount
        return used

    def _overdrawn(self) -> dict[tuple[str, int], int]:
        used = self.fund_used()
        budgets = {
            (policy, year): budget for policy, year, budget in self.rows("SELECT policy, year, budget FROM fund_year")
        }
        return {key: used[key] - budget for key, budget in budgets.items() if used[key] > budget}

    def _within_fund(self, act: str, actor: int, reason: str) -> None:
        before, self.overdrawn = self.overdrawn, self._overdrawn()
        if act in BEYOND_FUND:
            return
        for key, amount in self.overdrawn.items():
            if amount > before.get(key, 0):
                roles = self.one('SELECT roles FROM "user" WHERE id = ?', actor)[0]
                asked = act == "move decide-grant" and reason.strip() and '"head"' in roles
                assert asked, f"{act} overdraws {key} unasked"


def _fen(yuan: str) -> int:
    whole, _, part = yuan.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0"))


__all__ = ["DATONG", "XUNWU", "Laws"]
