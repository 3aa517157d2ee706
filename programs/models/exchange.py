"""People who move and learn in a programme: exchange stays, trainings and scholarships with their places."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.models import Versioned
from programs.models.cooperation import Program
from programs.workflows.exchange import ENROLMENT, STAY


class ExchangeStay(Versioned):
    """A person works at another organisation for some days (half-open); nobody stays at two places at once."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="stays")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stays")
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="stays_sent")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="stays_received")
    period = DateRangeField(_("from and until"))
    purpose = models.CharField(_("purpose"), max_length=300)
    state = models.CharField(_("state"), max_length=12, choices=STAY.choices, default="planned")

    class Meta:
        ordering = ["program_id", "period", "id"]
        triggers = [STAY.guard()]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="stay_has_both_ends",
            ),
            models.CheckConstraint(condition=~Q(home=models.F("host")), name="stay_is_away_from_home"),
            ExclusionConstraint(
                name="nobody_stays_at_two_places",
                expressions=[("person", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=~Q(state="cancelled"),
            ),
        ]

    @property
    def last_day(self) -> date:
        return self.period.upper - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.person_id} at {self.host_id} {self.period}"


class Training(Versioned):
    """A training, workshop or scholarship of a programme with a number of places; the row that is locked for them."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("Training")
        WORKSHOP = "workshop", _("Workshop")
        FORUM = "forum", _("Forum")
        SCHOLARSHIP = "scholarship", _("Scholarship")

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="trainings")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.TRAINING)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what it is about"), blank=True, default="")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="trainings")
    days = DateRangeField(_("from and until"))
    capacity = models.PositiveIntegerField(_("places"))
    closes_on = models.DateField(_("enrolment until"), null=True, blank=True)

    class Meta:
        ordering = ["-days", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__isempty=False, days__lower_inf=False, days__upper_inf=False),
                name="training_has_both_ends",
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="training_has_a_place"),
        ]

    @property
    def last_day(self) -> date:
        return self.days.upper - timedelta(days=1)

    def __str__(self) -> str:
        return self.title


class Enrolment(Versioned):
    """A person's place in a training, by its number from 1, or on its waiting list."""

    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    seat = models.PositiveIntegerField(_("place"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ENROLMENT.choices, default="enrolled")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["training_id", "seat", "asked_at", "id"]
        triggers = [ENROLMENT.guard()]
        constraints = [
            models.UniqueConstraint(fields=["training", "person"], name="enrolled_once"),
            models.UniqueConstraint(
                fields=["training", "seat"], condition=Q(seat__isnull=False), name="a_place_is_given_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "withdrawn"], seat=None)
                | ~Q(state__in=["waiting", "withdrawn"]) & Q(seat__gte=1),
                name="who_takes_part_has_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.training_id}"
