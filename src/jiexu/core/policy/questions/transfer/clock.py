"""The promised dates of the record leg, each counted in the calendar of its own side."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.areas import NATION
from jiexu.core.base.errors import BadInput
from jiexu.core.calendar.workdays import Due, add_workdays
from jiexu.core.policy.parameters import Parameter, lookup
from jiexu.core.policy.questions.transfer.facts import TransferFacts
from jiexu.core.policy.questions.transfer.places import Places
from jiexu.core.policy.rules import Rules


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """`letter_due` only where a 联系函 comes first; promises stand apart from the limits."""

    letter_due: date | None = None
    out_due: date | None = None
    in_due: date | None = None
    promised_out_due: date | None = None
    promised_in_due: date | None = None
    provisional: bool = False
    rests_on: tuple[tuple[str, Parameter], ...] = ()


def clock_of(facts: TransferFacts, places: Places, rules: Rules) -> Clock:
    """Dates if accepted on `facts.on`. The start day is not counted.

    Source: 医保办发〔2021〕43号 (10 + 5); before 2021-12 人社厅发〔2016〕94号 (15 + 15 + 15).
    """
    source, destination = places.source.code, places.destination.code
    rests_on: list[tuple[str, Parameter]] = []
    provisional = False

    def count(name: str, value: str, start: date | None, area: str) -> date | None:
        nonlocal provisional
        limit = rules.get(name, area) if start is not None else None
        if start is None or limit is None:
            return None
        try:
            due: Due = add_workdays(start, limit.value, area)
        except BadInput as error:
            error.path = "on"
            raise
        provisional = provisional or due.provisional
        rests_on.append((value, limit))
        for note in due.notes:
            rules.note(note)
        return due.due

    start = facts.on
    letter_due = None
    if _letter_first(facts, places, rules):
        letter_due = count("contact_letter_workdays", "letter_due", start, destination)
    out_due = count("transfer_out_workdays", "out_due", letter_due or start, source)
    in_due = count("transfer_in_workdays", "in_due", out_due, destination)
    promised_out = count("promised_out_workdays", "promised_out_due", letter_due or start, source)
    promised_in = (
        count("promised_in_workdays", "promised_in_due", out_due, destination)
        if places.cross_province
        else None
    )
    return Clock(
        letter_due=letter_due,
        out_due=out_due,
        in_due=in_due,
        promised_out_due=promised_out,
        promised_in_due=promised_in,
        provisional=provisional,
        rests_on=tuple(rests_on),
    )


def _letter_first(facts: TransferFacts, places: Places, rules: Rules) -> bool:
    """A letter goes first where one side is off the platform, and everywhere under the old rule."""
    off_platform = facts.from_.on_platform is False or facts.to.on_platform is False
    if off_platform:
        rules.note("有一方未接入国家平台：走联系函（线下）方式，须到转出地或转入地窗口办理。")
        return True
    # A national limit for the letter exists only under the old rule, which had one in every case.
    return lookup("contact_letter_workdays", NATION, facts.on) is not None
