"""恢复参保: a person comes back to a place where their relation was paused or has ended.

The same person number and history go on; the years of before are still there and count once.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.areas import area as area_of
from jiexu.core.base.codes.insutype import EMPLOYEE, RESIDENT
from jiexu.records.access.sealing import identity_index
from jiexu.records.isolation import acting_for, writing
from jiexu.records.procedures.models import Case
from jiexu.records.registry.models import FormerIdentity, LifeEvent, Person, Relation
from jiexu.records.registry.write import resume_relation
from jiexu.work.agency_acts import note_act
from jiexu.work.refusals import not_here
from jiexu.work.results import Result

_SCHEMES = {EMPLOYEE: "职工医保", RESIDENT: "居民医保"}


def resume(
    actor: Actor,
    area: str,
    *,
    certno: str,
    insutype: str,
    on: date,
    emp_name: str,
    evidence: str,
    now: datetime,
) -> Result:
    """Enrol somebody again who was insured here before, under their own number.

    Refuses, changing nothing: unknown here, cover here already, insured elsewhere on this node
    (no double cover: 医保发〔2020〕33号), a transfer out still open, a day that cannot be.
    """
    if refusal := not_here(actor, area):
        return refusal
    if actor.role != Role.CLERK:
        return _no("NOT_YOUR_MOVE", "恢复参保由经办人员办理。", "请由本机构的经办人员登录后办理。")
    if insutype not in _SCHEMES:
        return _no("BAD_INSUTYPE", "只能恢复职工医保或居民医保。", "请选择险种。", "insutype")
    if not evidence.strip():
        return _no("NO_EVIDENCE", "请填写凭据。", "例如劳动合同、增员表的编号。", "evidence")
    index = identity_index(certno.strip().upper())
    elsewhere = _elsewhere(index, area)
    with acting_for(area), writing(), transaction.atomic():
        person = Person.objects.of(area).filter(certno_index=index).first()
        if person is None:
            former = FormerIdentity.objects.of(area).filter(certno_index=index)
            found = former.select_related("person").first()
            person = found.person if found else None
        if person is None:
            return _no(
                "PERSON_NOT_FOUND",
                "本机构没有这个证件号码的参保人，没有可以恢复的关系。",
                "请核对号码；从没有在本地参保的，办理新参保登记。",
                "certno",
            )
        return _resume(area, actor, person, insutype, on, emp_name, evidence, elsewhere, now)


def _resume(
    area: str,
    actor: Actor,
    person: Person,
    insutype: str,
    on: date,
    emp_name: str,
    evidence: str,
    elsewhere: str,
    now: datetime,
) -> Result:
    scheme = _SCHEMES[insutype]
    rows = Relation.objects.of(area).filter(person=person, superseded_at__isnull=True)
    if LifeEvent.objects.of(area).filter(person=person, kind="death").exists():
        return _no(
            "PERSON_DIED", "登记显示此人已经死亡，不能恢复参保。", "请核对登记；有误的先更正。"
        )
    covered = rows.filter(status="normal", valid_to__isnull=True).first()
    if covered is not None:
        return _no(
            "ALREADY_COVERED",
            f"此人在本地正常参加{_SCHEMES.get(covered.insutype, covered.insutype)}，"
            "不能再有第二个参保关系。",
            "同一险种不必恢复；要换险种的，先暂停现在的关系。",
        )
    last = rows.filter(insutype=insutype).order_by("-valid_from").first()
    if last is None:
        return _no(
            "NOTHING_TO_RESUME",
            f"此人以前没有在本地参加{scheme}，没有可以恢复的关系。",
            "请办理新参保登记。",
            "insutype",
        )
    if elsewhere:
        return _no(
            "INSURED_ELSEWHERE",
            f"此人在{area_of(elsewhere).name}正常参保，不能重复参保（医保发〔2020〕33号）。",
            f"请先在{area_of(elsewhere).name}停保，再恢复本地参保；"
            "停保后两地的年限可以转移接续。",
        )
    leaving = Case.objects.of(area).filter(person=person, half="out", state="open").first()
    if leaving is not None and leaving.insutype == insutype:
        return _no(
            "TRANSFER_OPEN",
            f"此人的{scheme}正在转出（{leaving.case_no}），现在不能恢复。",
            "请先办结或撤回那一笔转移。",
        )
    if not last.valid_from <= on <= now.date():
        return _no(
            "BAD_DAY",
            f"恢复日期要在 {last.valid_from} 和今天之间。",
            "请核对恢复参保的日期。",
            "on",
        )
    resume_relation(area, last, on, emp_name.strip()[:200], now)
    note_act(
        area,
        actor,
        now,
        "relation.resume",
        {
            "psn_no": person.psn_no,
            "insutype": insutype,
            "on": on.isoformat(),
            "from": last.status,
            "evidence": evidence.strip()[:200],
        },
    )
    return Result(ok=True, text=f"已恢复{scheme}，人员编号 {person.psn_no}，以前的年限照常累计。")


def _elsewhere(index: bytes, area: str) -> str:
    """Another area of this node where the person has cover now; empty if there is none."""
    ids = Person.objects.across_node().filter(certno_index=index).exclude(agency_id=area)
    rows = Relation.objects.across_node().filter(
        person_id__in=list(ids.values_list("pk", flat=True)),
        status="normal",
        superseded_at__isnull=True,
        valid_to__isnull=True,
        insutype__in=list(_SCHEMES),
    )
    return str(rows.values_list("agency_id", flat=True).first() or "")


def _no(code: str, text: str, remedy: str, path: str = "") -> Result:
    return Result(ok=False, code=code, text=text, remedy=remedy, path=path)
