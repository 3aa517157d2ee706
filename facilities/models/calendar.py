"""Operating cycles with their quotas, and the blocks that say what the time of a facility or instrument is for."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Row, Versioned
from facilities.models.catalogue import KEEPS_OPEN_TIME, Facility, Instrument


class Access(models.TextChoices):
    """In what quality time is given; the quotas of a cycle are counted by it (R-17)."""

    GENERAL = "general", _("General")
    PROGRAM = "program", _("Joint programme")
    DISCRETIONARY = "discretionary", _("Director's time")
    PROPRIETARY = "proprietary", _("Proprietary")
    RAPID = "rapid", _("Rapid access")
    OPPORTUNITY = "opportunity", _("Target of opportunity")


class Cycle(Versioned):
    """An operating period of a facility, e.g. 2027-1; half-open. Cycles of one facility do not overlap.

    A draft has no `published_at`: its blocks are a plan, and its time is not open to users.
    """

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="cycles")
    name = models.CharField(_("name"), max_length=60)
    period = DateTimeRangeField(_("from and until"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True, default=clock.now)

    class Meta:
        ordering = ["facility_id", "period", "id"]
        triggers = KEEPS_OPEN_TIME
        constraints = [
            models.UniqueConstraint(fields=["facility", "name"], name="cycle_name_once_per_facility"),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="cycle_has_both_ends",
            ),
            ExclusionConstraint(
                name="cycles_do_not_overlap",
                expressions=[("facility", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QuotaRule(Row):
    """How much of the time given in a cycle an access category gets at least and at most, in per cent (R-17)."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="quotas")
    category = models.CharField(_("access category"), max_length=15, choices=Access)
    least = models.PositiveSmallIntegerField(_("at least, %"), default=0)
    most = models.PositiveSmallIntegerField(_("at most, %"), default=100)

    class Meta:
        ordering = ["cycle_id", "category"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "category"], name="quota_once_per_category"),
            models.CheckConstraint(condition=Q(least__lte=F("most"), most__lte=100), name="quota_within_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.least}–{self.most} %"


class Block(Versioned):
    """A stretch of a facility's or an instrument's calendar and what it is for; users book in user and reserve blocks.

    An instrument's open time is its own and its facility's user and reserve blocks within the opening hours, minus
    every block of another kind on either and every draft cycle.
    """

    class Kind(models.TextChoices):
        USER = "user", _("User time")
        RESERVE = "reserve", _("Reserve")
        IN_HOUSE = "in_house", _("In-house")
        COMMISSIONING = "commissioning", _("Commissioning")
        MACHINE = "machine_dev", _("Machine development")
        MAINTENANCE = "maintenance", _("Maintenance")
        SHUTDOWN = "shutdown", _("Shutdown")

    OPEN = (Kind.USER, Kind.RESERVE)

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="blocks")
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, null=True, blank=True, related_name="blocks")
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    period = DateTimeRangeField(_("from and until"))
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    planned = models.BooleanField(_("planned"), default=True)

    class Meta:
        ordering = ["period", "id"]
        triggers = KEEPS_OPEN_TIME
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="block_has_both_ends",
            ),
            ExclusionConstraint(
                name="facility_blocks_of_a_kind_do_not_overlap",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(instrument=None),
            ),
            ExclusionConstraint(
                name="instrument_blocks_of_a_kind_do_not_overlap",
                expressions=[
                    ("instrument", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(instrument__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}"


class MultiRange(models.Field):
    """Several stretches of time in one value: PostgreSQL's `tstzmultirange`."""

    def db_type(self, connection) -> str:
        return "tstzmultirange"


class OpenTime(models.Model):
    """When an instrument is open to users, kept by triggers (see ADR 54), so that a search subtracts once."""

    instrument = models.OneToOneField(Instrument, on_delete=models.CASCADE, primary_key=True, related_name="open_time")
    periods = MultiRange()

    class Meta:
        ordering = ["instrument_id"]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.periods}"
