"""The rules one decision turns on: looked up for its day, and remembered for the answer."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.areas import NATION
from jiexu.core.base.decision import Badge, ParameterUse, Reason, Repair
from jiexu.core.policy.catalogue import catalogue
from jiexu.core.policy.parameters import Parameter, history, lookup, lookup_hearsay

ASK_12393 = "可拨打医保服务热线 12393 或向当地经办机构核实"


class Rules:
    """Looks parameters up for one day and keeps what was used, with the notes that go with it."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._uses: dict[tuple[str, str], ParameterUse] = {}
        self._notes: dict[str, None] = {}

    def get(self, name: str, area: str, on: date | None = None) -> Parameter | None:
        """The value in force on the day, from the nearest level; `None` when no level has one.

        `on` where a value is dated by something else than the day of the question, like the
        enrolment windows of a cover year.
        """
        return self._used(lookup(name, area, on or self.on))

    def standing(self, name: str, area: str) -> Parameter | None:
        """As `get`; a day before the national text is known is answered by its first known form.

        The answer then carries a note, so that nobody takes it for the rule of that day.
        """
        found = lookup(name, area, self.on)
        if found is None:
            known = [one for one in history(name, NATION) if one.badge is not Badge.HEARSAY]
            later = [one for one in known if one.from_ and one.from_ > self.on]
            found = min(later, key=lambda one: one.from_ or date.max, default=None)
            if found is not None:
                self.note(
                    f"{self.on.isoformat()} 的受理条件未见原文，"
                    f"按 {found.from_} 起的规定回答，仅供参考。"
                )
        return self._used(found)

    def levels(self, name: str, area: str) -> tuple[Parameter, ...]:
        """Every value in force on the day, nearest level first: for tables with rows that fit.

        Nothing counts as used yet: say so with `use` for the level whose row decides.
        """
        return tuple(
            one
            for one in history(name, area)
            if one.badge is not Badge.HEARSAY and one.holds_on(self.on)
        )

    def use(self, found: Parameter) -> Parameter:
        """Remembers that the answer turned on `found`."""
        self._used(found)
        return found

    def heard(self, name: str, area: str) -> None:
        """Notes what people say about it, under its badge: shown, never used."""
        for one in lookup_hearsay(name, area, self.on):
            self.note(f"网传：{one.note or one.value}。没有规定依据，不采用。")

    def note(self, text: str) -> None:
        self._notes[text] = None

    @property
    def uses(self) -> tuple[ParameterUse, ...]:
        return tuple(self._uses.values())

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def _used(self, found: Parameter | None) -> Parameter | None:
        if found is not None:
            self._uses[found.name, found.area] = ParameterUse(
                name=found.name,
                value=msgspec.to_builtins(found.value),
                area=found.area,
                from_=found.from_.isoformat() if found.from_ else None,
            )
            source = found.source()
            if source is not None and found.confidence == "low":
                self.note(f"“{source.title}”的可信度低，办理前{ASK_12393}。")
        return found


def reason(code: str, text: str, by: Parameter, repair: Repair | None) -> Reason:
    """A reason that rests on a parameter: its meaning is the rule, its text the source."""
    source = by.source()
    return Reason(
        code=code,
        text=text,
        rule=catalogue()[by.name].meaning,
        sources=(source,) if source else (),
        repair=repair,
    )
