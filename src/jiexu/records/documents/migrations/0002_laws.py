"""Papers as issued, and their seals, are written once."""

from __future__ import annotations

from django.db import migrations

from jiexu.records.laws import Install, append_only


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        Install(
            [
                *append_only("documents_issued"),
                *append_only("documents_seal"),
                *append_only("documents_attachment"),
            ]
        )
    ]
