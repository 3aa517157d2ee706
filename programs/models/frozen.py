"""What was submitted, frozen, and the answers that signatories give on it: alike for programmes and proposals."""

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from core.models import APPEND_ONLY, Row


class FrozenVersion(Row):
    """A submitted content by its number, immutable (R-03)."""

    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"v{self.number}"


class PartnerAnswer(Row):
    """A signatory's answer for an organisation on one frozen version; append-only, the latest one counts.

    `carried_from` is the answer given to the version before, kept because the organisation's part did not change.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed = models.BooleanField()
    note = models.TextField(blank=True, default="")
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        ordering = ["created_at", "id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.organisation_id} {'yes' if self.confirmed else 'no'}"
