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

from jiexu.adapters.pdf.glyphs import characters_of
from jiexu.core.documents import FOLDER, layout_of
from jiexu.work.ports import Sheet

OWN_FONTS = Path(__file__).parent / "fonts"
FAMILY = "Noto Sans SC"
"""The font of the house; without it nothing is printed."""
ATTACHMENT = "exact-text.json"
_TO_BOX = "〔U+{:04X}〕"


class TypstPrinter:
    """The `Printer` port. `more_fonts` are files or folders asked after the font of the house."""

    def __init__(self, more_fonts: Iterable[Path] = ()) -> None:
        self._more = tuple(more_fonts)
        self._lock = threading.Lock()  # one compiler, one paper at a time: each takes milliseconds
        self._loaded: tuple[Any, frozenset[int], str] | None = None

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
                timestamp=datetime(sheet.on.year, sheet.on.month, sheet.on.day, tzinfo=UTC),
            )
            return made

    def _load(self) -> tuple[Any, frozenset[int], str]:
        if self._loaded is None:
            import typst  # only where something is printed: every start would pay for it

            fonts = typst.Fonts(
                include_system_fonts=False,
                include_embedded_fonts=False,
                font_paths=[str(folder) for folder in (OWN_FONTS, *font_folders(self._more))],
            )
            if FAMILY not in fonts.families():
                # typst would print pages without a single letter.
                raise RuntimeError(f"the font {FAMILY} is missing from {OWN_FONTS}")
            names = list(dict.fromkeys([FAMILY, *fonts.families()]))
            files = {Path(font.path) for font in fonts.fonts() if font.path}
            known = frozenset().union(*(characters_of(file) for file in files))
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
    import segno

    code = segno.make(url, error="m", micro=False)
    return str(code.svg_inline(border=2, omitsize=True))


def font_folders(places: Iterable[Path]) -> list[Path]:
    """The folders to look for fonts in: those named, and those of files named."""
    return [place if place.is_dir() else place.parent for place in places if place.exists()]


def _drawable(
    value: Any, known: frozenset[int], lost: dict[str, None], exact: list[dict[str, str]]
) -> Any:
    """The same values with each character no font has as its code; what was lost is noted."""
    if isinstance(value, str):
        value = " ".join(value.splitlines())
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
