"""性别: the code of GB/T 2261.1 on the wire, `M` and `F` inside."""

from __future__ import annotations

from jiexu.core.base.codes.certno import Sex

_SEX: dict[str, Sex] = {"1": "M", "2": "F"}


def sex_of(gend: str) -> Sex | None:
    """`M` or `F`; None where the code says unknown (0), not stated (9) or is not in the table."""
    return _SEX.get(gend)


def gend_of(sex: Sex | None) -> str:
    """The code for the wire: `1`, `2`, or `9` (not stated) for None."""
    return {"M": "1", "F": "2", None: "9"}[sex]
