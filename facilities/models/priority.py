"""Who may displace whom: the published rules of a facility, and the record of every displacement."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import APPEND_ONLY, Row, Versioned
from facilities.models.bookings import Booking
from facilities.models.calendar import Access
from facilities.models.catalogue import Facility


class PriorityRule(Versioned):
    """Time of one access category may displace bookings of others, with so much notice."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="priority_rules")
    category = models.CharField(_("access category"), max_length=15, choices=Access)
    displaces = ArrayField(models.CharField(max_length=15, choices=Access), verbose_name=_("may displace"))
    notice_hours = models.PositiveIntegerField(_("notice before the start, hours"), default=24)
    compensates = models.BooleanField(_("who is displaced is first for compensation"), default=True)

    class Meta:
        ordering = ["facility_id", "category", "id"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "category"], name="one_priority_rule_for_a_category"),
        ]

    def __str__(self) -> str:
        return f"{self.category} > {', '.join(self.displaces)}"


class Displacement(Row):
    """A booking that had to give way to another, by which rule and why; append-only."""

    displaced = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="displacement")
    by_booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="displaced")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    category = models.CharField(max_length=15, choices=Access)
    displaced_category = models.CharField(max_length=15, choices=Access)
    notice_hours = models.PositiveIntegerField(help_text="What the rule asked for then.")
    notice_minutes = models.IntegerField(help_text="What was given.")
    compensates = models.BooleanField()

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.displaced_id} by {self.by_booking_id}"
