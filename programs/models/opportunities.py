"""Places that programmes offer in public (trainings, scholarships, exchanges), and the applications for them."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import validate_zone
from accounts.models import Organisation
from core.models import Row, Versioned
from programs.models.cooperation import Program
from programs.models.exchange import Enrolment, ExchangeStay, Training
from programs.workflows.opportunities import CANDIDACY, OPPORTUNITY

HOLDING = ("offered", "accepted")
"""States of an application that hold one of the places."""


class Opportunity(Versioned):
    """Places of a programme at a host, between two days (half-open), applied for in a window of a named zone.

    The row is locked for its places. A training or scholarship owns the record in which accepted people are enrolled.
    """

    class Kind(models.TextChoices):
        TRAINING = "training", _("Training")
        SCHOLARSHIP = "scholarship", _("Scholarship")
        EXCHANGE = "exchange", _("Exchange stay")

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="opportunities")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="opportunities")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    text = models.TextField(_("what it is about"))
    text_zh = models.TextField(_("what it is about, in Chinese"), blank=True, default="")
    pays = models.TextField(_("what is paid"), blank=True, default="")
    pays_zh = models.TextField(_("what is paid, in Chinese"), blank=True, default="")
    eligibility = models.TextField(_("who may apply"), blank=True, default="")
    eligibility_zh = models.TextField(_("who may apply, in Chinese"), blank=True, default="")
    members_only = models.BooleanField(_("for people of the alliance's members only"), default=False)
    nomination_needed = models.BooleanField(_("the applicant's centre must nominate"), default=False)
    places = models.PositiveIntegerField(_("places"))
    days = DateRangeField(_("from and until"))
    zone = models.CharField(_("time zone"), max_length=40, default="UTC", validators=[validate_zone])
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("deadline"))
    state = models.CharField(_("state"), max_length=12, choices=OPPORTUNITY.choices, default="draft")
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    training = models.OneToOneField(
        Training, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="opportunity"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["closes_at", "id"]
        verbose_name_plural = "opportunities"
        triggers = [OPPORTUNITY.guard()]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__isempty=False, days__lower_inf=False, days__upper_inf=False),
                name="opportunity_has_both_ends",
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="opportunity_has_a_place"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="opportunity_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None) | ~Q(state="draft") & Q(published_at__isnull=False),
                name="opportunity_published_at_an_instant",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> date:
        return self.days.upper - timedelta(days=1)


class Candidacy(Versioned):
    """A person applies for a place; who holds one has its number, from 1, so that no place is given twice.

    Where the person works and in which country is kept as it was when it was submitted.
    """

    opportunity = models.ForeignKey(Opportunity, on_delete=models.PROTECT, related_name="candidacies")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="candidacies")
    centre = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="candidacies")
    country = models.CharField(max_length=2, blank=True, default="", editable=False)
    statement = models.TextField(_("why you apply"), blank=True, default="")
    supervisor_name = models.CharField(_("supervisor"), max_length=200, blank=True, default="")
    supervisor_email = models.EmailField(_("their e-mail address"), blank=True, default="")
    state = models.CharField(_("state"), max_length=12, choices=CANDIDACY.choices, default="draft")
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    nominated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    nominated_at = models.DateTimeField(null=True, blank=True, editable=False)
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    place = models.PositiveIntegerField(_("place"), null=True, blank=True, editable=False)
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True, editable=False)
    stay = models.OneToOneField(
        ExchangeStay, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="candidacy"
    )
    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="candidacy"
    )

    class Meta:
        ordering = ["opportunity_id", F("rank").asc(nulls_last=True), "created_at", "id"]
        verbose_name_plural = "candidacies"
        triggers = [CANDIDACY.guard()]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "person"], condition=~Q(state="withdrawn"), name="applies_for_a_place_once"
            ),
            models.UniqueConstraint(
                fields=["opportunity", "place"], condition=Q(place__isnull=False), name="a_place_is_offered_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=HOLDING, place__gte=1) | ~Q(state__in=HOLDING) & Q(place=None),
                name="who_is_offered_a_place_has_one",
            ),
            models.CheckConstraint(
                condition=Q(nominated_by=None, nominated_at=None)
                | Q(nominated_by__isnull=False, nominated_at__isnull=False),
                name="nominated_by_somebody_at_an_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.opportunity_id}"


class CandidacyFile(Row):
    """A document that the applicant adds."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to="candidacies/%Y/%m/")
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="bytes")

    class Meta:
        ordering = ["candidacy_id", "created_at", "id"]

    def __str__(self) -> str:
        return self.name
