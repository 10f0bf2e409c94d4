"""What pages see of a person's cover: plain values, no rows."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.money import yuan_from_fen


class CoverView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a citizen is or was insured, with months and balance. `last_month` is `YYYY-MM`.

    `life` names what happened to the person (death, army ...).
    """

    area: str
    area_name: str
    person_id: int
    psn_no: str
    psn_name: str
    insutype: str
    insutype_label: str
    plan: str
    status: str
    status_label: str
    valid_from: date
    emp_name: str
    last_month: str | None
    months_total: int
    balance_fen: int
    reserved_fen: int
    spells: tuple[tuple[str, str], ...]
    cover_year: int | None = None
    retired: bool = False
    life: tuple[str, ...] = ()

    @property
    def balance_yuan(self) -> str:
        """What could be moved now, in yuan, as the policy questions take it."""
        return yuan_from_fen(self.balance_fen - self.reserved_fen)
