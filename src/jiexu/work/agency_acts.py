"""What every act at an agency needs: the agency itself, and the act noted in its audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import NotFound
from jiexu.records.audit.write import append_act
from jiexu.records.registry.intake_write import lock_agency
from jiexu.records.registry.models import Agency


def known_agency(area: str) -> Agency:
    """The agency, hosted here or a partner. Raises `NotFound` AGENCY_NOT_FOUND."""
    row = Agency.objects.filter(area=area).first()
    if row is None:
        raise NotFound(
            f"本节点没有登记{area[:6]}的经办机构。",
            "请用 jiexu agency list 查看；新机构用 jiexu agency add 或 jiexu agency partner 登记。",
            code="AGENCY_NOT_FOUND",
        )
    return row


def note_act(
    area: str, by: Actor | str, now: datetime, action: str, content: dict[str, Any]
) -> None:
    """Append an act to the audit of the agency, which is locked until the transaction ends.

    A plain name is the operator of the machine.
    """
    actor = Actor(role=Role.ADMINISTRATOR, ref=by, agency=area) if isinstance(by, str) else by
    lock_agency(area)
    append_act(area, at=now, actor=actor, action=action, content=content)
