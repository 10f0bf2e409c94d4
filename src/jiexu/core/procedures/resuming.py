"""What a clerk is asked who enrols somebody again after a break here (恢复参保)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class Resumption(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes back, in which scheme, from which day, on what evidence."""

    certno: Annotated[str, Meta(title="证件号码", description="曾用号码也可以")]
    insutype: Annotated[
        Literal["310", "390"],
        Meta(
            title="恢复的险种",
            extra_json_schema={"labels": {"310": "职工医保", "390": "居民医保"}},
        ),
    ]
    on: Annotated[date, Meta(title="恢复日期")]
    evidence: Annotated[
        str,
        Meta(
            title="凭据",
            description="例如劳动合同、增员表或参保缴费的编号",
            extra_json_schema={"long": True},
        ),
    ]
    emp_name: Annotated[str, Meta(title="单位名称", description="灵活就业和居民不填")] = ""
    cover_year: Annotated[str, Meta(title="参保年度", description="居民填四位年份")] = ""
