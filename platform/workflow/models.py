"""Approval routes as data, the processes that run through them, the tasks in inboxes and who stands in for whom."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import APPEND_ONLY, Row, Versioned


class Edit(models.TextChoices):
    """In what way a subject that was agreed to is changed afterwards."""

    TIME = "time", _("Other days or hours")
    LONGER = "longer", _("Longer")
    SHORTER = "shorter", _("Shorter")
    INSTRUMENT = "instrument", _("Another instrument")
    MODE = "mode", _("Another way of working")
    PEOPLE = "people", _("Other people")


def every_edit() -> list[str]:
    return list(Edit.values)


class DeciderGroup(Versioned):
    """A named group of people on a container (a safety group, a council), used where a role is too wide."""

    name = models.CharField(_("name"), max_length=120)
    scope_type = models.CharField(max_length=60)
    scope_id = models.UUIDField()
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="decider_groups", blank=True)

    class Meta:
        ordering = ["scope_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scope_type", "scope_id", "name"], name="decider_group_name_once_on_a_scope"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Route(Versioned):
    """One version of the way a subject is decided. The owner (instrument, facility …) has one current version.

    A version that a process has started with is never changed: editing makes the next version.
    """

    owner_type = models.CharField(max_length=60)
    owner_id = models.UUIDField()
    subject_type = models.CharField(max_length=60)
    number = models.PositiveIntegerField(default=1)
    name = models.CharField(_("name"), max_length=120)
    is_current = models.BooleanField(default=True)
    auto_approve = models.JSONField(
        default=dict, blank=True, help_text="Conditions under which the route approves by itself; empty: never."
    )

    class Meta:
        ordering = ["owner_id", "subject_type", "-number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_type", "owner_id", "subject_type", "number"], name="route_number_once"
            ),
            models.UniqueConstraint(
                fields=["owner_type", "owner_id", "subject_type"],
                condition=Q(is_current=True),
                name="one_current_route",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="versions_never_change",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "owner_type", "owner_id", "subject_type", "number", "name", "auto_approve"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class Step(Row):
    """One decision on a route. Steps of the same position run in parallel."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=30, blank=True, default="")
    group = models.ForeignKey(DeciderGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scope_type = models.CharField(max_length=60, blank=True, default="")
    scope_id = models.UUIDField(null=True, blank=True)
    quorum = models.PositiveSmallIntegerField(_("how many must agree"), default=1)
    within_hours = models.PositiveSmallIntegerField(_("working hours to decide"), null=True, blank=True)
    escalate_to_role = models.CharField(_("then asks"), max_length=30, blank=True, default="")
    condition = models.JSONField(default=dict, blank=True)
    again_on = ArrayField(
        models.CharField(max_length=10, choices=Edit),
        default=every_edit,
        blank=True,
        help_text="Changes after which a step that agreed is asked once more.",
    )
    apart = models.BooleanField(
        _("not decided by people of the applicant's own organisation"),
        default=False,
        help_text="They count as having a conflict of interest on this step.",
    )

    class Meta:
        ordering = ["route_id", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(role="") & Q(group__isnull=False))
                | (~Q(role="") & Q(group__isnull=True) & Q(scope_id__isnull=False)),
                name="step_has_a_role_on_a_scope_or_a_group",
            ),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="step_quorum_at_least_one"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class Process(Row):
    """A subject on its way through the route version it started with."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        STOPPED = "stopped", _("Stopped")

    route = models.ForeignKey(Route, on_delete=models.PROTECT, null=True, related_name="processes")
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    purpose = models.CharField(max_length=30, default="request")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    facts = models.JSONField(default=dict, help_text="What conditions are tested against: units, mode, safety …")
    working_hours = models.JSONField(default=dict, help_text="Zone, weekdays, opening and closing time, days closed.")
    settled = ArrayField(models.UUIDField(), default=list, help_text="Steps whose agreement still stands.")
    latest = models.DateTimeField(null=True, help_text="When what is decided begins: no step is due after it.")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], condition=Q(state="running"), name="one_running_process"
            )
        ]
        indexes = [models.Index(fields=["subject_type", "subject_id", "created_at"], name="processes_of_subject")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.state}"


class Task(Row):
    """A step that waits for deciders: what lands in an inbox. Titles are kept so that a list needs no other app."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("not yet dealt with", "Open")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        SKIPPED = "skipped", _("Skipped")
        STOPPED = "stopped", _("Stopped")

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="tasks")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="tasks")
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    role = models.CharField(max_length=30, blank=True, default="")
    group = models.ForeignKey(DeciderGroup, on_delete=models.PROTECT, null=True, related_name="+")
    scope_type = models.CharField(max_length=60, blank=True, default="")
    scope_id = models.UUIDField(null=True)
    quorum = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(
        null=True, help_text="When the people it asks were told; null: they still are to be."
    )
    escalate_to_role = models.CharField(max_length=30, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    excluded = ArrayField(models.UUIDField(), default=list, help_text="People with a conflict of interest.")

    class Meta:
        ordering = ["due_at", "created_at", "id"]
        indexes = [
            models.Index(fields=["scope_id", "role", "state"], name="tasks_of_scope"),
            models.Index(fields=["subject_type", "subject_id"], name="tasks_of_subject"),
            models.Index(fields=["due_at"], condition=Q(state="open"), name="tasks_due"),
            models.Index(fields=["id"], condition=Q(state="open", told_at=None), name="tasks_to_tell"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.title}"


class Decision(Row):
    """What one person said on a task, possibly standing in for another; append-only. A skip is recorded here too."""

    class Verdict(models.TextChoices):
        APPROVE = "approve", _("Approved")
        DECLINE = "decline", _("Declined")
        SKIP = "skip", _("Skipped")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(max_length=10, choices=Verdict)
    part = DateTimeRangeField(null=True, blank=True, help_text="What was agreed to, where it is less than was asked.")
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "by"], name="one_decision_per_person_and_task")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.by} {self.verdict}"


class Delegation(Versioned):
    """One person's tasks are lent to another between two instants (half-open)."""

    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegations_given")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegations_taken")
    starts_at = models.DateTimeField(_("from"), default=clock.now)
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="delegation_ends_after_start"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="delegation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}"
