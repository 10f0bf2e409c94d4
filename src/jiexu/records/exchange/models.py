"""Messages between agencies: keys, outbox, envelopes as sent and received, inbox.

Rows are the queues. Transport is at least once; the inbox keeps every message id for ever, so a
message is applied once. Bodies hold identity numbers and are sealed at rest; digests are of the
canonical content.
"""

from __future__ import annotations

from django.db import models

from jiexu.records.isolation import AgencyManager, AgencyRow, GuardedManager, GuardedRow


class Key(GuardedRow):
    """A public signing key of an agency; of a hosted agency also the sealed private key."""

    agency = models.ForeignKey(
        "registry.Agency", on_delete=models.PROTECT, db_column="agency", related_name="keys"
    )
    key_id = models.CharField(max_length=64, unique=True)
    public = models.BinaryField()
    private_sealed = models.BinaryField(null=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    objects = GuardedManager()


class Envelope(AgencyRow):
    """The bytes of an envelope as it went out or came in, sealed at rest: the evidence."""

    direction = models.CharField(max_length=3)
    counterpart = models.CharField(max_length=6)
    seq = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    data_sealed = models.BinaryField()
    recorded_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "direction", "counterpart", "seq"], name="envelope_seq_once"
            ),
        ]


class Outgoing(AgencyRow):
    """A message to another agency. States: waiting, enveloped, delivered, dead.

    To a partner without messages: waiting, at_desk (an `Errand` carries it), delivered.
    """

    message_id = models.CharField(max_length=64, unique=True)
    counterpart = models.CharField(max_length=6)
    kind = models.CharField(max_length=40)
    case_no = models.CharField(max_length=40)
    body_sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    envelope = models.ForeignKey(
        Envelope, on_delete=models.PROTECT, null=True, related_name="outgoing"
    )
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    objects = AgencyManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=["waiting", "enveloped"]),
                name="outgoing_queue",
            ),
            models.Index(fields=["agency", "case_no"], name="outgoing_by_case"),
        ]


class Incoming(AgencyRow):
    """A message received, its signature verified. States: waiting, applied, refused, dead."""

    message_id = models.CharField(max_length=64)
    counterpart = models.CharField(max_length=6)
    kind = models.CharField(max_length=40)
    case_no = models.CharField(max_length=40)
    body_sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="incoming")
    state = models.CharField(max_length=12)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "message_id"], name="incoming_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="waiting"), name="incoming_queue"
            ),
            models.Index(fields=["agency", "case_no"], name="incoming_by_case"),
        ]


class Errand(AgencyRow):
    """What a clerk does outside for a message, or a reminder: keys it in, or posts it.

    States: open, done (with the partner's `reference`), impossible (with the `reason`). `item_key`
    is the message's number or the clock that ran out: one thing to do is one row.
    """

    item_key = models.CharField(max_length=120)
    outgoing = models.OneToOneField(
        Outgoing, on_delete=models.PROTECT, null=True, related_name="errand"
    )
    partner = models.CharField(max_length=10)
    counterpart = models.CharField(max_length=6)
    kind = models.CharField(max_length=40)
    case_no = models.CharField(max_length=40)
    half = models.CharField(max_length=10)
    state = models.CharField(max_length=12)
    reference = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    closed_by = models.CharField(max_length=60, blank=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "item_key"], name="errand_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "done", "impossible"]), name="errand_state"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "kind"], name="errand_by_state"),
            models.Index(fields=["agency", "case_no"], name="errand_by_case"),
        ]


class PartnerList(AgencyRow):
    """A list that a partner's system gave out, as it came: the evidence of what was taken from it.

    `data_sealed` is the file in base64. States: taken (rows are being worked through), done.
    """

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    data_sealed = models.BinaryField()
    state = models.CharField(max_length=12)
    taken_by = models.CharField(max_length=60)
    taken_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "digest"], name="partner_list_once"),
        ]


class PartnerListRow(AgencyRow):
    """What became of one row of a list: applied, doubtful, repeated, unchanged or refused.

    `text` and `remedy` never repeat an identity number.
    """

    file = models.ForeignKey(PartnerList, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12)
    case_no = models.CharField(max_length=40, blank=True)
    half = models.CharField(max_length=10, blank=True)
    field = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    remedy = models.TextField(blank=True)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="partner_list_row_once"),
        ]
