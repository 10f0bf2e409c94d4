"""The log of reads is written once."""

from __future__ import annotations

from django.db import migrations

from jiexu.records.laws import Install, append_only


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        Install(
            [
                *append_only("access_readentry"),
            ]
        )
    ]
