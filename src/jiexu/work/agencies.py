"""Agencies this node knows, hosted here or partners: opened once, listed, the same content kept.

Partners come by their cards (`work.cards`).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import msgspec
from django.db import transaction

from jiexu.core.base.actors import Actor
from jiexu.core.base.areas import is_pool, pooling_area
from jiexu.core.base.codes.as_typed import is_hidden
from jiexu.core.base.errors import BadInput, Conflict
from jiexu.records.exchange.models import Key
from jiexu.records.isolation import writing
from jiexu.records.registry.intake_write import BankDetails, connect_agency, insert_agency
from jiexu.records.registry.models import Agency
from jiexu.work.agency_acts import note_act
from jiexu.work.bank_details import bank_details, details_of, in_clear, masked
from jiexu.work.keys import make_key, trust_key

_PHONE: Final = re.compile(r"[0-9()+ -]{3,30}")


class AgencyLine(msgspec.Struct, frozen=True, kw_only=True):
    """An agency as a list shows it; `account` with its last digits only."""

    area: str
    name: str
    hosted: bool
    partner: str
    phone: str
    receipt_kind: str
    bank_name: str
    account_name: str
    account: str
    key_id: str


def open_agency(
    area: str,
    *,
    name: str,
    phone: str = "",
    receipt_kind: str = "",
    bank_name: str = "",
    account_name: str = "",
    account: str = "",
    now: datetime,
    by: Actor | str,
    hosted: bool = True,
    partner: str = "node",
) -> str:
    """Open the agency of a pooling area; a hosted one gets its signing key. Returns the area.

    Bank details are given all or not at all. The same content a second time is the same answer.
    Raises `BadInput` NOT_A_POOL, UNKNOWN_AREA, BAD_AGENCY_NAME, BAD_PHONE, BAD_BANK_DETAILS or what
    the account number is refused for; `Conflict` AGENCY_DIFFERS for other content.
    """
    return register_agency(
        area,
        name=name,
        phone=phone,
        bank=bank_details(receipt_kind, bank_name, account_name, account),
        public=None,
        now=now,
        by=by,
        hosted=hosted,
        partner=partner,
    )


def register_agency(
    area: str,
    *,
    name: str,
    phone: str,
    bank: BankDetails,
    public: bytes | None,
    now: datetime,
    by: Actor | str,
    hosted: bool,
    partner: str = "node",
) -> str:
    """`open_agency` with bank details already checked, and the key of a partner if it has one.

    A partner so far reached by the platform or on paper, which now brings its key or is hosted
    here, is connected: its new name and details hold, messages go to it from now on.
    """
    check_pool(area)
    name, phone = name.strip(), phone.strip()
    if not 2 <= len(name) <= 100 or any(is_hidden(char) for char in name):
        raise BadInput(
            "机构名称应有 2 到 100 个字，不能有换行等看不见的字符。",
            "请填写经办机构公章上的全称。",
            path="name",
            code="BAD_AGENCY_NAME",
        )
    if phone and _PHONE.fullmatch(phone) is None:
        raise BadInput(
            "电话只能有数字、空格、括号、加号和短横，3 到 30 个字符。",
            "请填写对外办公电话，例如 0772-1234567。",
            path="phone",
            code="BAD_PHONE",
        )
    with writing(), transaction.atomic():
        row = Agency.objects.filter(area=area).first()
        connects = row is not None and row.partner != "node" and (hosted or public is not None)
        if row is not None and not connects:
            _must_be_the_same(row, name=name, phone=phone, bank=bank, public=public, hosted=hosted)
            return area
        if connects:
            connect_agency(area, name=name, phone=phone, hosted=hosted, bank=bank)
        else:
            insert_agency(
                area,
                name=name,
                phone=phone,
                hosted=hosted,
                bank=bank,
                opened_on=now.date(),
                partner=partner,
            )
        key_id = ""
        if hosted:
            key_id = make_key(area, now)
        elif public is not None:
            key_id = trust_key(area, public, now)
        content = {"name": name, "phone": phone, "key": key_id, **masked(bank)}
        if partner != "node":
            content["partner"] = partner
        action = "agency.open" if hosted else "agency.partner"
        note_act(area, by, now, action, content)
    return area


def list_agencies() -> list[AgencyLine]:
    """All agencies the node knows, the hosted ones first."""
    keys = dict(Key.objects.order_by("valid_from").values_list("agency_id", "key_id"))
    return [
        AgencyLine(
            area=row.area,
            name=row.name,
            hosted=row.hosted,
            partner=row.partner,
            phone=row.phone,
            **masked(details_of(row)),
            key_id=keys.get(row.area, ""),
        )
        for row in Agency.objects.order_by("-hosted", "area")
    ]


def check_pool(area: str) -> None:
    """Raise `BadInput` UNKNOWN_AREA, or NOT_A_POOL with the pool that was probably meant."""
    if is_pool(area):
        return
    pool = pooling_area(area)
    meant = f"请改用{pool.name}（{pool.code}）。" if is_pool(pool.code) else "请选择下面的市、县。"
    raise BadInput(
        f"{area}不是统筹区，经办机构只能按统筹区开设。", meant, path="area", code="NOT_A_POOL"
    )


def _must_be_the_same(
    row: Agency, *, name: str, phone: str, bank: BankDetails, public: bytes | None, hosted: bool
) -> None:
    keys = {bytes(key) for key in row.keys.values_list("public", flat=True)}
    differs = {
        "是否由本节点承办": row.hosted != hosted,
        "名称": row.name != name,
        "电话": row.phone != phone,
        "收款账户": in_clear(details_of(row)) != in_clear(bank),
        "签名公钥": public is not None and public not in keys,
    }
    if any(differs.values()):
        what = "、".join(word for word, changed in differs.items() if changed)
        raise Conflict(
            f"{row.area}（{row.name}）已经登记过，但{what}与这次不同，没有改动。",
            "收款账户有变更的，请用 jiexu agency bank；其他内容请先与该机构回电核对。",
            code="AGENCY_DIFFERS",
        )
