"""Prints papers with typst: a layout, words and a QR code become one PDF/A.

Compiled in this process with fonts loaded once. A character that no font has is replaced by its
code, 〔U+20164〕 in a box, with a note, and the exact text goes into the file as an attachment
(PDF/A-3b, which allows one; every other paper is PDF/A-2b). Should a gap be left all the same, the
standard makes the compiler refuse: a name is never printed with a hole.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import segno
import typst

from jiexu.adapters.pdf.glyphs import characters_of
from jiexu.core.documents import FOLDER, layout_of
from jiexu.work.ports import Sheet

OWN_FONT = Path(__file__).parent / "fonts" / "NotoSansSC-Regular.ttf"
ATTACHMENT = "exact-text.json"
_FONT_FILES = (".ttf", ".otf", ".ttc", ".otc")
_TO_BOX = "〔U+{:04X}〕"


class TypstPrinter:
    """The `Printer` port. `more_fonts` are files or folders asked after the font of the house."""

    def __init__(self, more_fonts: Iterable[Path] = ()) -> None:
        self._more = tuple(more_fonts)
        self._lock = threading.Lock()  # one compiler, one paper at a time: each takes milliseconds
        self._loaded: tuple[typst.Compiler, frozenset[int], str] | None = None

    def print(self, sheet: Sheet) -> bytes:
        """The paper as PDF/A. The same sheet has the same text and the same bytes."""
        with self._lock:
            compiler, known, families = self._load()
            lost: dict[str, None] = {}
            exact: list[dict[str, str]] = []
            values = _drawable(dict(sheet.values), known, lost, exact)
            values["rare"] = list(lost)
            made: bytes = compiler.compile(
                input=_WRAPPER.format(
                    layout=layout_of(sheet.kind).relative_to(FOLDER).as_posix(),
                    attached=_ATTACHED if exact else "",
                ).encode(),
                format="pdf",
                sys_inputs={
                    "paper": json.dumps(values, ensure_ascii=False),
                    "qr": qr_svg(sheet.verify_url),
                    "families": families,
                    "exact": json.dumps(exact, ensure_ascii=False),
                },
                pdf_standards="a-3b" if exact else "a-2b",
                timestamp=datetime(
                    sheet.on.year, sheet.on.month, sheet.on.day, tzinfo=UTC
                ),
            )
            return made

    def _load(self) -> tuple[typst.Compiler, frozenset[int], str]:
        if self._loaded is None:
            files = [OWN_FONT, *font_files(self._more)]
            known = frozenset().union(*(characters_of(file) for file in files))
            fonts = typst.Fonts(
                include_system_fonts=False,
                include_embedded_fonts=False,
                font_paths=[str(file) for file in files],
            )
            names = list(dict.fromkeys(["Noto Sans SC", *fonts.families()]))
            compiler = typst.Compiler(root=str(FOLDER), font_paths=fonts)
            self._loaded = (compiler, known, "|".join(names))
        return self._loaded


_WRAPPER = '{attached}#include "/{layout}"\n'
_ATTACHED = (
    f'#pdf.attach("/{ATTACHMENT}", bytes(sys.inputs.exact), relationship: "data", '
    'mime-type: "application/json", description: "准确文字")\n'
)


def qr_svg(url: str) -> str:
    """The QR code of an address, error correction M: a paper gets folded and copied."""
    code = segno.make(url, error="m", micro=False)
    return str(code.svg_inline(border=2, omitsize=True))


def font_files(places: Iterable[Path]) -> list[Path]:
    """The font files named, or lying in the folders named, in a steady order."""
    found: list[Path] = []
    for place in places:
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        found += [file for file in inside if file.suffix.lower() in _FONT_FILES and file.is_file()]
    return found


def _drawable(
    value: Any, known: frozenset[int], lost: dict[str, None], exact: list[dict[str, str]]
) -> Any:
    """The same values with each character no font has as its code; what was lost is noted."""
    if isinstance(value, str):
        if known.issuperset(map(ord, value)):
            return value
        codes = [one if ord(one) in known else _TO_BOX.format(ord(one)) for one in value]
        printed = "".join(codes)
        for one in value:
            if ord(one) not in known:
                lost[f"U+{ord(one):04X}"] = None
        if {"printed": printed, "exact": value} not in exact:
            exact.append({"printed": printed, "exact": value})
        return printed
    if isinstance(value, dict):
        return {key: _drawable(one, known, lost, exact) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_drawable(one, known, lost, exact) for one in value]
    return value
