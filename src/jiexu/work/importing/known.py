"""Looking up the persons that rows name by the number of their paper: one query for a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from jiexu.core.base.codes.certno import check_certno
from jiexu.core.base.errors import BadInput
from jiexu.records.access.sealing import identity_index
from jiexu.records.registry.models import Person
from jiexu.work.importing.cells import any_certificate
from jiexu.work.importing.columns import Kind
from jiexu.work.importing.rows import RawRow, Row


class Known(NamedTuple):
    """A person on file. `index` is the blind index of the identity."""

    index: bytes
    pk: int
    psn_no: str
    brdy: date


def rows_of_persons(
    kind: Kind, area: str, today: date, raws: Sequence[RawRow]
) -> list[tuple[Row, Known | None]]:
    """The rows with their persons; a row whose person is not on file has that defect."""
    rows = [Row(kind, raw) for raw in raws]
    numbers = [row.read("certno", any_certificate) for row in rows]
    indexes = [identity_index(number) if number else None for number in numbers]
    known = _on_file(area, {index for index in indexes if index is not None})
    found = []
    for row, number, index in zip(rows, numbers, indexes, strict=True):
        person = known.get(index) if index is not None else None
        if number is not None and person is None:
            _refuse_stranger(row, number, today)
        found.append((row, person))
    return found


def _on_file(area: str, indexes: Iterable[bytes]) -> dict[bytes, Known]:
    rows = Person.objects.of(area).filter(certno_index__in=list(indexes))
    values = rows.values_list("certno_index", "pk", "psn_no", "brdy")
    return {
        bytes(index): Known(bytes(index), pk, psn_no, brdy) for index, pk, psn_no, brdy in values
    }


def _refuse_stranger(row: Row, number: str, today: date) -> None:
    """Most strangers are mistyped: then the check digit says more than that nobody is found."""
    if len(number) == 18 and number[:17].isdecimal():
        try:
            check_certno(number, today=today)
        except BadInput as error:
            row.refuse("certno", error.code, error.message, error.remedy)
            return
    row.refuse(
        "certno",
        "PERSON_NOT_FOUND",
        "本机构没有这个证件号码的参保人。",
        "请核对号码；如果是新的参保人，请先导入人员文件。",
    )
