"""Signing in: whether this is the user, said so that nobody can find out who exists.

Guessing is made slow in two ways. Per user, in the database: the fifth wrong password in a row
closes the account for 15 minutes. Per network address, in this process alone: 50 failures within
15 minutes close the address; each web process counts for itself, so the true limit is that times
the processes. Loopback addresses are not counted: behind a proxy everybody comes from there.
Nothing said or measured tells whether a user exists: one text for a wrong name, a wrong password
and a closed account, and the password is hashed in every case.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from jiexu.records.access import write
from jiexu.records.access.models import User
from jiexu.records.isolation import writing
from jiexu.work.attempts import Attempts, is_loopback
from jiexu.work.passwords import MAX_PASSWORD

ATTEMPTS_PER_USER: Final = 5
ATTEMPTS_PER_ADDRESS: Final = 50
PAUSE: Final = timedelta(minutes=15)


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """`ok` with the user, or a refusal in words."""

    ok: bool
    user: Any = None
    code: str = ""
    text: str = ""
    remedy: str = ""


REFUSED: Final = SignIn(
    ok=False,
    code="SIGN_IN_REFUSED",
    text="用户名或密码不对，或者因连续输错已暂停登录。",
    remedy="请核对后重新输入。同一用户名连续输错 5 次，会暂停登录 15 分钟；"
    "忘记密码的，请联系经办机构的系统管理员重设。",
)
CLOSED_ADDRESS: Final = SignIn(
    ok=False,
    code="TOO_MANY_ATTEMPTS",
    text="您所在的网络 15 分钟内登录失败的次数过多，已暂停登录。",
    remedy="请 15 分钟后再试；多人共用网络的，请联系经办机构的系统管理员。",
)


def sign_in(username: str, password: str, address: str, now: datetime) -> SignIn:
    """Whether this is the user. Every refusal for name, password or closed account is alike.

    The attempt is counted before the password is looked at: many at once cannot outrun the limit.
    """
    if _addresses.closed(address, now):
        return CLOSED_ADDRESS
    tried = password[:MAX_PASSWORD]
    user = User.objects.filter(username=username).first() if len(username) <= 60 else None
    if user is None:
        make_password(tried)  # takes as long as checking one
        _failed(address, now)
        return REFUSED
    allowed = False
    if user.is_active:
        with writing(), transaction.atomic():
            allowed = write.count_attempt(user.pk, _counted(now))
    right = check_password(tried, user.password, setter=lambda raw: _refresh(user.pk, raw))
    if not (allowed and right and len(password) <= MAX_PASSWORD):
        _failed(address, now)
        return REFUSED
    with writing(), transaction.atomic():
        write.forget_attempts(user.pk)
    user.refresh_from_db()
    return SignIn(ok=True, user=user)


def _counted(now: datetime) -> Any:
    """How an attempt at `now` is counted; closed accounts are not closed for longer by trying."""

    def count(failed: int, locked_until: datetime | None) -> tuple[int, datetime | None] | None:
        if locked_until is not None:
            if now < locked_until:
                return None
            failed = 0
        failed += 1
        return failed, now + PAUSE if failed >= ATTEMPTS_PER_USER else None

    return count


def _failed(address: str, now: datetime) -> None:
    if not is_loopback(address):
        _addresses.failed(address, now)


def _refresh(user_id: int, raw: str) -> None:
    hashed = make_password(raw)
    with writing(), transaction.atomic():
        write.refresh_password_hash(user_id, hashed)


_addresses = Attempts(ATTEMPTS_PER_ADDRESS, PAUSE)
