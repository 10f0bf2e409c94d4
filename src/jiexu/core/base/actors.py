"""Who acts. Rights of a move are checked against these, in the core, before anything is written."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """What an actor may be. A person holds clerk-side roles per agency."""

    CITIZEN = "citizen"  # 参保人
    EMPLOYER = "employer"  # 用人单位
    CLERK = "clerk"  # 经办人员
    FINANCE_PREPARER = "finance_preparer"  # 财务经办（制单）
    FINANCE_APPROVER = "finance_approver"  # 财务复核
    SUPERVISOR = "supervisor"  # 监督
    ADMINISTRATOR = "administrator"  # 系统管理员
    AGENCY = "agency"  # the other agency, speaking by signed message
    TIMER = "timer"  # a clock that ran out
    SYSTEM = "system"  # a move marked auto


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """One acting party: `role` here and now, `ref` who exactly, `agency` for whom.

    `ref` is the user name of a person, the area code of an agency, or the name of the timer.
    Two different people have two different `ref`: that is what four eyes are counted by.
    """

    role: Role
    ref: str
    agency: str | None = None


class Via(msgspec.Struct, frozen=True, kw_only=True):
    """How the words of a partner came here when the partner did not speak itself.

    `source` is platform_list, platform_keyed or paper; `evidence` names what is kept (digest of the
    list and row, number of a scan or letter); `reference` is the partner's own number of the case.
    The actor stays the agency whose words they are; `recorded_by` answers for the copying.
    """

    recorded_by: str
    source: str
    evidence: str
    reference: str = ""


SYSTEM = Actor(role=Role.SYSTEM, ref="auto")
"""The actor of moves marked auto."""


def timer(name: str) -> Actor:
    return Actor(role=Role.TIMER, ref=name)


def agency(area: str) -> Actor:
    """The agency of `area`, speaking through a message whose signature has been verified."""
    return Actor(role=Role.AGENCY, ref=area)
