"""Tokens: keys with which programs act as a user, for no more than the user may do.

A token is 256 bits of chance, shown once; the database keeps its SM3 digest. Its scopes are words
(`citizen`, `clerk@450200`) and hold only as long as the user holds the role: ending a grant ends
it for every token at once.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import transaction

from jiexu.core.base.actors import Actor
from jiexu.core.base.codes.as_typed import is_hidden
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.access import write
from jiexu.records.access.models import Token, User
from jiexu.records.access.queries import token_found
from jiexu.records.isolation import writing
from jiexu.work.accounts import grants_held, known_user
from jiexu.work.agency_acts import note_act

CITIZEN: Final = "citizen"
MOST_DAYS: Final = 366
_PREFIX: Final = "jx_"
_MOST_SCOPES: Final = 12


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who presents a token, and what for: roles held now that the token names."""

    user: User
    token_id: int
    citizen: bool
    roles: tuple[tuple[str, str], ...]


class TokenLine(msgspec.Struct, frozen=True, kw_only=True):
    """A token as a list shows it; `state` is valid, expired or revoked."""

    id: int
    username: str
    label: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_on: str
    state: str


def issue_token(
    username: str, scopes: list[str], label: str, days: int, by: Actor | str, now: datetime
) -> tuple[str, TokenLine]:
    """A new token; its text is given here and never again.

    Raises `NotFound` USER_NOT_FOUND, `BadInput` BAD_SCOPE for what the user may not do now,
    BAD_DAYS, BAD_LABEL.
    """
    user = known_user(username)
    shown = label.strip()
    if not 1 <= len(shown) <= 60 or any(is_hidden(char) for char in shown):
        raise BadInput(
            "令牌要有一个名称，1 到 60 个字。",
            "请写明给哪个程序用，例如“大厅自助机”。",
            path="label",
            code="BAD_LABEL",
        )
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(
            f"有效期应为 1 到 {MOST_DAYS} 天。",
            "到期前请换发新的令牌。",
            path="days",
            code="BAD_DAYS",
        )
    wanted = _allowed_scopes(user, scopes)
    text = _PREFIX + secrets.token_urlsafe(32)
    areas = sorted({scope.partition("@")[2] for scope in wanted} - {""})
    with writing(), transaction.atomic():
        row = write.insert_token(
            user_id=user.pk,
            label=shown,
            digest=sm3_hex(text.encode()),
            scopes=" ".join(wanted),
            by=by if isinstance(by, str) else by.ref,
            now=now,
            expires_at=now + timedelta(days=days),
        )
        for area in areas:
            content = {"user": user.username, "token": row.pk, "scopes": row.scopes}
            note_act(area, by, now, "user.token", content)
    return text, _line(row, now)


def revoke_token(token_id: int, by: Actor | str, now: datetime) -> None:
    """End a token; a second time changes nothing. Raises `NotFound` TOKEN_NOT_FOUND."""
    row = Token.objects.select_related("user").filter(pk=token_id).first()
    if row is None:
        raise NotFound(
            f"没有编号为 {token_id} 的令牌。",
            "请用 jiexu user token list 查看编号。",
            code="TOKEN_NOT_FOUND",
        )
    if row.revoked_at is not None:
        return
    areas = sorted({scope.partition("@")[2] for scope in row.scopes.split()} - {""})
    with writing(), transaction.atomic():
        write.revoke_token(row.pk, now)
        for area in areas:
            content = {"user": row.user.username, "token": row.pk}
            note_act(area, by, now, "user.token_revoked", content)


def list_tokens(username: str | None, now: datetime) -> list[TokenLine]:
    """The tokens of a user, or of all; newest first. Raises `NotFound` USER_NOT_FOUND."""
    rows = Token.objects.select_related("user").order_by("-pk")
    if username is not None:
        rows = rows.filter(user=known_user(username))
    return [_line(row, now) for row in rows]


def holder_of(text: str, now: datetime) -> Holder | None:
    """Whose token this is; `None` for one that does not exist, has ended, or has no user."""
    if not text.startswith(_PREFIX) or len(text) > 100:
        return None
    found = token_found(sm3_hex(text.encode()), now, now.date())
    if found is None:
        return None
    if not found.used_today:
        with writing(), transaction.atomic():
            write.mark_token_used(found.id, now.date())
    wanted = {tuple(scope.split("@")) for scope in found.scopes if "@" in scope}
    return Holder(
        user=found.user,
        token_id=found.id,
        citizen=CITIZEN in found.scopes and found.user.certno_index is not None,
        roles=tuple(sorted(wanted & found.granted)),
    )


def _allowed_scopes(user: User, scopes: list[str]) -> list[str]:
    held = {f"{role}@{area}" for role, area in grants_held(user)}
    if user.certno_index is not None:
        held.add(CITIZEN)
    wanted = sorted(set(scopes))
    wrong = [scope for scope in wanted if scope not in held]
    if wrong or not 1 <= len(wanted) <= _MOST_SCOPES:
        what = f"{user.username}没有“{wrong[0][:40]}”这项权限。" if wrong else "没有写明权限。"
        can = "、".join(sorted(held)) or "（没有）"
        raise BadInput(
            f"{what}令牌不能超出用户自己的权限。",
            f"可以写：{can}；一个令牌最多 {_MOST_SCOPES} 项。",
            path="scope",
            code="BAD_SCOPE",
        )
    return wanted


def _line(row: Token, now: datetime) -> TokenLine:
    state = "revoked" if row.revoked_at else "expired" if now >= row.expires_at else "valid"
    return TokenLine(
        id=row.pk,
        username=row.user.username,
        label=row.label,
        scopes=tuple(row.scopes.split()),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_on=row.last_used_on.isoformat() if row.last_used_on else "",
        state=state,
    )
