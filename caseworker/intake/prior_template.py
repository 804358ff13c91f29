"""The empty 补录 workbook: four sheets with headings, notes and drop-down lists, to be filled by a clerk."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from caseworker.intake.prior_terms import (
    AMOUNT,
    CHOICES,
    CLAUSE,
    CODE,
    COMMITTED,
    DATA_SHEETS,
    EVIDENCE,
    FUND,
    GRANTED_ON,
    ID_NUMBER,
    KIND,
    LAST,
    NAME,
    NEEDED,
    NOTE,
    NOTES,
    NUMBERS,
    PAID,
    PARTIES,
    PARTY,
    PEOPLE,
    POLICY,
    YEAR,
    PriorTerms,
)

HEADING_ROW = 4
FORMATTED_ROWS = 6000  # rows set up as text with lists: more may be filled, they then lack the lists
_MONEY = (AMOUNT, COMMITTED, PAID)
_TITLES = {
    PARTIES: "按单位发放的兑现：每拨付一次填一行",
    PEOPLE: "逐人发放的兑现：每人每拨付一次填一行",
    FUND: "专项资金：前面两表没有逐笔列出的部分",
    NUMBERS: "文号：启用本程序以前各年用到的最后一个号码",
}
_ABOUT = {
    PARTIES: "单位须已建立档案。带 * 的必填；条款从下拉列表选；右边各列按该条款要求填写，不适用的留空。",
    PEOPLE: "人员尚无记录的会自动建立。证件号码按文本填写；“已兑现部分”填第一次、第二次，多项用顿号隔开。",
    FUND: "已逐笔列出的兑现会自动计入，这里不要重复填。已承诺未拨付：已经决定、尚未付出的金额。",
    NUMBERS: "确认后，程序从下一号接着编；只会往后跳，不会退回。用印登记不分年度，年度留空。",
}
_HINTS = {
    CODE: "个人填证件号码",
    PARTY: "可不填；填了会与档案核对",
    CLAUSE: "从列表选择",
    GRANTED_ON: "拨付到账之日，如 2022-11-30",
    AMOUNT: "元，最多两位小数",
    EVIDENCE: "凭证号、文号；可不填",
    ID_NUMBER: "18 位，按文本填写",
    YEAR: "四位数，如 2022",
    LAST: "只填数字，如 37",
    NOTE: "可不填",
}
_WIDTHS = {CODE: 24, PARTY: 30, CLAUSE: 34, ID_NUMBER: 24, EVIDENCE: 28, POLICY: 30, NOTE: 36, KIND: 34}
_THIN = Side(style="thin", color="BFBFBF")


def prior_template(terms: PriorTerms) -> bytes:
    """The workbook as .xlsx bytes. Lists are on a sheet of their own: long ones do not fit into a cell's own list."""
    book = Workbook()
    notes = book.active
    assert notes is not None
    notes.title = NOTES
    _notes(notes)
    lists = {
        PARTIES: [one.shown for one in terms.clauses if one.sheet == PARTIES],
        PEOPLE: [one.shown for one in terms.clauses if one.sheet == PEOPLE],
        FUND: [words for _, words in terms.policies],
        NUMBERS: [one.label for one in terms.kinds],
    }
    for sheet in DATA_SHEETS:
        _data_sheet(book.create_sheet(sheet), sheet, terms)
    choices = book.create_sheet(CHOICES)
    choices.sheet_state = "hidden"
    chosen = {PARTIES: CLAUSE, PEOPLE: CLAUSE, FUND: POLICY, NUMBERS: KIND}
    for column, sheet in enumerate(DATA_SHEETS, start=1):
        for row, words in enumerate(lists[sheet], start=1):
            choices.cell(row, column, words)
        letter = get_column_letter(column)
        rule = DataValidation(
            type="list", formula1=f"'{CHOICES}'!${letter}$1:${letter}${max(1, len(lists[sheet]))}", allow_blank=True
        )
        rule.errorTitle, rule.error = "请从列表选择", "这里只能选择列表中的一项。"
        at = get_column_letter(terms.columns(sheet).index(chosen[sheet]) + 1)
        rule.add(f"{at}{HEADING_ROW + 1}:{at}{HEADING_ROW + FORMATTED_ROWS}")
        book[sheet].add_data_validation(rule)
    book.active = 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _data_sheet(page: Worksheet, sheet: str, terms: PriorTerms) -> None:
    headings = terms.columns(sheet)
    fields = {one.label: one for one in terms.fields(sheet)}
    for row, words in enumerate((_TITLES[sheet], _ABOUT[sheet]), start=1):
        cell = page.cell(row, 1, words)
        cell.font = Font(bold=row == 1, size=13 if row == 1 else 10)
    for column, heading in enumerate(headings, start=1):
        field = fields.get(heading)
        hint = _HINTS.get(heading, "")
        if field is not None:
            used = "、".join(one.title for one in terms.users_of(sheet, field.name))
            hint = f"{used}{'；' if field.hint else ''}{field.hint}"
        about = page.cell(HEADING_ROW - 1, column, hint)
        about.font = Font(size=9, color="7F7F7F")
        about.alignment = Alignment(wrap_text=True, vertical="bottom")
        unit = "（元）" if heading in _MONEY else ""
        head = page.cell(HEADING_ROW, column, f"{heading}{unit}{' *' if heading in NEEDED[sheet] else ''}")
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="DDEBF7")
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        head.border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
        letter = get_column_letter(column)
        page.column_dimensions[letter].width = _WIDTHS.get(heading, 16)
        # a whole column as text keeps the digits of codes, and 2022-03 from becoming a date
        page.column_dimensions[letter].number_format = "#,##0.00" if heading in _MONEY else "@"
    page.row_dimensions[HEADING_ROW - 1].height = 58
    page.row_dimensions[HEADING_ROW].height = 30
    page.freeze_panes = page.cell(HEADING_ROW + 1, 1)
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"


def _notes(page: Worksheet) -> None:
    lines = (
        "历史兑现补录",
        "登记启用本程序以前已经兑现的资金。登记并由第二人确认后，限额、期次、专项资金和文号都从这里接着算。",
        "",
        f"{PARTIES}　　按单位发放的补贴、奖励，每次拨付一行。分期的写明这是第几期，下一件自动接续。",
        f"{PEOPLE}　　坐席、用工、租房等逐人发放的，每人每次一行。本表的金额已包括在单位所得之内，{PARTIES}表不再填。",
        f"{FUND}　　专项资金各年度已承诺、已拨付而前两表没有逐笔列出的合计。",
        f"{NUMBERS}　　各种文书各年度用到的最后一个号码。",
        "",
        "只填有的内容，用不到的工作表空着。表头可以移动，不要改字；可以自己加列，程序不读。",
        "读入前程序逐行核对。有一处不对，整个文件都不读入；改好以后再读一次。",
        "兑现日期填拨付到账之日，专项资金按这一天所在的年度计。",
        "纸质凭证扫描成一个 PDF，读入时一并附上，供第二人核对。",
        "",
        f"“{NAME}”“{ID_NUMBER}”等个人信息只保存在本机构的加密文件中。填好的表格用完请妥善保管或销毁。",
    )
    page.column_dimensions["A"].width = 100
    for row, words in enumerate(lines, start=1):
        cell = page.cell(row, 1, words)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if row == 1:
            cell.font = Font(bold=True, size=14)
