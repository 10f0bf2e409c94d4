"""How an agency hosted here pays: the format of its payment files, and whether it waits for money
appropriated by the finance bureau.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from jiexu.core.base.actors import Actor
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.records.isolation import writing
from jiexu.records.registry.intake_write import lock_agency, write_bank_settings
from jiexu.work.agency_acts import known_agency, note_act
from jiexu.work.ports import ports


def set_bank_settings(
    area: str,
    *,
    bank_format: str | None = None,
    needs_appropriation: bool | None = None,
    now: datetime,
    by: Actor | str,
) -> None:
    """Change what is given; `None` leaves it. Payment files written before stay as they are.

    Raises `NotFound` AGENCY_NOT_FOUND or UNKNOWN_FORMAT, `BadInput` NOT_HOSTED for a partner.
    """
    row = known_agency(area)
    if not row.hosted:
        raise BadInput(
            f"{area}不由本节点承办，它的付款方式由它自己设定。",
            "请选择本节点承办的机构（jiexu agency list）。",
            path="area",
            code="NOT_HOSTED",
        )
    known = ports().bank.formats()
    if bank_format is not None and bank_format not in known:
        raise NotFound(
            f"没有“{bank_format[:40]}”这种银行文件格式。",
            f"可用的格式：{'、'.join(known)}。",
            code="UNKNOWN_FORMAT",
        )
    with writing(), transaction.atomic():
        lock_agency(area)
        row.refresh_from_db()
        wanted = {
            "bank_format": row.bank_format if bank_format is None else bank_format,
            "needs_appropriation": row.needs_appropriation
            if needs_appropriation is None
            else needs_appropriation,
        }
        if wanted == {name: getattr(row, name) for name in wanted}:
            return
        write_bank_settings(area, **wanted)
        note_act(area, by, now, "agency.bank_settings", wanted)
