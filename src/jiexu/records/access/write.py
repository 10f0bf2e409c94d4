"""Writes users, grants, tokens and allowances.

Imported by `work` alone, inside `writing()` and a transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import connection

from jiexu.records.access.models import Allowance, Grant, Token, User


def insert_user(
    *,
    username: str,
    display_name: str,
    password_hash: str,
    certno_index: bytes | None,
    now: datetime,
) -> User:
    """Insert a user. The row is read again: its type of each column is the database's."""
    User.objects.create(
        username=username,
        display_name=display_name,
        password=password_hash,
        certno_index=certno_index,
        created_at=now,
    )
    return User.objects.get(username=username)


def set_password_hash(user_id: int, password_hash: str) -> None:
    """Write a new password; what was counted against the old one is forgotten."""
    User.objects.filter(pk=user_id).update(
        password=password_hash, failed_attempts=0, locked_until=None
    )


def refresh_password_hash(user_id: int, password_hash: str) -> None:
    """Write the same password under a stronger hash."""
    User.objects.filter(pk=user_id).update(password=password_hash)


def count_attempt(
    user_id: int, count: Callable[[int, datetime | None], tuple[int, datetime | None] | None]
) -> bool:
    """Let `count` turn (failed attempts, locked until) into the new pair, the row locked.

    `None` from `count` means that no attempt is allowed now: nothing is written, False is returned.
    """
    rows = User.objects.filter(pk=user_id)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    row = rows.get()
    after = count(row.failed_attempts, row.locked_until)
    if after is None:
        return False
    User.objects.filter(pk=user_id).update(failed_attempts=after[0], locked_until=after[1])
    return True


def forget_attempts(user_id: int) -> None:
    """The right password was given: nothing is counted any more."""
    User.objects.filter(pk=user_id).update(failed_attempts=0, locked_until=None)


def insert_grant(
    user_id: int, role: str, area: str, by: str, now: datetime, employer: str = ""
) -> None:
    """Insert a grant; the database refuses the same one twice."""
    Grant.objects.create(
        user_id=user_id,
        role=role,
        agency_id=area,
        granted_at=now,
        granted_by=by,
        employer=employer,
    )


def close_grant(grant_id: int, now: datetime) -> None:
    """End a grant. The row stays."""
    Grant.objects.filter(pk=grant_id).update(ended_at=now)


def insert_token(
    *,
    user_id: int,
    label: str,
    digest: str,
    scopes: str,
    by: str,
    now: datetime,
    expires_at: datetime,
) -> Token:
    """Insert a token. The row is read again: its key is the database's."""
    Token.objects.create(
        user_id=user_id,
        label=label,
        digest=digest,
        scopes=scopes,
        created_at=now,
        created_by=by,
        expires_at=expires_at,
    )
    return Token.objects.get(digest=digest)


def revoke_token(token_id: int, now: datetime) -> None:
    """End a token. The row stays."""
    Token.objects.filter(pk=token_id, revoked_at__isnull=True).update(revoked_at=now)


def mark_token_used(token_id: int, day: date) -> None:
    """Keep on which day a token was last used."""
    Token.objects.filter(pk=token_id).update(last_used_on=day)


def take_allowance(subject: str, since: datetime, wanted: int, limit: int) -> int:
    """Take up to `wanted` of what is left of `limit` in the window; the row locked meanwhile."""
    rows = Allowance.objects.filter(subject=subject)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    row = rows.first()
    if row is None:
        given = min(wanted, limit)
        Allowance.objects.create(subject=subject, since=since, taken=given)
        return given
    taken = row.taken if row.since == since else 0
    given = max(0, min(wanted, limit - taken))
    Allowance.objects.filter(pk=row.pk).update(since=since, taken=taken + given)
    return given
