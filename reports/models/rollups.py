"""Roll-ups that keep figures cheap, and the log of what must be rolled up anew."""

import pgtrigger
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from facilities.models import Block, Booking, Facility, Instrument, OpenTime, Session

TAKEN = ("approved", "running", "completed", "closed")
"""States in which a booking is use of its instrument; what is only asked for is not, nor what ended another way."""


class DailyUse(models.Model):
    """Elapsed seconds of one instrument on one day of its facility's zone; always recomputed whole.

    `open` are those of user and reserve blocks within opening hours and outside drafts, less every other block, `user`
    those of user blocks among them, both times the capacity. `booked` is the union per lane of taken bookings,
    `booked_user` the part of it inside user time. `delivered` and `lost` are units of sessions turned into time of the
    instrument, spread evenly over the session.
    """

    instrument_id = models.UUIDField()
    day = models.DateField()
    user_seconds = models.BigIntegerField(default=0)
    open_seconds = models.BigIntegerField(default=0)
    booked_seconds = models.BigIntegerField(default=0)
    booked_user_seconds = models.BigIntegerField(default=0)
    delivered_seconds = models.BigIntegerField(default=0)
    lost_seconds = models.BigIntegerField(default=0)
    sessions = models.IntegerField(default=0)

    class Meta:
        ordering = ["instrument_id", "day"]
        constraints = [models.UniqueConstraint(fields=["instrument_id", "day"], name="one_row_per_instrument_and_day")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.day}"


class Share(models.Model):
    """What one party had of an instrument: the dimensions of use.

    Organisation and country are those of the party at the time; `person` is a user, or a hash of a foreign label.
    `booked` is not united: it is each party's own. Sessions count on the day they began.
    """

    instrument_id = models.UUIDField()
    team_id = models.UUIDField(null=True)
    person = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    country = models.CharField(max_length=2, default="", blank=True)
    booked_seconds = models.BigIntegerField(default=0)
    delivered_seconds = models.BigIntegerField(default=0)
    lost_seconds = models.BigIntegerField(default=0)
    sessions = models.IntegerField(default=0)

    class Meta:
        abstract = True


class DailyShare(Share):
    """Shares of one day. Made anew together with DailyUse."""

    day = models.DateField()

    class Meta:
        ordering = ["instrument_id", "day", "id"]
        indexes = [models.Index(fields=["instrument_id", "day"], name="shares_of_instrument_and_day")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.day} {self.country}"


class MonthlyShare(Share):
    """Sums of the days of one month, which years of history are read from; `month` is its first day."""

    month = models.DateField()

    class Meta:
        ordering = ["instrument_id", "month", "id"]
        indexes = [models.Index(fields=["instrument_id", "month"], name="shares_of_instrument_and_month")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.month:%Y-%m} {self.country}"


class DirtyTime(models.Model):
    """Time of an instrument, or of all instruments of a facility, to be rolled up anew; no period: all of it."""

    instrument_id = models.UUIDField(null=True)
    facility_id = models.UUIDField(null=True)
    period = DateTimeRangeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.instrument_id or self.facility_id} {self.period}"


def _log(name: str, times: str) -> list[pgtrigger.Trigger]:
    """Statement-level triggers that log what a change touches, united per instrument: a bulk load writes little.

    `times` selects instrument_id, facility_id and period from `rows`.
    """

    def trigger(suffix: str, operation: pgtrigger.Operation, rows: str, **referencing: str) -> pgtrigger.Trigger:
        return pgtrigger.Trigger(
            name=f"{name}_{suffix}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(**referencing),
            func=f"""
                INSERT INTO reports_dirtytime (instrument_id, facility_id, period)
                SELECT instrument_id, facility_id, unnest(range_agg(period)) FROM ({times.format(rows=rows)}) touched
                GROUP BY instrument_id, facility_id;
                RETURN NULL;
            """,
        )

    both = "(SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) changed"
    return [
        trigger("insert", pgtrigger.Insert, "new_rows", new="new_rows"),
        trigger("update", pgtrigger.Update, both, old="old_rows", new="new_rows"),
        trigger("delete", pgtrigger.Delete, "old_rows", old="old_rows"),
    ]


class WatchedBooking(Booking):
    """Bookings, watched: only those that are use touch the roll-ups."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = _log(
            "reports",
            f"SELECT instrument_id, null::uuid AS facility_id, period FROM {{rows}} WHERE state IN {TAKEN!r}",
        )


class WatchedSession(Session):
    """Sessions, watched: one counts when it has ended."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = _log(
            "reports",
            "SELECT instrument_id, null::uuid AS facility_id, tstzrange(starts_at, ends_at, '[]') AS period"
            " FROM {rows} WHERE ends_at IS NOT NULL",
        )


class WatchedBlock(Block):
    """Blocks, watched: one without an instrument is about all of its facility."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = _log(
            "reports",
            "SELECT instrument_id, CASE WHEN instrument_id IS NULL THEN facility_id END AS facility_id, period"
            " FROM {rows}",
        )


class WatchedOpenTime(OpenTime):
    """The open calendar, watched: opening hours and the publishing of a cycle change user time without any block."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            pgtrigger.Trigger(
                name="reports_update",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                func="""
                    INSERT INTO reports_dirtytime (instrument_id, period)
                    SELECT NEW.instrument_id, unnest((OLD.periods - NEW.periods) + (NEW.periods - OLD.periods));
                    RETURN NULL;
                """,
                condition=pgtrigger.AnyChange("periods"),
            )
        ]


class WatchedInstrument(Instrument):
    """Instruments, watched: another capacity or length of unit changes all of its history."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            pgtrigger.Trigger(
                name="reports_update",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                func="INSERT INTO reports_dirtytime (instrument_id) VALUES (NEW.id); RETURN NULL;",
                condition=pgtrigger.AnyChange("capacity", "unit", "unit_minutes", "facility"),
            )
        ]


class WatchedFacility(Facility):
    """Facilities, watched: another zone has other days."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            pgtrigger.Trigger(
                name="reports_update",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                func="INSERT INTO reports_dirtytime (facility_id) VALUES (NEW.id); RETURN NULL;",
                condition=pgtrigger.AnyChange("zone"),
            )
        ]
