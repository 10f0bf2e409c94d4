"""Employers as an agency knows them, and the lists that they send in."""

from __future__ import annotations

from django.db import models

from jiexu.records.isolation import AgencyManager, AgencyRow


class Employer(AgencyRow):
    """An employer (用人单位) at one agency. `status` is open or closed (注销、吊销).

    `arrears_since` is the first unpaid month, `yyyyMM`, as the tax authority told it; else empty.
    """

    uscc = models.CharField(max_length=18)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=10)
    closed_on = models.DateField(null=True)
    arrears_since = models.CharField(max_length=6, blank=True)
    recorded_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "uscc"], name="employer_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=["open", "closed"]), name="employer_status"
            ),
        ]


class Roster(AgencyRow):
    """A list an employer sent in, worked off row by row by the worker: the row is the queue.

    `kind` is stop (减员), enrol (增员) or transfer (group application).
    """

    uscc = models.CharField(max_length=18)
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=64)
    sent_by = models.CharField(max_length=60)
    sent_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    finished_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    objects = AgencyManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "key"], name="roster_once")]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(finished_at__isnull=True),
                name="roster_queue",
            )
        ]


class RosterRow(AgencyRow):
    """One line of a list and its answer: `state` waiting, done, not_yet or refused.

    `said_sealed` is what stood in the line. `code`, `text`, `remedy` are the answer in words,
    `note` what else was asked and answered.
    """

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    said_sealed = models.BinaryField()
    state = models.CharField(max_length=10)
    case_no = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = AgencyManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "number"], name="roster_row_once")]
        indexes = [models.Index(fields=["roster", "state", "number"], name="roster_row_queue")]
