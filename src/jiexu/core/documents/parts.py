"""What papers of several kinds are made of: who issues, about whom, and the words for both."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

import msgspec

from jiexu.core.base.areas import area as area_of
from jiexu.core.base.areas import full_name
from jiexu.core.base.codes.codesets import label
from jiexu.core.base.errors import BadInput
from jiexu.core.base.masks import mask_certno
from jiexu.core.base.money import Fen, fen_from_yuan, yuan_for_people
from jiexu.core.base.money_in_words import money_in_words
from jiexu.core.base.periods import Month

KINDS_OF_MONTHS = {"actual": "实际缴费", "deemed": "视同缴费"}


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what a paper is made of: no field a version does not know is passed over."""


class Issuer(Part, frozen=True, kw_only=True):
    """The agency that issues. `phone` is empty where none is registered."""

    admdvs: str
    name: str
    phone: str = ""


class Holder(Part, frozen=True, kw_only=True):
    """The person a paper is about, in full: masking is a matter of showing."""

    psn_no: str
    psn_name: str
    psn_cert_type: str
    certno: str


class Head(Part, frozen=True, kw_only=True):
    """What every paper has, and what the public check may say of it (the name masked)."""

    number: str
    issued_on: date
    issuer_admdvs: str
    issuer_name: str
    psn_name: str


class Issued(Protocol):
    """A content with issuer and holder as parts of their own."""

    @property
    def number(self) -> str: ...
    @property
    def issued_on(self) -> date: ...
    @property
    def issuer(self) -> Issuer: ...
    @property
    def holder(self) -> Holder: ...


def head_of_parts(content: Issued) -> Head:
    return Head(
        number=content.number,
        issued_on=content.issued_on,
        issuer_admdvs=content.issuer.admdvs,
        issuer_name=content.issuer.name,
        psn_name=content.holder.psn_name,
    )


def shown_parts(content: Issued, *, masked: bool) -> dict[str, Any]:
    """Holder and issuer in words; `masked` where the paper need not bear the whole number."""
    holder, certno = content.holder, content.holder.certno
    return {
        "name": holder.psn_name,
        "cert_type": label("psn_cert_type", holder.psn_cert_type),
        "certno": mask_certno(certno) if masked else certno,
        "psn_no": holder.psn_no,
        "issuer": content.issuer.name,
        "phone": content.issuer.phone or "12393",
        "day": day_cn(content.issued_on),
    }


def day_cn(day: date | None, otherwise: str = "—") -> str:
    """`2026年3月5日`."""
    return f"{day.year}年{day.month}月{day.day}日" if day else otherwise


def month_cn(text: str) -> str:
    """`2026年3月`, from `yyyyMM`."""
    month = Month.parse(text)
    return f"{month.year}年{month.month}月"


def place_cn(code: str) -> str:
    """The whole name of a place; its code where the table does not know it."""
    try:
        return full_name(code)
    except BadInput:
        return code


def short_place(code: str) -> str:
    try:
        return area_of(code).name
    except BadInput:
        return code


def money_cn(amount: str | Fen) -> dict[str, str]:
    """An amount in small and capital figures; text is yuan, a number fen."""
    amount_fen = fen_from_yuan(amount) if isinstance(amount, str) else amount
    return {"small": f"¥{yuan_for_people(amount_fen)}", "words": money_in_words(amount_fen)}


def paper_number(letters: str, case_no: str) -> str:
    """The number of a case's paper: letters of the kind and the digits of the case."""
    return f"{letters}{case_no[2:]}"
