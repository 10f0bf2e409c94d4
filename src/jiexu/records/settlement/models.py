"""Payments to other agencies and what the bank says: orders, batches, statement lines."""

from __future__ import annotations

from django.db import models

from jiexu.records.isolation import AgencyManager, AgencyRow


class Batch(AgencyRow):
    """A payment batch. Prepared by one person, approved by another; then a file for the bank.

    States: prepared, approved, filed, answered, rejected. `plan_no` (用款计划) and
    `appropriated_on` (财政拨款) are entered by finance where the agency pays by appropriation.
    """

    number = models.CharField(max_length=40)
    state = models.CharField(max_length=12)
    count = models.PositiveIntegerField()
    total_fen = models.BigIntegerField()
    prepared_by = models.CharField(max_length=60)
    prepared_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    plan_no = models.CharField(max_length=40, blank=True)
    appropriated_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="batch_number_once"),
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("prepared_by")), name="batch_four_eyes"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["prepared", "rejected"]) | ~models.Q(approved_by=""),
                name="batch_pays_only_approved",
            ),
        ]


class Order(AgencyRow):
    """One payment to be made for a case. `reference` travels with the money and joins both sides.

    States: waiting, in_batch, approved, accepted, failed, paid, cancelled. `kind`: transfer,
    to_bank (the person's own account), send_back (money of a case goes back), line_back (money of
    nobody's case goes back; `case_no` is then empty and `line` names it), clearing (the difference
    of a list, whose number stands in `reference`).
    """

    kind = models.CharField(max_length=12, default="transfer")
    line = models.ForeignKey("StatementLine", on_delete=models.PROTECT, null=True)
    case_no = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField()
    payee_area = models.CharField(max_length=6)
    payee_name = models.CharField(max_length=100)
    payee_bank = models.CharField(max_length=100)
    payee_account_sealed = models.BinaryField()
    state = models.CharField(max_length=12)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="orders")
    bank_answer = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "reference"], name="order_reference_once"),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0), name="order_amount_positive"
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="order_by_state")]


class StatementFile(AgencyRow):
    """A file of the bank or the finance bureau as it arrived, by its digest: read once.

    `brought_by` is who uploaded it; empty for one from the folder. `overlapping` counts entries
    that an earlier statement shows with another balance.
    """

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    data = models.BinaryField()
    rows = models.PositiveIntegerField()
    overlapping = models.PositiveIntegerField(default=0)
    brought_by = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "digest"], name="statement_file_once")
        ]


class StatementSpan(AgencyRow):
    """An unbroken run of entries that a statement brought for the first time, with the balances
    before and after it: what `core.settlement.continuity` joins into a chain per account.
    """

    file = models.ForeignKey(StatementFile, on_delete=models.PROTECT, related_name="spans")
    account_index = models.BinaryField(max_length=32)
    opening_fen = models.BigIntegerField()
    closing_fen = models.BigIntegerField()
    begins_on = models.DateField()
    ends_on = models.DateField()
    rows = models.PositiveIntegerField()

    objects = AgencyManager()

    class Meta:
        indexes = [
            models.Index(fields=["agency", "account_index"], name="statement_span_by_account")
        ]


class StatementLine(AgencyRow):
    """One line of a statement. States: waiting, matched, break (nobody knows what it is), leaving
    (it is being sent back to its sender; matched when it has gone).

    `line_key` is the bank's own number of the entry: the same entry in two files counts once.
    `source` is statement or voucher (缴拨凭证); a voucher's key begins with 凭证: so that the two
    never meet. `balance_fen` is unknown until a statement shows it; `returned` is the bank's word
    that the line reverses an earlier one (退汇).
    """

    file = models.ForeignKey(StatementFile, on_delete=models.PROTECT, related_name="lines")
    source = models.CharField(max_length=10, default="statement")
    line_key = models.CharField(max_length=60)
    direction = models.CharField(max_length=6)
    amount_fen = models.BigIntegerField()
    booked_on = models.DateField()
    counterparty = models.CharField(max_length=100)
    remark = models.CharField(max_length=200)
    balance_fen = models.BigIntegerField(null=True)
    returned = models.BooleanField(default=False)
    state = models.CharField(max_length=12)
    doubt = models.CharField(max_length=40, blank=True)
    case_no = models.CharField(max_length=40, blank=True)
    matched_by = models.CharField(max_length=60, blank=True)
    matched_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "line_key"], name="statement_line_once"),
            models.CheckConstraint(
                condition=models.Q(source__in=["statement", "voucher"]),
                name="statement_line_source",
            ),
            models.CheckConstraint(
                condition=models.Q(direction__in=["debit", "credit"]),
                name="statement_line_direction",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0), name="statement_line_amount_positive"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="matched") | ~models.Q(case_no=""),
                name="statement_line_matched_to_case",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="statement_line_by_state")]


class Clearing(AgencyRow):
    """A list of what this agency and another owe each other, as this side knows it.

    Both sides keep one under the same `number`. `net_fen` above zero: we pay, below: we get it.
    States: proposed, disputed, agreed, paying, settled.
    """

    number = models.CharField(max_length=40)
    counterpart = models.CharField(max_length=6)
    until = models.DateField()
    owe_fen = models.BigIntegerField()
    claim_fen = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    state = models.CharField(max_length=12)
    differences = models.TextField(blank=True)
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="clearing_number_once"),
            # One list at a time per pair: the next one starts from what is left.
            models.UniqueConstraint(
                fields=["agency", "counterpart"],
                condition=~models.Q(state="settled"),
                name="clearing_one_open_per_pair",
            ),
            models.CheckConstraint(
                condition=models.Q(net_fen=models.F("owe_fen") - models.F("claim_fen")),
                name="clearing_net_is_difference",
            ),
        ]


class ClearingItem(AgencyRow):
    """One sum of a case that was credited ahead: owed to or claimed from the counterpart."""

    case_no = models.CharField(max_length=40)
    part = models.PositiveSmallIntegerField()
    counterpart = models.CharField(max_length=6)
    side = models.CharField(max_length=6)
    amount_fen = models.BigIntegerField()
    arose_on = models.DateField()
    clearing = models.ForeignKey(
        Clearing, on_delete=models.PROTECT, null=True, related_name="items"
    )

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "case_no", "part", "side"], name="clearing_item_once"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0), name="clearing_item_amount_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=["owe", "claim"]), name="clearing_item_side"
            ),
        ]
