"""Lists over many pages: each page has its heading and its own total, the last the whole; 3,000 people, 1,000 lines."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import paper_samples
import pypdfium2
import pytest

from caseworker.documents import decision, payment_letters, public_notice, recovery_letter
from caseworker.documents.faces import FaceSet
from caseworker.documents.tables import PAGE_TOTAL
from caseworker.values.money import Money

AMOUNT = re.compile(r"(?<![\d,.])(\d{1,3}(?:,\d{3})*\.\d\d)(?![\d.])")


def pages_of(data: bytes) -> list[str]:
    """The text of every page, as a reader has it."""
    with pypdfium2.PdfDocument(data) as document:
        return [document[number].get_textpage().get_text_bounded() for number in range(len(document))]


def amount(text: str) -> Money:
    return Money.parse(text.replace(",", ""))


def totals_of(page: str, rows: str) -> tuple[Money, Money | None, Money | None]:
    """What the rows of a page come to, the total it says for itself, and the whole; None where it says none."""
    lines = [line.strip() for line in page.splitlines()]
    said: dict[str, Money] = {}
    for number, line in enumerate(lines):
        for label in (PAGE_TOTAL, "合　计"):
            if line.startswith(label):
                rest = " ".join(lines[number : number + 2])
                found = AMOUNT.search(rest)
                assert found is not None
                said[label] = amount(found[1])
    listed = [amount(found[-1]) for line in lines if re.search(rows, line) and (found := AMOUNT.findall(line))]
    return sum(listed, Money(0)), said.get(PAGE_TOTAL), said.get("合　计")


def test_a_notice_with_three_thousand_people(bundled: FaceSet) -> None:
    people = tuple(
        public_notice.NoticePerson(
            "张𬭚" if n % 7 else "欧阳清风", f"140202********{n:04d}", "第1科技公司", "标准", Money(250_000 + n)
        )
        for n in range(3000)
    )
    notice = replace(paper_samples.notice(), people=people)
    pages = [page for page in pages_of(public_notice.render(notice, bundled)) if "140202********" in page]
    assert len(pages) < 110
    seen: list[str] = []
    summed = Money(0)
    for number, page in enumerate(pages, 1):
        assert "证件号码" in page, "the heading is repeated"
        seen += re.findall(r"140202\*{8}(\d{4})", page)
        rows, own, whole = totals_of(page, r"140202\*{8}")
        assert own == rows
        summed += rows
        assert (whole is not None) == (number == len(pages))
    assert seen == [f"{n:04d}" for n in range(3000)]
    assert summed == sum((one.amount for one in people), Money(0)) == whole


def test_a_decision_with_a_thousand_lines_that_deducts(bundled: FaceSet) -> None:
    lines = tuple(
        decision.DecisionLine(f"二（一）{n} 租金奖补", "10席", "300元/席", Money(300_000 + n)) for n in range(1, 1001)
    )
    total = sum((line.amount for line in lines), Money(0))
    letter = replace(
        paper_samples.decision_letter(), lines=lines, deduction=Money.parse("50000"), total=total - Money.parse("50000")
    )
    pages = [page for page in pages_of(decision.render(letter, bundled)) if "租金奖补" in page]
    summed = Money(0)
    for page in pages:
        assert "政策条款" in page
        rows, own, whole = totals_of(page, "租金奖补")
        assert own == rows
        summed += rows
    assert summed == total
    assert whole == letter.total
    assert "-50,000.00" in pages[-1].replace("−", "-")


@pytest.mark.parametrize("kind", ["public-notice", "decision", "recovery", "payment-request", "payment-notice"])
def test_a_list_of_one_page_has_no_total_of_the_page(bundled: FaceSet, kind: str) -> None:
    assert PAGE_TOTAL not in "".join(pages_of(paper_samples.paper(kind, "medium").pdf(bundled)))


@pytest.mark.parametrize("kind", ["public-notice", "decision", "recovery", "payment-request", "payment-notice"])
def test_every_list_of_money_is_summed_up_page_by_page(bundled: FaceSet, kind: str) -> None:
    pages = pages_of(paper_samples.paper(kind, "long").pdf(bundled))
    found = [amount(one) for page in pages for one in re.findall(PAGE_TOTAL + r"\s*([\d,]+\.\d\d)", page)]
    assert len(found) >= 2
    wholes = [amount(one) for page in pages for one in re.findall(r"合　计\s*([\d,]+\.\d\d)", page)]
    assert sum(found, Money(0)) in (sum(wholes, Money(0)), *wholes)


def test_whatever_the_length_the_parts_make_the_whole(bundled: FaceSet) -> None:
    """Around a page's end: the total, its page's total and the last row stay together, and nothing runs off."""
    for count in range(20, 50):
        people = tuple(
            recovery_letter.PersonBack("林远", f"140202********{n:04d}", Money(100 + n)) for n in range(count)
        )
        whole = sum((one.amount for one in people), Money(0))
        letter = replace(paper_samples.paper("recovery").document, people=people, amount=whole)
        pages = [page for page in pages_of(recovery_letter.render(letter, bundled)) if "证件号码" in page]
        parts = [totals_of(page, r"140202\*{8}") for page in pages]
        assert all(rows.fen for rows, _, _ in parts), "no page has a total and no rows"
        assert parts[-1][2] == whole
        assert sum((rows for rows, _, _ in parts), Money(0)) == whole
        assert [own for _, own, _ in parts] == ([None] if len(parts) == 1 else [rows for rows, _, _ in parts])


def test_nothing_of_a_long_list_runs_below_the_type_area(bundled: FaceSet, opened) -> None:
    lines = payment_letters.render_request(paper_samples.paper("payment-request", "long").document, bundled)
    for page in opened(lines).pages:
        assert max(rect["bottom"] for rect in page.rects or [{"bottom": 0}]) <= 262.2 * 72 / 25.4


def test_rows_are_numbered_without_a_gap_over_the_pages(bundled: FaceSet) -> None:
    text = "\n".join(pages_of(paper_samples.paper("decision", "long").pdf(bundled)))
    numbers = [int(n) for n in re.findall(r"二（一）(\d+) 新设立", text)]
    assert all(b - a == 1 for a, b in pairwise(numbers))
    assert numbers[-1] == 70
