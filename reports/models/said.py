"""What people say about numbers: what they are to be (targets), and why they are as they are (notes)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance.models import Alliance
from core.models import Row
from facilities.models import Facility


class Target(Row):
    """What a figure of the catalogue is to be in an alliance or at a facility, from `first` up to, not including,
    `until`; without an end until another is set. In the unit of the figure: a share is a fraction."""

    kpi = models.CharField(_("figure"), max_length=3)
    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, null=True, blank=True, related_name="targets")
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, null=True, blank=True, related_name="targets")
    first = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    value = models.DecimalField(_("target"), max_digits=14, decimal_places=4)
    source = models.CharField(_("where it comes from"), max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["kpi", "-first", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(alliance=None, facility__isnull=False) | Q(alliance__isnull=False, facility=None),
                name="target_of_one_container",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("first")), name="target_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["kpi", "alliance", "facility", "first"], nulls_distinct=False, name="one_target_from_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.value} {self.first}"


class NumberNote(Row):
    """Why the numbers of a report are as they are in a period, at one facility or in all; for those who see them."""

    report = models.CharField(max_length=60)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    first = models.DateField(_("from"))
    until = models.DateField(_("until"))
    text = models.TextField(_("note"), max_length=1000)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-first", "-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("first")), name="note_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["report", "first"], name="notes_of_report")]

    def __str__(self) -> str:
        return f"{self.report} {self.first}"
