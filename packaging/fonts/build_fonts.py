"""Make the bundled type faces in `resources/fonts/` from their published sources.

    python packaging/fonts/build_fonts.py --work DIR [--out resources/fonts]

Needs Debian 12's apt-get and dpkg, npm, and Python's fontTools (see README.md beside this file). The packages are
fetched into DIR once and used again from there. Same sources, same bytes: no time of day goes into a face.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

DEBIAN = ("texlive-lang-chinese", "fonts-lxgw-wenkai", "fonts-hanazono", "unicode-data")
NPM = ("@expo-google-fonts/noto-serif-sc@0.4.3", "@expo-google-fonts/noto-sans-sc@0.4.3")
FANG = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/FandolFang-Regular.otf"
KAI = "usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"
HANA = "usr/share/fonts/truetype/hanazono/HanaMinA.ttf"
UNIHAN = "usr/share/unicode/Unihan_OtherMappings.txt.bz2"
EPOCH_1904 = 3_692_217_600  # 2021-01-01 in seconds since 1904, written into every face's head table

# What the documents set besides Chinese characters and GB 2312's own symbols.
SYMBOLS = "〇〔〕①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳□☐☑☒√✓✗×÷±−—–…“”‘’《》〈〉【】「」㎡％℃·•‰¥￥≥≤≠→←↑↓●○■△▲★☆※№"


@dataclass(frozen=True)
class Face:
    file: str
    family: str
    source: Path
    codes: frozenset[int]
    origin: str
    licence: str


def run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True)


def fetch(work: Path) -> None:
    """Download and unpack whatever DIR does not hold yet."""
    for package in DEBIAN:
        if not list(work.glob(f"{package}_*.deb")):
            run("apt-get", "download", package, cwd=work)
        run("dpkg", "-x", str(next(work.glob(f"{package}_*.deb"))), "deb", cwd=work)
    for package in NPM:
        stem = package.lstrip("@").replace("/", "-").replace("@", "-")
        if not (work / f"{stem}.tgz").exists():
            run("npm", "pack", package, cwd=work)
        with tarfile.open(work / f"{stem}.tgz") as archive:
            archive.extractall(work / "npm" / stem, filter="data")


def general_standard_characters(work: Path) -> set[int]:
    """The 8,105 characters of 通用规范汉字表 (Unihan's kTGH)."""
    text = bz2.decompress((work / "deb" / UNIHAN).read_bytes()).decode("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if "\tkTGH\t" in line and not line.startswith("#"))
    found = {int(row[0][2:], 16) for row in rows}
    if len(found) != 8105:
        raise SystemExit(f"通用规范汉字表 has 8105 characters, the source gave {len(found)}")
    return found


def gb2312() -> set[int]:
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def to_truetype(font: TTFont) -> TTFont:
    """CFF outlines to quadratic ones, within half a thousandth of an em."""
    glyphs = font.getGlyphSet()
    order = font.getGlyphOrder()
    upem = font["head"].unitsPerEm
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, max_err=upem / 2000, reverse_direction=True))
        outlines[name] = pen.glyph()
    builder = FontBuilder(upem, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(font.getBestCmap())
    builder.setupGlyf(outlines)
    builder.setupHorizontalMetrics(
        {name: (font["hmtx"][name][0], getattr(builder.font["glyf"][name], "xMin", 0)) for name in order}
    )
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    builder.setupNameTable({"familyName": "x", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    return builder.font


def make(face: Face, out: Path) -> None:
    font = TTFont(face.source)
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = []
    options.drop_tables += [
        "GSUB",
        "GPOS",
        "GDEF",
        "BASE",
        "VORG",
        "vhea",
        "vmtx",
        "DSIG",
        "FFTM",
        "PfEd",
        "TeX ",
        "gasp",
        "meta",
        "kern",
        "STAT",
    ]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=face.codes)
    subsetter.subset(font)
    if "CFF " in font:
        font = to_truetype(font)
    copyright_line = next(str(n) for n in TTFont(face.source)["name"].names if n.nameID == 0)
    name = font["name"]
    name.names = []
    texts = {
        0: copyright_line,
        1: face.family,
        2: "Regular",
        3: f"{face.family};1",
        4: face.family,
        5: "Version 1.0",
        6: face.family.replace(" ", "-"),
        10: f"A subset of {face.origin}, renamed because it was changed.",
        13: face.licence,
    }
    for key, text in texts.items():
        name.setName(text, key, 3, 1, 0x409)
    font["head"].created = font["head"].modified = EPOCH_1904
    font["OS/2"].fsType = 0
    font.recalcTimestamp = False
    font.save(out / face.file)
    cmap = TTFont(out / face.file).getBestCmap()
    print(f"{face.file}: {len(cmap)} characters, {(out / face.file).stat().st_size / 1e6:.1f} MB")


def licences(work: Path, out: Path) -> None:
    doc = work / "deb/usr/share/doc"
    fandol = doc / "texlive-doc/fonts/fandol"
    text = fandol.joinpath("README").read_text(encoding="utf-8") + "\n"
    text += gzip.decompress(fandol.joinpath("COPYING.gz").read_bytes()).decode("utf-8")
    out.joinpath("fang.LICENCE.txt").write_text(text, encoding="utf-8", newline="\n")
    for stem, package in (("title", "noto-serif-sc"), ("song", "noto-serif-sc"), ("hei", "noto-sans-sc")):
        source = next((work / "npm").glob(f"*{package}*/package/LICENSE_FONT"))
        shutil.copyfile(source, out / f"{stem}.LICENCE.txt")
    shutil.copyfile(doc / "fonts-lxgw-wenkai/copyright", out / "kai.LICENCE.txt")
    shutil.copyfile(doc / "fonts-hanazono/copyright", out / "rare.LICENCE.txt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[2] / "resources" / "fonts")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    given.out.mkdir(parents=True, exist_ok=True)
    fetch(given.work)

    latin = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100)) | set(range(0x2010, 0x2027)) | set(range(0xFF01, 0xFFE6))
    base = frozenset(general_standard_characters(given.work) | gb2312() | latin | {ord(c) for c in SYMBOLS})
    hana = set(TTFont(given.work / "deb" / HANA).getBestCmap())
    # The rare face adds what the others lack: every ideograph outside the base set, and all symbols used.
    ideographs = {c for c in hana if 0x3400 <= c <= 0x9FFF or 0xF900 <= c <= 0xFAFF or c >= 0x20000}
    fang = set(TTFont(given.work / "deb" / FANG).getBestCmap())
    rare = frozenset((ideographs - base) | (base - fang) | {0x20} | {ord(c) for c in SYMBOLS})

    serif = next((given.work / "npm").glob("*noto-serif-sc*")) / "package"
    sans = next((given.work / "npm").glob("*noto-sans-sc*")) / "package"
    ofl = "SIL Open Font License 1.1"
    faces = (
        Face(
            "fang.ttf",
            "Caseworker Fang",
            given.work / "deb" / FANG,
            base,
            "FandolFang Regular 1.300, outlines converted to TrueType",
            "GNU GPL with font exception",
        ),
        Face(
            "title.ttf",
            "Caseworker Title",
            serif / "900Black/NotoSerifSC_900Black.ttf",
            base,
            "Noto Serif SC Black 2.003",
            ofl,
        ),
        Face(
            "hei.ttf", "Caseworker Hei", sans / "500Medium/NotoSansSC_500Medium.ttf", base, "Noto Sans SC Medium", ofl
        ),
        Face("kai.ttf", "Caseworker Kai", given.work / "deb" / KAI, base, "a published 楷体 face, version 1.250", ofl),
        Face(
            "song.ttf",
            "Caseworker Song",
            serif / "400Regular/NotoSerifSC_400Regular.ttf",
            frozenset(latin),
            "Noto Serif SC Regular 2.003, figures, Latin letters and full-width forms only",
            ofl,
        ),
        Face(
            "rare.ttf",
            "Caseworker Rare",
            given.work / "deb" / HANA,
            rare,
            "a GlyphWiki face of 2017-09-04",
            "SIL Open Font License 1.1 or the GlyphWiki font licence",
        ),
    )
    for face in faces:
        make(face, given.out)
    licences(given.work, given.out)


if __name__ == "__main__":
    main()
