"""Seals issued documents in batches: one signature over many papers, a proof for each.

Signing happens outside any transaction. The seal of a form, its message and the case's step are one
commit; every other paper gets its seal beside it, and no step is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from django.db import IntegrityError, transaction

from jiexu.core.base.actors import SYSTEM
from jiexu.core.exchange import merkle
from jiexu.core.exchange.canonical import canonical
from jiexu.core.exchange.envelope import Verify, from_hex
from jiexu.core.exchange.kinds.information_form.schema import Body, Form
from jiexu.core.procedures.outcome import AttachSeal, Step
from jiexu.core.procedures.transfer.facts import SealedForm
from jiexu.records.access.sealing import vault
from jiexu.records.documents.models import Issued
from jiexu.records.documents.write import attach_seals
from jiexu.records.isolation import acting_for, writing
from jiexu.records.statements import Read
from jiexu.work import unit_of_work
from jiexu.work.apart import apart
from jiexu.work.keys import signing_key, verify_signature
from jiexu.work.ports import ports

PER_BATCH = 500

FORM = "information_form"
"""The one kind whose seal travels: sealing it is a step of its case (`seal_form`)."""


_UNSEALED = Read(
    Issued,
    "NOT EXISTS (SELECT 1 FROM documents_seal s WHERE s.document_id = documents_issued.id)",
    fields=("agency", "kind"),
    distinct=True,
)


def seal_due(now: datetime) -> int:
    """Seal all papers that have no seal yet; returns how many were sealed."""
    sealed = 0
    waiting = {(area, kind == FORM) for area, kind in _UNSEALED.across_node()}
    for area, forms in sorted(waiting):
        with apart(f"sealing for {area}"):
            sealed += _seal_for(area, now) if forms else _seal_papers(area, now)
    return sealed


def signed_text(root: bytes, count: int) -> bytes:
    """What a seal of forms signs: the Merkle root over a batch and how many they are."""
    return canonical({"papers": count, "root": root.hex()})


def text_under_seal(kind: str, root: bytes, count: int, sealed_at: datetime) -> bytes:
    """What the seal of a paper of this kind signs.

    A form's seal has its moment in the audit entry of the step. Other papers are sealed by no
    step: their moment is under the signature itself.
    """
    if kind == FORM:
        return signed_text(root, count)
    at = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    return canonical({"papers": count, "root": root.hex(), "sealed_at": at})


def seal_is_genuine(issuer: str, body: Body, verify: Verify = verify_signature) -> bool:
    """Whether the seal on a received form is the issuer's and covers this very content.

    Forms that were sealed together bear one signature: `verify` may remember it for a batch.
    """
    seal, form = body.seal, body.form
    if form.trafout_admdvs != issuer or form.case_no != body.case_no:
        return False
    root, signature = from_hex(seal.root), from_hex(seal.signature)
    path = [node for step in seal.path if (node := from_hex(step)) is not None]
    if root is None or signature is None or len(path) != len(seal.path):
        return False
    return merkle.verify(canonical(form), seal.leaf_index, seal.leaf_count, path, root) and verify(
        issuer, seal.key_id, signed_text(root, seal.leaf_count), signature
    )


def _seal_for(area: str, now: datetime) -> int:
    with acting_for(area):
        rows = list(
            Issued.objects.of(area).filter(kind=FORM, seal__isnull=True).order_by("pk")[:PER_BATCH]
        )
        if not rows:
            return 0
        key_id, private = signing_key(area, now)
    forms = [
        msgspec.json.decode(vault().open(row.content_sealed, context="document.content"), type=Form)
        for row in rows
    ]
    leaves = [canonical(form) for form in forms]
    root = merkle.root(leaves)
    signature = ports().signer.sign(private, signed_text(root, len(leaves)))
    paths = merkle.proofs(leaves)
    seals = _seals(rows, key_id, root, paths, signature)
    steps = [
        Step(
            case_no=row.case_no,
            half="out",
            event="seal_correction" if form.replaces else "seal_form",
            actor=SYSTEM,
            key=f"seal:{row.number}",
            payload=SealedForm(
                form=form,
                seal=seal,
            ),
        )
        for row, form, seal in zip(rows, forms, seals, strict=True)
    ]
    results = unit_of_work.apply(area, steps, now=now)
    return sum(result.ok and not result.repeated for result in results)


def _seals(
    rows: Sequence[Issued],
    key_id: str,
    root: bytes,
    paths: Sequence[Sequence[bytes]],
    signature: bytes,
) -> list[AttachSeal]:
    """One signature over all of them, and for each the proof that it is covered."""
    return [
        AttachSeal(
            number=row.number,
            key_id=key_id,
            root=root.hex(),
            leaf_index=place,
            leaf_count=len(rows),
            path=tuple(node.hex() for node in paths[place]),
            signature=signature.hex(),
        )
        for place, row in enumerate(rows)
    ]


def _seal_papers(area: str, now: datetime) -> int:
    with acting_for(area):
        rows = list(
            Issued.objects.of(area)
            .filter(seal__isnull=True)
            .exclude(kind=FORM)
            .order_by("pk")[:PER_BATCH]
        )
        if not rows:
            return 0
        key_id, private = signing_key(area, now)
    leaves = [vault().open(row.content_sealed, context="document.content").encode() for row in rows]
    root, paths = merkle.root(leaves), merkle.proofs(leaves)
    text = text_under_seal(rows[0].kind, root, len(leaves), now)
    signature = ports().signer.sign(private, text)
    seals = _seals(rows, key_id, root, paths, signature)
    try:
        with acting_for(area), writing(), transaction.atomic():
            attach_seals(area, seals, now)
    except IntegrityError:
        return 0  # another worker sealed some of them at the same moment: the rest comes next time
    return len(seals)
