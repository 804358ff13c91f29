"""政策库: official texts in their formats with every quote found or missing; an office's own packs, good and bad."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import docx
import pdfplumber
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from services.case_bench import PASSWORD, XUNWU, XW, CaseBench, make_bench
from third_pack import COLD_STORE, ID, OFFICIAL_TEXT, write_pack

from caseworker import resources
from caseworker.errors import InvalidInput, Refusal
from caseworker.services import bundled_packs, open_desk
from caseworker.services.official_texts import read_official_text, text_of
from caseworker.services.packs import office_packs, pack_folder_beside, user_pack_folder

DAY = date(2024, 6, 3)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[CaseBench]:
    """An office of 2024 with the third policy's pack beside its file, in use."""
    office = tmp_path / "office.caseworker"
    write_pack(pack_folder_beside(office))
    made = make_bench(tmp_path, DAY)
    made["head"].policies.use(ID)
    yield made
    made["admin"].close()


def pdf(path: Path, text: str, password: str | None = None) -> Path:
    if "库" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("库", resources.path("fonts", "hei.ttf")))
    lock = None if password is None else StandardEncryption(password)
    canvas = Canvas(str(path), encrypt=lock)
    canvas.setFont("库", 12)
    for number, line in enumerate(text.splitlines()):
        canvas.drawString(40, 780 - 20 * number, line)
    canvas.save()
    return path


def word(path: Path, text: str) -> Path:
    document = docx.Document()
    first, *rest = text.splitlines()
    document.add_heading(first)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = rest[0], rest[1]
    for line in rest[2:]:
        paragraph = document.add_paragraph()
        paragraph.add_run(line[:7]).bold = True
        paragraph.add_run(line[7:])
    document.save(str(path))
    return path


# ---- reading ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gb2312", "utf-16"])
def test_plain_text_in_the_common_encodings(tmp_path, encoding):
    path = tmp_path / "办法.txt"
    text = OFFICIAL_TEXT if encoding != "gb2312" else OFFICIAL_TEXT.replace("〔", "[").replace("〕", "]")
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert read_official_text(path) == text


def test_word_and_pdf(tmp_path):
    squeezed = "".join(OFFICIAL_TEXT.split())
    assert "".join(read_official_text(word(tmp_path / "办法.docx", OFFICIAL_TEXT)).split()) == squeezed
    assert "".join(read_official_text(pdf(tmp_path / "办法.PDF", OFFICIAL_TEXT)).split()) == squeezed


def _scan(path: Path) -> Path:
    canvas = Canvas(str(path))
    canvas.rect(50, 50, 400, 600, fill=1)
    canvas.save()
    return path


def _zip(path: Path) -> Path:
    import zipfile

    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("something.xml", "<a/>")
    return path


def _broken_word(path: Path) -> Path:
    word(path, OFFICIAL_TEXT)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def _bytes(data: bytes):
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("扫描.pdf", _scan, "扫描件"),
        ("加密.pdf", lambda path: pdf(path, OFFICIAL_TEXT, "secret"), "密码"),
        ("半截.pdf", _bytes(b"%PDF-1.7\n1 0 obj"), "不是有效的 PDF"),
        ("假.pdf", _bytes(b"plain text"), "改过扩展名"),
        ("假.docx", _bytes(b"plain text"), "改过扩展名"),
        ("空包.docx", _zip, "不是有效的 .docx"),
        ("半截.docx", _broken_word, "不是有效的 .docx"),
        ("旧版.doc", _bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "另存为"),
        ("图片.txt", _bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "不是文本文件"),
        ("空.txt", _bytes(b" \r\n"), "没有文字"),
        ("空.docx", lambda path: _empty_word(path), "没有文字"),
    ],
)
def test_what_holds_no_text_is_refused_in_one_sentence(tmp_path, name, make, says):
    with pytest.raises(InvalidInput, match=says) as refused:
        read_official_text(make(tmp_path / name))
    assert refused.value.message.count("。") <= 2
    assert name in refused.value.message


def _empty_word(path: Path) -> Path:
    docx.Document().save(str(path))
    return path


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(InvalidInput, match="找不到"):
        read_official_text(tmp_path / "没有.txt")
    with pytest.raises(InvalidInput, match="文件夹"):
        read_official_text(tmp_path)


def test_what_a_file_is_goes_by_its_content(tmp_path):
    data = pdf(tmp_path / "x.pdf", OFFICIAL_TEXT).read_bytes()
    assert "冷库" in text_of(data, "改名.txt")


# ---- the library -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["txt", "docx", "pdf"])
def test_every_quote_is_found_in_place_or_missing(bench, tmp_path, kind):
    changed = OFFICIAL_TEXT.replace("每立方米80元", "每立方米90元")
    path = tmp_path / f"办法.{kind}"
    {"txt": lambda: path.write_text(changed, "utf-8"), "docx": lambda: word(path, changed),
     "pdf": lambda: pdf(path, changed)}[kind]()  # fmt: skip
    assert bench.clerk.policies.text(ID) is None
    view = bench.clerk.policies.load_text(ID, path)
    assert (view.file_name, view.loaded_by) == (path.name, "经一")
    assert {one.quote for one in view.missing} == {
        "按每立方米80元补助",
        "新建冷库按每立方米80元补助，最高30万元",
    }
    assert all(place.startswith(f"{ID}/clauses/yl-1-cold-store.toml:") for one in view.missing for place in one.where)
    for one in view.quotes:
        for start, end in one.places:
            assert "".join(view.text[start:end].split()) == "".join(one.quote.split())
    (cap,) = [one for one in view.quotes if one.quote == "最高30万元"]
    assert len(cap.places) == 1
    assert bench["reviewer"].policies.text(ID) == view


def test_a_later_text_supersedes_and_the_first_stays_in_keeping(bench, tmp_path):
    first, second = tmp_path / "旧.txt", tmp_path / "新.txt"
    first.write_text(OFFICIAL_TEXT.replace("80元", "90元"), "utf-8")
    second.write_text(OFFICIAL_TEXT, "utf-8")
    old = bench.clerk.policies.load_text(ID, first)
    new = bench.clerk.policies.load_text(ID, second)
    assert (len(old.missing), new.missing) == (2, ())
    assert bench.clerk.policies.text(ID).file_name == "新.txt"
    assert old.attachment_id != new.attachment_id
    assert bench["admin"].file.verify_audit().ok


def test_a_bundled_policys_text_and_the_wrong_ones(bench, tmp_path):
    pack = bundled_packs()[XUNWU]
    own = tmp_path / "寻乌.txt"
    own.write_text("\n".join(quote for quote, _ in pack.quotes), "utf-8")
    assert bench.clerk.policies.load_text(XUNWU, own).missing == ()
    with pytest.raises(InvalidInput, match=r"不像是“大同.*只找到"):
        bench.clerk.policies.load_text("datong-2022", own)
    assert bench.clerk.policies.text("datong-2022") is None
    with pytest.raises(Refusal, match="没有这项政策"):
        bench.clerk.policies.load_text("no-such", own)
    with pytest.raises(Refusal, match="经办人"):
        bench["keeper"].policies.load_text(XUNWU, own)


# ---- an office's own packs -------------------------------------------------------------------


def test_the_library_says_where_each_pack_comes_from(bench):
    rows = {row.id: row for row in bench.clerk.policies.library()}
    assert rows[XUNWU].origin == "随程序提供"
    assert rows[ID].origin == str(bench.clerk.policies.pack_folder() / ID)
    assert rows[ID].in_use is True
    assert [pack.id for pack in bench.clerk.policies.packs()] == [XUNWU, "datong-2022", ID]
    with pytest.raises(Refusal, match="已启用"):
        bench["admin"].policies.use(ID)
    with pytest.raises(Refusal, match="没有这项政策"):
        bench["admin"].policies.use("no-such")
    with pytest.raises(Refusal, match="负责人"):
        bench.clerk.policies.use(ID)
    assert str(bench.clerk.programs.fund.year(ID, 2024).budget) == "2000000.00"
    (target,) = bench.clerk.programs.targets.all(ID)
    assert (target.year, int(target.target)) == (2024, 300)


def _cold_store(bench: CaseBench, volume: str = "3000") -> int:
    party = bench.company("云岭冷链物流有限公司")
    for fact, value in (("registered_here", True), ("volume", volume)):
        bench.clerk.dossiers.set_fact(party, fact, value, date(2024, 2, 1), "验收报告")
    return party


def _text(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as opened:
        return "".join(page.extract_text() or "" for page in opened.pages).replace("\n", "").replace(" ", "")


def test_a_case_of_the_third_policy_from_acceptance_to_payment_with_its_papers(bench):
    party = _cold_store(bench)
    assert (ID, "云岭冷链办法", "yl-1-cold-store", "第三条", "冷库建设补助") in bench.clerk.cases.clauses_for(party)
    case_id = bench.to_proposal(party, ID, "yl-1-cold-store")
    detail = bench.clerk.cases.get(case_id)
    assert detail.number == "BJ-2024-0001"  # the common steps, since the pack brings none of its own
    assert detail.steps[0].name == "申请受理"
    view = bench.clerk.cases.calculation(case_id)
    assert (str(view.amount), view.problems) == ("240000.00", ())
    form = bench.clerk.documents.make("application-form", case_id=case_id)
    bench.go(case_id, ("clerk", "propose"), ("reviewer", "review-pass"))
    notice = bench.clerk.notices.publish([case_id])
    assert (notice.last_day - notice.first_day).days + 1 >= 5
    shown = bench.clerk.documents.make("public-notice", notice_id=notice.id)
    bench.clock.set_day(notice.last_day)
    bench.clerk.notices.close(notice.id)
    bench.go(case_id, ("clerk", "notice-done"), ("head", "decide-grant"))
    letter = bench.clerk.documents.make("decision", case_id=case_id)
    sheet = bench.clerk.documents.make("calculation", case_id=case_id)
    words = {one.kind: _text(bench.clerk.documents.data(one.id)[2]) for one in (form, shown, letter, sheet)}
    assert "产业扶持资金申请表" in words["application-form"]
    assert "冷库建设补助" in words["application-form"]
    assert "《云岭县支持冷链仓储发展办法》" in words["public-notice"]
    assert "《云岭县支持冷链仓储发展办法》" in words["decision"]
    assert "240,000.00" in words["decision"]
    assert "冷库容积不少于500立方米" in words["calculation"]
    assert not any("客服" in text.replace("寻乌县客服产业发展领导小组办公室", "") for text in words.values())
    assert bench.clerk.home.search("BJ-2024")[0].kind == "case"
    assert bench.clerk.cases.verify_proposal(case_id)[0] is True


def test_an_unmet_condition_of_the_third_policy_is_said_on_the_case(bench):
    case_id = bench.to_proposal(_cold_store(bench, "499"), ID, "yl-1-cold-store")
    with pytest.raises(Refusal, match="还差 1 立方米"):
        bench.go(case_id, ("clerk", "propose"))


def reopened(bench: CaseBench, tmp_path: Path):
    bench["admin"].close()
    return open_desk(tmp_path / "office.caseworker", "clerk", PASSWORD, clock=bench.clock)


def test_a_pack_broken_later_is_refused_alone_with_file_and_line(bench, tmp_path):
    party = _cold_store(bench)
    case_id = bench.clerk.cases.accept(party, ID, "yl-1-cold-store")
    second = write_pack(tmp_path / "office.caseworker-policies" / "spare")  # a folder of folders is no pack
    assert second.is_dir()
    broken = tmp_path / "office.caseworker-policies" / ID / "clauses" / "yl-1-cold-store.toml"
    broken.write_text(COLD_STORE.replace('value = "80"', "value = 80.5"), encoding="utf-8")
    line = COLD_STORE.splitlines().index('value = "80"') + 1
    desk = reopened(bench, tmp_path)
    try:
        (refused,) = desk.policies.refused()
        assert f"yl-1-cold-store.toml 第{line}行" in refused.sentence
        assert refused.sentence.startswith(f"政策包“{ID}”有误")
        assert [pack.id for pack in desk.policies.packs()] == [XUNWU, "datong-2022"]
        assert desk.policies.missing() == (ID,)
        # its case waits, the others go on
        (row,) = desk.cases.page().rows
        assert (row.clause_title, row.step_name) == ("yl-1-cold-store", "acceptance")
        with pytest.raises(Refusal, match="没有加载"):
            desk.cases.get(case_id)
        assert desk.home.overview().todos == ()
        assert {fund.policy for fund in desk.home.overview().funds} == {XUNWU}
        bench.desks["clerk"] = desk
        other = desk.cases.accept(bench.xw_company(100), XUNWU, XW)
        assert desk.cases.get(other).policy == XUNWU
    finally:
        desk.close()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"workflow": "case_number_prefix = 'YL'\nsteps = 3\n"}, "workflow.toml"),
        ({"points": None}, "口径 nonduplication"),
        ({"pack": "id = "}, "不是有效的 TOML"),
    ],
)
def test_what_only_an_office_can_refuse(tmp_path, change, says):
    from third_pack import POINTS

    if "points" in change:
        change = {"points": POINTS.replace("top-up", "difference")}
    folder = tmp_path / "office.caseworker-policies"
    write_pack(folder, **change)
    found = office_packs(tmp_path / "office.caseworker", tmp_path / "none")
    assert len(found.packs.by_id) == len(bundled_packs().by_id)
    assert says in found.refused[0].problems[0]


def test_a_pack_may_not_take_a_bundled_name_nor_come_twice(tmp_path):
    office = tmp_path / "office.caseworker"
    shutil.copytree(resources.path("policies", XUNWU), pack_folder_beside(office) / XUNWU)
    write_pack(pack_folder_beside(office))
    write_pack(tmp_path / "mine")
    found = office_packs(office, tmp_path / "mine")
    assert found.origins[ID] == str(pack_folder_beside(office) / ID)
    assert found.origins[XUNWU] == "随程序提供"
    assert sorted(one.folder.name for one in found.refused) == sorted([XUNWU, ID])
    assert all("已有标识" in one.sentence for one in found.refused)


def test_a_users_own_packs_lie_in_the_users_data(tmp_path):
    write_pack(user_pack_folder())
    try:
        assert ID in office_packs(tmp_path / "any.caseworker").packs.by_id
    finally:
        shutil.rmtree(user_pack_folder())
    assert ID not in office_packs(tmp_path / "any.caseworker").packs.by_id
