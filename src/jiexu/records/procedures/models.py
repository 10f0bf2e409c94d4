"""Cases and their clocks. A case row is one agency's half of a procedure."""

from __future__ import annotations

from django.db import models

from jiexu.records.isolation import AgencyManager, AgencyRow


class Case(AgencyRow):
    """One half of a business. Both halves share `case_no`; each lives at its own agency.

    States are plain words of the procedure's table; a new state needs no migration. The row is
    also the queue of its automatic moves: `auto_event` with `auto_due_at`. `chain_head` is the
    digest of its last audit entry, whose number is `version`; `facts_digest` is what the entry says
    of the sealed facts. `partner_reference` is the number that a partner without messages knows
    the case by (业务流水号 of the national platform, number of a letter).
    """

    case_no = models.CharField(max_length=40)
    procedure = models.CharField(max_length=30)
    half = models.CharField(max_length=10)
    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, null=True, related_name="cases"
    )
    counterpart = models.CharField(max_length=6)
    insutype = models.CharField(max_length=6)
    state = models.CharField(max_length=30)
    record_leg = models.CharField(max_length=30)
    fund_leg = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    amount_fen = models.BigIntegerField(null=True)
    facts_sealed = models.BinaryField()
    facts_digest = models.CharField(max_length=64)
    doubts = models.TextField(blank=True)
    assigned_to = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    accepted_on = models.DateField(null=True)
    promised_on = models.DateField(null=True)
    promised_provisional = models.BooleanField(default=False)
    completed_at = models.DateTimeField(null=True)
    auto_event = models.CharField(max_length=40, blank=True)
    auto_due_at = models.DateTimeField(null=True)
    auto_attempts = models.PositiveIntegerField(default=0)
    partner_reference = models.CharField(max_length=60, blank=True)
    chain_head = models.CharField(max_length=64)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "case_no", "half"], name="case_once"),
            # Two applications at the same moment: one wins, the other is told. A person brings a
            # scheme from several old places at once, and takes it to one new place.
            models.UniqueConstraint(
                fields=["agency", "person", "procedure", "half", "insutype"],
                condition=models.Q(state="open") & ~models.Q(half="in"),
                name="case_one_open_per_scheme",
            ),
            models.UniqueConstraint(
                fields=["agency", "person", "procedure", "insutype", "counterpart"],
                condition=models.Q(state="open", half="in"),
                name="case_one_open_per_old_place",
            ),
        ]
        indexes = [
            models.Index(
                fields=["auto_due_at"],
                condition=~models.Q(auto_event=""),
                name="case_auto_queue",
            ),
            models.Index(fields=["agency", "state", "opened_at"], name="case_by_state"),
            models.Index(
                fields=["agency", "partner_reference"],
                condition=~models.Q(partner_reference=""),
                name="case_by_partner_reference",
            ),
        ]


class Clock(AgencyRow):
    """One statutory or promised limit of a case, counted in working days of its own agency.

    It ends met, or stopped because the case ended without it. `paused_on`: it stands still since
    that day; `paused_workdays` is for how long it stood still before.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    leg = models.CharField(max_length=10)
    name = models.CharField(max_length=40)
    holder = models.CharField(max_length=6)
    started_on = models.DateField()
    limit_workdays = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    provisional = models.BooleanField()
    met_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    paused_on = models.DateField(null=True)
    paused_workdays = models.PositiveSmallIntegerField(default=0)
    late_notified_at = models.DateTimeField(null=True)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "name"], name="clock_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=models.Q(met_on__isnull=True, stopped_on__isnull=True),
                name="clock_running",
            )
        ]


class Command(AgencyRow):
    """A step that was asked for: same key and content = same answer; other content = refused."""

    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    result = models.TextField()
    recorded_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "key"], name="command_key_once"),
        ]
