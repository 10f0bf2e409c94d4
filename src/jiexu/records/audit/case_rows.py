"""Proof of the cases: each row says what the last entry of its stream says, and nothing is alone.

A removed last entry leaves a chain that joins; the case row still knows its number and digest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat

from jiexu.core.base.errors import JiexuError
from jiexu.core.exchange.canonical import digest_hex
from jiexu.core.procedures.known import PROCEDURES
from jiexu.records.access.sealing import open_struct
from jiexu.records.audit.breaks import CHUNK, Break, Told, chunks, rows_of
from jiexu.records.audit.chains import OVERALL, Walk
from jiexu.records.audit.models import Entry
from jiexu.records.documents.models import Issued
from jiexu.records.exchange.models import Outgoing
from jiexu.records.procedures.models import Case

TABLE = Case._meta.db_table
MACHINE_DOUBTS = frozenset({"AUTO_REFUSED"})
"""Doubts that a queue adds between two entries, when it stops trying."""


def against_rows(ends: Iterable[Walk], area: str | None, told: Told) -> Iterator[Break]:
    """Hold the ends of the streams against the rows that they explain."""
    for part in chunks(end for end in ends if end.case is not None):
        yield from _part(part, area)
        told(TABLE, len(part))


def without_entries(area: str | None) -> Iterator[Break]:
    """Cases of which the chain knows nothing."""
    stream = Concat(Value("case:"), OuterRef("half"), Value(":"), OuterRef("case_no"))
    known = rows_of(Entry, area).filter(agency_id=OuterRef("agency_id"), stream=stream)
    rows = rows_of(Case, area).filter(~Exists(known)).order_by("pk")
    found = rows.values_list("pk", "agency_id", "half", "case_no")
    for row_id, agency, half, case_no in found.iterator(chunk_size=CHUNK):
        yield _broken(agency, row_id, half, case_no, "案件没有任何审计记录。")


def _part(ends: Sequence[Walk], area: str | None) -> Iterator[Break]:
    numbers = {end.case[1] for end in ends if end.case}
    agencies = {end.agency for end in ends}
    wanted = {"agency_id__in": agencies, "case_no__in": numbers}
    cases = {
        (row.agency_id, row.half, row.case_no): row for row in rows_of(Case, area).filter(**wanted)
    }
    papers = Counter(rows_of(Issued, area).filter(**wanted).values_list("agency_id", "case_no"))
    messages = Counter(
        (agency, message_id.rsplit("-", 2)[0])
        for agency, message_id in rows_of(Outgoing, area)
        .filter(**wanted)
        .values_list("agency_id", "message_id")
    )
    for end in ends:
        half, case_no = end.case or ("", "")
        case = cases.get((end.agency, half, case_no))
        if case is None:
            yield end.broken("有审计记录，却没有对应的案件：案件被删除或改名。")
            continue
        for text in _differences(case, end):
            yield _broken(end.agency, case.pk, half, case_no, text)
        if end.papers > papers[end.agency, case_no]:
            yield _missing(end, Issued, "审计记录中出具过的文书不见了。")
        if end.messages > messages[end.agency, f"{case_no}-{half}"]:
            yield _missing(end, Outgoing, "审计记录中发出过的报文不见了。")


def _differences(case: Case, end: Walk) -> Iterator[str]:
    """What the row says otherwise than the chain."""
    if (case.version, case.chain_head) != (end.seq, end.digest):
        if case.version > end.seq:
            yield (
                f"案件已到第 {case.version} 步，审计记录只到第 {end.seq} 条：末尾的记录被删除，"
                "或案件被改动。"
            )
        else:
            yield (
                f"案件的步数或链头摘要（第 {case.version} 步）与最后一条审计记录"
                f"（第 {end.seq} 条）不同。"
            )
        return  # the rest would only say the same again
    known = case.procedure in OVERALL
    said = {
        "年限环节": (case.record_leg, end.record),
        "资金环节": (case.fund_leg, end.fund),
        "状态": (case.state, end.content.state if end.content and known else "（不认识的业务）"),
        "金额": (case.amount_fen, end.content.amount_fen if end.content else None),
        "疑点": (_doubts(case.doubts), _doubts(end.content.doubts if end.content else "")),
        "开始时间": (case.opened_at, end.opened_at),
        "办结时间": (case.completed_at, end.completed_at),
    }
    for name, (here, there) in said.items():
        if here != there:
            yield f"案件的{name}是 {_shown(here)}，审计记录是 {_shown(there)}。"
    yield from _facts(case, end.content.facts if end.content else "")


def _facts(case: Case, digest: str) -> Iterator[str]:
    """The sealed facts open, and are the very ones that the last entry speaks of."""
    procedure = PROCEDURES.get(case.procedure)
    if procedure is None:
        return  # said by its state already
    try:
        record = open_struct(case.facts_sealed, procedure.record, context="case.facts")
    except (JiexuError, msgspec.MsgspecError):
        yield "案件的加密资料打不开：被改动，或主密钥不对。"
        return
    if digest_hex(record) != digest or case.facts_digest != digest:
        yield "案件的加密资料与最后一条审计记录不同。"
    parties = procedure.parties(record, case.half)
    other_paper = parties.paper_of not in {"", case.case_no}
    sides = (parties.agency, parties.counterpart)
    if other_paper or sides != (case.agency_id, case.counterpart):
        yield "案件的加密资料是另一个案件的，或对方机构被改动。"
    if parties.insutype != case.insutype:
        yield "案件的险种与加密资料不同。"


def _doubts(text: str) -> frozenset[str]:
    return frozenset(text.split()) - MACHINE_DOUBTS


def _shown(value: Any) -> str:
    if isinstance(value, frozenset):
        return "、".join(sorted(value)) or "无"
    return "空" if value is None else str(value)


def _broken(agency: str, row_id: int, half: str, case_no: str, text: str) -> Break:
    return Break(
        agency=agency, table=TABLE, row_id=row_id, stream=f"case:{half}:{case_no}", text=text
    )


def _missing(end: Walk, model: Any, text: str) -> Break:
    return Break(
        agency=end.agency,
        table=model._meta.db_table,
        row_id=None,
        stream=end.stream,
        text=text,
    )
