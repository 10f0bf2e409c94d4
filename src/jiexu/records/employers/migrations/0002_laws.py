"""What an employer sent in stays as it was sent; only its answers are written beside it."""

from __future__ import annotations

from django.db import migrations

from jiexu.records.laws import Install, frozen, never_deleted


class Migration(migrations.Migration):
    dependencies = [("employers", "0001_initial")]

    operations = [
        Install(
            [
                never_deleted("employers_employer"),
                never_deleted("employers_roster"),
                frozen(
                    "employers_roster",
                    *("agency", "uscc", "kind", "key", "sent_by", "sent_at", "total"),
                ),
                never_deleted("employers_rosterrow"),
                frozen("employers_rosterrow", "agency", "roster_id", "number", "said_sealed"),
            ]
        )
    ]
