"""Alliances, their members, what they announce and when they meet."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from accounts.identifiers import validate_zone
from accounts.models import Organisation
from core.models import Versioned


class Alliance(Versioned):
    """An alliance of science centres; several live side by side in one instance."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_local = models.CharField(_("name in own script"), max_length=200, blank=True, default="")
    acronym = models.CharField(_("acronym"), max_length=20)
    purpose = models.TextField(_("purpose"), blank=True, default="")
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    seat = models.CharField(_("seat"), max_length=120, blank=True, default="")
    seat_zh = models.CharField(_("seat in Chinese"), max_length=120, blank=True, default="")
    zone = models.CharField(_("time zone"), max_length=40, default="UTC", validators=[validate_zone])
    website = models.URLField(blank=True, default="")
    is_main = models.BooleanField(default=False, help_text=_("The one whose home page this instance shows."))

    class Meta:
        ordering = ["-is_main", "name", "id"]
        permissions = [
            ("view_figures", "Read all usage and cooperation figures"),
            ("check_programs", "Check submitted programmes"),
            ("approve_programs", "Approve programmes"),
            ("manage_calls", "Run calls, their check and their review"),
            ("decide_proposals", "Decide proposals and announce results"),
            ("manage_members", "Run membership, news and events"),
            ("manage_roles", "Grant and revoke roles"),
        ]
        constraints = [models.UniqueConstraint(fields=["is_main"], condition=Q(is_main=True), name="one_main_alliance")]

    def __str__(self) -> str:
        return self.acronym


class AlliancePermission(UserObjectPermissionBase):
    """Permissions held on one alliance."""

    content_object = models.ForeignKey(Alliance, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass


class Membership(Versioned):
    """An organisation belongs to an alliance in a class, between two dates (half-open)."""

    class Class(models.TextChoices):
        FOUNDING = "founding", _("Founding member")
        FULL = "full", _("Full member")
        ASSOCIATE = "associate", _("Associate")
        OBSERVER = "observer", _("Observer")
        HONORARY = "honorary", _("Honorary member")

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    member_class = models.CharField(_("class"), max_length=10, choices=Class, default=Class.FULL)
    joined_on = models.DateField(_("joined"), null=True, blank=True)
    left_on = models.DateField(_("left"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["alliance_id", "organisation__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "organisation"], condition=Q(left_on=None), name="member_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(joined_on=None) | Q(left_on__gt=F("joined_on")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.alliance}"


class NewsItem(Versioned):
    """Something told to the public at a publish time, with its source."""

    class Section(models.TextChoices):
        ALLIANCE = "alliance_news", _("Alliance news")
        MEMBER = "member_news", _("Member news")
        EVENTS = "events", _("Events")
        OTHERS = "others", _("Others")

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="news")
    slug = models.SlugField(max_length=120, unique=True)
    section = models.CharField(_("section"), max_length=20, choices=Section, default=Section.ALLIANCE)
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    body = models.TextField(_("text"))
    body_zh = models.TextField(_("text in Chinese"), blank=True, default="")
    source = models.CharField(_("source"), max_length=200, blank=True, default="")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-published_at", "-id"]

    def __str__(self) -> str:
        return self.title


class Event(Versioned):
    """A meeting, conference, forum or visit, with its zone and how to take part."""

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
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    zone = models.CharField(_("time zone"), max_length=40, validators=[validate_zone])
    venue = models.CharField(_("venue"), max_length=200, blank=True, default="")
    venue_zh = models.CharField(_("venue in Chinese"), max_length=200, blank=True, default="")
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.HYBRID)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_start")]

    def __str__(self) -> str:
        return self.title
