"""Saved views: pages of figures with their filters under a name, shared or not, and sent by mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.models import Alliance
from core.models import Row
from facilities.models import Facility


class SavedView(Row):
    """The address of a page of figures, its filters included, under a name. It holds no numbers and lends no rights:
    the page is made for whoever opens it."""

    class Audience(models.TextChoices):
        ME = "me", _("Only me")
        ALLIANCE = "alliance", _("Who reads the figures of the alliance")
        FACILITY = "facility", _("Who reads the figures of the facility")

    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    path = models.CharField(max_length=200)
    query = models.CharField(max_length=2000, blank=True, default="")
    audience = models.CharField(_("who finds it"), max_length=10, choices=Audience, default=Audience.ME)
    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_of_a_name_per_owner"),
            models.CheckConstraint(
                condition=Q(audience="me", alliance=None, facility=None)
                | Q(audience="alliance", alliance__isnull=False, facility=None)
                | Q(audience="facility", alliance=None, facility__isnull=False),
                name="view_shared_with_its_container",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def container(self) -> Alliance | Facility | None:
        """The alliance or facility whose readers find it; None where it is its owner's alone."""
        return self.alliance or self.facility

    @property
    def address(self) -> str:
        """Path and query, as the browser has them."""
        return f"{self.path}?{self.query}" if self.query else self.path


class Subscription(Row):
    """A saved view sent to one person by mail; `next_at` is when it is due next. Deleted when it is ended."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every Monday")
        MONTHLY = "monthly", _("On the first of each month")
        QUARTERLY = "quarterly", _("On the first of each quarter")

    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="subscriptions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    rhythm = models.CharField(_("how often"), max_length=10, choices=Rhythm, default=Rhythm.MONTHLY)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["next_at", "id"]
        constraints = [models.UniqueConstraint(fields=["view", "person"], name="one_subscription_per_view_and_person")]
        indexes = [models.Index(fields=["next_at", "id"], name="subscriptions_due")]

    def __str__(self) -> str:
        return f"{self.view_id} {self.rhythm}"
