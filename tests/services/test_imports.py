"""Workbooks in: whole or not at all, against what the dossier holds, undone as a whole, remembered columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sample_office import Sample
from sqlalchemy import func, select

from caseworker.errors import Cancelled, InvalidInput, Refusal
from caseworker.intake import read_workbook
from caseworker.sample_data import Manifest
from caseworker.sample_data.companies import Employment as Staff
from caseworker.services.desk import Desk
from caseworker.services.views import Role
from caseworker.store.models import (
    Attachment,
    ColumnMappingMemory,
    Employment,
    Import,
    InsuranceMonth,
    Person,
    WageMonth,
)
from caseworker.values.money import Money

TABLES = {"roster": Employment, "wages": WageMonth, "insurance": InsuranceMonth}
NAMES = {"roster": "花名册", "wages": "工资流水", "insurance": "社保记录"}
ROSTER_HEAD = ("姓名", "身份证号", "入职日期", "离职日期")
WAGE_HEAD = ("姓名", "身份证号", "月份", "应发工资")


@pytest.fixture
def desk(sample: Sample) -> Iterator[Desk]:
    with sample.desk() as opened:
        yield opened


def counts(desk: Desk) -> dict[str, int]:
    """Rows of every table an import writes to, and entries of the log."""
    tables = (Employment, WageMonth, InsuranceMonth, Person, Import, Attachment, ColumnMappingMemory)
    with desk.file.read() as session:
        found = {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    return found | {"log": desk.audit.page().total}


def workbook(path: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def staff_of(manifest: Manifest, company: str) -> Sequence[Staff]:
    return manifest.office.company(company).staff


# ---- every company's own files -------------------------------------------------------------


@pytest.mark.parametrize("company", ["xinglian", "hengyu", "yingshan", "wanyu"])
def test_what_a_company_hands_in_is_taken_as_it_stands(
    desk: Desk, sample: Sample, manifest: Manifest, company: str
) -> None:
    party = sample.made.parties[company]
    hand_ins = [one for one in manifest.hand_ins if one.company == company]
    assert {one.kind for one in hand_ins} == set(TABLES)
    for one in hand_ins:
        truth = {"roster": one.roster, "wages": one.wages, "insurance": one.insured}[one.kind]()
        preview = desk.imports.preview(one.kind, one.path, party)
        assert (preview.good, preview.problems) == (len(truth), ())
        assert preview.rows[0][1] in {row[0] for row in truth}
        taken = desk.imports.take(one.kind, one.path, party, good_rows_only=False)
        assert (taken.rows_taken, taken.rows_rejected, taken.file_name) == (len(truth), 0, one.path.name)
    months = [one for one in hand_ins if one.kind == "wages"]
    with desk.file.read() as session:
        kept = {
            (name, number, f"{month // 100}-{month % 100:02d}", gross)
            for name, number, month, gross in session.execute(
                select(Person.name, Person.id_number, WageMonth.month, WageMonth.gross)
                .join(WageMonth, WageMonth.person_id == Person.id)
                .where(WageMonth.party_id == party)
            )
        }
        assert kept == {row for one in months for row in one.wages()}
        employed = {
            tuple(row)
            for row in session.execute(
                select(Person.name, Person.id_number, Employment.employed_from, Employment.employed_to)
                .join(Employment, Employment.person_id == Person.id)
                .where(Employment.party_id == party)
            )
        }
        assert employed == {row[:4] for one in hand_ins if one.kind == "roster" for row in one.roster()}
    rows = desk.imports.page(party)
    assert [row.rows_taken for row in rows] == list(reversed([row.rows_taken for row in reversed(rows)]))
    assert {row.state for row in rows} == {"active"}
    assert all(row.may_undo for row in rows)
    assert desk.audit.verify()[0]


@pytest.mark.parametrize("company", ["xinglian", "hengyu", "yingshan", "wanyu"])
def test_columns_given_back_by_place_read_the_same(
    desk: Desk, sample: Sample, manifest: Manifest, company: str
) -> None:
    """What the import screen does: the columns of the preview, as shown, come back by their place."""
    party = sample.made.parties[company]
    for one in (one for one in manifest.hand_ins if one.company == company):
        preview = desk.imports.preview(one.kind, one.path, party)
        shown = {column.field: column.index for column in preview.columns if column.field is not None}
        again = desk.imports.preview(one.kind, one.path, party, sheet=preview.sheet, mapping=shown)
        assert (again.good, again.problems, again.header_row) == (preview.good, (), preview.header_row)
        assert [column.field for column in again.columns] == [column.field for column in preview.columns]
        taken = desk.imports.take(one.kind, one.path, party, sheet=preview.sheet, mapping=shown, good_rows_only=False)
        assert taken.rows_taken == preview.good


def test_a_column_corrected_by_place_is_read_there_and_remembered(
    desk: Desk, sample: Sample, manifest: Manifest, tmp_path: Path
) -> None:
    party = sample.made.parties["yingshan"]
    (one, two, *_) = staff_of(manifest, "yingshan")
    head = ("姓名", "身份证号", "月份", "应发工资", "核定数")
    file = workbook(tmp_path / "一月.xlsx", head, [(one.person.name, one.person.id_number, "2023-01", "4000", "4100")])
    guess = desk.imports.preview("wages", file, party)
    assert guess.rows[0][4] == "4,000.00"
    shown = {column.field: column.index for column in guess.columns if column.field} | {"gross": 4}
    desk.imports.take("wages", file, party, mapping=shown, good_rows_only=False)
    with desk.file.read() as session:
        assert session.scalars(select(WageMonth.gross)).all() == [Money.parse(4100)]
    later = workbook(tmp_path / "二月.xlsx", head, [(two.person.name, two.person.id_number, "2023-02", "4000", "4200")])
    preview = desk.imports.preview("wages", later, party)
    assert preview.remembered
    assert preview.rows[0][4] == "4,200.00"
    other = desk.imports.preview("wages", later, sample.made.parties["hengyu"])
    assert not other.remembered, "remembered by company"
    assert other.rows[0][4] == "4,000.00"


def test_a_remembered_mapping_that_does_not_fit_falls_back_to_the_usual_headings(
    desk: Desk, sample: Sample, manifest: Manifest, tmp_path: Path
) -> None:
    party = sample.made.parties["yingshan"]
    (one, two, *_) = staff_of(manifest, "yingshan")
    odd = workbook(
        tmp_path / "一月.xlsx",
        ("员工", "证号码", "哪月", "数额"),
        [(one.person.name, one.person.id_number, "2023-01", "4000")],
    )
    with pytest.raises(InvalidInput):
        desk.imports.preview("wages", odd, party)
    columns = {"name": "员工", "id_number": "证号码", "month": "哪月", "gross": "数额"}
    desk.imports.take("wages", odd, party, mapping=columns, good_rows_only=False)
    usual = workbook(tmp_path / "二月.xlsx", WAGE_HEAD, [(two.person.name, two.person.id_number, "2023-02", "4000")])
    assert desk.imports.preview("wages", usual, party).good == 1
    desk.imports.take("wages", usual, party, good_rows_only=False)
    with pytest.raises(InvalidInput):  # a mapping the clerk gave is never set aside
        desk.imports.preview("wages", usual, party, mapping=columns)


@pytest.mark.parametrize("mapping", [{"gross": 99}, {"no-such-field": 1}, {"name": "没有这列"}, {"name": -1}])
def test_a_wrong_mapping_is_refused(desk: Desk, sample: Sample, manifest: Manifest, mapping: dict[str, object]) -> None:
    file = next(one.path for one in manifest.hand_ins if one.company == "yingshan" and one.kind == "wages")
    with pytest.raises(InvalidInput) as caught:
        desk.imports.preview("wages", file, sample.made.parties["yingshan"], mapping=mapping)
    assert caught.value.code == "mapping-invalid"


# ---- wrong rows ----------------------------------------------------------------------------


def test_a_roster_with_wrong_rows_is_refused_whole_then_taken_without_them(
    desk: Desk, sample: Sample, manifest: Manifest, tmp_path: Path
) -> None:
    party, file = sample.made.parties["yingshan"], manifest.problem_file
    before = counts(desk)
    preview = desk.imports.preview("roster", file, party)
    assert {(p.row, p.code) for p in preview.problems} == {(e.row, e.code) for e in manifest.problems}
    wrong = len({e.row for e in manifest.problems})
    with pytest.raises(InvalidInput, match=f"有 {wrong} 行存在问题，未导入任何一行") as caught:
        desk.imports.take("roster", file, party, good_rows_only=False)
    assert {p.path for p in caught.value.problems} == {f"row.{e.row}" for e in manifest.problems}
    assert counts(desk) == before
    back = tmp_path / "退回.xlsx"
    back.write_bytes(desk.imports.rejected_workbook("roster", file, party))
    sheet = load_workbook(back).active
    assert sheet is not None
    assert [cell.value for cell in sheet[sheet.max_row]][-1]  # the reason stands in the last column
    assert {r.code for r in read_workbook("roster", back).rejected} <= {e.code for e in manifest.problems}
    taken = desk.imports.take("roster", file, party, good_rows_only=True)
    assert (taken.rows_taken, taken.rows_rejected) == (preview.good, wrong)
    assert desk.dossiers.people(party).total == preview.good


def test_another_name_for_a_known_number_is_a_problem(
    desk: Desk, sample: Sample, manifest: Manifest, tmp_path: Path
) -> None:
    staff = staff_of(manifest, "yingshan")
    roster = next(one.path for one in manifest.hand_ins if one.company == "yingshan" and one.kind == "roster")
    desk.imports.take("roster", roster, sample.made.parties["yingshan"], good_rows_only=False)
    number, name = staff[0].person.id_number, staff[0].person.name
    rows = [("王不同", number, "2023-01-01", None), (name, number.lower(), "2023-02-01", None)]
    file = workbook(tmp_path / "别家.xlsx", ROSTER_HEAD, rows[:1])
    other = sample.made.parties["hengyu"]
    (problem,) = desk.imports.preview("roster", file, other).problems
    assert (problem.row, problem.code) == (2, "same-id-different-name")
    assert name in problem.reason
    assert number not in problem.reason, "numbers are masked on screen"
    with pytest.raises(InvalidInput):
        desk.imports.take("roster", file, other, good_rows_only=False)
    sheet_rows = load_workbook(_written(tmp_path, desk.imports.rejected_workbook("roster", file, other))).active
    assert sheet_rows is not None
    assert "登记的姓名" in str(sheet_rows.cell(sheet_rows.max_row, sheet_rows.max_column).value)
    same = workbook(tmp_path / "同名.xlsx", ROSTER_HEAD, rows[1:])
    desk.imports.take("roster", same, other, good_rows_only=False)
    with desk.file.read() as session:
        assert session.scalar(select(func.count()).select_from(Person).where(Person.id_number == number)) == 1


def _written(folder: Path, data: bytes) -> Path:
    path = folder / "退回.xlsx"
    path.write_bytes(data)
    return path


def test_wages_that_differ_from_the_record_are_problems_and_repeated_months_are_skipped(
    desk: Desk, sample: Sample, manifest: Manifest, tmp_path: Path
) -> None:
    party = sample.made.parties["yingshan"]
    person = staff_of(manifest, "yingshan")[0].person
    head = ("姓名", "身份证号", "2023年1月", "2023年2月", "2023年3月")
    first = workbook(tmp_path / "一.xlsx", head, [(person.name, person.id_number, "4000", "4000", None)])
    assert desk.imports.take("wages", first, party, good_rows_only=False).rows_taken == 2
    second = workbook(tmp_path / "二.xlsx", head, [(person.name, person.id_number, "4000", "4500", "4600")])
    preview = desk.imports.preview("wages", second, party)
    assert [(p.row, p.code) for p in preview.problems] == [(2, "differs-from-record")]
    assert "2023年2月" in preview.problems[0].reason
    assert [(s.row, s.code) for s in preview.skipped] == [(2, "already-recorded")]
    assert (preview.good, [row[3] for row in preview.rows]) == (1, ["2023-03"])
    with pytest.raises(InvalidInput, match="有 1 行"):
        desk.imports.take("wages", second, party, good_rows_only=False)
    taken = desk.imports.take("wages", second, party, good_rows_only=True)
    assert (taken.rows_taken, taken.rows_rejected) == (1, 1)
    with desk.file.read() as session:
        kept = dict(session.execute(select(WageMonth.month, WageMonth.gross)).all())
    assert kept == {202301: Money.parse(4000), 202302: Money.parse(4000), 202303: Money.parse(4600)}


def test_a_file_with_nothing_new_is_refused(desk: Desk, sample: Sample, manifest: Manifest, tmp_path: Path) -> None:
    party = sample.made.parties["yingshan"]
    roster = next(one for one in manifest.hand_ins if one.company == "yingshan" and one.kind == "roster")
    desk.imports.take("roster", roster.path, party, good_rows_only=False)
    before = counts(desk)
    with pytest.raises(Refusal, match="2023-06-01 作为花名册导入过") as caught:
        desk.imports.take("roster", roster.path, party, good_rows_only=True)
    assert caught.value.code == "already-imported"
    # the same rows in another file
    rows = [(name, number, start, end) for name, number, start, end, *_ in roster.roster()]
    resent = workbook(tmp_path / "又一份.xlsx", ROSTER_HEAD, rows)
    preview = desk.imports.preview("roster", resent, party)
    assert (preview.good, preview.problems, len(preview.skipped)) == (0, (), len(rows))
    with pytest.raises(Refusal, match="没有可以导入的新记录"):
        desk.imports.take("roster", resent, party, good_rows_only=False)
    same = tmp_path / "同一文件.csv"
    same.write_bytes(roster.path.read_bytes())
    with pytest.raises(Refusal, match="导入过"):
        desk.imports.take("roster", same, party, good_rows_only=False)
    assert counts(desk) == before


# ---- superseding and undoing ---------------------------------------------------------------


def test_a_changed_roster_supersedes_and_undoing_it_restores(
    desk: Desk, sample: Sample, manifest: Manifest, tmp_path: Path
) -> None:
    party = sample.made.parties["yingshan"]
    (one, two, *_) = staff_of(manifest, "yingshan")

    def leaving() -> dict[str, date | None]:
        return {row.name: row.employed_to for row in desk.dossiers.people(party).rows}

    rows = [(e.person.name, e.person.id_number, e.employed_from, None) for e in (one, two)]
    desk.imports.take("roster", workbook(tmp_path / "一.xlsx", ROSTER_HEAD, rows), party, good_rows_only=False)
    gone = date(2023, 5, 31)
    changed = [(*rows[0][:3], gone), rows[1]]
    taken = desk.imports.take(
        "roster", workbook(tmp_path / "二.xlsx", ROSTER_HEAD, changed), party, good_rows_only=False
    )
    assert taken.rows_taken == 1, "only what changed"
    assert leaving() == {one.person.name: gone, two.person.name: None}
    desk.imports.undo(taken.id, "离职日期有误")
    assert leaving() == {one.person.name: None, two.person.name: None}
    undone, _ = desk.imports.page(party)
    assert (undone.state, undone.may_undo) == ("undone", False)
    with pytest.raises(Refusal, match="已经撤销"):
        desk.imports.undo(taken.id, "再撤销一次")
    again = desk.imports.take("roster", tmp_path / "二.xlsx", party, good_rows_only=False)
    assert again.rows_taken == 1, "an undone file may come again"
    assert leaving()[one.person.name] == gone


def test_a_list_of_leavers_does_not_erase_contracts(
    desk: Desk, sample: Sample, manifest: Manifest, tmp_path: Path
) -> None:
    party = sample.made.parties["wanyu"]
    roster = next(one for one in manifest.hand_ins if one.company == "wanyu" and one.kind == "roster")
    desk.imports.take("roster", roster.path, party, good_rows_only=False)
    one = next(e for e in roster.staff if e.employed_to is None and e.contract_end is not None)
    before = next(row for row in desk.dossiers.people(party).rows if row.name == one.person.name)
    leavers = workbook(
        tmp_path / "离职.xlsx",
        ROSTER_HEAD,
        [(one.person.name, one.person.id_number, one.employed_from, date(2023, 5, 31))],
    )
    desk.imports.take("roster", leavers, party, good_rows_only=False)
    after = next(row for row in desk.dossiers.people(party).rows if row.id == before.id)
    assert after.employed_to == date(2023, 5, 31)
    assert (after.contract_start, after.contract_end) == (one.contract_start, one.contract_end)
    assert after.position == before.position == one.position


def test_an_undone_wage_file_counts_for_nothing_and_may_come_corrected(
    desk: Desk, sample: Sample, manifest: Manifest, tmp_path: Path
) -> None:
    party = sample.made.parties["yingshan"]
    person = staff_of(manifest, "yingshan")[0].person
    wrong = workbook(tmp_path / "错.xlsx", WAGE_HEAD, [(person.name, person.id_number, "2023-01", "400")])
    right = workbook(tmp_path / "对.xlsx", WAGE_HEAD, [(person.name, person.id_number, "2023-01", "4000")])
    taken = desk.imports.take("wages", wrong, party, good_rows_only=False)
    assert [p.code for p in desk.imports.preview("wages", right, party).problems] == ["differs-from-record"]
    for reason in ("", " ", "\x00"):
        with pytest.raises(InvalidInput):
            desk.imports.undo(taken.id, reason)
    desk.imports.undo(taken.id, "少写一个零")
    assert desk.imports.take("wages", right, party, good_rows_only=False).rows_taken == 1


def test_undoing_is_refused_once_a_decision_rests_on_the_rows(after_day: Sample, tmp_path: Path) -> None:
    party = after_day.made.parties["xinglian"]
    with after_day.desk() as desk:
        rows = desk.imports.page(party)
        assert {row.kind for row in rows} == {"roster", "wages", "insurance", "yearly"}
        assert not any(row.may_undo for row in rows)
        for row in rows:
            with pytest.raises(Refusal) as caught:
                desk.imports.undo(row.id, "想撤销")
            assert caught.value.code == "decision-rests-on-it"
        person = desk.dossiers.people(party).rows[0]
        number = desk.dossiers.reveal_id(person.id)
        later = workbook(tmp_path / "六月.xlsx", WAGE_HEAD, [(person.name, number, "2023-06", "4000")])
        taken = desk.imports.take("wages", later, party, good_rows_only=False)
        assert desk.imports.page(party)[0].may_undo, "what came in after the decision may go again"
        desk.imports.undo(taken.id, "发错月份")
        assert desk.imports.page(party)[0].state == "undone"
        free = after_day.made.parties["yingshan"]
        roster = after_day.made.folders["yingshan"] / "花名册.csv"
        other = desk.imports.take("roster", roster, free, good_rows_only=False)
        desk.imports.undo(other.id, "别的公司不受影响")


# ---- cancel, changes under way, odd files --------------------------------------------------


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_cancel_in_the_middle_leaves_nothing(desk: Desk, sample: Sample, manifest: Manifest, after: int) -> None:
    party = sample.made.parties["xinglian"]
    file = next(one.path for one in manifest.hand_ins if one.company == "xinglian" and one.kind == "insurance")
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    before = counts(desk)
    with pytest.raises(Cancelled):
        desk.imports.take("insurance", file, party, good_rows_only=False, cancelled=cancelled)
    assert counts(desk) == before
    assert desk.audit.verify()[0]
    assert desk.imports.take("insurance", file, party, good_rows_only=False).rows_taken > 0


def test_progress_runs_up_to_all_the_rows(desk: Desk, sample: Sample, manifest: Manifest) -> None:
    seen: list[tuple[int, int]] = []
    file = next(one.path for one in manifest.hand_ins if one.company == "xinglian" and one.kind == "wages")
    desk.imports.take(
        "wages",
        file,
        sample.made.parties["xinglian"],
        good_rows_only=False,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1][0] == seen[-1][1] > 2976
    assert all(done <= total for done, total in seen)


def test_a_file_that_changes_while_it_is_read_is_not_taken(
    desk: Desk, sample: Sample, manifest: Manifest, tmp_path: Path
) -> None:
    party = sample.made.parties["yingshan"]
    source = next(one.path for one in manifest.hand_ins if one.company == "yingshan" and one.kind == "roster")
    file = tmp_path / "花名册.csv"
    file.write_bytes(source.read_bytes())

    def saves_again(_done: int, _total: int) -> None:
        file.write_bytes(source.read_bytes() + "\r\n".encode("gb18030"))

    before = counts(desk)
    with pytest.raises(Refusal, match="改动"):
        desk.imports.take("roster", file, party, good_rows_only=False, progress=saves_again)
    assert counts(desk) == before


def test_files_that_are_no_workbook_of_the_kind(desk: Desk, sample: Sample, manifest: Manifest, tmp_path: Path) -> None:
    party = sample.made.parties["yingshan"]
    roster = next(one.path for one in manifest.hand_ins if one.company == "yingshan" and one.kind == "roster")
    (tmp_path / "空.xlsx").write_bytes(b"")
    (tmp_path / "字.xlsx").write_bytes(b"not a workbook at all" * 50)
    before = counts(desk)
    for kind, path in (
        ("wages", roster),
        ("roster", tmp_path / "空.xlsx"),
        ("roster", tmp_path / "字.xlsx"),
        ("roster", tmp_path),
        ("no-kind", roster),
    ):
        with pytest.raises(InvalidInput):
            desk.imports.take(kind, path, party, good_rows_only=True)
    with pytest.raises(Refusal):
        desk.imports.take("roster", roster, 999, good_rows_only=True)
    assert counts(desk) == before


def test_the_entry_names_the_source_file_and_the_counts_not_the_rows(
    desk: Desk, sample: Sample, manifest: Manifest
) -> None:
    party = sample.made.parties["xinglian"]
    file = next(one.path for one in manifest.hand_ins if one.company == "xinglian" and one.kind == "roster")
    taken = desk.imports.take("roster", file, party, good_rows_only=False)
    entry = desk.audit.page().rows[0]
    with desk.file.read() as session:
        attachment = session.scalars(select(Attachment).where(Attachment.name == file.name)).one()
    assert entry.detail["sha256"] == attachment.sha256
    assert (entry.detail["rows"], entry.detail["people"], entry.detail["rejected"]) == (268, 268, 0)
    assert entry.detail["import_id"] == taken.id
    assert manifest.office.company("xinglian").staff[0].person.id_number not in repr(entry)
    assert desk.file.attachments.get(attachment.sha256) == file.read_bytes(), "the source file is kept"


@pytest.mark.long
def test_ten_thousand_people_over_a_year(sample: Sample, tmp_path: Path) -> None:
    from caseworker.sample_data import make_sample as write_hand_ins

    big = write_hand_ins(tmp_path / "大", 10_000, 7)
    with sample.desk() as desk:
        party = sample.made.parties["wanyu"]
        total = 0
        for one in (one for one in big.hand_ins if one.company == "wanyu"):
            taken = desk.imports.take(one.kind, one.path, party, good_rows_only=False)
            truth = {"roster": one.roster, "wages": one.wages, "insurance": one.insured}[one.kind]()
            assert (taken.rows_taken, taken.rows_rejected) == (len(truth), 0)
            total += taken.rows_taken
        assert total > 200_000
        assert desk.dossiers.people(party, limit=1).total > 9_000
        assert desk.audit.verify()[0]
    with sample.desk(Role.REVIEWER) as desk:
        assert len(desk.imports.page(party)) == 3
