"""Which characters a font can draw: read from its `cmap` (OpenType 1.9, formats 4 and 12).

Names hold characters that few fonts have (GB 18030 knows CJK extensions B and beyond). Asking the
font beforehand is what lets a paper say so instead of leaving a gap.
"""

from __future__ import annotations

import struct
from pathlib import Path


def characters_of(font: Path) -> frozenset[int]:
    """Code points that every face of a font file maps to a glyph. Raises `ValueError`."""
    data = font.read_bytes()
    try:
        if data[:4] == b"ttcf":
            (count,) = struct.unpack_from(">I", data, 8)
            starts = struct.unpack_from(f">{count}I", data, 12)
        else:
            starts = (0,)
        faces = [_characters(data, start) for start in starts]
    except struct.error as error:
        raise ValueError(f"{font.name} is not a font that can be read") from error
    return frozenset.intersection(*faces)


def _characters(data: bytes, start: int) -> frozenset[int]:
    (tables,) = struct.unpack_from(">H", data, start + 4)
    for place in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * place)
        if tag == b"cmap":
            return _cmap(data, offset)
    raise ValueError("a font without a table of characters")


def _cmap(data: bytes, at: int) -> frozenset[int]:
    found: set[int] = set()
    (count,) = struct.unpack_from(">H", data, at + 2)
    for place in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, at + 4 + 8 * place)
        if platform == 0 or (platform, encoding) in {(3, 1), (3, 10)}:
            (form,) = struct.unpack_from(">H", data, at + offset)
            if form == 12:
                found |= _form_12(data, at + offset)
            elif form == 4:
                found |= _form_4(data, at + offset)
    return frozenset(found)


def _form_12(data: bytes, at: int) -> set[int]:
    (groups,) = struct.unpack_from(">I", data, at + 12)
    found: set[int] = set()
    for place in range(groups):
        first, last, glyph = struct.unpack_from(">III", data, at + 16 + 12 * place)
        found.update(range(first + (glyph == 0), last + 1))
    return found


def _form_4(data: bytes, at: int) -> set[int]:
    (doubled,) = struct.unpack_from(">H", data, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", data, at + 16 + 2 * doubled)
    ranges_at = at + 16 + 3 * doubled
    offsets = struct.unpack_from(f">{count}H", data, ranges_at)
    found: set[int] = set()
    for place, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offsets[place]:
                where = ranges_at + 2 * place + offsets[place] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", data, where)
                if not glyph:
                    continue
            if (glyph + deltas[place]) & 0xFFFF:
                found.add(code)
    return found
