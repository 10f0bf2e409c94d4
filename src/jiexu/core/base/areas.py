"""医保区划: which areas there are, which pool an area is insured in, what lies above it.

Counties are not listed: they lie in the pool of the row that holds them (`codes.area_table` says
how). Which pool a place belongs to is a matter of the table, never of the digits alone; and it
is never derived from an identity number.
"""

from __future__ import annotations

from functools import cache

from jiexu.core.base.codes.area_search import meant_by, search, whole_name
from jiexu.core.base.codes.area_table import NATION, TOPS, Area, areas, holder_of_county, is_code
from jiexu.core.base.errors import BadInput

__all__ = [
    "NATION",
    "Area",
    "all_pools",
    "area",
    "chain",
    "full_name",
    "is_pool",
    "pooling_area",
    "province",
    "search",
]


def area(code: str, *, path: str = "area") -> Area:
    """The row of `code`. Raises `BadInput` UNKNOWN_AREA with suggestions (`details`: codes)."""
    found = areas().get(code)
    if found is None:
        raise _unknown(code, path)
    return found


def pooling_area(code: str, *, path: str = "area") -> Area:
    """The 统筹区 that `code` is insured in: a county, 市本级 or an old code leads to its pool.

    A province, 兵团 or the nation stays as it is (only its own rules apply): ask `is_pool`
    where a pool is needed. Raises `BadInput` UNKNOWN_AREA for a code in no pool of the table.
    """
    found = areas().get(code) or holder_of_county(code)
    if found is None:
        raise _unknown(code, path)
    if found.pool is not None:
        return areas()[found.pool]
    if found.kind in TOPS or found.code == NATION:
        return found
    raise BadInput(
        f"{found.name}（{found.code}）只是编码的上级节点，没有人在这里参保。",
        "请从列表中选择它下面的市、县。",
        path=path,
        code="UNKNOWN_AREA",
    )


def chain(code: str, *, path: str = "area") -> tuple[str, ...]:
    """From the pool of `code` up to the nation: the order in which rules are looked up.

    Raises `BadInput` UNKNOWN_AREA.
    """
    step = pooling_area(code, path=path)
    codes = [step.code]
    while step.parent:
        step = areas()[step.parent]
        codes.append(step.code)
    return tuple(codes)


def province(code: str, *, path: str = "area") -> Area:
    """The province, municipality or 兵团 that `code` is insured in.

    Raises `BadInput` UNKNOWN_AREA for an unknown code and for the nation.
    """
    codes = chain(code, path=path)
    if len(codes) == 1:
        raise BadInput(
            "“国家”不是一个省。", "请从列表中选择省、市。", path=path, code="UNKNOWN_AREA"
        )
    return areas()[codes[-2]]


def is_pool(code: str) -> bool:
    """True if `code` itself is a pooling area of the table."""
    found = areas().get(code)
    return found is not None and found.pool == code


@cache
def all_pools() -> tuple[Area, ...]:
    """Every pooling area, in the order of codes."""
    return tuple(found for found in areas().values() if found.pool == found.code)


def full_name(code: str, *, path: str = "area") -> str:
    """The name with all above it: 广西壮族自治区柳州市. Raises `BadInput` UNKNOWN_AREA."""
    return whole_name(area(code, path=path))


def _unknown(text: str, path: str) -> BadInput:
    meant = meant_by(text)
    if is_code(text):
        what = f"区划代码 {text} 不在区划表中"
    elif text.isprintable() and not any(char.isdigit() for char in text[:21]) and text:
        what = f"“{text[:20]}”不是 6 位区划代码"
    else:
        # Not echoed: digits of another length may be somebody's identity number.
        what = "区划代码应是 6 位数字"
    examples = "、".join(f"{found.name}（{found.code}）" for found in meant)
    return BadInput(
        f"{what}。",
        f"请从列表中选择：{examples}。" if meant else "请从列表中选择参保地。",
        path=path,
        code="UNKNOWN_AREA",
        details={"suggestions": [found.code for found in meant]},
    )
