"""Campaigns: one request for time at several facilities, whose legs hold together."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from core.models import Row, Versioned
from facilities.coupling import Coupling
from facilities.models.access import Team
from facilities.models.bookings import Booking
from facilities.workflows import CAMPAIGN


class Campaign(Versioned):
    """Bookings at several places that are asked for together. Each facility decides its own leg by its own route."""

    number = models.BigIntegerField(
        unique=True, editable=False, db_default=Func(Value("facilities_booking_number"), function="nextval")
    )
    title = models.CharField(_("title"), max_length=400)
    state = models.CharField(_("state"), max_length=12, choices=CAMPAIGN.choices, default="requested")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="campaigns")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="campaigns")
    coupling = models.CharField(_("how the legs hold together"), max_length=20, choices=Coupling)
    at_least = models.PositiveSmallIntegerField(_("how many at least"), default=0)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [CAMPAIGN.guard()]
        constraints = [
            models.CheckConstraint(
                condition=Q(coupling=Coupling.AT_LEAST, at_least__gte=1) | ~Q(coupling=Coupling.AT_LEAST),
                name="campaign_says_how_many",
            )
        ]
        indexes = [models.Index(fields=["requester", "-created_at", "-id"], name="campaigns_of_requester")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"C-{self.number:06d}"


class Leg(Row):
    """One booking of a campaign. `after` is the leg that comes before it, with the least and most time between."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="legs")
    position = models.PositiveSmallIntegerField()
    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="leg")
    is_lead = models.BooleanField(default=False)
    after = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="followers")
    min_gap_minutes = models.PositiveIntegerField(default=0)
    max_gap_minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["campaign_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "position"], name="leg_position_once"),
            models.UniqueConstraint(fields=["campaign"], condition=Q(is_lead=True), name="one_lead_per_campaign"),
            models.CheckConstraint(
                condition=Q(max_gap_minutes=None) | Q(max_gap_minutes__gte=F("min_gap_minutes")),
                name="leg_gap_has_room",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.position}"
