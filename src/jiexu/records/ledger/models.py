"""Money: accounts and the transfers between them.

One row per transfer: debit account, credit account, amount in fen; the sum is zero by
construction. Transfers are never changed or deleted (trigger); balances are kept by trigger in the
same statement, so no code can make a balance that its rows do not explain.

The foreign keys of a transfer have no constraint of their own: the trigger that counts it joins
it to both accounts and to its pending transfer anyway, and refuses what does not fit
(`transfer_accounts_of_agency`, `transfer_matches_pending`); accounts and transfers are never
deleted. Checking the same again row by row at commit costs a third of a large batch.
"""

from __future__ import annotations

from django.db import models

from jiexu.core.base.money import MAX_FEN
from jiexu.core.ledger.balances import MAX_TOTAL_FEN
from jiexu.records.isolation import AgencyManager, AgencyRow


class Account(AgencyRow):
    """An account of the books of one agency. `kind` is a word of the chart (core/ledger/chart).

    `normal` is the side on which it grows. `floor_zero` forbids that it falls below zero, reserved
    money counted. The four totals move by trigger alone; `last_transfer_id` is the newest row they
    count.
    """

    agency = models.ForeignKey(
        "registry.Agency",
        on_delete=models.PROTECT,
        db_column="agency",
        related_name="+",
        db_index=False,  # account_once begins with it
    )
    kind = models.CharField(max_length=30)
    owner = models.CharField(max_length=60, blank=True)
    normal = models.CharField(max_length=6)
    floor_zero = models.BooleanField()
    debits_posted = models.BigIntegerField(default=0)
    credits_posted = models.BigIntegerField(default=0)
    debits_pending = models.BigIntegerField(default=0)
    credits_pending = models.BigIntegerField(default=0)
    last_transfer_id = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "owner"], name="account_once"),
            models.CheckConstraint(
                condition=models.Q(normal__in=["debit", "credit"]), name="account_normal_side"
            ),
            models.CheckConstraint(
                condition=models.Q(debits_posted__range=(0, MAX_TOTAL_FEN))
                & models.Q(credits_posted__range=(0, MAX_TOTAL_FEN))
                & models.Q(debits_pending__range=(0, MAX_TOTAL_FEN))
                & models.Q(credits_pending__range=(0, MAX_TOTAL_FEN)),
                name="account_totals_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(floor_zero=False)
                | models.Q(
                    normal="credit",
                    credits_posted__gte=models.F("debits_posted") + models.F("debits_pending"),
                )
                | models.Q(
                    normal="debit",
                    debits_posted__gte=models.F("credits_posted") + models.F("credits_pending"),
                ),
                name="account_not_below_zero",
            ),
        ]


class Transfer(AgencyRow):
    """One movement. `phase`: single (at once), pending (reserve), post (commit), void.

    A `post` or `void` names its pending transfer, once and for the same accounts and amount.
    `digest` covers the whole row (core/ledger/digests).
    """

    agency = models.ForeignKey(
        "registry.Agency",
        on_delete=models.PROTECT,
        db_column="agency",
        related_name="+",
        db_index=False,  # transfer_key_once begins with it
        db_constraint=False,
    )
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    phase = models.CharField(max_length=8)
    pending = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="resolutions",
        db_index=False,  # transfer_resolved_once is its index
        db_constraint=False,
    )
    code = models.CharField(max_length=40)
    debit = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    credit = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    amount_fen = models.BigIntegerField()
    case_no = models.CharField(max_length=40, blank=True)
    business_date = models.DateField()
    recorded_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "key"], name="transfer_key_once"),
            models.UniqueConstraint(
                fields=["pending"],
                condition=models.Q(pending__isnull=False),
                name="transfer_resolved_once",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0, amount_fen__lte=MAX_FEN),
                name="transfer_amount",
            ),
            models.CheckConstraint(
                condition=~models.Q(debit=models.F("credit")), name="transfer_two_accounts"
            ),
            models.CheckConstraint(
                condition=models.Q(phase__in=["single", "pending"], pending__isnull=True)
                | models.Q(phase__in=["post", "void"], pending__isnull=False),
                name="transfer_phase_coherent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "case_no"],
                condition=~models.Q(case_no=""),
                name="transfer_by_case",
            )
        ]
