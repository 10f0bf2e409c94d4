"""恢复参保: a person comes back to a place where their relation was paused or has ended.

The same person number and history go on; the years of before are still there and count once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.areas import area as area_of
from jiexu.core.base.codes.insutype import EMPLOYEE, RESIDENT
from jiexu.core.base.errors import BadInput
from jiexu.core.procedures.asked import read_asked
from jiexu.core.procedures.resuming import Resumption
from jiexu.records.access.sealing import identity_index
from jiexu.records.isolation import acting_for, writing
from jiexu.records.procedures.models import Case
from jiexu.records.registry.intake_write import lock_agency
from jiexu.records.registry.models import FormerIdentity, LifeEvent, Person, Relation
from jiexu.records.registry.write import resume_relation
from jiexu.work.agency_acts import note_act
from jiexu.work.importing.cells import cover_year
from jiexu.work.refusals import not_here
from jiexu.work.results import Result

_SCHEMES = {EMPLOYEE: "职工医保", RESIDENT: "居民医保"}


def resume_as_asked(actor: Actor, area: str, form: Mapping[str, str], now: datetime) -> Result:
    """As `resume`, with what was typed; what cannot be read names its field in `path`."""
    try:
        return resume(actor, area, read_asked(Resumption, form), now)
    except BadInput as error:
        return _no(error.code, error.message, error.remedy, error.path)


def resume(actor: Actor, area: str, asked: Resumption, now: datetime) -> Result:
    """Enrol somebody again who was insured here before, under their own number.

    Refuses, changing nothing: unknown here, cover here already, insured elsewhere on this node
    (no double cover: 医保发〔2020〕33号), a transfer out still open, a day that cannot be.
    Raises `BadInput` for a cover year that is none.
    """
    if refusal := not_here(actor, area):
        return refusal
    if actor.role != Role.CLERK:
        return _no("NOT_YOUR_MOVE", "恢复参保由经办人员办理。", "请由本机构的经办人员登录后办理。")
    index = identity_index(asked.certno.strip().upper())
    elsewhere = _elsewhere(index, area)
    with acting_for(area), writing(), transaction.atomic():
        lock_agency(area)
        person = _person(area, index)
        if person is None:
            return _no(
                "PERSON_NOT_FOUND",
                "本机构没有这个证件号码的参保人，没有可以恢复的关系。",
                "请核对号码；从没有在本地参保的，办理新参保登记。",
                "certno",
            )
        rows = list(
            Relation.objects.of(area)
            .filter(person=person, superseded_at__isnull=True)
            .order_by("valid_from")
        )
        last = next((row for row in reversed(rows) if row.insutype == asked.insutype), None)
        refusal = _not_possible(area, person, rows, last, asked, elsewhere, now)
        if refusal is not None or last is None:
            return refusal or _nothing(asked.insutype)
        year = cover_year(asked.cover_year) if asked.cover_year else None
        resume_relation(area, last, asked.on, asked.emp_name.strip(), year, now)
        note_act(
            area,
            actor,
            now,
            "relation.resume",
            {
                "psn_no": person.psn_no,
                "insutype": asked.insutype,
                "on": asked.on.isoformat(),
                "before": last.status,
                "evidence": asked.evidence,
            },
        )
    scheme = _SCHEMES[asked.insutype]
    return Result(ok=True, text=f"已恢复{scheme}，人员编号 {person.psn_no}，以前的年限照常累计。")


def _not_possible(
    area: str,
    person: Person,
    rows: Sequence[Relation],
    last: Relation | None,
    asked: Resumption,
    elsewhere: str,
    now: datetime,
) -> Result | None:
    scheme = _SCHEMES[asked.insutype]
    if LifeEvent.objects.of(area).filter(person=person, kind="death").exists():
        return _no(
            "PERSON_DIED", "登记显示此人已经死亡，不能恢复参保。", "请核对登记；有误的先更正。"
        )
    covered = next((row for row in rows if row.status == "normal" and _open(row, now.date())), None)
    if covered is not None:
        return _no(
            "ALREADY_COVERED",
            f"此人在本地正常参加{_SCHEMES.get(covered.insutype, '其他险种')}，"
            "不能再有第二个参保关系。",
            "同一险种不必恢复；要换险种的，先暂停现在的关系。",
        )
    if last is None:
        return _nothing(asked.insutype)
    if elsewhere:
        name = area_of(elsewhere).name
        return _no(
            "INSURED_ELSEWHERE",
            f"此人在{name}正常参保，不能重复参保（医保发〔2020〕33号）。",
            f"请先在{name}停保，再恢复本地参保；停保后两地的年限可以转移接续。",
        )
    leaving = Case.objects.of(area).filter(
        person=person, half="out", state="open", insutype=asked.insutype
    )
    if (case_no := leaving.values_list("case_no", flat=True).first()) is not None:
        return _no(
            "TRANSFER_OPEN",
            f"此人的{scheme}正在转出（{case_no}），现在不能恢复。",
            "请先办结或撤回那一笔转移。",
        )
    if not last.valid_from <= asked.on <= now.date() or (last.valid_to or date.min) >= asked.on:
        return _no(
            "BAD_DAY",
            f"恢复日期要在 {last.valid_to or last.valid_from} 以后、今天以前。",
            "请核对恢复参保的日期。",
            "on",
        )
    return None


def _nothing(insutype: str) -> Result:
    return _no(
        "NOTHING_TO_RESUME",
        f"此人以前没有在本地参加{_SCHEMES[insutype]}，没有可以恢复的关系。",
        "请办理新参保登记。",
        "insutype",
    )


def _open(row: Relation, day: date) -> bool:
    return row.valid_to is None or row.valid_to >= day


def _person(area: str, index: bytes) -> Person | None:
    """Who has this number, or had it before a correction."""
    person = Person.objects.of(area).filter(certno_index=index).first()
    if person is not None:
        return person
    former = FormerIdentity.objects.of(area).filter(certno_index=index)
    found = former.select_related("person").first()
    return found.person if found else None


def _elsewhere(index: bytes, area: str) -> str:
    """Another area of this node where the person has cover now; empty if there is none."""
    current = Person.objects.across_node().filter(certno_index=index)
    former = FormerIdentity.objects.across_node().filter(certno_index=index)
    ids = {*current.values_list("pk", flat=True), *former.values_list("person_id", flat=True)}
    rows = (
        Relation.objects.across_node()
        .exclude(agency_id=area)
        .filter(
            person_id__in=ids,
            status="normal",
            superseded_at__isnull=True,
            valid_to__isnull=True,
            insutype__in=list(_SCHEMES),
        )
    )
    return str(rows.values_list("agency_id", flat=True).first() or "")


def _no(code: str, text: str, remedy: str, path: str = "") -> Result:
    return Result(ok=False, code=code, text=text, remedy=remedy, path=path)
