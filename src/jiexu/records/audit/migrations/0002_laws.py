"""The audit chain and its nightly digests are written once."""

from __future__ import annotations

from django.db import migrations

from jiexu.records.laws import Install, append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        Install(
            [
                *append_only("audit_entry"),
                *append_only("audit_daydigest"),
            ]
        )
    ]
