"""The answer to a command is written once: it is what a repeat is answered with."""

from __future__ import annotations

from django.db import migrations

from jiexu.records.laws import Install, append_only


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]

    operations = [
        Install(
            [
                *append_only("procedures_command"),
            ]
        )
    ]
