"""Notices to people, one catalogue of texts for every channel (core/notices)."""

from __future__ import annotations

from django.db import models

from jiexu.records.isolation import AgencyManager, AgencyRow


class Notice(AgencyRow):
    """One thing a person should know. Text comes from the catalogue by `code` and `args`."""

    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="notices")
    case_no = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    args = models.TextField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = AgencyManager()

    class Meta:
        indexes = [models.Index(fields=["agency", "person", "created_at"], name="notice_by_person")]
