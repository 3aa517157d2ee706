"""Allocation rounds of a call, sealed until the results are announced; appeals and transfers that come after."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Row, Versioned
from facilities.models import Access, Instrument
from programs.models.calls import Call
from programs.models.proposals import Leg, Proposal


class Round(Versioned):
    """One distribution of a call's units. Only the current one is announced; earlier ones stay to be read."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)
    limits = models.JSONField(default=dict, help_text="Units on offer, quotas, partner shares it was solved with.")
    outcome = models.JSONField(default=dict, help_text="Objective, bound, gap, seconds, version of the solver.")
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["call_id", "-number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="round_number_once"),
            models.UniqueConstraint(fields=["call"], condition=Q(is_current=True), name="one_current_round"),
        ]

    def __str__(self) -> str:
        return f"round {self.number}"


class Line(Row):
    """What a leg gets in a round, and why: the reason in words, or who overrode it and because of what."""

    class Verdict(models.TextChoices):
        ALLOCATED = "allocated", _("Time allocated")
        RESERVE = "reserve", _("Reserve")
        REFUSED = "refused", _("Refused")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="lines")
    leg = models.ForeignKey(Leg, on_delete=models.PROTECT, related_name="lines")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)
    units = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    priority = models.CharField(max_length=10, choices=Leg.Priority, blank=True, default="")
    category = models.CharField(max_length=15, choices=Access, default=Access.GENERAL)
    merit = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    rank = models.PositiveIntegerField(null=True, blank=True, help_text="Of the proposal, by merit and then R-11.")
    place = models.PositiveIntegerField(null=True, blank=True, help_text="On the reserve list of the instrument.")
    reason = models.JSONField(default=dict, help_text="The limits that stopped it and what would have let it in.")
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    override_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["round_id", "rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "leg"], name="line_once"),
            models.CheckConstraint(
                condition=Q(verdict="allocated", units__gt=0) | ~Q(verdict="allocated") & Q(units=0),
                name="units_go_with_the_verdict",
            ),
            models.CheckConstraint(
                condition=Q(overridden_by=None) | ~Q(override_reason=""), name="an_override_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leg_id} {self.verdict}"


class Appeal(Row):
    """The PI asks for another look at a decision, once at a time; the management answers with a reason."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="appeals")
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(_("answer"), blank=True, default="")
    upheld = models.BooleanField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["proposal_id", "-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(answered_at=None), name="one_open_appeal_of_a_proposal"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, upheld=None) | Q(answered_at__isnull=False, upheld__isnull=False),
                name="an_answered_appeal_was_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal of {self.proposal_id}"


class Transfer(Row):
    """Units of a leg are to move to another instrument: both facilities must agree (one row for each attempt)."""

    leg = models.ForeignKey(Leg, on_delete=models.PROTECT, related_name="transfers")
    source = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    units = models.DecimalField(_("units"), max_digits=14, decimal_places=3)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    source_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    target_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["leg_id", "-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["leg"], condition=Q(ended_at=None), name="one_open_transfer_of_a_leg"),
            models.CheckConstraint(condition=Q(units__gt=0), name="transferred_units_positive"),
            models.CheckConstraint(
                condition=Q(ended_at=None, refused_by=None)
                | Q(ended_at__isnull=False, refused_by__isnull=False) & ~Q(note="")
                | Q(ended_at__isnull=False, source_agreed_by__isnull=False, target_agreed_by__isnull=False),
                name="a_transfer_ends_by_both_or_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leg_id} to {self.target_id}"
