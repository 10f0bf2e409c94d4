"""Areas by what people call them: full names, search, and what was probably meant."""

from __future__ import annotations

from jiexu.core.base.codes.area_table import NATION, TOPS, Area, areas, holder_of_county


def whole_name(found: Area) -> str:
    """The name with all above it, without the nation: 广西壮族自治区柳州市."""
    name = found.name
    while found.parent not in {"", NATION}:
        found = areas()[found.parent]
        # 北京市 + 北京市市本级, 新疆生产建设兵团 + 兵团本级: what both say is said once.
        above = found.name
        shared = next((n for n in range(len(above), 0, -1) if name.startswith(above[-n:])), 0)
        name = above + name[shared:]
    return name


def search(text: str) -> tuple[Area, ...]:
    """Areas whose code begins with or whose (full) name contains `text`, best first.

    All characters in their order suffice: 广西柳州 finds 广西壮族自治区柳州市. Pools and provinces
    come before rows that only lead to a pool. Empty text finds nothing.
    """
    wanted = "".join(text.split())
    if not wanted:
        return ()
    hits: list[tuple[int, bool, str]] = []
    for found in areas().values():
        rank = _rank(wanted, found)
        if rank:
            only_leads_on = found.pool != found.code and found.kind not in TOPS
            hits.append((rank, only_leads_on, found.code))
    return tuple(areas()[code] for _, _, code in sorted(hits))


def meant_by(text: str) -> list[Area]:
    """At most five areas that `text`, which is no code of the table, may stand for."""
    holder = holder_of_county(text)
    if holder is not None and holder.pool is not None:
        return [areas()[holder.pool]]
    return list(search(text)[:5]) or _similar(text)


def _rank(wanted: str, found: Area) -> int:
    """0 for no match, else 1 (best) to 5."""
    if found.code.startswith(wanted) or found.name == wanted:
        return 1
    if found.name.startswith(wanted):
        return 2
    if wanted in found.name:
        return 3
    name = whole_name(found)
    if wanted in name:
        return 4
    rest = iter(name)
    return 5 if wanted[0] == name[0] and all(char in rest for char in wanted) else 0


def _similar(text: str) -> list[Area]:
    """Areas whose name is nearly `text`, such as 柳洲 for 柳州市."""
    import difflib  # here: only a mistyped name pays for it

    by_name = {found.name.removesuffix("市"): found for found in areas().values()}
    near = difflib.get_close_matches(text[:20].removesuffix("市"), by_name, n=5, cutoff=0.5)
    return [by_name[name] for name in near]
