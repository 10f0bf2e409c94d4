"""The two places of a transfer: which pools, one province or two, one pool or two."""

from __future__ import annotations

import msgspec

from jiexu.core.base.areas import NATION, Area, pooling_area, province
from jiexu.core.policy.linkage import Kind
from jiexu.core.policy.questions.transfer.facts import TransferFacts

_EMPLOYEE = "310"


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """`source` and `destination` are pools, or provinces where only the province was named."""

    source: Area
    destination: Area
    kind: Kind
    cross_province: bool | None
    same_pool: bool

    @classmethod
    def of(cls, facts: TransferFacts) -> Places:
        """Raises `BadInput` UNKNOWN_AREA with the path of the side."""
        source = pooling_area(facts.from_.area, path="from.area")
        destination = pooling_area(facts.to.area, path="to.area")
        cross_province: bool | None = None
        if NATION not in {source.code, destination.code}:
            cross_province = province(source.code).code != province(destination.code).code
        return cls(
            source=source,
            destination=destination,
            kind=_kind(facts),
            cross_province=cross_province,
            # A province that is not one pool says too little to tell whether it is one pool.
            same_pool=source.code == destination.code and source.pool is not None,
        )


def _kind(facts: TransferFacts) -> Kind:
    if facts.from_.insutype == _EMPLOYEE:
        return "EE" if facts.to.insutype == _EMPLOYEE else "ER"
    return "RE" if facts.to.insutype == _EMPLOYEE else "RR"
