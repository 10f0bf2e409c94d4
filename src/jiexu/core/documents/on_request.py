"""Papers a person asks for without a case: 参保凭证, 参保证明, 缴费证明, from the record here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from jiexu.core.base.money import Fen, yuan_from_fen
from jiexu.core.base.periods import Month
from jiexu.core.base.periods import Spell as Run
from jiexu.core.documents.certificate import schema as certificate
from jiexu.core.documents.cover_proof import schema as cover_proof
from jiexu.core.documents.parts import Holder, Issuer
from jiexu.core.documents.payment_proof import schema as payment_proof
from jiexu.core.exchange.kinds.information_form.schema import Spell

ON_REQUEST = ("certificate", "cover_proof", "payment_proof")
"""The kinds that are issued on request."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One scheme of the person here. `balance_fen` is `None` without a personal account."""

    insutype: str
    status: str
    valid_from: date
    emp_name: str
    balance_fen: Fen | None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a paper on request is made from."""

    number: str
    day: date
    issuer: Issuer
    holder: Holder
    standings: tuple[Standing, ...]
    spells: tuple[Spell, ...]


def certificate_of(asked: Request, insutype: str) -> certificate.Content:
    """《参保凭证》 of one scheme. Raises `KeyError` for a scheme the person does not have here."""
    standing = {one.insutype: one for one in asked.standings}[insutype]
    months = sorted(_months(spell for spell in asked.spells if spell.insutype == insutype))
    return certificate.Content(
        number=asked.number,
        issued_on=asked.day,
        issuer=asked.issuer,
        holder=asked.holder,
        insutype=insutype,
        insured_from=months[0].wire() if months else "",
        insured_to=months[-1].wire() if months else "",
        clct_mons=len(months),
        balance_amt=None if standing.balance_fen is None else yuan_from_fen(standing.balance_fen),
    )


def cover_proof_of(asked: Request) -> cover_proof.Content:
    """《参保证明》 of all schemes here."""
    covers = []
    for standing in asked.standings:
        months = _months(spell for spell in asked.spells if spell.insutype == standing.insutype)
        covers.append(
            cover_proof.Cover(
                insutype=standing.insutype,
                status=standing.status,
                valid_from=standing.valid_from,
                emp_name=standing.emp_name,
                clct_mons=len(months),
                last_ym=max(months).wire() if months else "",
            )
        )
    return cover_proof.Content(
        number=asked.number,
        issued_on=asked.day,
        issuer=asked.issuer,
        holder=asked.holder,
        covers=tuple(covers),
    )


def payment_proof_of(asked: Request) -> payment_proof.Content:
    """《缴费证明》: each month of a scheme once; 实际 before 视同 where both are recorded."""
    lines: dict[tuple[int, str, str, str], list[int]] = defaultdict(list)
    counted: set[tuple[str, Month]] = set()
    for spell in sorted(asked.spells, key=lambda one: (one.kind != "actual", one.begn_ym)):
        for month in _run(spell).each():
            if (spell.insutype, month) in counted:
                continue
            counted.add((spell.insutype, month))
            place = (month.year, spell.insutype, spell.kind, spell.paid_admdvs)
            lines[place].append(month.month)
    months = sorted(month for _, month in counted)
    return payment_proof.Content(
        number=asked.number,
        issued_on=asked.day,
        issuer=asked.issuer,
        holder=asked.holder,
        lines=tuple(
            payment_proof.YearOfMonths(
                year=year,
                insutype=insutype,
                kind=kind,
                paid_admdvs=place,
                months=tuple(sorted(found)),
            )
            for (year, insutype, kind, place), found in sorted(
                lines.items(), key=lambda line: (line[0][0], line[1], line[0])
            )
        ),
        begn_ym=months[0].wire() if months else "",
        end_ym=months[-1].wire() if months else "",
        clct_mons=len(counted),
    )


def content_of(kind: str, insutype: str, asked: Request) -> msgspec.Struct:
    """The content of a paper on request. `insutype` says which scheme a 参保凭证 is of."""
    if kind == "certificate":
        return certificate_of(asked, insutype)
    if kind == "cover_proof":
        return cover_proof_of(asked)
    if kind == "payment_proof":
        return payment_proof_of(asked)
    raise ValueError(f"{kind} is not issued on request")


def _run(spell: Spell) -> Run:
    return Run(Month.parse(spell.begn_ym), Month.parse(spell.end_ym))


def _months(spells: Iterable[Spell] | Sequence[Spell]) -> set[Month]:
    return {month for spell in spells for month in _run(spell).each()}
