"""What the gate of a facility must know of a visitor, sealed, for as short a time as possible (R-50)."""

import json

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import Row
from core.sealing import unseal
from facilities.models.bookings import Booking

PURPOSE = "yanqi site access"


class SiteAccess(Row):
    """Nationality, day of birth and identity document of one visitor for one booking; purged after the visit."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="site_access")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="site_access")
    sealed = models.BinaryField()
    purge_at = models.DateTimeField()

    class Meta:
        ordering = ["booking_id", "created_at", "id"]
        verbose_name_plural = "site access"
        constraints = [
            models.UniqueConstraint(fields=["booking", "person"], name="site_access_once"),
            models.CheckConstraint(condition=~Q(sealed=b""), name="site_access_is_sealed"),
        ]
        indexes = [models.Index(fields=["purge_at"], name="site_access_to_purge")]

    def opened(self) -> dict[str, str]:
        """`nationality`, `born_on` (ISO 8601) and `document`, as the visitor gave them."""
        told: dict[str, str] = json.loads(unseal(self.sealed, PURPOSE))
        return told

    def __str__(self) -> str:
        return f"{self.booking_id} {self.person_id}"
