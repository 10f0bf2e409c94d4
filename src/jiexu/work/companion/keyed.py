"""A single case keyed in by hand: from the platform's screen, or from a paper that came by post.

The same columns, readers and steps as a list has. What decides about money and years on a paper
is typed twice, and its scan is kept before anything is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from jiexu.core.base.actors import Actor, Role, Via
from jiexu.core.base.areas import pooling_area
from jiexu.core.base.errors import BadInput, JiexuError
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.procedures.case_number import make_case_no
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.transfer.facts import Application
from jiexu.records.access.sealing import identity_index
from jiexu.records.procedures.models import Case
from jiexu.work import attachments, partners, unit_of_work
from jiexu.work.companion import list_cells
from jiexu.work.companion.list_kinds import kind_of
from jiexu.work.companion.lists import PLANNERS
from jiexu.work.companion.planning import Copying, past_day, read_identity
from jiexu.work.importing import cells
from jiexu.work.importing.columns import Column, Kind
from jiexu.work.importing.rows import RawRow, Row
from jiexu.work.results import Result

TWICE: Final[Mapping[str, tuple[str, ...]]] = {"forms": ("months", "amount")}
"""Figures that decide, per kind: typed a second time when they come from paper."""
AGAIN: Final = "_again"

CERTIFICATE: Final = Kind(
    name="certificate",
    title="参保凭证",
    columns=(
        Column(field="partner_no", title="凭证号"),
        Column(field="psn_name", title="姓名"),
        Column(field="certno", title="证件号码"),
        Column(field="trafout", title="转出地（凭证上的参保地）"),
        Column(field="insutype_out", title="转出险种"),
        Column(field="insutype_in", title="转入险种", required=False),
        Column(field="applied_on", title="申请日期"),
    ),
)


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """A scanned paper as it was uploaded."""

    name: str
    data: bytes


def columns_of(kind: str) -> tuple[Column, ...]:
    """The fields to key in for a kind. Raises `NotFound` UNKNOWN_LIST."""
    return CERTIFICATE.columns if kind == CERTIFICATE.name else kind_of(kind).columns


def key_in(
    actor: Actor,
    area: str,
    kind: str,
    typed: Mapping[str, str],
    now: datetime,
    *,
    scans: Sequence[Scan] = (),
) -> Result:
    """Make the step that one row asks for. A refusal names its first field in `path`.

    The same content a second time is the same answer. From a paper partner the figures of `TWICE`
    are typed twice and a form needs its scan.
    """
    if actor.role != Role.CLERK or actor.agency != area:
        return _NOT_YOURS
    if kind == CERTIFICATE.name:
        return _certificate(actor, area, typed, now, scans)
    columns = kind_of(kind)
    row = Row(columns, RawRow(1, {name: cells.clean(text) for name, text in typed.items()}))
    copying = Copying(area=area, recorded_by=actor.ref, source="platform_keyed", now=now)
    digests = [sm3_hex(scan.data)[:16] for scan in scans]
    evidence = f"keyed:{actor.ref}" + "".join(f" scan:{digest}" for digest in digests)
    planned = PLANNERS[kind](copying, row, evidence)
    if planned is None or row.problems:
        return _refused(columns, row)
    if planned.step is None:
        return Result(
            ok=False,
            code="NOTHING_TO_DO",
            text=planned.text,
            remedy="不用录入；有新的结果时再录入。",
        )
    step = planned.step
    paper = partners.partner_kind(step.actor.ref) == partners.PAPER
    if paper and (refusal := _paper_refused(kind, typed, scans)):
        return refusal
    if paper and step.via is not None:
        step = msgspec.structs.replace(step, via=msgspec.structs.replace(step.via, source="paper"))
    if refusal := _keep_scans(actor, area, step.case_no, kind, scans, now):
        return refusal
    result = unit_of_work.apply(area, [step], now=now)[0]
    # A case that this step opened can only now keep its scans.
    lost = _keep_scans(actor, area, step.case_no, kind, scans, now) if result.ok else None
    return lost or result


def _certificate(
    actor: Actor, area: str, typed: Mapping[str, str], now: datetime, scans: Sequence[Scan]
) -> Result:
    """参保凭证 brought to the counter: the person applies here, recorded by the clerk."""
    row = Row(CERTIFICATE, RawRow(1, {name: cells.clean(text) for name, text in typed.items()}))
    copying = Copying(area=area, recorded_by=actor.ref, source="paper", now=now)
    number = row.read("partner_no", list_cells.partner_no)
    row.read("psn_name", list_cells.name)
    certno, _ = read_identity(copying, row)
    source = row.read("trafout", list_cells.place)
    insutype = row.read("insutype_out", cells.insutype)
    insutype_in = row.read("insutype_in", cells.insutype) if typed.get("insutype_in") else insutype
    applied = row.read("applied_on", past_day(copying.today))
    if row.problems or not (number and certno and source and insutype and insutype_in and applied):
        return _refused(CERTIFICATE, row)
    if source == pooling_area(area).code:
        row.refuse(
            "trafout", "SAME_POOLING_AREA", "转出地就是本统筹区，不需要转移。", "请核对参保凭证。"
        )
        return _refused(CERTIFICATE, row)
    partners.ensure_partner(source, now)
    key = f"certificate:{sm3_hex(f'{number} {certno} {insutype}'.encode())[:40]}"
    case_no = make_case_no(area, applied, int(sm3_hex(key.encode())[:16], 16))
    step = Step(
        case_no=case_no,
        half="in",
        event="apply",
        actor=actor,
        key=key,
        payload=Application(
            applied_on=applied,
            channel="counter_to",
            applicant="self",
            insutype_out=insutype,
            insutype_in=insutype_in,
            trafout_admdvs=source,
        ),
        subject=identity_index(certno),
        via=Via(recorded_by=actor.ref, source="paper", evidence=f"参保凭证 {number}", reference=""),
    )
    result = unit_of_work.apply(area, [step], now=now)[0]
    if result.ok and (refusal := _keep_scans(actor, area, case_no, CERTIFICATE.name, scans, now)):
        return refusal
    return result


def _paper_refused(kind: str, typed: Mapping[str, str], scans: Sequence[Scan]) -> Result | None:
    """Four eyes on a paper: the deciding figures twice, and the paper itself kept."""
    for field in TWICE.get(kind, ()):
        reader = list_cells.count if field == "months" else list_cells.money
        try:
            same = reader(typed.get(field, "")) == reader(typed.get(field + AGAIN, ""))
        except BadInput:
            same = False
        if not same:
            return Result(
                ok=False,
                code="TYPED_TWICE_DIFFERS",
                text=f"两次录入的{kind_of(kind).title_of(field)}不一致。",
                remedy="请照纸质信息表重新核对，两次都录入同一个数。",
                path=field + AGAIN,
            )
    if kind == "forms" and not scans:
        return Result(
            ok=False,
            code="NO_SCAN",
            text="纸质信息表没有附扫描件。",
            remedy="请扫描或拍照后一起上传（JPG、PNG 或 PDF）。",
            path="scan",
        )
    return None


def _keep_scans(
    actor: Actor, area: str, case_no: str, kind: str, scans: Sequence[Scan], now: datetime
) -> Result | None:
    """Scans are kept before the step; a case that is only being opened has none to keep them."""
    if not scans or not Case.objects.of(area).filter(case_no=case_no).exists():
        return None
    purpose = {"forms": "information_form", "certificate": "certificate"}.get(kind, "letter")
    try:
        for scan in scans:
            attachments.attach(actor, area, case_no, purpose, scan.name, scan.data, now)
    except JiexuError as error:
        return Result(
            ok=False,
            case_no=case_no,
            code=error.code,
            text=error.message,
            remedy=error.remedy,
            path="scan",
        )
    return None


def _refused(kind: Kind, row: Row) -> Result:
    """All defects at once; the first one's field is named."""
    fields = {kind.title_of(column.field): column.field for column in kind.columns}
    first = row.problems[0]
    return Result(
        ok=False,
        code=first.code,
        text="".join(dict.fromkeys(_said(one.field, one.text) for one in row.problems)),
        remedy="".join(dict.fromkeys(one.remedy for one in row.problems)),
        path=fields.get(first.field, ""),
    )


def _said(field: str, text: str) -> str:
    return f"{field}：{text}" if field else text


_NOT_YOURS = Result(
    ok=False,
    code="NOT_YOUR_MOVE",
    text="录入由本机构的经办人员办理。",
    remedy="请由经办人员登录后录入。",
)
