"""Policies: what a facility's manager rules about its time, with parameters, source and override right."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from facilities.models.catalogue import Facility, Instrument

LONGEST_SOURCE = 200


class Policy(Versioned):
    """A rule of `facilities.rules` that holds at a facility, or at one of its instruments, beside every other one.

    It holds for stays of which some day lies between `starts_on` and `ends_on`, both included, on the facility's own
    calendar. `source` is what a person reads about where it comes from.
    """

    class Override(models.TextChoices):
        MANAGER = "manager", _("The facility's manager, with a reason")
        NOBODY = "nobody", _("Nobody")

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="policies")
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, null=True, blank=True, related_name="policies")
    rule = models.CharField(_("rule"), max_length=40)
    parameters = models.JSONField(default=dict, blank=True)
    override = models.CharField(_("may be overridden by"), max_length=10, choices=Override, default=Override.MANAGER)
    source = models.CharField(_("source"), max_length=LONGEST_SOURCE)
    starts_on = models.DateField(_("holds from"), null=True, blank=True)
    ends_on = models.DateField(_("holds until"), null=True, blank=True)
    is_active = models.BooleanField(_("switched on"), default=False)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["facility_id", "rule", "created_at", "id"]
        verbose_name_plural = "policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="policy_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(is_active=False) | Q(archived_at=None), name="a_removed_policy_is_off"),
        ]
        indexes = [models.Index(fields=["facility"], condition=Q(is_active=True), name="policies_in_force")]

    def __str__(self) -> str:
        return f"{self.rule} ({self.source})"
