"""What a counted span rests on, and what must be said about it: sources and notes.

An answer that stands on a missing notice looks exactly like one that does not; only the words
beside it tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from jiexu.core.base.decision import Badge, Source
from jiexu.core.calendar.arrangement import Year
from jiexu.core.calendar.loading import load_unknown_areas
from jiexu.core.calendar.table import NATION, Calendar, read_statute

# New Year arrangements have reached back as far as 29 December (2007 and 2018): until the next
# notice is out, the last days of the last published year are not quite certain either.
YEAR_END = (12, 29)

read_unknown_areas = cache(load_unknown_areas)


def notes_on(calendar: Calendar, province: str, start: date, due: date) -> tuple[str, ...]:
    """What a reader of a due date must know, in Chinese; empty where nothing is open."""
    return tuple(_notes(calendar, province, start, due))


def _notes(calendar: Calendar, province: str, start: date, due: date) -> Iterator[str]:
    last = calendar.published[1]
    if due.year > last:
        statute = read_statute(calendar.data / "statutory.toml")
        first = max(last + 1, start.year)
        yield (
            f"{first}年的放假安排尚未公布：该年起按周一至周五推算，只扣除{_list(statute.fixed_names)}的"
            f"固定假日，{_list(statute.movable_names)}和调休未计入；公布后截止日可能改变。"
        )
    elif due.year == last and (due.month, due.day) >= YEAR_END:
        yield f"{last + 1}年元旦的安排尚未公布，可能调整{last}年12月最后几天的上班和休息。"
    overlay = calendar.overlay
    if overlay is not None:
        if due.year > overlay.last_year:
            first = max(overlay.last_year + 1, start.year)
            yield f"{overlay.name}{first}年{overlay.festival}的放假通知尚未收录，本结果未计入。"
        for entry in overlay.years:
            if entry.note and any(start <= day <= due for day in entry.days):
                yield entry.note
    if province != NATION and overlay is None:
        unknown = read_unknown_areas(calendar.data / "local_unknown.toml").areas.get(province)
        if unknown is not None:
            yield (
                f"{unknown.name}另有地方节日放假({_list(unknown.festivals)}),"
                "日期未收录，本结果未计入，请向当地经办机构核实。"
            )


def sources_of(calendar: Calendar, start: date, due: date) -> tuple[Source, ...]:
    """The notices and laws the days from `start` to `due` were counted by, the oldest first."""
    return tuple(_sources(calendar, start, due))


def _sources(calendar: Calendar, start: date, due: date) -> Iterator[Source]:
    for year in range(start.year, due.year + 2):
        arrangement = calendar.arrangement(year)
        if arrangement is not None and arrangement.begins <= due:
            yield from _national(arrangement, start, due)
    if due.year > calendar.published[1]:
        statute = read_statute(calendar.data / "statutory.toml")
        yield Source(
            badge=Badge.NATION,
            title=statute.title,
            number=statute.number,
            article=statute.article,
            area=NATION,
            from_=statute.from_.isoformat(),
            confidence=statute.confidence,
        )
    overlay = calendar.overlay
    if overlay is not None and due >= overlay.from_:
        yield Source(
            badge=Badge.LOCAL,
            title=overlay.title,
            number=overlay.number,
            area=overlay.area,
            from_=overlay.from_.isoformat(),
            confidence=overlay.confidence,
        )
        for entry in overlay.years:
            if any(start <= day <= due for day in entry.days):
                yield Source(
                    badge=Badge.LOCAL,
                    title=entry.notice,
                    area=overlay.area,
                    from_=min(entry.days).isoformat(),
                    confidence=entry.confidence,
                )


def _national(arrangement: Year, start: date, due: date) -> Iterator[Source]:
    yield Source(
        badge=Badge.NATION,
        title=arrangement.title,
        number=arrangement.number,
        area=NATION,
        from_=arrangement.begins.isoformat(),
        confidence=arrangement.confidence,
    )
    for holiday in arrangement.holidays:
        changed = holiday.notice
        if changed is not None and any(start <= day <= due for day in holiday.days):
            yield Source(
                badge=Badge.NATION,
                title=changed.title,
                number=changed.number,
                area=NATION,
                from_=min(holiday.days).isoformat(),
                confidence=arrangement.confidence,
            )


def _list(words: tuple[str, ...]) -> str:
    return "、".join(words)
