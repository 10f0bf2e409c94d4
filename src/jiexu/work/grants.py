"""Grants: which user works in which role at which agency, and who may say so."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.codes.uscc import check_uscc
from jiexu.core.base.errors import BadInput, Conflict, NotAllowed, NotFound
from jiexu.records.access import write
from jiexu.records.access.models import Grant
from jiexu.records.employers.models import Employer
from jiexu.records.isolation import writing
from jiexu.records.registry.intake_write import lock_agency
from jiexu.records.registry.models import Agency
from jiexu.work.accounts import grants_held, known_user
from jiexu.work.agency_acts import note_act

STAFF_ROLES: Final = {
    Role.CLERK: "经办人员",
    Role.FINANCE_PREPARER: "财务经办",
    Role.FINANCE_APPROVER: "财务复核",
    Role.SUPERVISOR: "监督",
    Role.ADMINISTRATOR: "系统管理员",
}
"""Roles a user can be granted at an agency, with their names on screens."""
EMPLOYER_WORD: Final = "单位经办人"


def grant(username: str, role: str, area: str, by: Actor | str, now: datetime) -> None:
    """Give a user a role at a hosted agency; a role held already stays as it is.

    Raises `NotFound` USER_NOT_FOUND or AGENCY_NOT_FOUND, `BadInput` BAD_ROLE, `NotAllowed` unless
    `by` administers the agency (a plain name is the operator of the machine).
    """
    role = _staff_role(role)
    _must_administer(by, area)
    user = known_user(username)
    _must_be_hosted(area)
    with writing(), transaction.atomic():
        lock_agency(area)
        if (role, area) in grants_held(user):
            return
        write.insert_grant(user.pk, role, area, _ref(by), now)
        note_act(area, by, now, "user.grant", {"user": user.username, "role": role})


def end_grant(username: str, role: str, area: str, by: Actor | str, now: datetime) -> None:
    """Take a role away. The row stays, with its end.

    Raises `NotFound` USER_NOT_FOUND or GRANT_NOT_FOUND, `BadInput` BAD_ROLE, `NotAllowed`, and
    `Conflict` LAST_ADMINISTRATOR: nobody would be left who could grant roles there.
    """
    role = _staff_role(role)
    _must_administer(by, area)
    user = known_user(username)
    _must_be_hosted(area)
    with writing(), transaction.atomic():
        lock_agency(area)
        held = Grant.objects.filter(role=role, agency_id=area, ended_at__isnull=True)
        own = held.filter(user=user).first()
        if own is None:
            raise NotFound(
                f"{user.username}在{area}没有“{STAFF_ROLES[Role(role)]}”角色。",
                "请用 jiexu user list 查看现有的角色。",
                code="GRANT_NOT_FOUND",
            )
        if role == Role.ADMINISTRATOR and held.count() == 1:
            raise Conflict(
                f"{user.username}是{area}最后一个系统管理员，不能取消。",
                "请先给另一个用户授予系统管理员角色。",
                code="LAST_ADMINISTRATOR",
            )
        write.close_grant(own.pk, now)
        note_act(area, by, now, "user.grant_ended", {"user": user.username, "role": role})


def authorise(username: str, uscc: str, area: str, by: Actor | str, now: datetime) -> None:
    """单位经办人授权: the user may act for an employer at an agency from now on.

    Raises `BadInput` for a number that cannot be, `NotFound` USER_NOT_FOUND, AGENCY_NOT_FOUND or
    EMPLOYER_NOT_FOUND, `NotAllowed` unless `by` administers the agency.
    """
    number = check_uscc(uscc)
    _must_administer(by, area)
    user = known_user(username)
    _must_be_hosted(area)
    if not Employer.objects.of(area).filter(uscc=number).exists():
        raise NotFound(
            f"{area}没有登记统一社会信用代码为 {number} 的单位。",
            "请先用 jiexu import 导入用人单位，再授权。",
            code="EMPLOYER_NOT_FOUND",
        )
    with writing(), transaction.atomic():
        lock_agency(area)
        if _authorised(user.pk, number, area) is None:
            write.insert_grant(user.pk, Role.EMPLOYER, area, _ref(by), now, employer=number)
            content = {"user": user.username, "role": Role.EMPLOYER, "employer": number}
            note_act(area, by, now, "user.grant", content)


def end_authorisation(username: str, uscc: str, area: str, by: Actor | str, now: datetime) -> None:
    """The user no longer acts for the employer. Raises as `authorise`, and
    `NotFound` GRANT_NOT_FOUND.
    """
    number = check_uscc(uscc)
    _must_administer(by, area)
    user = known_user(username)
    _must_be_hosted(area)
    with writing(), transaction.atomic():
        lock_agency(area)
        held = _authorised(user.pk, number, area)
        if held is None:
            raise NotFound(
                f"{user.username}在{area}没有 {number} 的单位经办人授权。",
                "请用 jiexu user list 查看现有的授权。",
                code="GRANT_NOT_FOUND",
            )
        write.close_grant(held, now)
        content = {"user": user.username, "role": Role.EMPLOYER, "employer": number}
        note_act(area, by, now, "user.grant_ended", content)


def _authorised(user_id: int, uscc: str, area: str) -> int | None:
    rows = Grant.objects.filter(
        user_id=user_id,
        role=Role.EMPLOYER,
        agency_id=area,
        employer=uscc,
        ended_at__isnull=True,
    )
    found: int | None = rows.values_list("pk", flat=True).first()
    return found


def _staff_role(text: str) -> str:
    by_word = {word: role for role, word in STAFF_ROLES.items()}
    role = by_word.get(text, text)
    if role not in set(STAFF_ROLES):
        raise BadInput(
            f"没有“{text[:30]}”这个可以授予的角色。",
            f"可以授予：{'、'.join(f'{role}（{word}）' for role, word in STAFF_ROLES.items())}。",
            path="role",
            code="BAD_ROLE",
        )
    return str(role)


def _must_be_hosted(area: str) -> None:
    found = Agency.objects.filter(area=area).values_list("hosted", flat=True).first()
    if not found:
        raise NotFound(
            f"本节点没有承办{area[:6]}的经办机构。"
            if found is None
            else f"{area}是伙伴机构，不由本节点承办，不能在这里授予角色。",
            "请用 jiexu agency list 查看本节点承办的机构。",
            code="AGENCY_NOT_FOUND",
        )


def _must_administer(by: Actor | str, area: str) -> None:
    if isinstance(by, str) or by.role is Role.SYSTEM:
        return
    if by.role is not Role.ADMINISTRATOR or by.agency not in {None, area}:
        raise NotAllowed(
            "只有本机构的系统管理员可以授予或取消角色。", "请联系本机构的系统管理员办理。"
        )


def _ref(by: Actor | str) -> str:
    return by if isinstance(by, str) else by.ref
