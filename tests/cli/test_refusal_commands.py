"""`case move … propose-not-accept` and `document deliver`: a ground is asked for; only a sealed letter is delivered."""

from __future__ import annotations

from cli.test_office_commands import Shell, full
from sample_office import Sample

from caseworker.services.sample import SAMPLE_USERS
from caseworker.services.views import Role

__all__ = ["full"]


def test_an_application_is_turned_away_and_its_letter_delivered(full: Shell, after_day: Sample) -> None:
    with after_day.desk() as desk:
        party = desk.dossiers.page(search="星联").rows[0].id
        case = desk.cases.get(desk.cases.accept(party, "xunwu-2022-59", "xw-4-revenue"))
    status, _, err = full.run("case", "move", case.number, "propose-not-accept", "--reason", "不办")
    assert (status, "不属于本政策的支持范围" in err) == (1, True)
    full.ok("case", "move", case.number, "propose-not-accept", "--reason", "不属于本单位办理：企业在外县注册")
    with after_day.desk() as desk:
        for role, move in ((Role.REVIEWER, "review-pass"), (Role.HEAD, "decide-not-accept")):
            desk = after_day.switched(desk, role)
            desk.cases.move(case.id, move, version=desk.cases.get(case.id).version, reason="同意")
        assert desk.cases.get(case.id).status_name == "不予受理"
        desk = after_day.switched(desk, Role.CASEWORKER)
        letter = desk.documents.make("refusal", case_id=case.id)
        today = desk.clock.today().isoformat()
    words = ("document", "deliver", letter.id, "--on", today, "--way", "direct", "--receiver", "王收件")
    status, _, err = full.run(*words)
    assert (status, "还没有用印" in err) == (1, True)
    with after_day.desk() as desk:
        keeper = after_day.switched(desk, Role.SEAL_KEEPER)
        password = next(user.password for user in SAMPLE_USERS if Role.SEAL_KEEPER in user.roles)
        keeper.documents.seal(letter.id, keeper.documents.seals()[0].id, password)
    made = full.json(*words)
    assert (made["way"], made["delivered_on"]) == ("direct", today)
    assert made["reconsider_until"] > today
    row = next(one for one in full.json("document", "list", "--kind", "refusal")["rows"] if one["id"] == letter.id)
    assert (row["kind_name"], row["delivered_on"]) == ("不予受理决定书", today)
