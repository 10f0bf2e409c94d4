"""Rows of persons: who they are. Found by the blind index of their identity, recorded once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from jiexu.core.base.codes.certno import check_certno
from jiexu.core.base.codes.gend import gend_of
from jiexu.core.base.codes.person_name import check_person_name
from jiexu.records.access.sealing import identity_index, vault
from jiexu.records.registry.intake_write import NewPerson, add_persons
from jiexu.records.registry.models import Person
from jiexu.work.importing import cells
from jiexu.work.importing.columns import PERSONS
from jiexu.work.importing.plans import Plan
from jiexu.work.importing.rows import RawRow, Row

_RESIDENT_CARD = "01"
_PHONE = "person.phone"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A good row. `phone` and `psn_no` are empty, `gend` is `9`, where the row does not say."""

    row: int
    index: bytes
    certno: str
    psn_name: str
    psn_cert_type: str
    gend: str
    brdy: date
    phone: str
    psn_no: str

    def differs(self, other: Said) -> str | None:
        """The first field that contradicts what is known; blanks contradict nothing."""
        for field in ("psn_name", "psn_cert_type", "gend", "brdy", "phone", "psn_no"):
            mine = getattr(self, field)
            silent = mine in {"", "9"} if field in {"gend", "phone", "psn_no"} else False
            if not silent and mine != getattr(other, field):
                return field
        return None


class Persons:
    """Checks and records persons of one agency."""

    def __init__(self, area: str, now: datetime) -> None:
        self.area = area
        self.now = now
        self._seen: dict[bytes, Said] = {}
        self._numbers: dict[str, bytes] = {}

    def plan(self, raws: Sequence[RawRow]) -> Plan:
        """Which persons are new; what is wrong with the other rows."""
        plan = Plan()
        rows = [Row(PERSONS, raw) for raw in raws]
        said = [self._read(row) for row in rows]
        stored = self._stored([one.index for one in said if one is not None])
        numbers = self._number_owners([one.psn_no for one in said if one is not None])
        fresh: dict[bytes, Said] = {}
        for row, one in zip(rows, said, strict=True):
            if one is not None:
                earlier = fresh.get(one.index) or self._seen.get(one.index)
                known = earlier or stored.get(one.index)
                if known is not None:
                    plan.unchanged += self._same(row, one, known)
                elif self._number_is_free(row, one, numbers):
                    numbers[one.psn_no] = one.index
                    fresh[one.index] = one
            plan.problems += row.problems
        plan.added = len(fresh)
        plan.content = [[one.index.hex(), one.psn_no] for one in fresh.values()]
        plan.write = lambda: add_persons(self.area, [_sealed(o) for o in fresh.values()], self.now)
        plan.remember = lambda: self._remember(fresh)
        return plan

    def _remember(self, fresh: dict[bytes, Said]) -> None:
        self._seen.update(fresh)
        self._numbers.update((one.psn_no, index) for index, one in fresh.items())

    def _read(self, row: Row) -> Said | None:
        today = self.now.date()
        name = row.read("psn_name", check_person_name)
        cert_type = row.read("psn_cert_type", cells.cert_type)
        certno = row.read("certno", cells.certificate_of(cert_type, today))
        gend = row.read_if_stated("gend", cells.sex)
        brdy = row.read_if_stated("brdy", cells.birthday(today))
        phone = row.read_if_stated("phone", cells.phone)
        psn_no = row.read_if_stated("psn_no", cells.psn_no)
        if cert_type == _RESIDENT_CARD:
            if certno is not None:
                gend, brdy = _as_certified(row, certno, gend, brdy, today)
        elif cert_type is not None and brdy is None and not row.text("brdy"):
            row.refuse(
                "brdy",
                "BIRTH_MISSING",
                "这种证件的号码看不出出生日期，这一栏不能空。",
                "请照证件填写出生日期，例如 1990-05-17。",
            )
        if row.problems or name is None or cert_type is None or certno is None or brdy is None:
            return None
        index = identity_index(certno)
        return Said(
            row=row.number,
            index=index,
            certno=certno,
            psn_name=name,
            psn_cert_type=cert_type,
            gend=gend or gend_of(None),
            brdy=brdy,
            phone=phone or "",
            psn_no=psn_no or _number(self.area, index),
        )

    def _same(self, row: Row, one: Said, known: Said) -> bool:
        if not row.text("psn_no"):
            one = msgspec.structs.replace(one, psn_no="")
        field = one.differs(known)
        if field is None:
            return True
        where = f"第 {known.row} 行" if known.row else "系统中已有的记录"
        row.refuse(
            field,
            "PERSON_DIFFERS",
            f"同一个证件号码在{where}另有登记，{PERSONS.title_of(field)}不一样。",
            "请核对哪一个对。导入不修改已登记的人员；确需更正的，请在经办工作台办理信息变更。",
        )
        return False

    def _number_is_free(self, row: Row, one: Said, numbers: dict[str, bytes]) -> bool:
        owner = numbers.get(one.psn_no) or self._numbers.get(one.psn_no)
        if owner is None:
            return True
        row.refuse(
            "psn_no",
            "PSN_NO_TAKEN",
            "这个人员编号已经属于另一个证件号码。",
            "请核对人员编号；同一个人有两个证件号码的，请先办理信息变更。",
        )
        return False

    def _stored(self, indexes: Sequence[bytes]) -> dict[bytes, Said]:
        rows = Person.objects.of(self.area).filter(certno_index__in=set(indexes))
        return {bytes(row.certno_index): _stored(row) for row in rows}

    def _number_owners(self, numbers: Sequence[str]) -> dict[str, bytes]:
        rows = Person.objects.of(self.area).filter(psn_no__in=set(numbers))
        return {
            psn_no: bytes(index) for psn_no, index in rows.values_list("psn_no", "certno_index")
        }


def _as_certified(
    row: Row, certno: str, gend: str | None, brdy: date | None, today: date
) -> tuple[str, date]:
    """Sex and birthday as the number says; what the row says otherwise is a defect."""
    checked = check_certno(certno, today=today)
    certified = gend_of(checked.sex)
    if gend in {"1", "2"} and gend != certified:
        row.refuse(
            "gend",
            "SEX_CONTRADICTS",
            f"性别与身份证号码不一致：号码第 17 位表示{'男' if checked.sex == 'M' else '女'}。",
            "请照身份证核对性别和号码；户籍登记确有更正的，请先到派出所换证。",
        )
    if brdy is not None and brdy != checked.birth:
        row.refuse(
            "brdy",
            "BIRTH_CONTRADICTS",
            "出生日期与身份证号码第 7 到 14 位不一致。",
            "请照身份证核对出生日期和号码。",
        )
    return certified, checked.birth


def _number(area: str, index: bytes) -> str:
    """A number for a person who has none: always the same, and says nothing about the identity."""
    return f"{area}{int.from_bytes(index[:16], 'big') % 10**18:018d}"


def _sealed(one: Said) -> NewPerson:
    seal = vault().seal
    return NewPerson(
        psn_no=one.psn_no,
        psn_name=one.psn_name,
        psn_cert_type=one.psn_cert_type,
        certno_sealed=seal(one.certno, context="person.certno"),
        certno_index=one.index,
        gend=one.gend,
        brdy=one.brdy,
        phone_sealed=seal(one.phone, context=_PHONE) if one.phone else None,
    )


def _stored(row: Any) -> Said:
    phone = vault().open(row.phone_sealed, context=_PHONE) if row.phone_sealed else ""
    return Said(
        row=0,
        index=bytes(row.certno_index),
        certno="",
        psn_name=row.psn_name,
        psn_cert_type=row.psn_cert_type,
        gend=row.gend,
        brdy=row.brdy,
        phone=phone,
        psn_no=row.psn_no,
    )
