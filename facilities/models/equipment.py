"""Things that several instruments share: sample environments, laboratories, and the people who look after users."""

from uuid import UUID

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Row, Versioned
from facilities.models.bookings import Booking
from facilities.models.catalogue import Facility, Instrument


class Equipment(Versioned):
    """A thing, or a local contact, that a booking may ask for beside its instrument and that is claimed with it.

    `instruments` are those at which it can be used, every one of the facility when there are none. A local contact
    with an account (`person`) is claimed under that account, and so is never in two places either.
    """

    class Kind(models.TextChoices):
        SAMPLE_ENVIRONMENT = "sample_environment", _("Sample environment")
        LABORATORY = "laboratory", _("Laboratory")
        SUPPORT = "support_person", _("Local contact")

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="equipment")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.SAMPLE_ENVIRONMENT)
    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True, default="")
    capacity = models.PositiveIntegerField(_("at the same time"), default=1, validators=[MinValueValidator(1)])
    turnaround_minutes = models.PositiveIntegerField(_("free again after a use, minutes"), default=0)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    instruments = models.ManyToManyField(Instrument, related_name="equipment", blank=True)
    is_active = models.BooleanField(_("may be asked for"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["facility_id", "kind", "code", "id"]
        verbose_name_plural = "equipment"
        constraints = [
            models.UniqueConstraint(fields=["facility", "code"], name="equipment_code_once_per_facility"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="equipment_capacity_positive"),
            models.CheckConstraint(
                condition=Q(person=None) | Q(kind="support_person", capacity=1), name="a_person_is_one_local_contact"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def resource(self) -> UUID:
        """What is claimed: the person where there is one."""
        return self.person_id or self.pk


class Use(Row):
    """A booking asks for a piece of equipment."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="uses")
    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        ordering = ["booking_id", "id"]
        constraints = [models.UniqueConstraint(fields=["booking", "equipment"], name="equipment_once_per_booking")]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.equipment_id}"
