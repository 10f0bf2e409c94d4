"""Who may see what: roles of users, and the persons a citizen is."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from django.db import connection

from jiexu.records.access.models import Grant, User
from jiexu.records.registry.models import Agency, FormerIdentity, Person


def roles_at(user: User) -> tuple[tuple[str, str], ...]:
    """The `(role, area)` pairs of staff that a user holds now; employers' agents are no staff."""
    rows = Grant.objects.filter(user=user, ended_at__isnull=True, employer="")
    return tuple(sorted(rows.values_list("role", "agency_id")))


def has_role(user: User, role: str, area: str) -> bool:
    return (role, area) in roles_at(user)


def employers_of(user: User) -> tuple[tuple[str, str], ...]:
    """`(area, uscc)` of the employers a user acts for now."""
    rows = Grant.objects.filter(user=user, ended_at__isnull=True).exclude(employer="")
    return tuple(sorted(rows.values_list("agency_id", "employer")))


def agencies_of(user: User, role: str | None = None) -> list[tuple[str, str]]:
    """`(area, name)` of the agencies where the user holds a role (or that role)."""
    areas = {area for held, area in roles_at(user) if role is None or held == role}
    return list(Agency.objects.filter(area__in=areas).order_by("area").values_list("area", "name"))


class TokenFound(msgspec.Struct, frozen=True, kw_only=True):
    """A token that holds, its user, and the `(role, area)` pairs the user is granted now."""

    id: int
    user: User
    scopes: frozenset[str]
    used_today: bool
    granted: frozenset[tuple[str, str]]


_HOLDER = """
SELECT t.id, t.scopes, t.last_used_on = %s, u.id, u.username, u.display_name, u.certno_index,
       g.role, g.agency
FROM access_token t
JOIN access_user u ON u.id = t.user_id AND u.is_active
LEFT JOIN access_grant g ON g.user_id = u.id AND g.ended_at IS NULL
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s
"""


def token_found(digest: str, now: datetime, today: date) -> TokenFound | None:
    """The token of a digest with its user and grants, in one statement: every request asks it."""
    moment = connection.ops.adapt_datetimefield_value(now)
    day = connection.ops.adapt_datefield_value(today)
    with connection.cursor() as cursor:
        cursor.execute(_HOLDER, [day, digest, moment])
        rows = cursor.fetchall()
    if not rows:
        return None
    token_id, scopes, used, user_id, username, shown, index = rows[0][:7]
    user = User(
        id=user_id,
        username=username,
        display_name=shown,
        certno_index=None if index is None else bytes(index),
    )
    return TokenFound(
        id=token_id,
        user=user,
        scopes=frozenset(scopes.split()),
        used_today=bool(used),
        granted=frozenset((role, area) for *_, role, area in rows if role is not None),
    )


def person_refs(user: User) -> list[tuple[str, int]]:
    """`(area, person id)` of the citizen at every agency this node hosts.

    A citizen may see their own rows everywhere: the blind index of their identity is the only key
    that crosses agencies, and it finds nobody else. A number that was corrected still counts.
    """
    if user.certno_index is None:
        return []
    index = bytes(user.certno_index)
    rows = Person.objects.across_node().filter(certno_index=index)
    former = FormerIdentity.objects.across_node().filter(certno_index=index)
    return sorted(
        {
            *rows.values_list("agency_id", "pk"),
            *former.values_list("agency_id", "person_id"),
        }
    )
