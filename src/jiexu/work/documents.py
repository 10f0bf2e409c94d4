"""Seals issued documents in batches: one signature over many papers, a proof for each.

Signing happens outside any transaction; the seal, the message and the case's step are one commit.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from jiexu.core.base.actors import SYSTEM
from jiexu.core.exchange import merkle
from jiexu.core.exchange.canonical import canonical
from jiexu.core.exchange.envelope import Verify, from_hex
from jiexu.core.exchange.kinds.information_form.schema import Body, Form
from jiexu.core.procedures.outcome import AttachSeal, Step
from jiexu.core.procedures.transfer.facts import SealedForm
from jiexu.records.access.sealing import vault
from jiexu.records.documents.models import Issued
from jiexu.records.isolation import acting_for
from jiexu.records.statements import Read
from jiexu.work import unit_of_work
from jiexu.work.apart import apart
from jiexu.work.keys import signing_key, verify_signature
from jiexu.work.ports import ports

PER_BATCH = 500

_UNSEALED = Read(
    Issued,
    "kind = 'information_form' AND NOT EXISTS"
    " (SELECT 1 FROM documents_seal s WHERE s.document_id = documents_issued.id)",
    fields=("agency",),
    distinct=True,
)


def seal_due(now: datetime) -> int:
    """Seal all information forms that have none yet; returns how many were sealed."""
    sealed = 0
    for (area,) in sorted(_UNSEALED.across_node()):
        with apart(f"sealing for {area}"):
            sealed += _seal_for(area, now)
    return sealed


def signed_text(root: bytes, count: int) -> bytes:
    """What a seal signs: the Merkle root over a batch of papers and how many they are."""
    return canonical({"papers": count, "root": root.hex()})


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
            Issued.objects.of(area)
            .filter(kind="information_form", seal__isnull=True)
            .order_by("pk")[:PER_BATCH]
        )
        key_id, private = signing_key(area, now)
    forms = [
        msgspec.json.decode(vault().open(row.content_sealed, context="document.content"), type=Form)
        for row in rows
    ]
    leaves = [canonical(form) for form in forms]
    if not leaves:
        return 0
    root = merkle.root(leaves)
    signature = ports().signer.sign(private, signed_text(root, len(leaves)))
    paths = merkle.proofs(leaves)
    steps = [
        Step(
            case_no=row.case_no,
            half="out",
            event="seal_form",
            actor=SYSTEM,
            key=f"seal:{row.number}",
            payload=SealedForm(
                form=form,
                seal=AttachSeal(
                    number=row.number,
                    key_id=key_id,
                    root=root.hex(),
                    leaf_index=place,
                    leaf_count=len(leaves),
                    path=tuple(node.hex() for node in paths[place]),
                    signature=signature.hex(),
                ),
            ),
        )
        for place, (row, form) in enumerate(zip(rows, forms, strict=True))
    ]
    results = unit_of_work.apply(area, steps, now=now)
    return sum(result.ok and not result.repeated for result in results)
