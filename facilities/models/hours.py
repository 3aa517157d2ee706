"""When a facility or an instrument is open within a week, and the days that are different."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Row
from facilities.models.catalogue import KEEPS_OPEN_TIME, Facility, Instrument


class OpeningHours(Row):
    """A stretch of every week, on the facility's clock; closing at or before opening is on the day after.

    An instrument with hours of its own does not follow its facility's. Where there are none, it is open all day.
    """

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="opening_hours")
    instrument = models.ForeignKey(
        Instrument, on_delete=models.CASCADE, null=True, blank=True, related_name="opening_hours"
    )
    weekday = models.PositiveSmallIntegerField(_("day of the week"), help_text="ISO: 1–7")
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        ordering = ["facility_id", "instrument_id", "weekday", "opens", "id"]
        triggers = KEEPS_OPEN_TIME
        constraints = [
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="opening_on_a_day_of_the_week"),
            models.UniqueConstraint(
                fields=["facility", "instrument", "weekday", "opens"], name="opening_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"


class OpeningException(Row):
    """A day with other hours than its weekday's; without times it is closed. An instrument's own goes before its
    facility's, and either before the hours of the week."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="opening_exceptions")
    instrument = models.ForeignKey(
        Instrument, on_delete=models.CASCADE, null=True, blank=True, related_name="opening_exceptions"
    )
    day = models.DateField(_("day"))
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["facility_id", "instrument_id", "day", F("opens").asc(nulls_first=True), "id"]
        triggers = KEEPS_OPEN_TIME
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="exception_opens_and_closes",
            ),
            models.UniqueConstraint(
                fields=["facility", "instrument", "day", "opens"], name="exception_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.opens}–{self.closes}"
