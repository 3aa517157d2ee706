"""Who waits for time: the waiting list, the reserve list, time to make up for, and what each was offered."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Row, Versioned
from facilities.models.access import Allocation, Team
from facilities.models.bookings import BOUNDED, Booking
from facilities.models.calendar import Access
from facilities.models.catalogue import Instrument, Technique
from facilities.models.equipment import Equipment
from facilities.workflows import WAITING


class Waiting(Versioned):
    """A wish for time that is not free now, of one instrument or of any with a technique.

    The kinds share one list: those on the reserve list have a `rank` and are asked only some days ahead (R-30);
    compensation for time that the facility lost comes from reserve blocks alone (R-29).
    """

    class Kind(models.TextChoices):
        WAITING = "waiting", _("Waiting list")
        RESERVE = "reserve", _("Reserve list")
        COMPENSATION = "compensation", _("Compensation")

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.WAITING)
    state = models.CharField(_("state"), max_length=10, choices=WAITING.choices, default="waiting")
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, null=True, blank=True, related_name="waiting")
    technique = models.ForeignKey(Technique, on_delete=models.CASCADE, null=True, blank=True, related_name="waiting")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="waiting")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="waiting")
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, null=True, blank=True, related_name="waiting")
    category = models.CharField(_("access category"), max_length=15, choices=Access, default=Access.GENERAL)
    mode = models.CharField(_("mode"), max_length=10, choices=Instrument.Mode, default=Instrument.Mode.ONSITE)
    title = models.CharField(_("title"), max_length=400, blank=True, default="")
    purpose = models.TextField(_("purpose"), blank=True, default="")
    window = DateTimeRangeField(_("from and until"))
    min_minutes = models.PositiveIntegerField(_("at least, minutes"))
    max_minutes = models.PositiveIntegerField(_("at most, minutes"))
    places = models.PositiveIntegerField(_("places"), default=1)
    equipment = models.ManyToManyField(Equipment, related_name="waiting", blank=True)
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    makes_up_for = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="compensation"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [WAITING.guard()]
        constraints = [
            models.CheckConstraint(
                condition=Q(instrument=None, technique__isnull=False) | Q(instrument__isnull=False, technique=None),
                name="waits_for_an_instrument_or_a_technique",
            ),
            models.CheckConstraint(
                condition=Q(window__isempty=False, window__lower_inf=False, window__upper_inf=False),
                name="waiting_has_both_ends",
            ),
            models.CheckConstraint(
                condition=Q(min_minutes__gte=1, max_minutes__gte=F("min_minutes")), name="waits_for_some_time"
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="waits_for_some_places"),
            models.CheckConstraint(condition=~Q(kind="reserve") | Q(rank__isnull=False), name="reserve_has_a_rank"),
            models.CheckConstraint(
                condition=~Q(kind="compensation") | Q(makes_up_for__isnull=False), name="compensation_is_for_a_booking"
            ),
        ]
        indexes = [
            models.Index(fields=["instrument"], condition=Q(state="waiting"), name="waiting_of_instrument"),
            models.Index(fields=["person", "-created_at", "-id"], name="waiting_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.window}"


class Offer(Row):
    """A booking in the state offered, and to whom on the list. Nobody on it is offered the same time twice."""

    waiting = models.ForeignKey(Waiting, on_delete=models.CASCADE, null=True, blank=True, related_name="offers")
    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="offer")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    period = DateTimeRangeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=BOUNDED, name="offer_has_both_ends"),
            ExclusionConstraint(
                name="nobody_is_offered_the_same_time_twice",
                expressions=[
                    ("waiting", RangeOperators.EQUAL),
                    ("instrument", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.period}"
