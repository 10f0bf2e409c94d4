"""The audit chain: one entry per step, chained by SM3 within its stream, never changed.

A stream is one case of one agency (`case:<number>`) or the agency's own acts (`agency`). The
digest covers canonical content, never signature bytes: the same story has the same chain.
"""

from __future__ import annotations

from django.db import models

from jiexu.records.isolation import AgencyManager, AgencyRow


class Entry(AgencyRow):
    """One step: who, when, what, with which effects. The timeline is read from here."""

    stream = models.CharField(max_length=60)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor_role = models.CharField(max_length=30)
    actor_ref = models.CharField(max_length=60)
    action = models.CharField(max_length=60)
    content = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "stream", "seq"], name="audit_seq_once"),
        ]
        indexes = [models.Index(fields=["agency", "at"], name="audit_by_time")]


class DayDigest(AgencyRow):
    """The nightly digest of an agency's streams and read log: what an outside witness may keep."""

    day = models.DateField()
    kind = models.CharField(max_length=10)
    count = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "day", "kind"], name="day_digest_once")
        ]
