"""Amounts, days and texts of ISO 20022 messages, read strictly: CNY alone, signs as words."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from jiexu.adapters.banks import csv_text
from jiexu.adapters.banks.csv_text import unreadable
from jiexu.adapters.banks.xml_tree import Element
from jiexu.core.base.money import Fen

_SIGNS = {"CRDT": "credit", "DBIT": "debit"}
_BEIJING = timezone(timedelta(hours=8))


def cny(element: Element, *, name: str, may_be_zero: bool = False) -> Fen:
    """An amount with its currency. Raises `UnreadableFile` for any other than CNY."""
    currency = element.attributes.get("Ccy", "")
    if currency != "CNY":
        raise unreadable(
            f"{name}的币种是“{currency[:3]}”，只接受人民币（CNY）。",
            line=element.line,
            remedy="请确认是人民币账户的报文。",
        )
    return plain(element, name=name, may_be_zero=may_be_zero)


def plain(element: Element, *, name: str, may_be_zero: bool = False) -> Fen:
    """A sum without currency. The schema allows five decimals; ours are two and zeros."""
    text = element.text
    if "." in text:
        whole, _, decimals = text.partition(".")
        kept = decimals.rstrip("0")
        text = f"{whole}.{kept}" if kept else whole
    return csv_text.money(text, name=name, line=element.line, may_be_zero=may_be_zero)


def sign(holder: Element) -> str:
    """`credit` or `debit`, by CdtDbtInd."""
    element = holder.one("CdtDbtInd")
    if element.text not in _SIGNS:
        raise unreadable(
            f"CdtDbtInd 应当是 CRDT 或 DBIT，现在是“{element.text[:10]}”。", line=element.line
        )
    return _SIGNS[element.text]


def flag(holder: Element, path: str) -> bool:
    """A boolean that may be missing."""
    element = holder.maybe(path)
    if element is None or element.text in {"false", "0"}:
        return False
    if element.text in {"true", "1"}:
        return True
    raise unreadable(f"{path} 应当是 true 或 false。", line=element.line)


def day(choice: Element) -> date:
    """A Dt or DtTm as a day in China."""
    element = choice.maybe("DtTm") or choice.one("Dt")
    try:
        if element.tag == "DtTm":
            moment = datetime.fromisoformat(element.text)
            return (moment.astimezone(_BEIJING) if moment.tzinfo else moment).date()
        return date.fromisoformat(element.text[:10])
    except ValueError as error:
        raise unreadable(
            f"没有这一天：“{element.text[:30]}”。", line=element.line, remedy="请银行更正后重发。"
        ) from error


def count(element: Element, *, name: str) -> int:
    return csv_text.count(element.text, name=name, line=element.line)
