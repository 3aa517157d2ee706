"""Who is invited to an event, who registers and who came."""

from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import validate_country
from accounts.models import Organisation
from alliance.models.events import Event
from alliance.models.membership import Membership
from core.models import Row, Versioned


class Invitation(Row):
    """Somebody is invited to an event, perhaps named by a member's representative."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Not sent")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="invitations")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="event_invitations"
    )
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["event_id", "name", "id"]
        constraints = [models.UniqueConstraint("event", Func("email", function="lower"), name="invited_once")]

    def __str__(self) -> str:
        return self.name


class Registration(Versioned):
    """Somebody takes part in an event, on site or online, with the organisation and country of that time."""

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("On site")
        ONLINE = "online", _("Online")

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="registrations"
    )
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"))
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation_name = models.CharField(_("organisation"), max_length=400, blank=True, default="")
    country = models.CharField(
        _("country or region"), max_length=2, blank=True, default="", validators=[validate_country]
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode)
    is_waiting = models.BooleanField(_("on the waiting list"), default=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    attended = models.BooleanField(_("attended"), null=True, blank=True)
    attended_minutes = models.PositiveIntegerField(_("attended, minutes"), null=True, blank=True)
    source = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["event_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                "event",
                Func("email", function="lower"),
                condition=Q(cancelled_at=None) & ~Q(email=""),
                name="registered_once",
            )
        ]
        indexes = [models.Index(fields=["event", "country"], name="registrations_by_country")]

    def __str__(self) -> str:
        return f"{self.name} at {self.event}"
