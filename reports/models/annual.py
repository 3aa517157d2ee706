"""Annual reports as they were made: their content, the files set from it, and checksums of all three."""

from django.db import models

from core.models import APPEND_ONLY, Row
from facilities.models import Facility


class AnnualReport(Row):
    """An annual report that is made and never changes; a later one of the same year stands beside it.

    `content` is the snapshot that both files were set from: every figure with its rows, its date and its checksum.
    Without a facility it is of the alliance. Checksums are SHA-256.
    """

    year = models.PositiveSmallIntegerField()
    locale = models.CharField(max_length=10)
    facility = models.ForeignKey(Facility, null=True, on_delete=models.PROTECT, related_name="annual_reports")
    is_public = models.BooleanField(default=False)
    chapters = models.JSONField(default=list)
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=300)
    as_of = models.DateTimeField()
    content = models.JSONField()
    checksum = models.CharField(max_length=64)
    pdf = models.FileField(upload_to="annual_reports/%Y/")
    pdf_sha256 = models.CharField(max_length=64)
    xlsx = models.FileField(upload_to="annual_reports/%Y/")
    xlsx_sha256 = models.CharField(max_length=64)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.title}, {self.subject}"

    def file_name(self, suffix: str) -> str:
        """`annual-report-2026-en.pdf`, with the facility and the edition where it has one."""
        parts = [
            "annual-report", self.facility.slug if self.facility else "", str(self.year), self.locale,
            "public" if self.is_public else "",
        ]  # fmt: skip
        return f"{'-'.join(part for part in parts if part)}.{suffix}"
