"""Meetings of a body: what is on the agenda, who was there and how, and what was promised."""

from datetime import date, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.identifiers import validate_zone
from accounts.models import Organisation
from alliance.models.alliances import Alliance
from alliance.models.documents import Document
from alliance.models.events import Event
from alliance.models.governance import Body
from alliance.models.membership import Membership
from alliance.workflows.governance import MEETING
from core.models import Row, Versioned
from core.times import zone_of


class Meeting(Versioned):
    """A body meets, in a hall, online or both; perhaps within an event."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    zone = models.CharField(_("time zone"), max_length=40, validators=[validate_zone])
    mode = models.CharField(_("mode"), max_length=10, choices=Event.Mode, default=Event.Mode.HYBRID)
    venue = models.CharField(_("venue"), max_length=200, blank=True, default="")
    link = models.URLField(_("link to join online"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=MEETING.choices, default="planned")
    notice_sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    agenda_circulated_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_late_circulation = models.BooleanField(default=False, editable=False)
    quorum_result = models.JSONField(default=dict, blank=True, editable=False)
    minutes = models.OneToOneField(
        "alliance.DocumentVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="minutes_of"
    )
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-starts_at", "-id"]
        triggers = [MEETING.guard()]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start")]

    def __str__(self) -> str:
        return self.title

    @property
    def by_day(self) -> bool:
        """Whether it lasts from midnight to midnight where it is held: then only its days are known."""
        zone = zone_of(self.zone)
        return all(at.astimezone(zone).time() == time() for at in (self.starts_at, self.ends_at))

    @property
    def first_day(self) -> date:
        return self.starts_at.astimezone(zone_of(self.zone)).date()

    @property
    def last_day(self) -> date:
        return (self.ends_at - timedelta.resolution).astimezone(zone_of(self.zone)).date()


class AgendaItem(Row):
    """A point of a meeting's agenda; what was said under it goes into the minutes."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")
    record = models.TextField(_("what was said"), blank=True, default="")
    documents = models.ManyToManyField(Document, blank=True, related_name="agenda_items")

    class Meta:
        ordering = ["meeting_id", "number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"], name="agenda_number_once", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Attendance(Row):
    """Somebody is at a meeting from one instant to another (open while they are there), for a member or as a guest."""

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("On site")
        ONLINE = "online", _("Online")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="attendances"
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode)
    from_at = models.DateTimeField(_("from"))
    to_at = models.DateTimeField(_("until"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["meeting_id", "from_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(to_at=None) | Q(to_at__gt=F("from_at")), name="attendance_has_a_length"),
            models.UniqueConstraint(
                fields=["meeting", "person"], condition=Q(to_at=None, person__isnull=False), name="there_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.meeting}"


class Proxy(Row):
    """A member lets another vote for it in a meeting, as far as the rule of the motion allows proxies."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="proxies")
    giver = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="proxies_given")
    holder = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="proxies_held")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["meeting_id", "id"]
        verbose_name_plural = "proxies"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "giver"], name="one_proxy_of_a_member"),
            models.CheckConstraint(condition=~Q(giver=F("holder")), name="proxy_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.holder} for {self.giver}"


class ActionItem(Versioned):
    """What somebody promised to do by a day, at a point of an agenda or in a plan whose progress it weighs."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("not yet dealt with", "Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    class Reminder(models.TextChoices):
        SOON = "soon", _("Due soon")
        OVERDUE = "overdue", _("Overdue")

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="actions")
    agenda_item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    plan = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    title = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="actions"
    )
    owner_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    due_on = models.DateField(_("due"))
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    done_on = models.DateField(_("done"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True, default="")
    reminded = models.CharField(max_length=10, choices=Reminder, blank=True, default="", editable=False)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state="done") ^ Q(done_on=None), name="done_has_a_day"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(owner_organisation__isnull=False), name="action_has_an_owner"
            ),
        ]
        indexes = [models.Index(fields=["alliance", "state", "due_on"], name="actions_due")]

    def __str__(self) -> str:
        return self.title
