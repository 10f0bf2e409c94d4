"""Envelopes are evidence and written once; of a message received only its handling may change."""

from __future__ import annotations

from django.db import migrations

from jiexu.records.laws import Install, append_only, frozen, never_deleted, refusal


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        Install(
            [
                *append_only("exchange_envelope"),
                never_deleted("exchange_incoming"),
                never_deleted("exchange_errand"),
                frozen(
                    "exchange_errand",
                    *("agency", "item_key", "outgoing_id", "partner", "counterpart", "kind"),
                    *("case_no", "half", "created_at"),
                ),
                refusal(
                    "errand_done_stays",
                    "exchange_errand",
                    "UPDATE OF state, reference, closed_by, closed_at",
                    "OLD.state = 'done'",
                ),
                never_deleted("exchange_partnerlist"),
                frozen(
                    "exchange_partnerlist",
                    *("agency", "kind", "name", "digest", "data_sealed", "taken_by", "taken_at"),
                ),
                never_deleted("exchange_partnerlistrow"),
                frozen("exchange_partnerlistrow", "agency", "file_id", "number"),
                frozen(
                    "exchange_incoming",
                    *("agency", "envelope_id", "message_id", "counterpart", "kind"),
                    *("case_no", "body_sealed", "digest", "received_at"),
                ),
            ]
        )
    ]
