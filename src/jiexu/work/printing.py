"""Opens a paper: kept content becomes words, words become a PDF/A. A view, made when asked for.

Nothing is written but the log of reads. The content, its digest and its seal are the paper.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.utils.timezone import localtime

from jiexu.core.base.actors import Actor
from jiexu.core.documents import head_of, kind_of, read_content
from jiexu.records.access.sealing import vault
from jiexu.records.documents.check_code import check_code
from jiexu.records.documents.models import Issued
from jiexu.work.ports import Sheet, ports
from jiexu.work.reads import log_read

UNOFFICIAL = "非官方签章（开发密钥）"


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """A paper to hand out: its bytes and a file name for people."""

    data: bytes
    filename: str


def print_paper(paper: Issued, actor: Actor, base_url: str, now: datetime) -> Printed:
    """Print a paper the caller may see (rows come with their seal). The read is logged first."""
    kind = kind_of(paper.kind)
    content = read_content(
        paper.kind, vault().open(paper.content_sealed, context="document.content")
    )
    log_read(
        actor, paper.agency_id, paper.case_no or paper.person.psn_no, f"打开《{kind.TITLE}》", now
    )
    head = head_of(paper.kind, content)
    code = check_code(paper.number, paper.digest)
    url = f"{base_url}/verify/{paper.number}/{code}"
    values = kind.shown(content) | {
        "title": kind.TITLE,
        "number": paper.number,
        "on": [head.issued_on.year, head.issued_on.month, head.issued_on.day],
        "verify": {"url": url, "address": f"{base_url.partition('://')[2]}/verify/", "code": code},
        "seal": _seal(paper),
    }
    data = ports().printer.print(
        Sheet(kind=paper.kind, values=values, verify_url=url, on=head.issued_on)
    )
    return Printed(data=data, filename=f"{kind.TITLE}-{paper.number}.pdf")


def _seal(paper: Issued) -> dict[str, object]:
    if not hasattr(paper, "seal"):
        return {
            "made": False,
            "words": "电子签章生成中，请稍后重新打开",
            "key": UNOFFICIAL,
            "note": f"{UNOFFICIAL}。",
        }
    at = localtime(paper.seal.sealed_at)
    return {
        "made": True,
        "words": "电子签章（非官方签章）",
        "key": f"密钥 {paper.seal.key_id[:12]} · {at.year}年{at.month}月{at.day}日",
        "note": f"{UNOFFICIAL}。",
    }
