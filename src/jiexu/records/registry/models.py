"""Who is insured where: agencies, persons, relations and contributions.

Relations and contributions are bitemporal: a row says what held from-to (valid time) and when we
learnt it (`recorded_at`). Nothing is edited: a correction sets `superseded_at` and adds a row.
"""

from __future__ import annotations

from django.db import models

from jiexu.records.isolation import AgencyManager, AgencyRow, GuardedRow


class Agency(GuardedRow):
    """An agency (经办机构) that this node hosts, or a partner it talks to.

    `receipt_kind` says where transfer money arrives: 财政专户 or 收入户 (财社〔2017〕144号).
    `bank_format` is the format of its payment files; `needs_appropriation`: a payment waits for
    用款计划 and 财政拨款 before it goes to the bank.
    `partner` says how a partner is reached: node (signed messages), platform (the national
    platform, used beside us) or paper; a hosted agency is a node.
    """

    area = models.CharField(primary_key=True, max_length=6)
    name = models.CharField(max_length=100)
    hosted = models.BooleanField()
    partner = models.CharField(max_length=10, default="node")
    phone = models.CharField(max_length=30, blank=True)
    receipt_kind = models.CharField(max_length=20, blank=True)
    bank_name = models.CharField(max_length=100, blank=True)
    account_name = models.CharField(max_length=100, blank=True)
    account_sealed = models.BinaryField(null=True)
    bank_format = models.CharField(max_length=20, default="csv")
    needs_appropriation = models.BooleanField(default=False)
    opened_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(area__regex=r"^[0-9]{6}$"), name="agency_area_six_digits"
            ),
            models.CheckConstraint(
                condition=models.Q(partner__in=["node", "platform", "paper"])
                & (models.Q(hosted=False) | models.Q(partner="node")),
                name="agency_partner_kind",
            ),
        ]


class Person(AgencyRow):
    """A person as one agency knows them. The identity number is sealed and found by blind index."""

    psn_no = models.CharField(max_length=30)
    psn_name = models.CharField(max_length=100)
    psn_cert_type = models.CharField(max_length=6)
    certno_sealed = models.BinaryField()
    certno_index = models.BinaryField(max_length=32)
    gend = models.CharField(max_length=6)
    brdy = models.DateField()
    phone_sealed = models.BinaryField(null=True)
    recorded_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "psn_no"], name="person_number_once"),
            models.UniqueConstraint(fields=["agency", "certno_index"], name="person_identity_once"),
        ]
        indexes = [
            models.Index(fields=["certno_index"], name="person_by_identity"),
            models.Index(fields=["brdy", "psn_name"], name="person_by_birth_and_name"),
        ]


class Relation(AgencyRow):
    """The participation (参保关系) of a person in one scheme: its status from a day on.

    Status words: normal 正常参保, paused 暂停参保, terminated 终止参保. `cover_year` is the year a
    resident has paid for (居民医保按年度参保); `retired` says that cover is as a retiree.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="relations")
    insutype = models.CharField(max_length=6)
    plan = models.CharField(max_length=20)
    status = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    emp_name = models.CharField(max_length=200, blank=True)
    cover_year = models.PositiveSmallIntegerField(null=True)
    retired = models.BooleanField(default=False)
    emp_uscc = models.CharField(max_length=18, blank=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="relation_ends_after_begin",
            ),
            models.UniqueConstraint(
                fields=["person", "insutype", "valid_from"],
                condition=models.Q(superseded_at__isnull=True),
                name="relation_one_truth_per_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "emp_uscc"],
                condition=~models.Q(emp_uscc=""),
                name="relation_by_employer",
            )
        ]


class LifeEvent(AgencyRow):
    """What happened to a person: death, retirement, army or emigration, on what evidence."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="life_events")
    kind = models.CharField(max_length=20)
    on = models.DateField()
    evidence = models.CharField(max_length=500, blank=True)
    case_no = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "on"], name="life_event_once"),
        ]


class FormerIdentity(AgencyRow):
    """Who a person was on record as before a correction: the old number still finds them."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="former")
    psn_name = models.CharField(max_length=100)
    psn_cert_type = models.CharField(max_length=6)
    certno_sealed = models.BinaryField()
    certno_index = models.BinaryField(max_length=32)
    evidence = models.CharField(max_length=500)
    case_no = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        indexes = [models.Index(fields=["certno_index"], name="former_identity_by_index")]


class Contribution(AgencyRow):
    """Insured months (缴费年月) of a person: an unbroken run, both ends included, `yyyyMM`.

    `paid_area` is where they were paid; months taken over by a transfer name their case.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contributions")
    insutype = models.CharField(max_length=6)
    kind = models.CharField(max_length=10)
    begn_ym = models.CharField(max_length=6)
    end_ym = models.CharField(max_length=6)
    paid_area = models.CharField(max_length=6)
    case_no = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_ym__gte=models.F("begn_ym")),
                name="contribution_ends_after_begin",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["actual", "deemed"]), name="contribution_kind"
            ),
        ]


class OpenClaim(AgencyRow):
    """Something of a person still to be settled here before the account is closed.

    零星报销, 生育津贴, a debit that comes late: `kind` in words. Settled on `settled_on`.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="claims")
    claim_no = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    amount_fen = models.BigIntegerField(null=True)
    due_on = models.DateField(null=True)
    settled_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "claim_no"], name="open_claim_once"),
            models.CheckConstraint(
                condition=models.Q(amount_fen__isnull=True) | models.Q(amount_fen__gt=0),
                name="open_claim_amount",
            ),
        ]
