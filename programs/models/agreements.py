"""The agreement of a programme's partners: versions, how long each holds, and when its renewal is due."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import APPEND_ONLY, Row
from programs.models.cooperation import Program


class Agreement(Row):
    """A signed version; append-only. A renewal or an amendment is the next number, and the latest one holds."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="agreements")
    number = models.PositiveIntegerField()
    reference = models.CharField(_("where it is kept"), max_length=200)
    signed_on = models.DateField(_("signed on"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    notice_days = models.PositiveIntegerField(_("days before its end on which renewal is due"), default=90)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["program_id", "-number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="agreement_number_once"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="agreement_ends_after_start"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.reference} v{self.number}"


class RenewalNotice(Row):
    """That the people concerned were told of the end of an agreement: once for each version."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="notice")

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"renewal of {self.agreement_id}"
