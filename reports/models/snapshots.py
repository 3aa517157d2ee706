"""Figures as they were shown, so that a number can be shown again."""

from django.db import models

from core.models import APPEND_ONLY, Row


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
