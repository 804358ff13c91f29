"""Letters printed: pages per second beside LibreOffice's headless conversion of the same letter from .docx, in one run;
the longest lists; and a thousand letters as one file.

    PYTHONPATH=.:tests python tests/benchmarks/bench_documents.py [LETTERS]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import paper_samples
import pypdfium2

from caseworker.documents import decision, public_notice
from caseworker.documents.bundle import bundle
from caseworker.documents.faces import FaceSet, faces
from caseworker.documents.press import Press, pressed
from caseworker.values.money import Money

SAME = 20  # letters converted by both, in one run of each


def pages(data: bytes) -> int:
    with pypdfium2.PdfDocument(data) as document:
        return len(document)


def timed(work: Callable[[], bytes]) -> tuple[bytes, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def letter(number: int) -> paper_samples.Paper:
    return paper_samples.paper("decision", "medium", name=f"星联{number}号客服科技有限公司")


def beside_libreoffice(used: FaceSet) -> None:
    letter(0).pdf(used)  # the faces are loaded once, as in a desk that is at work
    start = time.perf_counter()
    count = sum(pages(letter(number).pdf(used)) for number in range(SAME))
    ours = count / (time.perf_counter() - start)
    print(f"desk          {count:5} pages {ours:8.1f} pages/s")
    office = shutil.which("soffice")
    if office is None:
        print("LibreOffice is not installed: nothing to compare with")
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for number in range(SAME):
            with pressed(Press(draft=True)):
                (place / f"{number}.docx").write_bytes(letter(number).pdf(used))
        profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(place / "out")]
        # one letter first: the profile is made and the program is in the cache
        subprocess.run([*command, str(place / "0.docx")], check=True, capture_output=True)
        sources = [str(place / f"{number}.docx") for number in range(SAME)]
        start = time.perf_counter()
        subprocess.run([*command, *sources], check=True, capture_output=True)
        passed = time.perf_counter() - start
        count = sum(pages(path.read_bytes()) for path in (place / "out").glob("*.pdf"))
    theirs = count / passed
    print(f"LibreOffice   {count:5} pages {theirs:8.1f} pages/s   ({SAME} letters in one start)")
    print(f"ratio         {ours / theirs:.1f}")


def long_lists(used: FaceSet) -> None:
    people = tuple(
        public_notice.NoticePerson("林远", f"140202********{n:04d}", "第1科技有限公司", "2,500元/席", Money(250_000))
        for n in range(3000)
    )
    notice = replace(paper_samples.notice(), people=people)
    data, passed = timed(lambda: public_notice.render(notice, used))
    print(f"notice, 3,000 people    {pages(data):5} pages {passed:6.2f} s")
    lines = tuple(
        decision.DecisionLine(f"二（一）{n} 租金奖补", "10席", "300元/席", Money(300_000)) for n in range(1000)
    )
    long = replace(paper_samples.decision_letter(), lines=lines, total=Money(300_000_000))
    data, passed = timed(lambda: decision.render(long, used))
    print(f"decision, 1,000 lines   {pages(data):5} pages {passed:6.2f} s")


def one_file(used: FaceSet, count: int) -> None:
    made, passed = [], 0.0
    for number in range(count):
        data, taken = timed(lambda number=number: letter(number).pdf(used))  # type: ignore[misc]
        made.append(data)
        passed += taken
    data, joined = timed(lambda: bundle(iter(made), count))
    size = len(data) / 1e6
    print(f"{count:,} letters made in {passed:.1f} s, joined in {joined:.1f} s: {pages(data):,} pages, {size:.0f} MB")


if __name__ == "__main__":
    FACES = faces(bundled_only=True)
    beside_libreoffice(FACES)
    long_lists(FACES)
    one_file(FACES, int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
