"""What pages see of an employer's people and lists: no balance, no months, nothing of health."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class EmployerView(msgspec.Struct, frozen=True, kw_only=True):
    area: str
    area_name: str
    agency_name: str
    uscc: str
    name: str
    status: str
    arrears_since: str


class Employee(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the roster: who, and whether cover runs."""

    person_id: int
    psn_name: str
    certno_masked: str
    status: str
    status_label: str
    since: date


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it was sent: text as typed, checked when it is worked."""

    certno: str
    psn_name: str = ""
    area: str = ""
    insutype: str = ""
    day: str = ""
    reason: str = ""
    wish: str = ""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one line."""

    state: str
    case_no: str = ""
    code: str = ""
    text: str = ""
    remedy: str = ""
    note: str = ""


class RosterLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line with its answer, as the employer sees it now."""

    number: int
    psn_name: str
    certno_masked: str
    state: str
    state_label: str
    tone: str
    case_no: str
    text: str
    remedy: str
    note: str


class RosterView(msgspec.Struct, frozen=True, kw_only=True):
    """A list: how far it is."""

    key: str
    kind: str
    title: str
    sent_at: datetime
    total: int
    answered: int
    done: int
    not_yet: int
    refused: int
    finished: bool

    @property
    def percent(self) -> int:
        return 100 if not self.total else self.answered * 100 // self.total


class StopNoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """A question to the employer whether somebody has left."""

    case_no: str
    psn_name: str
    certno_masked: str
    left_on: date
    asked_on: date
    answer_by: date | None
    state: str
    state_label: str
    tone: str
    waits: bool
    version: int
