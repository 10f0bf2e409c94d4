"""Choosing a place: every pooling area by province, or those that a text finds."""

from __future__ import annotations

from functools import cache

from jiexu.core.base.areas import Area, all_pools, full_name, pooling_area, province, search

MAX_HITS = 12

Choice = tuple[str, str]


@cache
def by_province() -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """(province, its pools as (code, name)), in the order of codes: the groups of the list."""
    groups: dict[str, list[Choice]] = {}
    for pool in all_pools():
        groups.setdefault(province(pool.code).name, []).append((pool.code, pool.name))
    return tuple((name, tuple(pools)) for name, pools in groups.items())


def hits(text: str) -> tuple[Choice, ...]:
    """Pools that a typed text leads to, best first; a county leads to the pool it lies in."""
    found: dict[str, str] = {}
    for row in search(text):
        pool = _pool(row)
        if pool is not None:
            found.setdefault(pool, full_name(pool))
    return tuple(found.items())[:MAX_HITS]


def _pool(row: Area) -> str | None:
    return pooling_area(row.code).code if row.pool is not None else None
