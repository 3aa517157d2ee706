"""Roll-ups that keep figures cheap, and snapshots that let a number be shown again."""

from django.db import models

from core.models import APPEND_ONLY, Row


class DailyUse(models.Model):
    """Minutes and units of one instrument on one day of its facility's zone, recomputed whole when the day is dirty.

    `open_minutes` are those of user and reserve blocks, `booked_minutes` the union of approved bookings clipped to the
    day, `delivered_minutes` of sessions, `lost_minutes` what the facility lost.
    """

    instrument_id = models.UUIDField()
    day = models.DateField()
    open_minutes = models.PositiveIntegerField(default=0)
    booked_minutes = models.PositiveIntegerField(default=0)
    delivered_minutes = models.PositiveBigIntegerField(default=0)
    lost_minutes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["instrument_id", "day"]
        constraints = [models.UniqueConstraint(fields=["instrument_id", "day"], name="one_row_per_instrument_and_day")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.day}"


class Snapshot(Row):
    """A figure as it was shown: parameters, the instant of its data, values and their checksum; never changed."""

    report = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    parameters = models.JSONField(default=dict)
    as_of = models.DateTimeField()
    payload = models.JSONField()
    checksum = models.CharField(max_length=64)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.report} {self.as_of:%Y-%m-%d}"
