"""What an alliance tells: news to the public, circulars to its members."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from alliance.models.alliances import Alliance
from alliance.models.events import Event
from alliance.models.membership import Membership
from core.fulltext import words_column, words_index
from core.models import APPEND_ONLY, Row, Versioned

FIXED = pgtrigger.Protect(
    name="fixed_once_sent",
    operation=pgtrigger.Update | pgtrigger.Delete,
    condition=pgtrigger.Q(old__sent_at__isnull=False),
)


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
    source_zh = models.CharField(_("source in Chinese"), max_length=200, blank=True, default="")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    embargo_until = models.DateTimeField(_("embargo until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="news")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="news")
    is_demo = models.BooleanField(default=False, editable=False)
    search = words_column("title", "title_zh", "body", "body_zh")

    class Meta:
        ordering = ["-published_at", "-id"]
        indexes = [words_index("words_of_news")]

    def __str__(self) -> str:
        return self.title


class Circular(Versioned):
    """A letter of the secretary to the representatives of all active members; fixed once it is sent."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="circulars")
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    body = models.TextField(_("text"))
    body_zh = models.TextField(_("text in Chinese"), blank=True, default="")
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-sent_at", "-created_at", "-id"]
        triggers = [FIXED]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "number"], condition=Q(number__isnull=False), name="circular_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class CircularDelivery(Row):
    """A circular went to a person who spoke for a member; append-only. Whether the mail arrived says its message."""

    circular = models.ForeignKey(Circular, on_delete=models.PROTECT, related_name="deliveries")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    message_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["circular_id", "membership_id", "id"]
        verbose_name_plural = "circular deliveries"
        triggers = [APPEND_ONLY]
        constraints = [models.UniqueConstraint(fields=["circular", "membership", "person"], name="delivered_once")]

    def __str__(self) -> str:
        return f"{self.circular} to {self.person}"
