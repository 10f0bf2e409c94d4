"""How a partner is reached: by signed messages, through the national platform, or on paper.

A pooling area that nobody has registered is a partner through the national platform: every area
of the country uses it, so a citizen may come from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from jiexu.core.base.actors import SYSTEM, Actor
from jiexu.core.base.areas import full_name, is_pool
from jiexu.core.base.errors import BadInput, Conflict
from jiexu.records.isolation import writing
from jiexu.records.registry.intake_write import BankDetails, insert_agency, set_partner_kind
from jiexu.records.registry.models import Agency
from jiexu.work.agency_acts import known_agency, note_act

NODE: Final = "node"
PLATFORM: Final = "platform"
PAPER: Final = "paper"
KINDS: Final[Mapping[str, str]] = {NODE: "联网机构", PLATFORM: "国家平台", PAPER: "纸质函件"}


def partner_kind(area: str) -> str:
    """How the agency of `area` is reached from here; unknown ones through the platform."""
    return partner_kinds([area])[area]


def partner_kinds(areas: Iterable[str]) -> dict[str, str]:
    """`partner_kind` of many at once."""
    wanted = set(areas)
    known = dict(Agency.objects.filter(area__in=wanted).values_list("area", "partner"))
    return {area: known.get(area, PLATFORM) for area in wanted}


def ensure_partner(area: str, now: datetime) -> None:
    """Register the agency of a pooling area as partner through the platform, if nobody has yet.

    Raises `BadInput` NOT_A_POOL for a place where nobody is insured as such (a province).
    """
    if Agency.objects.filter(area=area).exists():
        return
    if not is_pool(area):
        raise BadInput(
            f"{full_name(area)}下面还分统筹区，没有自己的经办机构。",
            "请选择原来参保的市、县。",
            path="from_area",
            code="NOT_A_POOL",
        )
    name = f"{full_name(area)}医疗保障经办机构"
    try:
        with writing(), transaction.atomic():
            insert_agency(
                area,
                name=name,
                phone="",
                hosted=False,
                bank=BankDetails(),
                opened_on=now.date(),
                partner=PLATFORM,
            )
            note_act(
                area, SYSTEM, now, "agency.partner_by_rule", {"name": name, "partner": PLATFORM}
            )
    except IntegrityError:
        if not Agency.objects.filter(area=area).exists():
            raise


def set_partner(area: str, kind: str, *, by: Actor | str, now: datetime) -> None:
    """Decide how a partner is reached from now on. What is on its way stays on its way.

    Raises `BadInput` BAD_PARTNER, `NotFound` AGENCY_NOT_FOUND, `Conflict` AGENCY_HOSTED for an
    agency of this node and NO_KEY for a node that has not handed over its card.
    """
    if kind not in KINDS:
        raise BadInput(
            f"没有这种对接方式：{kind[:20]}。",
            "请填写 node（联网）、platform（国家平台）或 paper（纸质函件）。",
            path="partner",
            code="BAD_PARTNER",
        )
    with writing(), transaction.atomic():
        row = known_agency(area)
        if row.hosted:
            raise Conflict(
                f"{row.name}由本节点承办，不是伙伴机构。",
                "只有别处的机构才需要选择对接方式。",
                code="AGENCY_HOSTED",
            )
        if kind == NODE and not row.keys.exists():
            raise Conflict(
                f"{row.name}还没有交来机构名片，不能按联网机构办理。",
                "请先用 jiexu agency partner 登记对方的名片。",
                code="NO_KEY",
            )
        if row.partner == kind:
            return
        content = {"from": row.partner, "to": kind}
        set_partner_kind(area, kind)
        note_act(area, by, now, "agency.reached", content)
