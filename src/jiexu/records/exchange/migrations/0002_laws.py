"""Envelopes are evidence and written once; of a message received only its handling may change."""

from __future__ import annotations

from django.db import migrations

from jiexu.records.laws import Install, append_only, frozen, never_deleted


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        Install(
            [
                *append_only("exchange_envelope"),
                never_deleted("exchange_incoming"),
                frozen(
                    "exchange_incoming",
                    *("agency", "envelope_id", "message_id", "counterpart", "kind"),
                    *("case_no", "body_sealed", "digest", "received_at"),
                ),
            ]
        )
    ]
