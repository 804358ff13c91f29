"""专项资金申请表（附件3）: one variant a policy, blank or filled from the dossier, on one page where it fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caseworker.documents import wording
from caseworker.documents.closing import chinese_date
from caseworker.documents.faces import Face, FaceSet, faces
from caseworker.documents.forms import Field, Form, label
from caseworker.documents.parts import Account
from caseworker.documents.sheet import Sheet
from caseworker.documents.units import MM, PAGE_HEIGHT, PAGE_WIDTH, SAN_HAO, SI_HAO, XIAO_ER
from caseworker.errors import InvalidInput, Problem
from caseworker.values.daxie import in_words
from caseworker.values.money import Money

_SENTENCES: dict[str, tuple[str, ...]] = wording.plain_fields(
    "label unit name code registered_on address representative representative_id contact phone employees seats_total "
    "seats_valid revenue tax apply_for item quantity standard amount total in_figures in_words elsewhere yes no "
    "elsewhere_detail account_name account_bank account_number account_hint papers declaration_title sign blank_date "
    "first_opinion second_opinion finance_opinion opinion_sign opinion_lead opinion_seal notice notice_blank "
    "notice_open"
)
_SENTENCES["form_number"] = ("number",)
_SENTENCES["notice_filled"] = ("notice_from", "notice_to", "result")
_POLICY_FIELDS: dict[str, tuple[str, ...]] = {"title": (), "declaration": (), "items": (), "papers_listed": ()}
_LISTS = frozenset({"items", "papers_listed"})

_NO_ACCOUNT = Account("", "", "")
_LEFT = 20 * MM
_WIDTH = PAGE_WIDTH - 2 * _LEFT
_FOOT = PAGE_HEIGHT - 14 * MM
_LEAST_ROWS = 6  # rows for the items applied for, so that a blank form can be filled by hand
_MOST_DIRECT = 8  # a policy with more kinds of items than this has them as boxes above the rows


@dataclass(frozen=True, slots=True)
class Applicant:
    """The applying unit as the dossier has it; None and "" leave the cell empty. Money is last year's."""

    name: str = ""
    code: str = ""
    registered_on: date | None = None
    address: str = ""
    representative: str = ""
    representative_id: str = ""
    contact: str = ""
    phone: str = ""
    employees: int | None = None
    seats_total: int | None = None
    seats_valid: int | None = None
    revenue: Money | None = None
    tax: Money | None = None


@dataclass(frozen=True, slots=True)
class AppliedItem:
    """An item applied for: the clause's id, and quantity, standard and amount as they shall be read.

    Without an amount the item is ticked and its row stays empty.
    """

    clause: str
    quantity: str
    standard: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewing office wrote; an empty one leaves the box for the pen."""

    text: str = ""
    handler: str = ""
    head: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class PaperTick:
    title: str
    handed_in: bool


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """The form. `ApplicationForm(policy)` is the blank one.

    `issued_by` and `day` go into the file's properties and make it reproducible; `day` None prints an empty date.
    `papers` empty prints the policy's list with empty boxes.
    """

    policy: str
    issued_by: str = ""
    number: str = ""
    day: date | None = None
    applicant: Applicant = Applicant()
    items: tuple[AppliedItem, ...] = ()
    supported_elsewhere: bool | None = None
    elsewhere: str = ""
    account: Account = _NO_ACCOUNT
    papers: tuple[PaperTick, ...] = ()
    first_opinion: Opinion = Opinion()
    second_opinion: Opinion = Opinion()
    finance_opinion: Opinion = Opinion()
    notice_from: date | None = None
    notice_to: date | None = None
    notice_result: str = ""
    offered: tuple[str, ...] = ()  # "CLAUSE title" of each item, for a policy that the wording file does not know
    practice: bool = False

    @property
    def total(self) -> Money | None:
        """None where no item has an amount."""
        amounts = [item.amount for item in self.items if item.amount is not None]
        return sum(amounts, Money(0)) if amounts else None


def clause_titles(policy: str) -> dict[str, str]:
    """The items that a policy's form offers: clause id to title. Raises InvalidInput for a policy without a form."""
    words = wording.load("application-form", _SENTENCES, _POLICY_FIELDS, policy, lists=_LISTS)
    return dict(_split(line) for line in words.listed("items"))


def _split(line: str) -> tuple[str, str]:
    clause, _, title = line.partition(" ")
    return clause, title


def texts(form: ApplicationForm) -> list[str]:
    """What the form takes from outside the wording, for the check of missing characters."""
    unit, account = form.applicant, form.account
    opinions = (form.first_opinion, form.second_opinion, form.finance_opinion)
    return [
        form.number,
        unit.name,
        unit.code,
        unit.address,
        unit.representative,
        unit.representative_id,
        unit.contact,
        unit.phone,
        account.name,
        account.bank,
        account.number,
        form.elsewhere,
        form.notice_result,
        form.issued_by,
        *(text for item in form.items for text in (item.quantity, item.standard)),
        *form.offered,
        *(paper.title for paper in form.papers),
        *(text for opinion in opinions for text in (opinion.text, opinion.handler, opinion.head)),
    ]


def render(form: ApplicationForm, faces_used: FaceSet | None = None) -> bytes:
    """The form as PDF; equal forms give equal bytes.

    Raises InvalidInput for an item the policy does not have, an account that is not the applicant's, text that does
    not fit its cell, or characters that no face has.
    """
    used = faces_used or faces()
    words = wording.load("application-form", _SENTENCES, _POLICY_FIELDS, form.policy, lists=_LISTS)
    titles = dict(_split(line) for line in (words.listed("items") if words.own else form.offered))
    _check(form, titles)
    used.require(texts(form))
    sheet = Sheet(used, words["title"], form.issued_by, form.day or date(2000, 1, 1), practice=form.practice)
    sheet.new_page()
    _Drawing(sheet, words, form, titles).draw()
    return sheet.finish()


def _check(form: ApplicationForm, titles: dict[str, str]) -> None:
    problems = [
        Problem(f"items.{number}", f"申请表没有事项 {item.clause}。")
        for number, item in enumerate(form.items)
        if item.clause not in titles
    ]
    clauses = [item.clause for item in form.items]
    problems += [
        Problem(f"items.{number}", f"事项 {titles.get(clause, clause)} 重复。")
        for number, clause in enumerate(clauses)
        if clause in clauses[:number]
    ]
    if form.account.name and form.applicant.name and form.account.name != form.applicant.name:
        problems.append(Problem("account.name", "账户名称与单位名称不一致。"))
    if problems:
        raise InvalidInput(f"申请表内容有误：{problems[0].message}", tuple(problems))


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


def _money(value: Money | None) -> str:
    return "" if value is None else value.shown()


class _Drawing:
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
        height = 27 * MM
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
        self.sheet.text(x + 12 * MM, top + 16 * MM, words["sign"], 10.5)
        day = chinese_date(form.day) if form.day else words["blank_date"]
        self.sheet.right(x + width - 6 * MM, top + 21.5 * MM, day, 10.5)

    def _opinions(self) -> None:
        words, form = self.words, self.form
        notice_height = 8 * MM
        least = 30 * MM
        self._room(least + notice_height)
        height = max(least, min(40 * MM, _FOOT - self.grid.top - notice_height))
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
        self.grid.row(notice_height, [label(words["notice"], 22), Field(notice, 148, True, "left")])

    def _room(self, height: float) -> None:
        """Go on to a second page where the form's next part does not fit on this one."""
        if self.grid.top + height > _FOOT:
            self.sheet.new_page()
            self.grid.top = 20 * MM
            self.sheet.right(_LEFT + _WIDTH, 13 * MM, self.words["title"], SI_HAO - 4)
