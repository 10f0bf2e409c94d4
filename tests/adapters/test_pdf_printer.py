"""Papers as PDF/A, read back by pypdf: everything is on the page, and no character vanishes."""

from __future__ import annotations

import io
import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import segno
from pypdf import PdfReader

from jiexu.adapters.pdf.glyphs import characters_of
from jiexu.adapters.pdf.printer import ATTACHMENT, OWN_FONTS, TypstPrinter, qr_svg
from jiexu.core.documents import FOLDER, head_of, kind_of, kinds, read_content
from jiexu.work.ports import Sheet

URL = "https://yb.example.gov.cn/verify/SL450200260311000000017/K7M2-9QXF"
SYSTEM_FONTS = Path("/usr/share/fonts/opentype/noto")
RARE = "㛃䶮𬭎𠅤喆堃䲜"
"""Characters of real names: extension A, C and B, and two that are merely seldom."""

PRINTER = TypstPrinter()


def sheet(kind: str, name: str = "") -> Sheet:
    text = (FOLDER / kind / "sample.json").read_text()
    content = read_content(kind, text.replace("沈若岚", name) if name else text)
    head = head_of(kind, content)
    values = kind_of(kind).shown(content) | {
        "title": kind_of(kind).TITLE,
        "number": head.number,
        "on": [head.issued_on.year, head.issued_on.month, head.issued_on.day],
        "verify": {"url": URL, "address": "yb.example.gov.cn/verify/", "code": "K7M2-9QXF"},
        "seal": {
            "made": True,
            "words": "电子签章（非官方签章）",
            "key": "密钥 3f0c1d2e4a5b",
            "note": "非官方签章（开发密钥）。",
        },
    }
    return Sheet(kind=kind, values=values, verify_url=URL, on=head.issued_on)


def text_of(data: bytes) -> str:
    return "".join(
        "".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages
    )


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return []


@pytest.mark.parametrize("kind", kinds())
def test_everything_a_paper_says_is_on_the_page(kind: str) -> None:
    paper = sheet(kind)
    data = PRINTER.print(paper)
    page = text_of(data)
    words = {**paper.values, "verify": {**paper.values["verify"], "url": ""}}
    for text in texts(words):
        assert "".join(text.split()) in page, text
    assert "非官方样式" in page
    assert "第1页/共" in page


@pytest.mark.parametrize("kind", kinds())
def test_papers_are_pdf_a_for_keeping(kind: str) -> None:
    data = PRINTER.print(sheet(kind))
    reader = PdfReader(io.BytesIO(data))
    marker = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part[^0-9]*2", marker)
    assert re.search(r"pdfaid:conformance[^A-Z]*B", marker)
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    assert reader.metadata is not None
    assert kind_of(kind).TITLE in str(reader.metadata.title)
    assert data == PRINTER.print(sheet(kind))


def test_the_certificate_has_three_parts() -> None:
    reader = PdfReader(io.BytesIO(PRINTER.print(sheet("certificate"))))
    parts = ["".join(page.extract_text().split()) for page in reader.pages]
    assert len(parts) == 3
    for part, words in zip(parts, ("第一联", "第二联", "第三联"), strict=True):
        assert f"{words}：" in part
        assert "人民币叁仟贰佰壹拾肆元伍角陆分" in part


def test_the_qr_code_is_the_address_and_so_is_its_link() -> None:
    reader = PdfReader(io.BytesIO(PRINTER.print(sheet("acceptance"))))
    links = [
        note.get_object()["/A"]["/URI"]
        for page in reader.pages
        for note in page.get("/Annots", ())
        if "/A" in note.get_object()
    ]
    assert links == [URL]
    assert _modules(qr_svg(URL)) == [bytes(row) for row in segno.make(URL, error="m").matrix]
    assert _modules(qr_svg(URL)) != _modules(qr_svg(URL[:-1] + "G"))


def _modules(svg: str) -> list[bytes]:
    """The dark squares of an SVG as segno draws it, without the quiet border of two."""
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    path = re.search(r' d="([^"]+)"', svg)[1]  # type: ignore[index]
    grid = [bytearray(size) for _ in range(size)]
    x = y = 0.0
    for command, numbers in re.findall(r"([MmhH])([-\d. ]+)", path):
        given = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = given
        elif command == "m":
            x, y = x + given[0], y + given[1]
        else:
            for place in range(int(x), int(x + given[0])):
                grid[int(y)][place] = 1
            x += given[0]
    return [bytes(row[2 : size - 2]) for row in grid[2 : size - 2]]


# Rare characters


def test_characters_of_names_are_drawn_or_named_never_lost() -> None:
    known = characters_of(OWN_FONTS / "NotoSansSC-Regular.ttf")
    page = text_of(PRINTER.print(sheet("acceptance", f"张{RARE}")))
    for one in RARE:
        assert (one if ord(one) in known else f"〔U+{ord(one):04X}〕") in page


@pytest.mark.parametrize("kind", kinds())
def test_a_character_without_a_glyph_is_told_in_every_kind(kind: str) -> None:
    lost = "\U0002a6d6"
    assert ord(lost) not in characters_of(OWN_FONTS / "NotoSansSC-Regular.ttf")
    data = PRINTER.print(sheet(kind, f"张{lost}"))
    page = text_of(data)
    assert "张〔U+2A6D6〕" in page
    assert "原字见电子数据：U+2A6D6" in page
    reader = PdfReader(io.BytesIO(data))
    (attached,) = reader.attachments[ATTACHMENT]
    assert {"printed": "张〔U+2A6D6〕", "exact": f"张{lost}"} in json.loads(attached)
    marker = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part[^0-9]*3", marker)
    # What the paper masks, its attachment does not undo.
    if "320198199203154525" not in page:
        assert b"320198199203154525" not in attached


def test_a_font_of_the_node_draws_what_the_house_font_lacks() -> None:
    if not SYSTEM_FONTS.is_dir():
        # .ci/run installs the fonts with the browser: there they must be.
        assert "browser" not in os.environ.get("JIEXU_REQUIRE", "")
        pytest.skip("no Noto CJK on this machine")
    printer = TypstPrinter([SYSTEM_FONTS])
    house = characters_of(OWN_FONTS / "NotoSansSC-Regular.ttf")
    more = characters_of(next(SYSTEM_FONTS.glob("NotoSansCJK-Regular.ttc"))) - house
    rare = chr(min(code for code in more if code >= 0x20000))
    page = text_of(printer.print(sheet("acceptance", f"张{rare}")))
    assert f"张{rare}" in page
    assert "原字见电子数据" not in page


def test_without_its_font_nothing_is_printed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("jiexu.adapters.pdf.printer.OWN_FONTS", tmp_path)
    with pytest.raises(RuntimeError, match="is missing"):
        TypstPrinter().print(sheet("acceptance"))


@pytest.mark.parametrize("text", ["#pagebreak()", "*a* _b_ $x$", "<b>&", '"\\', "〔U+41〕", "A\nB"])
def test_words_are_words_whatever_they_look_like(text: str) -> None:
    paper = sheet("acceptance")
    values = {**paper.values, "source_name": text}
    page = text_of(
        PRINTER.print(Sheet(kind="acceptance", values=values, verify_url=URL, on=date(2026, 3, 11)))
    )
    assert "".join(text.split()) in page


def test_what_is_no_font_is_refused(tmp_path: Path) -> None:
    for data in (b"", b"not a font at all", b"\0\1\0\0\0\0\0\0\0\0\0\0"):
        broken = tmp_path / "broken.ttf"
        broken.write_bytes(data)
        with pytest.raises(ValueError, match="font"):
            characters_of(broken)
