"""Events in series, their partners and chairs, and their programme."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import validate_zone
from accounts.models import Organisation
from alliance.models.alliances import Alliance
from alliance.workflows.events import EVENT
from core.models import APPEND_ONLY, Row, Versioned

BOTH_OR_NEITHER = Q(starts_at=None, ends_at=None) | Q(
    starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")
)
"""Two instants in order, or none known yet."""


class Event(Versioned):
    """A meeting, conference, forum or visit, with its zone and how to take part.

    An event whose days are not fixed yet says in words what it is planned for; it keeps its identity when postponed.
    """

    class Kind(models.TextChoices):
        CONFERENCE = "conference", _("Conference")
        ANNUAL_MEETING = "annual_meeting", _("Annual meeting")
        ROUNDTABLE = "roundtable", _("Round table")
        FORUM = "frontier_forum", _("Frontier forum")
        CEREMONY = "ceremony", _("Ceremony")
        VISIT = "visit", _("Visit")
        TRAINING = "training", _("Training")
        WORKSHOP = "workshop", _("Workshop")

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("On site")
        ONLINE = "online", _("Online")
        HYBRID = "hybrid", _("On site and online")

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="events")
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    theme = models.TextField(_("theme"), blank=True, default="")
    theme_zh = models.TextField(_("theme in Chinese"), blank=True, default="")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    state = models.CharField(_("state"), max_length=12, choices=EVENT.choices, default="announced")
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    planned_for = models.CharField(_("planned for"), max_length=120, blank=True, default="")
    planned_for_zh = models.CharField(_("planned for, in Chinese"), max_length=120, blank=True, default="")
    zone = models.CharField(_("time zone"), max_length=40, validators=[validate_zone])
    venue = models.CharField(_("venue"), max_length=200, blank=True, default="")
    venue_zh = models.CharField(_("venue in Chinese"), max_length=200, blank=True, default="")
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.HYBRID)
    by_day = models.BooleanField(
        _("only its days are known"), default=False, help_text=_("Times of day are not shown; the end is the last day.")
    )
    online_link = models.URLField(_("link to join online"), blank=True, default="")
    is_link_public = models.BooleanField(
        _("everybody may see the link"), default=True, help_text=_("Otherwise only who is registered.")
    )
    registration_from = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_until = models.DateTimeField(_("registration closes"), null=True, blank=True)
    places_onsite = models.PositiveIntegerField(_("places on site"), null=True, blank=True)
    places_online = models.PositiveIntegerField(_("places online"), null=True, blank=True)
    places_per_member = models.PositiveSmallIntegerField(_("invitations per member"), null=True, blank=True)
    attendance_told = models.CharField(
        _("attendance as reported"), max_length=200, blank=True, default="", help_text=_("Where there is no list.")
    )
    attendance_told_zh = models.CharField(_("attendance in Chinese"), max_length=200, blank=True, default="")
    circulated_on = models.DateField(_("programme circulated"), null=True, blank=True)
    is_late_circulation = models.BooleanField(
        default=False, editable=False, help_text="Less than 30 days ahead (R-46)."
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = [F("starts_at").desc(nulls_first=True), "-id"]
        triggers = [EVENT.guard()]
        constraints = [models.CheckConstraint(condition=BOTH_OR_NEITHER, name="event_ends_after_start")]

    def __str__(self) -> str:
        return self.title


class EventSchedule(Row):
    """The dates that were told at some time, append-only: what a postponed event was planned for before."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="schedules")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    planned_for = models.CharField(max_length=120, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["event_id", "created_at", "id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.event} {self.starts_at or self.planned_for}"


class EventSeries(Versioned):
    """A series of events, such as the conferences of an alliance."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="event_series")
    slug = models.SlugField(max_length=80)
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True, default="")
    events = models.ManyToManyField(Event, through="SeriesEdition", related_name="series")

    class Meta:
        ordering = ["alliance_id", "name", "id"]
        verbose_name_plural = "event series"
        constraints = [models.UniqueConstraint(fields=["alliance", "slug"], name="series_slug_once")]

    def __str__(self) -> str:
        return self.name


class SeriesEdition(Row):
    """An event is the n-th of a series; it may be the m-th of another."""

    series = models.ForeignKey(EventSeries, on_delete=models.PROTECT, related_name="editions")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="editions")
    ordinal = models.PositiveSmallIntegerField(_("ordinal"))

    class Meta:
        ordering = ["series_id", "ordinal", "id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "ordinal"], name="edition_ordinal_once"),
            models.UniqueConstraint(fields=["series", "event"], name="edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.ordinal}"


class EventPartner(Row):
    """An organisation has a role in an event; the roles are printed apart."""

    class Role(models.TextChoices):
        HOST = "host", _("Host")
        CO_HOST = "co_host", _("Co-host")
        SPONSOR = "sponsor", _("Sponsor")
        CO_SPONSOR = "co_sponsor", _("Co-sponsor")
        ORGANIZER = "organizer", _("Organiser")
        CO_ORGANIZER = "co_organizer", _("Co-organiser")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="event_roles")
    role = models.CharField(_("role"), max_length=15, choices=Role)

    class Meta:
        ordering = ["event_id", "role", "id"]
        constraints = [models.UniqueConstraint(fields=["event", "organisation", "role"], name="partner_role_once")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.role}"


class EventChair(Row):
    """Who chairs an event; not the alliance's chair as such."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="chairs")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    name_local = models.CharField(_("name in own script"), max_length=200, blank=True, default="")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["event_id", "created_at", "id"]

    def __str__(self) -> str:
        return self.name


class EventSession(Row):
    """A part of the programme, in a track (one room) that other sessions run beside.

    Sessions whose times are not known stand in the order of `position`; those of one position run beside each other.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening")
        PLENARY = "plenary", _("Plenary")
        KEYNOTE = "keynote", _("Keynotes")
        PARALLEL = "parallel", _("Parallel session")
        CLOSED = "closed", _("Closed session")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    track = models.CharField(_("track or room"), max_length=80, blank=True, default="")
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    chair_name = models.CharField(_("chair"), max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)

    class Meta:
        ordering = ["event_id", "starts_at", "position", "track", "id"]
        constraints = [
            models.CheckConstraint(condition=BOTH_OR_NEITHER, name="session_of_event_ends_after_start"),
            ExclusionConstraint(
                name="one_session_in_a_track",
                condition=Q(starts_at__isnull=False),
                expressions=[
                    ("event", RangeOperators.EQUAL),
                    ("track", RangeOperators.EQUAL),
                    (
                        Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Talk(Row):
    """A contribution to a session. Nobody is in two rooms: `speaker_key` is the account, else the name typed.

    Who speaks may still be open; then nothing can collide.
    """

    class Kind(models.TextChoices):
        SPEECH = "speech", _("Speech")
        KEYNOTE = "keynote", _("Keynote")
        THEME_REPORT = "theme_report", _("Theme report")

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("On site")
        ONLINE = "online", _("Online")

    session = models.ForeignKey(EventSession, on_delete=models.CASCADE, related_name="talks")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, editable=False, related_name="talks")
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.SPEECH)
    title = models.CharField(_("title"), max_length=300)
    title_zh = models.CharField(_("title in Chinese"), max_length=300, blank=True, default="")
    abstract = models.TextField(_("abstract"), blank=True, default="")
    speaker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="talks"
    )
    speaker_name = models.CharField(_("speaker"), max_length=200, blank=True, default="")
    speaker_key = models.CharField(max_length=250, blank=True, default="", editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.ONSITE)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)

    class Meta:
        ordering = ["session_id", "starts_at", "position", "id"]
        constraints = [
            models.CheckConstraint(condition=BOTH_OR_NEITHER, name="talk_ends_after_start"),
            ExclusionConstraint(
                name="speaker_in_one_room",
                condition=Q(starts_at__isnull=False) & ~Q(speaker_key=""),
                expressions=[
                    ("event", RangeOperators.EQUAL),
                    ("speaker_key", RangeOperators.EQUAL),
                    (
                        Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.title
