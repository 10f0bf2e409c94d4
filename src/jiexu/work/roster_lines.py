"""One line of an employer's list while it is worked: who is meant, and whether they work there."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from jiexu.core.base.actors import Actor
from jiexu.core.base.areas import is_pool, pooling_area, search
from jiexu.core.base.codes.certno import check_certno
from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.errors import BadInput
from jiexu.records.access.sealing import identity_index
from jiexu.records.employers.views import Answered, Said
from jiexu.records.registry.models import Person, Relation
from jiexu.work.importing import cells

TWICE = Answered(
    state="refused",
    code="TWICE",
    text="同一个人在名单里出现两次，这一行没有另外办理。",
    remedy="以前面那一行的结果为准。",
)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line, for whom, by whom. `twice`: the same person stood in the list before."""

    area: str
    uscc: str
    emp_name: str
    row_id: int
    key: str
    said: Said
    twice: bool
    actor: Actor
    now: datetime


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """The person of a line with the present cover in the employee scheme here, if any."""

    index: bytes
    person_id: int
    psn_no: str
    psn_name: str
    status: str
    since: date | None
    emp_uscc: str
    plan: str


def refused(error: BadInput, state: str = "refused") -> Answered:
    return Answered(state=state, code=error.code, text=error.message, remedy=error.remedy)


def identity(line: Line) -> bytes:
    """The blind index of the number of a line. Raises `BadInput`."""
    return identity_index(check_certno(line.said.certno, today=line.now.date()).text)


def meant(line: Line, index: bytes) -> Meant | None:
    """Who the line means, as this agency knows them; `None` for somebody unknown here."""
    person = Person.objects.of(line.area).filter(certno_index=index).first()
    if person is None:
        return None
    cover = (
        Relation.objects.of(line.area)
        .filter(
            person=person,
            insutype=EMPLOYEE,
            superseded_at__isnull=True,
            valid_to__isnull=True,
        )
        .order_by("-valid_from")
        .first()
    )
    return Meant(
        index=index,
        person_id=person.pk,
        psn_no=person.psn_no,
        psn_name=person.psn_name,
        status=cover.status if cover else "",
        since=cover.valid_from if cover else None,
        emp_uscc=cover.emp_uscc if cover else "",
        plan=cover.plan if cover else "account",
    )


def own_employee(line: Line) -> Meant | Answered:
    """Somebody insured by this very employer now, or why the line is refused."""
    try:
        found = meant(line, identity(line))
    except BadInput as error:
        return refused(error)
    if found is None or found.status != "normal" or found.emp_uscc != line.uscc:
        # In the same words whether unknown, gone or with another employer: that is not theirs.
        return Answered(
            state="refused",
            code="NOT_YOUR_EMPLOYEE",
            text="这个人现在不是本单位的在保职工，单位不能代办。",
            remedy="请核对证件号码；新职工先办增员；已离职的由本人申请。",
        )
    name = "".join(line.said.psn_name.split())
    if name and name != "".join(found.psn_name.split()):
        return Answered(
            state="refused",
            code="NAME_DIFFERS",
            text="姓名与参保登记不一致。",
            remedy="请核对姓名和证件号码是否同一人；登记有误的，先到窗口更正。",
        )
    return found


def day_of(line: Line, what: str) -> date:
    """The day of a line. Raises `BadInput`."""
    if not line.said.day:
        raise BadInput(f"没有填写{what}。", f"请填写{what}，例如 2026-03-01。", code="NO_DAY")
    return cells.day(line.said.day)


def place_of(text: str) -> str:
    """The pooling area that a code or a name leads to. Raises `BadInput` when not just one."""
    plain = "".join(text.split())
    if not plain:
        raise BadInput("没有填写原参保地。", "请填写市名或 6 位区划代码。", code="NO_PLACE")
    if plain.isdecimal():
        return cells.pool(plain)
    found = list(dict.fromkeys(one.pool or one.code for one in search(plain)))
    exact = [one.pool or one.code for one in search(plain) if one.name in {plain, f"{plain}市"}]
    pools = [code for code in dict.fromkeys(exact or found) if is_pool(code)]
    if len(pools) == 1:
        return pools[0]
    names = "、".join(f"{pooling_area(code).name}（{code}）" for code in pools[:5])
    said = f"“{plain[:20]}”可能是：{names}。" if pools else f"找不到“{plain[:20]}”这个地方。"
    raise BadInput(said, "请改填 6 位区划代码，或写全省市名称。", code="WHICH_PLACE")
