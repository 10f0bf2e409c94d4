"""Users: made, listed, given a new password. What they may do is granted in `work.grants`."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final

import msgspec
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from jiexu.core.base.actors import Actor
from jiexu.core.base.codes.as_typed import half_width, is_hidden, without_blanks
from jiexu.core.base.codes.certno import check_certno, check_other_cert
from jiexu.core.base.errors import BadInput, Conflict, NotFound
from jiexu.records.access import write
from jiexu.records.access.models import Grant, User
from jiexu.records.access.sealing import identity_index
from jiexu.records.isolation import writing
from jiexu.work.agency_acts import note_act
from jiexu.work.passwords import check_password_strength

_USERNAME: Final = re.compile(r"\w[\w.@-]{1,59}")
_IDENTITY: Final = re.compile(r"[0-9]{17}[0-9Xx]", re.ASCII)
_NOT_FOR_PEOPLE: Final = frozenset({"auto", "console", "system"})


class UserLine(msgspec.Struct, frozen=True, kw_only=True):
    """A user as a list shows them. `roles` are `(role, area)` pairs held now."""

    username: str
    display_name: str
    citizen: bool
    active: bool
    locked_until: datetime | None
    roles: tuple[tuple[str, str], ...]


def add_user(
    username: str, display_name: str, password: str, now: datetime, *, certno: str | None = None
) -> User:
    """A new user; with `certno`, a citizen bound to the person by the blind index alone.

    Raises `BadInput` BAD_USERNAME, USERNAME_TAKEN, BAD_DISPLAY_NAME, WEAK_PASSWORD or what the
    identity number is refused for; `Conflict` IDENTITY_BOUND if it belongs to another user.
    """
    name = _username(username)
    shown = display_name.strip()
    if not 1 <= len(shown) <= 100 or any(is_hidden(char) for char in shown):
        raise BadInput(
            "显示姓名应有 1 到 100 个字，不能有换行等看不见的字符。",
            "请填写姓名或岗位名称。",
            path="display_name",
            code="BAD_DISPLAY_NAME",
        )
    index = None if certno is None else identity_index(_certno(certno, now))
    _must_be_free(name, index)
    check_password_strength(password, name)
    hashed = make_password(password)
    try:
        with writing(), transaction.atomic():
            return write.insert_user(
                username=name,
                display_name=shown,
                password_hash=hashed,
                certno_index=index,
                now=now,
            )
    except IntegrityError:
        _must_be_free(name, index)  # somebody was faster: said in the same words
        raise


def set_password(username: str, password: str, by: Actor | str, now: datetime) -> None:
    """A new password; opens a closed account again. Noted at every agency the user works for.

    Raises `NotFound` USER_NOT_FOUND, `BadInput` WEAK_PASSWORD.
    """
    user = known_user(username)
    check_password_strength(password, user.username)
    hashed = make_password(password)
    areas = sorted({area for _, area in grants_held(user)})
    with writing(), transaction.atomic():
        write.set_password_hash(user.pk, hashed)
        for area in areas:
            note_act(area, by, now, "user.password", {"user": user.username})


def list_users(area: str | None = None) -> list[UserLine]:
    """All users of the node, or those with a role at one agency, by name."""
    held: dict[int, list[tuple[str, str]]] = {}
    for grant_row in Grant.objects.filter(ended_at__isnull=True).order_by("agency_id", "role"):
        held.setdefault(grant_row.user_id, []).append((grant_row.role, grant_row.agency_id))
    return [
        UserLine(
            username=user.username,
            display_name=user.display_name,
            citizen=user.certno_index is not None,
            active=user.is_active,
            locked_until=user.locked_until,
            roles=tuple(held.get(user.pk, ())),
        )
        for user in User.objects.order_by("username")
        if area is None or any(at == area for _, at in held.get(user.pk, ()))
    ]


def known_user(username: str) -> User:
    """The user of that name. Raises `NotFound` USER_NOT_FOUND."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFound(
            f"没有用户“{username[:60]}”。",
            "请用 jiexu user list 查看现有用户，或用 jiexu user add 新建。",
            code="USER_NOT_FOUND",
        )
    return user


def grants_held(user: User) -> set[tuple[str, str]]:
    """`(role, area)` of everything the user is granted now."""
    rows = Grant.objects.filter(user=user, ended_at__isnull=True)
    return set(rows.values_list("role", "agency_id"))


def _username(text: str) -> str:
    name = unicodedata.normalize("NFKC", text).strip()
    if _IDENTITY.fullmatch(name):
        # User names stand in logs and in the audit; identity numbers never do.
        message = "不能用身份证号码做用户名。"
    elif name.casefold() in _NOT_FOR_PEOPLE:
        message = f"“{name}”是系统保留的名字。"
    elif _USERNAME.fullmatch(name) is None:
        message = "用户名应有 2 到 60 个字符：文字、字母、数字和 . _ - @，以文字、字母或数字开头。"
    else:
        return name
    raise BadInput(
        message, "请换一个用户名，例如姓名拼音或工号。", path="username", code="BAD_USERNAME"
    )


def _certno(text: str, now: datetime) -> str:
    number = without_blanks(half_width(text)).upper()
    if len(number) == 18 or number.isdecimal():
        return check_certno(number, today=now.date()).text
    return check_other_cert(text)


def _must_be_free(name: str, index: bytes | None) -> None:
    if User.objects.filter(username__iexact=name).exists():
        raise BadInput(
            f"用户名“{name}”已经有人使用（不分大小写）。",
            "请换一个用户名；如果就是同一个人，请直接授予角色或重设密码。",
            path="username",
            code="USERNAME_TAKEN",
        )
    if index is not None and User.objects.filter(certno_index=index).exists():
        raise Conflict(
            "这个证件号码已经绑定了另一个账号。",
            "请用原来的账号登录；忘记密码的，请重设密码。",
            code="IDENTITY_BOUND",
        )
