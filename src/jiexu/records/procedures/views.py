"""What pages see of a case: plain values, no rows."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from jiexu.core.base.money import yuan_for_people
from jiexu.core.procedures.asked import Field

_ON_ITS_WAY = "in_transit"


class ClockView(msgspec.Struct, frozen=True, kw_only=True):
    """One clock of a case: `state` is running, paused, late or met."""

    leg: str  # "record" | "fund"
    name: str
    label: str
    holder: str  # area code
    holder_name: str
    started_on: date
    due_on: date
    limit_workdays: int
    provisional: bool
    met_on: date | None
    state: str
    workdays_left: int | None
    paused_on: date | None = None
    paused_workdays: int = 0


class TimelineItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, in words for people; `leg` is record, fund or case.

    `place` orders entries of the same minute as a clean case goes through them.
    """

    at: datetime
    leg: str
    title: str
    text: str
    actor: str
    ours: bool  # done by this half's agency, or told by the other side
    place: int = 0


class PaperView(msgspec.Struct, frozen=True, kw_only=True):
    """A document of the case and whether it bears a seal that verifies."""

    number: str
    kind: str
    title: str
    issued_at: datetime
    sealed: bool
    area: str = ""
    area_name: str = ""


class TalkView(msgspec.Struct, frozen=True, kw_only=True):
    """A question between the agencies: who asked whom, and what was answered."""

    number: str
    asker: str
    asked_on: date
    text: str
    answer_by: date | None
    answered_on: date | None
    answer: str


class AskedView(msgspec.Struct, frozen=True, kw_only=True):
    """Something between the person and the agency: papers asked for, or an objection."""

    title: str
    text: str
    on: date
    answered_on: date | None
    answer: str


class ActionView(msgspec.Struct, frozen=True, kw_only=True):
    """A move this actor may make now: `event` is sent back, `label` stands on the button.

    `area`, `half` and `version` say on which half it is made; `seldom`: possible all the time but
    hardly ever wanted, shown folded up.
    """

    event: str
    label: str
    warning: str = ""
    fields: tuple[Field, ...] = ()
    seldom: bool = False
    half: str = ""
    area: str = ""
    version: int = 0


class CoverAfterView(msgspec.Struct, frozen=True, kw_only=True):
    """What cover holds at the new place after the transfer, and on what ground."""

    text: str
    source: str


class CaseSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A case in a list or queue."""

    agency: str
    agency_name: str
    case_no: str
    half: str
    half_label: str
    psn_name: str
    certno_masked: str
    from_area: str
    from_name: str
    to_area: str
    to_name: str
    kind_label: str
    state: str
    state_label: str
    tone: str  # "go" | "wait" | "stop" | "done": the colour of the state
    record_label: str
    fund_leg: str
    fund_label: str
    amount_fen: int | None
    opened_at: datetime
    promised_on: date | None
    promised_provisional: bool
    holder_label: str  # who has it now
    late: bool
    doubts: tuple[str, ...]
    assigned_to: str
    version: int
    partner_reference: str = ""
    procedure: str = "transfer"
    title: str = ""  # of a case without two places

    @property
    def heading(self) -> str:
        """What the case is about, in a few words."""
        return self.title or f"{self.from_name} → {self.to_name}"

    @property
    def money_line(self) -> str:
        """Where the money of a transfer is, in one line; empty for a case without money."""
        if self.title or self.fund_leg == "none":
            return ""
        if self.amount_fen is None:
            return f"金额待转出地核定，{self.heading}"
        return money_line(self.amount_fen, self.fund_leg, self.heading, self.fund_label)


def money_line(amount_fen: int, fund_leg: str, route: str, label: str) -> str:
    """Amount, whether it is on its way, route and state: `3,214.56 元在途，南京 → 柳州，已付`."""
    moving = "在途" if fund_leg == _ON_ITS_WAY else ""
    return f"{yuan_for_people(amount_fen)} 元{moving}，{route}，{label}"


class CaseView(CaseSummary, frozen=True, kw_only=True):
    """Everything a case page shows. `money` are the stations of the balance, in order."""

    record_leg: str
    accepted_on: date | None
    completed_at: datetime | None
    money_sentence: str
    steps_record: tuple[tuple[str, str], ...]  # (label, "done" | "now" | "todo")
    steps_fund: tuple[tuple[str, str], ...]
    clocks: tuple[ClockView, ...]
    timeline: tuple[TimelineItem, ...]
    papers: tuple[PaperView, ...]
    refusals: tuple[tuple[str, str, str], ...]  # (text, repair, source)
    remedies: str
    informed: tuple[tuple[str, str, str], ...] = ()  # what an accepted person is told besides
    cover_after: CoverAfterView | None = None
    comparison: tuple[tuple[str, str, str, bool], ...]  # (label, here, there, equal)
    talks: tuple[TalkView, ...] = ()
    supplements: tuple[AskedView, ...] = ()
    disputes: tuple[AskedView, ...] = ()
    applicant: str = ""
    record_title: str = "关系和年限"
    money: bool = True  # there is a fund leg to show
