"""Who may do what where: users, roles × areas, tokens of programs, and the log of reads."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from jiexu.records.isolation import AgencyManager, AgencyRow, GuardedManager, GuardedRow


class User(AbstractBaseUser):
    """Somebody who signs in. A citizen is bound to a person by the blind index of the identity."""

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=100)
    certno_index = models.BinaryField(max_length=32, null=True)
    is_active = models.BooleanField(default=True)
    failed_attempts = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = GuardedManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["certno_index"],
                condition=models.Q(certno_index__isnull=False),
                name="user_identity_once",
            )
        ]


class Grant(GuardedRow):
    """A role of a user at one agency. Ended, never deleted.

    `employer` is the 统一社会信用代码 of whom the user acts for (单位经办人授权), else empty.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30)
    agency = models.ForeignKey(
        "registry.Agency", on_delete=models.PROTECT, db_column="agency", related_name="+"
    )
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True)
    employer = models.CharField(max_length=18, blank=True)

    objects = GuardedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "agency", "employer"],
                condition=models.Q(ended_at__isnull=True),
                name="grant_once",
            )
        ]


class Token(GuardedRow):
    """A key with which a program acts as its user, for some of what the user may do.

    Only the digest is kept. `scopes` are words: `citizen`, or role and area as `clerk@450200`.
    Revoked or expired, never deleted.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=400)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    objects = GuardedManager()


class Allowance(GuardedRow):
    """How many requests one caller has been given in the window that began at `since`."""

    subject = models.CharField(max_length=80, unique=True)
    since = models.DateTimeField()
    taken = models.PositiveIntegerField()

    objects = GuardedManager()


class ReadEntry(AgencyRow):
    """Somebody looked at something of a person: who, what, why. Append-only."""

    at = models.DateTimeField()
    reader = models.CharField(max_length=60)
    role = models.CharField(max_length=30)
    subject = models.CharField(max_length=60)
    purpose = models.CharField(max_length=100)

    objects = AgencyManager()

    class Meta:
        indexes = [models.Index(fields=["agency", "subject", "at"], name="read_by_subject")]
