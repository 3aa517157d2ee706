"""The outbox of messages, what people want to be told and how, calendar invitations and private feeds."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Row


@dataclass(frozen=True)
class Stranger:
    """Somebody who is written to and has no account yet: English and UTC, until they say otherwise."""

    email: str
    locale: str = "en"
    time_zone: str = "UTC"
    is_active: bool = True

    def __str__(self) -> str:
        return self.email


class Message(Row):
    """One message to one person, written with the change it tells of and delivered by the worker. Who has no account
    is reached at `address`.

    `context` holds plain values (texts, identifiers, ISO instants with a zone); the words are made at delivery, in
    the reader's language, from `templates/mail/<kind>.*`. `calendar` is empty, an invitation (REQUEST or
    CANCEL), or several: `{"entries": [...]}`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DIGEST = "digest", _("Waits for the daily digest")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        OFF = "off", _("Not wanted")

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    address = models.EmailField(blank=True, default="")
    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60, blank=True, default="")
    subject_id = models.UUIDField(null=True)
    context = models.JSONField(default=dict)
    calendar = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    title = models.CharField(max_length=300, blank=True, default="")
    body = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient=None) & ~Q(address="") | Q(recipient__isnull=False, address=""),
                name="message_to_a_person_or_an_address",
            )
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="messages_due"),
            models.Index(fields=["recipient", "-created_at", "-id"], name="messages_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id or self.address}"

    @property
    def reader(self) -> Any:
        """Who reads it."""
        return self.recipient or Stranger(self.address)


class Preference(Row):
    """How one person wants to hear of one kind of message. Absent: at once."""

    class Mode(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DIGEST = "digest", _("In the daily digest")
        OFF = "off", _("Not by e-mail")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=40)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.AT_ONCE)

    class Meta:
        ordering = ["user_id", "kind", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_preference_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.mode}"


class CalendarFeed(Row):
    """A private iCalendar address for a person, an instrument or a programme; only the token's hash is kept."""

    class Kind(models.TextChoices):
        PERSON = "person", _("My bookings")
        INSTRUMENT = "instrument", _("An instrument")
        PROGRAM = "program", _("A programme")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feeds")
    kind = models.CharField(max_length=12, choices=Kind)
    target_id = models.UUIDField()
    token_hash = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(null=True)
    last_read_on = models.DateField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} feed"
