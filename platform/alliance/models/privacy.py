"""What people agreed to, and what they asked about their own data (R-50)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.workflows.privacy import DATA_REQUEST
from core.models import APPEND_ONLY, Row, Versioned


class Consent(Row):
    """A person agreed to a purpose, or took that back; append-only, the latest counts. `wording` is what was read."""

    class Purpose(models.TextChoices):
        DIRECTORY = "directory", _("My name is found by other members")
        TRANSFER = "transfer", _("My data may go to facilities in other countries")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose)
    is_given = models.BooleanField()
    wording = models.TextField()

    class Meta:
        ordering = ["person_id", "purpose", "-created_at", "-id"]
        triggers = [APPEND_ONLY]
        indexes = [models.Index(fields=["person", "purpose", "-created_at"], name="consents_of_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.purpose}"


class DataRequest(Versioned):
    """A person asks for a copy of their data, or to be forgotten; answered within 30 days."""

    class Kind(models.TextChoices):
        EXPORT = "export", _("A copy of my data")
        ERASURE = "erasure", _("Forget me")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_requests")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=20, choices=DATA_REQUEST.choices, default="received")
    due_on = models.DateField(_("answered by"))
    not_before = models.DateTimeField(_("carried out from"))
    answered_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to="data_requests/%Y/%m/", null=True, blank=True)
    file_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [DATA_REQUEST.guard()]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=~Q(state__in=["answered", "refused", "withdrawn"]),
                name="one_data_request_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["state", "not_before"], name="data_requests_due")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"
