"""What a cancellation cost and whose it was; late ones are counted (K31)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Row
from facilities.models.bookings import Booking


class Cancellation(Row):
    """The end of an approved booking by the side that caused it. Units are of the booking's unit.

    `due` is what the terms ask; `deducted` what was charged, nothing while a substitute stands.
    """

    class Cause(models.TextChoices):
        REQUESTER = "requester", _("Requester")
        FACILITY = "facility", _("Facility")

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="cancellation")
    caused_by = models.CharField(max_length=10, choices=Cause)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    notice_minutes = models.IntegerField(help_text="Before the start; negative after it.")
    is_late = models.BooleanField()
    due = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    deducted = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    fee = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    currency = models.CharField(max_length=3, blank=True, default="")
    reason = models.CharField(max_length=300, help_text="The sentence that was shown before.")
    substitute = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="stands_in_for"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(deducted__lte=F("due")), name="no_more_deducted_than_due"),
            models.CheckConstraint(
                condition=~Q(caused_by="facility") | Q(due=0, fee=0), name="facility_cancellations_are_free"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.caused_by}"
