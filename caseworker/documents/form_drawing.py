"""专项资金申请表 drawn on its page: cells large enough for handwriting and seals, boxes to tick, nothing cut off."""

from __future__ import annotations

from caseworker.documents import wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import Face
from caseworker.documents.form_content import ApplicationForm, AppliedItem, PaperTick
from caseworker.documents.forms import Field, Form, label
from caseworker.documents.sheet import Sheet
from caseworker.documents.units import MM, PAGE_HEIGHT, PAGE_WIDTH, SAN_HAO, SI_HAO, XIAO_ER
from caseworker.values.daxie import in_words
from caseworker.values.money import Money

_LEFT = 20 * MM
_WIDTH = PAGE_WIDTH - 2 * _LEFT
_FOOT = PAGE_HEIGHT - 14 * MM
_NOTICE = 8 * MM
_LEAST_OPINION, _MOST_OPINION = 30 * MM, 42 * MM  # each opinion is signed, and bears a seal of some 42 mm
_LEAST_ROWS = 6  # rows for the items applied for, so that a blank form can be filled by hand
_MOST_DIRECT = 8  # a policy with more kinds of items than this has them as boxes above the rows


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


def _money(value: Money | None) -> str:
    return "" if value is None else value.shown()


class FormDrawing:
    """One form being drawn, from top to bottom."""

    def __init__(self, sheet: Sheet, words: wording.Wording, form: ApplicationForm, titles: dict[str, str]) -> None:
        self.sheet = sheet
        self.words = words
        self.form = form
        self.titles = titles
        self.grid = Form(sheet, _LEFT, 0, _WIDTH)

    def draw(self) -> None:
        self._heading()
        self._applicant()
        self._items()
        self._elsewhere()
        self._account()
        self._papers()
        self._declaration()
        self._opinions()

    def _heading(self) -> None:
        sheet, words = self.sheet, self.words
        sheet.text(_LEFT, 13 * MM, words["label"], SAN_HAO, face=Face.HEI)
        size = XIAO_ER
        while sheet.measure(words["title"], size, Face.TITLE) > _WIDTH:
            size -= 0.5
        sheet.centred(PAGE_WIDTH / 2, 21.5 * MM, words["title"], size, face=Face.TITLE)
        number = self.form.number or "　　　　　　　　　"
        sheet.text(_LEFT, 31 * MM, words.say("form_number", number=number), 10.5)
        sheet.right(_LEFT + _WIDTH, 31 * MM, words["unit"], 10.5)
        self.grid.top = 35.5 * MM

    def _applicant(self) -> None:
        words, unit, row = self.words, self.form.applicant, self.grid.row
        registered = chinese_date(unit.registered_on) if unit.registered_on else ""
        row(9 * MM, [label(words["name"], 22), Field(unit.name, 80), label(words["code"], 22), Field(unit.code, 46)])
        row(
            8.5 * MM,
            [
                label(words["address"], 22),
                Field(unit.address, 80),
                label(words["registered_on"], 22),
                Field(registered, 46),
            ],
        )
        row(
            7.5 * MM,
            [
                label(words["representative"], 22),
                Field(unit.representative, 40),
                label(words["representative_id"], 28),
                Field(unit.representative_id, 80),
            ],
        )
        row(
            7.5 * MM,
            [
                label(words["contact"], 22),
                Field(unit.contact, 40),
                label(words["phone"], 28),
                Field(unit.phone, 38),
                label(words["employees"], 22),
                Field(_count(unit.employees), 20),
            ],
        )
        row(
            9 * MM,
            [
                label(words["seats_total"], 22),
                Field(_count(unit.seats_total), 14),
                label(words["seats_valid"], 20),
                Field(_count(unit.seats_valid), 14),
                label(words["revenue"], 20),
                Field(_money(unit.revenue), 31),
                label(words["tax"], 18),
                Field(_money(unit.tax), 31),
            ],
        )

    def _items(self) -> None:
        words, form = self.words, self.form
        applied = {item.clause: item for item in form.items}
        direct = len(self.titles) <= _MOST_DIRECT
        if not direct:
            columns, height = 4, 5.6 * MM
            rows = -(-len(self.titles) // columns)
            top = self.grid.top
            self.grid.row(rows * height + 1 * MM, [label(words["apply_for"], 22), Field("", 148)])
            self.grid.ticks(
                _LEFT + 22 * MM,
                top + 0.5 * MM,
                148 * MM,
                height,
                columns,
                [(title, clause in applied) for clause, title in self.titles.items()],
                9,
            )
        shares = (60, 30, 44, 36)
        heads = ("item", "quantity", "standard", "amount")
        self.grid.row(6 * MM, [label(words[name], share) for name, share in zip(heads, shares, strict=True)])
        listed = list(self.titles) if direct else [clause for clause in self.titles if clause in applied]
        empty = max(0, _LEAST_ROWS - len(listed))
        for clause in [*listed, *[""] * empty]:
            self._item_row(clause, applied.get(clause), shares, direct)
        total = form.total
        self.grid.row(
            7.5 * MM,
            [
                label(words["total"], 22),
                label(words["in_figures"], 13),
                Field(_money(total), 35),
                label(words["in_words"], 13),
                Field(in_words(total) if total is not None else "", 87),
            ],
        )

    def _item_row(self, clause: str, item: AppliedItem | None, shares: tuple[int, ...], boxed: bool) -> None:
        height = self._item_height()
        top = self.grid.top
        title = self.titles.get(clause, "")
        values = (item.quantity, item.standard, _money(item.amount)) if item is not None else ("", "", "")
        first = label("" if boxed else title, shares[0], "left")
        self.grid.row(
            height,
            [
                first,
                Field(values[0], shares[1]),
                Field(values[1], shares[2]),
                Field(values[2], shares[3], align="right"),
            ],
        )
        if boxed:
            self.grid.ticks(_LEFT, top, _WIDTH * shares[0] / sum(shares), height, 1, [(title, item is not None)], 10.5)

    def _item_height(self) -> float:
        rows = max(_LEAST_ROWS, len(self.titles) if len(self.titles) <= _MOST_DIRECT else len(self.form.items))
        return max(5.2, min(8.2, (54.0 if len(self.titles) <= _MOST_DIRECT else 42.0) / rows)) * MM

    def _elsewhere(self) -> None:
        words, form = self.words, self.form
        top = self.grid.top
        self.grid.row(
            7.5 * MM,
            [
                label(words["elsewhere"], 58),
                Field("", 28),
                label(words["elsewhere_detail"], 34),
                Field(form.elsewhere, 50, align="left"),
            ],
        )
        self.grid.ticks(
            _LEFT + 60 * MM,
            top,
            24 * MM,
            7.5 * MM,
            2,
            [(words["yes"], form.supported_elsewhere is True), (words["no"], form.supported_elsewhere is False)],
            10.5,
        )

    def _account(self) -> None:
        words, account = self.words, self.form.account
        self.grid.row(
            10 * MM,
            [
                label(words["account_name"], 22),
                Field(account.name, 63),
                label(words["account_bank"], 22),
                Field(account.bank, 63),
            ],
        )
        self.grid.row(
            7.5 * MM,
            [label(words["account_number"], 22), Field(account.number, 88, size=12), label(words["account_hint"], 60)],
        )

    def _papers(self) -> None:
        words = self.words
        papers = self.form.papers or tuple(PaperTick(title, False) for title in words.listed("papers_listed"))
        # the longest title decides: three to a row only where each is short, else two, set smaller where need be
        longest = max(len(paper.title) for paper in papers)
        columns = 3 if longest <= 12 and len(papers) > 8 else 2
        height = 5.2 * MM
        rows = -(-len(papers) // columns)
        self._room(rows * height + 1 * MM)
        top = self.grid.top
        self.grid.row(rows * height + 1 * MM, [label(words["papers"], 22), Field("", 148)])
        self.grid.ticks(
            _LEFT + 22 * MM,
            top + 0.5 * MM,
            148 * MM,
            height,
            columns,
            [(paper.title, paper.handed_in) for paper in papers],
            9.5,
        )

    def _declaration(self) -> None:
        words, form = self.words, self.form
        # whatever the opinions leave goes to the applicant's signature and seal
        height = max(27 * MM, min(42 * MM, _FOOT - self.grid.top - _NOTICE - _MOST_OPINION))
        self._room(height)
        top = self.grid.top
        self.grid.row(height, [label(words["declaration_title"], 22), Field("", 148)])
        x, width = _LEFT + 22 * MM, 148 * MM
        self.grid.put(
            Field("　　" + words["declaration"], 1, True, "left", 10.5),
            x + 1 * MM,
            top + 1 * MM,
            width - 2 * MM,
            14 * MM,
        )
        self.sheet.text(x + 12 * MM, top + height - 11 * MM, words["sign"], 10.5)
        day = chinese_date(form.day) if form.day else words["blank_date"]
        self.sheet.right(x + width - 6 * MM, top + height - 5.5 * MM, day, 10.5)

    def _opinions(self) -> None:
        words, form = self.words, self.form
        self._room(_LEAST_OPINION + _NOTICE)
        height = max(_LEAST_OPINION, min(_MOST_OPINION, _FOOT - self.grid.top - _NOTICE))
        third = _WIDTH / 3
        opinions = (
            ("first_opinion", form.first_opinion),
            ("second_opinion", form.second_opinion),
            ("finance_opinion", form.finance_opinion),
        )
        top = self.grid.top
        for number, (name, opinion) in enumerate(opinions):
            x = _LEFT + number * third
            self.sheet.box(x, top, third, height, 0.2)
            self.sheet.text(x + 1.5 * MM, top + 1.5 * MM, words[name], 10.5, face=Face.HEI)
            if opinion.text:
                self.grid.put(
                    Field(opinion.text, 1, False, "left", 10.5),
                    x + 1 * MM,
                    top + 6 * MM,
                    third - 2 * MM,
                    height - 24 * MM,
                )
            foot = top + height
            self.sheet.text(x + 3 * MM, foot - 17 * MM, words["opinion_sign"], 10.5)
            self.sheet.text(x + 18 * MM, foot - 17 * MM, opinion.handler, 10.5, face=Face.KAI)
            self.sheet.text(x + 3 * MM, foot - 11.5 * MM, words["opinion_lead"], 10.5)
            self.sheet.text(x + 18 * MM, foot - 11.5 * MM, opinion.head, 10.5, face=Face.KAI)
            self.sheet.right(x + third - 3 * MM, foot - 11.5 * MM, words["opinion_seal"], 10.5)
            day = chinese_date(opinion.day) if opinion.day else words["blank_date"]
            self.sheet.right(x + third - 3 * MM, foot - 5.5 * MM, day, 10.5)
        self.grid.top += height
        if form.notice_from is not None and form.notice_to is not None:
            notice = words.say(
                "notice_filled",
                notice_from=chinese_date(form.notice_from),
                notice_to=chinese_date(form.notice_to),
                result=form.notice_result or words["notice_open"],
            )
        else:
            notice = words["notice_blank"]
        self.grid.row(_NOTICE, [label(words["notice"], 22), Field(notice, 148, True, "left")])

    def _room(self, height: float) -> None:
        """Go on to a second page where the form's next part does not fit on this one."""
        if self.grid.top + height > _FOOT:
            self.sheet.new_page()
            self.grid.top = 20 * MM
            self.sheet.right(_LEFT + _WIDTH, 13 * MM, self.words["title"], SI_HAO - 4)
