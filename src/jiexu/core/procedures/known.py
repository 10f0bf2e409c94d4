"""All procedures of the product, by name. A new one is added here and nowhere else in the core."""

from __future__ import annotations

from jiexu.core.procedures.procedure import Procedure
from jiexu.core.procedures.stop_cover.procedure import PROCEDURE as STOP_COVER
from jiexu.core.procedures.transfer.procedure import PROCEDURE as TRANSFER

PROCEDURES: dict[str, Procedure] = {one.name: one for one in (TRANSFER, STOP_COVER)}
