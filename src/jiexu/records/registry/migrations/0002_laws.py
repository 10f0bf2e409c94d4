"""What happened to a person, and who they were on record as before, are written once."""

from __future__ import annotations

from django.db import migrations

from jiexu.records.laws import Install, append_only


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        Install(
            [
                *append_only("registry_lifeevent"),
                *append_only("registry_formeridentity"),
            ]
        )
    ]
