"""Papers as issued: canonical content, never changed; seals beside them."""

from __future__ import annotations

from django.db import models

from jiexu.records.isolation import AgencyManager, AgencyRow


class Issued(AgencyRow):
    """A document that was issued: for a case, or on request of a person (`case_no` is empty).

    `person` is whose paper it is. The row refuses change (trigger).
    """

    number = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    case_no = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(
        "registry.Person", on_delete=models.PROTECT, null=True, related_name="papers"
    )
    content_sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="document_number_once"),
        ]
        indexes = [
            models.Index(fields=["agency", "case_no"], name="document_by_case"),
            models.Index(fields=["number"], name="document_by_number"),
        ]


class Seal(AgencyRow):
    """The electronic seal of one document: a batch signature with the proof that it covers it.

    Made with keys for demonstration it is 非官方签章 and says so wherever it is shown.
    """

    document = models.OneToOneField(Issued, on_delete=models.PROTECT, related_name="seal")
    key_id = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    leaf_index = models.PositiveIntegerField()
    leaf_count = models.PositiveIntegerField()
    path = models.TextField()
    signature = models.CharField(max_length=128)
    sealed_at = models.DateTimeField()

    objects = AgencyManager()


class Attachment(AgencyRow):
    """A scan or photo that belongs to a case. The row refuses change (trigger).

    The content lies sealed in the store under `place`; `digest` is SM3 of the content as it came.
    The name is sealed because people write names into it.
    """

    number = models.CharField(max_length=60)
    case_no = models.CharField(max_length=40)
    purpose = models.CharField(max_length=40)
    name_sealed = models.BinaryField()
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    place = models.CharField(max_length=80)
    uploader_role = models.CharField(max_length=20)
    uploaded_by = models.CharField(max_length=60)
    uploaded_at = models.DateTimeField()

    objects = AgencyManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="attachment_number_once"),
            models.UniqueConstraint(
                fields=["agency", "case_no", "purpose", "digest"], name="attachment_content_once"
            ),
        ]
        indexes = [models.Index(fields=["place"], name="attachment_by_place")]
