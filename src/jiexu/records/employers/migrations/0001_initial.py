# The employers of an agency and the lists they send.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Roster",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uscc", models.CharField(max_length=18)),
                ("kind", models.CharField(max_length=10)),
                ("key", models.CharField(max_length=64)),
                ("sent_by", models.CharField(max_length=60)),
                ("sent_at", models.DateTimeField()),
                ("total", models.PositiveIntegerField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                (
                    "agency",
                    models.ForeignKey(
                        db_column="agency",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.agency",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RosterRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("said_sealed", models.BinaryField()),
                ("state", models.CharField(max_length=10)),
                ("case_no", models.CharField(blank=True, max_length=40)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("text", models.TextField(blank=True)),
                ("remedy", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_column="agency",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.agency",
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="employers.roster",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Employer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uscc", models.CharField(max_length=18)),
                ("name", models.CharField(max_length=200)),
                ("status", models.CharField(max_length=10)),
                ("closed_on", models.DateField(null=True)),
                ("arrears_since", models.CharField(blank=True, max_length=6)),
                ("recorded_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_column="agency",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "uscc"), name="employer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "closed"])),
                        name="employer_status",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="roster",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", True)),
                fields=["due_at"],
                name="roster_queue",
            ),
        ),
        migrations.AddConstraint(
            model_name="roster",
            constraint=models.UniqueConstraint(fields=("agency", "key"), name="roster_once"),
        ),
        migrations.AddIndex(
            model_name="rosterrow",
            index=models.Index(fields=["roster", "state", "number"], name="roster_row_queue"),
        ),
        migrations.AddConstraint(
            model_name="rosterrow",
            constraint=models.UniqueConstraint(fields=("roster", "number"), name="roster_row_once"),
        ),
    ]
