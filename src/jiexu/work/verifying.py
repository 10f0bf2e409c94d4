"""The public check of a paper: number and check code in, what the register says out.

A stranger learns that the paper is genuine, what kind, by whom and when, and the first character of
the name: enough to hold a page against it, nothing to look somebody up by. A wrong number and a
wrong code have one answer. Guessing is slowed by network address and by number.
"""

from __future__ import annotations

import hmac
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec
from django.utils.timezone import localtime

from jiexu.core.base.errors import JiexuError
from jiexu.core.base.masks import name_initial
from jiexu.core.documents import head_of, read_content, title_of
from jiexu.core.exchange import merkle
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.access.sealing import vault
from jiexu.records.documents.check_code import check_code, plain
from jiexu.records.documents.models import Issued
from jiexu.work.attempts import Attempts, is_loopback
from jiexu.work.documents import text_under_seal
from jiexu.work.keys import verify_signature

WRONG_PER_ADDRESS: Final = 30
WRONG_PER_NUMBER: Final = 100
PAUSE: Final = timedelta(minutes=15)
_LONGEST: Final = 60

VALID, SUPERSEDED, UNSEALED, INVALID, UNKNOWN, CLOSED = (
    *("valid", "superseded", "unsealed"),
    *("invalid", "unknown", "closed"),
)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is valid, superseded, unsealed, invalid, unknown or closed (asked too often).

    All else is empty where the paper is not known. `later_on` is the day of the newer paper.
    """

    state: str
    number: str = ""
    title: str = ""
    issuer: str = ""
    issued_on: date | None = None
    name: str = ""
    key_id: str = ""
    sealed_at: datetime | None = None
    later_on: date | None = None


def check(number: str, code: str, address: str, now: datetime) -> Verdict:
    """What the register of this node says of a paper. Never raises for what a stranger typed."""
    number = "".join(number.upper().split())[:_LONGEST]
    closed = _addresses.closed(address, now) or _numbers.closed(number, now)
    if closed:
        return Verdict(state=CLOSED, number=number)
    typed = plain(code)[:_LONGEST]
    for row in Issued.objects.across_node().filter(number=number).select_related("seal", "agency"):
        right = plain(check_code(row.number, row.digest))
        if hmac.compare_digest(right.encode(), typed.encode()):
            return _verdict(row)
    if not is_loopback(address):
        _addresses.failed(address, now)
    _numbers.failed(number, now)
    return Verdict(state=UNKNOWN, number=number)


def _verdict(row: Issued) -> Verdict:
    try:
        text = vault().open(row.content_sealed, context="document.content")
        content = read_content(row.kind, text)
        head = head_of(row.kind, content)
    except JiexuError:
        return Verdict(state=INVALID, number=row.number)
    if sm3_hex(text.encode()) != row.digest or head.number != row.number:
        return Verdict(state=INVALID, number=row.number)
    seal = getattr(row, "seal", None)
    later = _later(row, content)
    if seal is None:
        state = UNSEALED
    elif not _covers(row, seal, text):
        state = INVALID
    else:
        state = SUPERSEDED if later else VALID
    return Verdict(
        state=state,
        number=row.number,
        title=title_of(row.kind),
        issuer=head.issuer_name,
        issued_on=head.issued_on,
        name=name_initial(head.psn_name),
        key_id=seal.key_id if seal else "",
        sealed_at=localtime(seal.sealed_at) if seal else None,
        later_on=later,
    )


def _covers(row: Issued, seal: Any, text: str) -> bool:
    """Whether the seal is the issuer's and covers this very content."""
    try:
        root, signature = bytes.fromhex(seal.root), bytes.fromhex(seal.signature)
        path = tuple(bytes.fromhex(one) for one in msgspec.json.decode(seal.path, type=list[str]))
    except (ValueError, msgspec.MsgspecError):
        return False
    signed = text_under_seal(row.kind, root, seal.leaf_count, seal.sealed_at)
    return merkle.verify(
        text.encode(), seal.leaf_index, seal.leaf_count, path, root
    ) and verify_signature(row.agency_id, seal.key_id, signed, signature)


def _later(row: Issued, content: msgspec.Struct) -> date | None:
    """The day of the newest paper of the same kind about the same thing, if there is a newer one.

    The same thing is the case; for papers on request it is the person and, where the paper is of
    one scheme, the scheme.
    """
    newer = Issued.objects.of(row.agency_id).filter(kind=row.kind, case_no=row.case_no)
    newer = newer.filter(person_id=row.person_id, pk__gt=row.pk).order_by("-pk")
    for one in newer:
        try:
            other = read_content(
                one.kind, vault().open(one.content_sealed, context="document.content")
            )
        except JiexuError:
            continue
        if getattr(other, "insutype", "") == getattr(content, "insutype", ""):
            return localtime(one.issued_at).date()
    return None


_addresses = Attempts(WRONG_PER_ADDRESS, PAUSE)
_numbers = Attempts(WRONG_PER_NUMBER, PAUSE)


def forget() -> None:
    """Forget all failures: for tests."""
    _addresses.clear()
    _numbers.clear()
