"""Base classes of rows, the audit trail, jobs with progress, and answers kept for idempotent requests."""

import uuid
from functools import cache
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.encoding import force_str
from uuid_utils.compat import uuid7

from core import clock


def new_id() -> uuid.UUID:
    """A time-ordered identifier (UUID version 7), so that index pages fill in order of creation."""
    return uuid7()


@cache
def _words(field: "models.Field[Any, Any]") -> dict[Any, Any]:
    return dict(field.flatchoices)


def _word(row: models.Model, field: "models.Field[Any, Any]") -> str | None:
    """What `get_…_display` says. Django's own translates all words of a field to find the one: 0.1 ms a row."""
    value = getattr(row, field.attname)
    word: str | None = force_str(_words(field).get(value, value), strings_only=True)
    return word


class Row(models.Model):
    """A row with a UUID and the instants of its making and last change."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    _get_FIELD_display = _word  # noqa: N815  (the name that Django calls it by)


class Versioned(Row):
    """A row that people edit: `version` goes up with every change, so that a lost update is noticed."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class AuditEntry(models.Model):
    """Who did what to which row, when and why; append-only, without foreign keys, so that it outlives its subjects."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=clock.now)
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    from_state = models.CharField(max_length=30, blank=True, default="")
    to_state = models.CharField(max_length=30, blank=True, default="")
    note = models.TextField(blank=True, default="")
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_of_object"),
            models.Index(fields=["actor_id", "id"], name="audit_of_actor"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.verb}"


class Job(Row):
    """Long work (import, export, schedule run) with the progress that a page and the command line show."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    message = models.TextField(blank=True, default="")
    result = models.JSONField(default=dict)
    started_by_id = models.UUIDField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class IdempotentAnswer(models.Model):
    """The first answer to a POST with an `Idempotency-Key`, given again when the same request comes back."""

    user_id = models.UUIDField()
    key = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="idempotency_key_once_per_user")]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """When a part of the system last showed that it lives."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"


class SearchWord(models.Model):
    """A word of the names of searchable rows, learnt by their triggers; misspellings are corrected to it."""

    word = models.TextField(primary_key=True)

    class Meta:
        ordering = ["word"]
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_words")]

    def __str__(self) -> str:
        return self.word
