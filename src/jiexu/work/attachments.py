"""Scans and photos that belong to a case: checked, sealed, stored, opened only for a reason.

The file is safe in the store before its row is committed; a file without a row (somebody died in
between) is swept away later. The row never changes.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from django.db import transaction

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.codes.as_typed import is_hidden
from jiexu.core.base.errors import BadInput, NotAllowed, NotFound
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.access.models import User
from jiexu.records.access.queries import person_refs
from jiexu.records.access.sealing import vault
from jiexu.records.documents.models import Attachment
from jiexu.records.documents.write import add_attachment
from jiexu.records.isolation import acting_for, writing
from jiexu.records.procedures.models import Case
from jiexu.work.agency_acts import note_act
from jiexu.work.ports import ports
from jiexu.work.reads import log_read

MOST_BYTES: Final = 10_000_000
MOST_PER_CASE: Final = 40
ORPHAN_AFTER: Final = timedelta(days=1)
PURPOSES: Final[Mapping[str, str]] = {
    "identity": "身份证件",
    "evidence": "证明材料",
    "certificate": "参保凭证",
    "information_form": "信息表原件",
    "letter": "函件",
}
_MAGIC: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
}
_SUFFIX: Final = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
_STAFF: Final = frozenset({Role.CLERK, Role.SUPERVISOR})


class AttachmentView(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment in a list; its content is opened by number."""

    number: str
    purpose: str
    purpose_label: str
    name: str
    media_type: str
    size_bytes: int
    uploaded_at: datetime
    by_citizen: bool


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What an attachment holds, with a harmless name to save it under."""

    name: str
    media_type: str
    data: bytes


def check_file(data: bytes) -> str:
    """The media type by the first bytes, never by the name.

    Raises `BadInput` EMPTY_ATTACHMENT, ATTACHMENT_TOO_BIG or ATTACHMENT_KIND.
    """
    if not data:
        raise BadInput("文件是空的。", "请重新选择文件。", path="file", code="EMPTY_ATTACHMENT")
    if len(data) > MOST_BYTES:
        raise BadInput(
            "文件超过 10 MB。",
            "请降低扫描的分辨率，或分成几个文件。",
            path="file",
            code="ATTACHMENT_TOO_BIG",
        )
    for magic, media_type in _MAGIC.items():
        if data.startswith(magic):
            return media_type
    raise BadInput(
        "只能上传 JPG、PNG 图片或 PDF 文件。",
        "请用手机拍照，或扫描成 PDF 后上传。",
        path="file",
        code="ATTACHMENT_KIND",
    )


def attach(
    actor: Actor,
    area: str,
    case_no: str,
    purpose: str,
    name: str,
    data: bytes,
    now: datetime,
    *,
    user: User | None = None,
) -> str:
    """Keep a file with a case; returns its number. The same content for a purpose is kept once.

    Clerks attach to cases of their agency, citizens (with their `user`) to their own. Raises
    `BadInput` as `check_file` does, BAD_PURPOSE or TOO_MANY; `NotFound`, `NotAllowed`.
    """
    media_type = check_file(data)
    if purpose not in PURPOSES:
        raise BadInput("没有这一类材料。", "请从列表中选择。", path="purpose", code="BAD_PURPOSE")
    _must_be_theirs(actor, area, case_no, user)
    digest = sm3_hex(data)
    with acting_for(area):
        rows = Attachment.objects.of(area).filter(case_no=case_no)
        known = rows.filter(purpose=purpose, digest=digest).values_list("number", flat=True).first()
        if known is not None:
            return str(known)
        if rows.count() >= MOST_PER_CASE:
            raise BadInput(
                f"一笔业务最多 {MOST_PER_CASE} 个附件。",
                "请把几页合成一个 PDF。",
                path="file",
                code="TOO_MANY",
            )
    number = f"FJ-{sm3_hex(f'{area} {case_no} {purpose} {digest}'.encode())[:24]}"
    # Sealed anew each time: two writers of one place would each write what both can open.
    place = f"{digest[:2]}{sm3_hex(f'{number} {ports().serials()}'.encode())[:40]}"
    context = f"attachment {number}"
    sealed = vault().seal(base64.b64encode(data).decode(), context=context)
    ports().store.put(place, sealed)
    row = Attachment(
        agency_id=area,
        number=number,
        case_no=case_no,
        purpose=purpose,
        name_sealed=vault().seal(_plain_name(name, media_type), context="attachment.name"),
        media_type=media_type,
        size_bytes=len(data),
        digest=digest,
        place=place,
        uploader_role=actor.role,
        uploaded_by=actor.ref,
        uploaded_at=now,
    )
    with acting_for(area), writing(), transaction.atomic():
        add_attachment(area, row)
        note_act(
            area,
            actor,
            now,
            "attachment.add",
            {"number": number, "case_no": case_no, "purpose": purpose, "digest": digest},
        )
    return number


def attachments_of(area: str, case_no: str) -> Sequence[AttachmentView]:
    """The attachments of a case, oldest first. The content is not opened."""
    with acting_for(area):
        rows = list(Attachment.objects.of(area).filter(case_no=case_no).order_by("pk"))
    return [
        AttachmentView(
            number=row.number,
            purpose=row.purpose,
            purpose_label=PURPOSES.get(row.purpose, row.purpose),
            name=vault().open(row.name_sealed, context="attachment.name"),
            media_type=row.media_type,
            size_bytes=row.size_bytes,
            uploaded_at=row.uploaded_at,
            by_citizen=row.uploader_role == Role.CITIZEN,
        )
        for row in rows
    ]


def open_attachment(actor: Actor, area: str, number: str, now: datetime) -> Content:
    """The content, for staff of the agency alone; the read is kept before anything is shown.

    Raises `NotAllowed`, or `NotFound` ATTACHMENT_NOT_FOUND, ATTACHMENT_LOST or ATTACHMENT_CHANGED.
    """
    if actor.role not in _STAFF or actor.agency != area:
        raise NotAllowed("附件只能由本机构的经办人员打开。", "请由经办人员登录后查看。")
    with acting_for(area):
        row = Attachment.objects.of(area).filter(number=number).first()
    if row is None:
        raise NotFound("没有这个附件。", "请从业务页进入。", code="ATTACHMENT_NOT_FOUND")
    log_read(actor, area, row.case_no, f"打开附件：{PURPOSES.get(row.purpose, '')}", now)
    try:
        sealed = ports().store.get(row.place)
    except FileNotFoundError as error:
        raise NotFound(
            "附件的文件不见了。", "请通知系统管理员从备份恢复。", code="ATTACHMENT_LOST"
        ) from error
    data = base64.b64decode(vault().open(sealed, context=f"attachment {number}"))
    if sm3_hex(data) != row.digest:
        raise NotFound(
            "附件的内容与登记的不一致。", "请通知系统管理员。", code="ATTACHMENT_CHANGED"
        )
    name = f"{number}.{_SUFFIX[row.media_type]}"
    return Content(name=name, media_type=row.media_type, data=data)


def sweep_orphans(now: datetime) -> int:
    """Remove files that no row names, once nobody can be about to write it; returns how many."""
    removed = 0
    for place, since in ports().store.places():
        if now.astimezone(UTC) - since < ORPHAN_AFTER:
            continue
        if not Attachment.objects.across_node().filter(place=place).exists():
            ports().store.remove(place)
            removed += 1
    return removed


def _must_be_theirs(actor: Actor, area: str, case_no: str, user: User | None) -> None:
    with acting_for(area):
        cases = list(Case.objects.of(area).filter(case_no=case_no))
    if actor.role == Role.CITIZEN:
        mine = {pk for place, pk in person_refs(user) if place == area} if user else set()
        cases = [case for case in cases if case.person_id in mine]
    elif actor.role not in _STAFF or actor.agency != area:
        raise NotAllowed("您不能为这笔业务上传材料。", "请由本机构的经办人员上传。")
    if not cases:
        raise NotFound("没有找到这笔业务。", "请核对业务流水号。", code="CASE_NOT_FOUND")


def _plain_name(name: str, media_type: str) -> str:
    plain = "".join(char for char in name.replace("\\", "/").split("/")[-1] if not is_hidden(char))
    return plain.strip()[-120:] or f"附件.{_SUFFIX[media_type]}"
