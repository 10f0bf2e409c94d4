"""The table of areas (data/areas.csv) in memory, and how a county finds its pool.

One row per code: `code, name, parent, kind, gb_code, pool, status, note`. `pool` names the 统筹区:
the row itself, another row, or nothing for what insures nobody (nation, provinces, container
codes). `status` says how sure the row is: `standard` (in GB/T 2260), `listed` (published lists of
insured areas, unconfirmed), `convention`. An area that is missing is added as a row.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec

NATION = "100000"
TOPS = frozenset({"province", "municipality", "xpcc"})
"""Kinds directly below the nation."""

_FILE = Path(__file__).parent.parent / "data" / "areas.csv"
_CODE = re.compile(r"[1-9][0-9]{5}", re.ASCII)
_WITH_COUNTIES = frozenset({"prefecture", "legacy_prefecture", "special_area", "xpcc_division"})


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """One row. `pool` is the code of the pooling area, None where nobody is insured directly."""

    code: str
    name: str
    parent: str
    kind: str
    pool: str | None = None


@cache
def areas() -> dict[str, Area]:
    """All rows by code, in the order of the file. Read once, on first use."""
    return _read()[0]


def is_code(text: str) -> bool:
    """True if `text` has the form of an area code, whether or not there is such an area."""
    return _CODE.fullmatch(text) is not None


def holder_of_county(code: str) -> Area | None:
    """The row that a county which is not in the table lies in, or None.

    A row that claims the code by `gb_code` comes first (满洲里 is 150781 in GB/T 2260 and 153000
    here), then the row of its first four digits. There must be a row: nothing is guessed.
    """
    if not is_code(code):
        return None
    table, by_gb_code = _read()
    if code in by_gb_code:
        return table[by_gb_code[code]]
    top = table.get(f"{code[:2]}0000")
    if top is not None and top.kind == "municipality":
        # GB/T 2260: 01 holds the districts, 02 the counties of a municipality.
        return top if code[2:4] in {"01", "02"} else None
    holder = table.get(f"{code[:4]}00")
    return holder if holder is not None and holder.kind in _WITH_COUNTIES else None


@cache
def _read() -> tuple[dict[str, Area], dict[str, str]]:
    # Plain split: no value in the file holds a quote or a comma, and start-up time counts.
    table: dict[str, Area] = {}
    by_gb_code: dict[str, str] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines()[1:]:
        code, name, parent, kind, gb_code, pool, _status, _note = line.split(",")
        table[code] = Area(code=code, name=name, parent=parent, kind=kind, pool=pool or None)
        if gb_code != code:
            by_gb_code[gb_code] = code
    del by_gb_code[""]
    return table, by_gb_code
