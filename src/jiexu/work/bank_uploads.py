"""Files that a person of finance brings: read as those from the folder, with a report per row."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import PurePath

import msgspec
from django.db import transaction

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import JiexuError
from jiexu.core.base.money import Fen
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.settlement.matching import DOUBTS
from jiexu.records.audit.write import append_act
from jiexu.records.isolation import acting_for, writing
from jiexu.records.settlement.models import Order, StatementFile, StatementLine
from jiexu.records.settlement.queries import FILE_LABELS, LINE_LABELS, ORDER_LABELS
from jiexu.work import reconcile
from jiexu.work.ports import BankFile, Problem, ports
from jiexu.work.refusals import not_here
from jiexu.work.spans import line_key

LARGEST_BYTES = 8 * 1024 * 1024
"""Of an upload; larger files go through the folder."""


class UploadRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of an uploaded file and what became of it."""

    number: str
    booked_on: date | None
    income: bool | None
    amount_fen: Fen
    remark: str
    said: str
    doubtful: bool


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an uploaded file. Not `ok`: nothing of it was used.

    `problems` names the rows to blame; `repeated`: the very same file was here before.
    """

    ok: bool
    code: str = ""
    text: str = ""
    remedy: str = ""
    kind_label: str = ""
    repeated: bool = False
    rows: tuple[UploadRow, ...] = ()
    problems: tuple[Problem, ...] = ()


def take_upload(actor: Actor, area: str, name: str, data: bytes, now: datetime) -> Upload:
    """Take in a statement, notification, result or voucher file. Twice is once."""
    if refusal := not_here(actor, area):
        return Upload(ok=False, code=refusal.code, text=refusal.text, remedy=refusal.remedy)
    if actor.role != Role.FINANCE_PREPARER:
        return _no("NOT_YOUR_MOVE", "银行文件由财务经办导入。", "请由财务经办人员登录后导入。")
    if len(data) > LARGEST_BYTES:
        limit = LARGEST_BYTES // 1024**2
        return _no(
            "FILE_TOO_LARGE",
            f"文件超过 {limit} MB，没有读取。",
            "请拆分后再导入，或请系统管理员放入银行目录。",
        )
    file = ports().bank.read(PurePath(name.replace("\\", "/")).name, data)
    if file.error:
        return Upload(
            ok=False,
            code="BANK_FILE",
            text=file.error,
            remedy="文件整个没有采用，改正后可以重新导入。",
            problems=file.problems,
        )
    if words := reconcile.not_ours(area, file):
        return _no("NOT_OURS", words, "请确认选对了文件，并核对本机构登记的收款账户。")
    with acting_for(area):
        before = StatementFile.objects.of(area).filter(digest=sm3_hex(file.data)).exists()
        known = set(
            StatementLine.objects.of(area)
            .filter(line_key__in=[line_key(file, entry) for entry in file.entries])
            .values_list("line_key", flat=True)
        )
    try:
        taken = reconcile.take_in(area, file, now, by=actor.ref)
    except JiexuError as error:
        return _no(error.code, error.message, error.remedy)
    if not taken:
        return _no(
            "BUSY", "有人正在处理同一批流水，这次没有办完。", "已有的不会重复，请稍后再导入一次。"
        )
    if not before:
        _note(actor, area, file, now)
    with acting_for(area):
        rows = _result_rows(area, file) if file.kind == "result" else _lines(area, file, known)
    return Upload(ok=True, kind_label=FILE_LABELS[file.kind], repeated=before, rows=tuple(rows))


def _note(actor: Actor, area: str, file: BankFile, now: datetime) -> None:
    content = {
        "file": file.name[:200],
        "kind": file.kind,
        "digest": sm3_hex(file.data),
        "rows": len(file.entries) or len(file.results),
    }
    with acting_for(area), writing(), transaction.atomic():
        append_act(area, at=now, actor=actor, action="bank.upload", content=content)


def _lines(area: str, file: BankFile, known: set[str]) -> list[UploadRow]:
    keys = [line_key(file, entry) for entry in file.entries]
    rows = {row.line_key: row for row in StatementLine.objects.of(area).filter(line_key__in=keys)}
    made = []
    for key, entry in zip(keys, file.entries, strict=True):
        row = rows[key]
        words = [LINE_LABELS[row.state]]
        if row.doubt:
            words.append(DOUBTS.get(row.doubt, row.doubt))
        if row.case_no:
            words.append(row.case_no)
        if key in known:
            words.insert(0, "以前已导入")
        made.append(
            UploadRow(
                number=entry.entry_no,
                booked_on=entry.booked_on,
                income=entry.direction == "credit",
                amount_fen=entry.amount_fen,
                remark=entry.remark,
                said="，".join(words),
                doubtful=row.state == "break",
            )
        )
    return made


def _result_rows(area: str, file: BankFile) -> list[UploadRow]:
    orders = {
        order.reference: order
        for order in Order.objects.of(area).filter(batch__number=file.batch_no)
    }
    made = []
    for line in file.results:
        order = orders.get(line.remark)
        state = ORDER_LABELS[order.state] if order else "不是这一批的付款，没有采用"
        said = "银行受理" if line.accepted else f"银行拒付：{line.text}"
        made.append(
            UploadRow(
                number=str(line.row),
                booked_on=None,
                income=None,
                amount_fen=line.amount_fen or (order.amount_fen if order else 0),
                remark=line.remark,
                said=f"{said}（{state}）",
                doubtful=order is None or not line.accepted,
            )
        )
    return made


def _no(code: str, text: str, remedy: str) -> Upload:
    return Upload(ok=False, code=code, text=text, remedy=remedy)
