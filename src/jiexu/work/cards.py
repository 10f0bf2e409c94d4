"""Cards and keys by which agencies of different nodes know each other.

An agency is introduced to another node by its public card: who it is, its signing key and where
its transfer money arrives, signed with that key. The signature proves that nothing was changed on
the way and that the sender holds the key; that the sender is the agency is proved by a letter and
a call back, in which the first digits of the key's SM3 are read out (`told`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from jiexu.core.base.actors import Actor
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.core.exchange.canonical import canonical
from jiexu.core.exchange.kinds.transfer_request.schema import ReceiptAccount
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.exchange.models import Key
from jiexu.records.registry.models import Agency
from jiexu.work.agencies import register_agency
from jiexu.work.agency_acts import known_agency
from jiexu.work.bank_details import bank_details, details_of, in_clear
from jiexu.work.keys import signing_key
from jiexu.work.ports import clock, ports

CARD_KIND: Final = "jiexu.agency-card"
TOLD_DIGITS: Final = 8
"""How many hexadecimal digits of the key's SM3 must be read out in the call back."""

_PUBLIC: Final = re.compile(r"04[0-9a-f]{128}")


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agency hands to a partner. `signature` covers all the rest, canonically."""

    kind: str
    version: int
    area: str
    name: str
    phone: str
    public_key: str
    key_id: str
    receipt_account: ReceiptAccount | None
    issued_at: datetime
    signature: str


def public_card(area: str, now: datetime | None = None) -> dict[str, Any]:
    """The card of a hosted agency, signed: what to hand to a partner.

    Raises `NotFound` AGENCY_NOT_FOUND, `NoKey`.
    """
    row = _hosted(area)
    moment = now or clock()
    key_id, private = signing_key(area, moment)
    public = bytes(Key.objects.get(key_id=key_id).public)
    content = {
        "kind": CARD_KIND,
        "version": 1,
        "area": area,
        "name": row.name,
        "phone": row.phone,
        "public_key": public.hex(),
        "key_id": key_id,
        "receipt_account": _receipt_account(row),
        "issued_at": moment.isoformat(timespec="seconds"),
    }
    signature = ports().signer.sign(private, canonical(content))
    return {**content, "signature": signature.hex()}


def add_partner(
    card: Mapping[str, Any] | bytes, *, now: datetime, by: Actor | str, told: str | None = None
) -> str:
    """Keep the agency of a card as partner. Returns its area.

    `told`: the digits of the key's SM3 that the agency read out when called back; `None` where
    the card was fetched by hand from the agency itself. Raises `BadInput` BAD_CARD or TOLD_DIFFERS
    and what `agencies.open_agency` raises.
    """
    content = _verified(card)
    if told is not None:
        _must_be_told(told, content.key_id)
    bank = content.receipt_account
    return add_partner_key(
        content.area,
        content.name,
        content.public_key,
        phone=content.phone,
        receipt_kind=bank.kind if bank else "",
        bank_name=bank.bank_name if bank else "",
        account_name=bank.account_name if bank else "",
        account=bank.account if bank else "",
        now=now,
        by=by,
    )


def add_partner_key(
    area: str,
    name: str,
    public_key_hex: str,
    *,
    phone: str = "",
    receipt_kind: str = "",
    bank_name: str = "",
    account_name: str = "",
    account: str = "",
    now: datetime,
    by: Actor | str,
) -> str:
    """Keep a partner whose key came on paper: 130 hexadecimal digits, 04 in front.

    Raises `BadInput` BAD_PUBLIC_KEY and what `agencies.open_agency` raises.
    """
    text = "".join(public_key_hex.split()).lower()
    if _PUBLIC.fullmatch(text) is None:
        raise BadInput(
            "公钥应是 130 位十六进制数字，以 04 开头。",
            "请让对方机构用 jiexu agency card 导出机构名片，从名片中复制 public_key。",
            path="public_key",
            code="BAD_PUBLIC_KEY",
        )
    return register_agency(
        area,
        name=name,
        phone=phone,
        bank=bank_details(receipt_kind, bank_name, account_name, account),
        public=bytes.fromhex(text),
        now=now,
        by=by,
        hosted=False,
    )


def _hosted(area: str) -> Agency:
    row = known_agency(area)
    if not row.hosted:
        raise NotFound(
            f"{area}是伙伴机构，不由本节点承办。",
            "它的名片要由承办它的节点导出。",
            code="AGENCY_NOT_FOUND",
        )
    return row


def _receipt_account(row: Agency) -> dict[str, str] | None:
    kind, bank_name, account_name, account = in_clear(details_of(row))
    if not account:
        return None
    return {
        "kind": kind,
        "bank_name": bank_name,
        "account_name": account_name,
        "account": account,
    }


def _verified(card: Mapping[str, Any] | bytes) -> Card:
    try:
        if isinstance(card, bytes):
            card = msgspec.json.decode(card)
        content = msgspec.convert(card, Card)
        public = bytes.fromhex(content.public_key)
        signature = bytes.fromhex(content.signature)
        signed = canonical({key: value for key, value in card.items() if key != "signature"})
        genuine = (
            (content.kind, content.version) == (CARD_KIND, 1)
            and content.key_id == sm3_hex(public)
            and ports().signer.verify(public, signed, signature)
        )
    except (msgspec.MsgspecError, ValueError, TypeError, AttributeError):
        genuine = False
    if not genuine:
        raise BadInput(
            "这不是有效的机构名片：内容不完整、被改动过，或签名不对。",
            "请让对方机构用 jiexu agency card 重新导出，并原样传来。",
            path="card",
            code="BAD_CARD",
        )
    return content


def _must_be_told(told: str, key_id: str) -> None:
    digits = re.sub(r"[\s-]", "", told).lower()
    if len(digits) < TOLD_DIGITS or not key_id.startswith(digits):
        raise BadInput(
            "回电核对的密钥编号与名片不一致。",
            f"请按公函上的电话回拨对方机构，请对方念出密钥编号的前 {TOLD_DIGITS} 位；"
            "不一致的，不要登记这张名片。",
            path="told",
            code="TOLD_DIFFERS",
        )
