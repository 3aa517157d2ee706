"""Money of a programme in its own currency: what is planned, contributed and spent, each at the rate of its day."""

from decimal import ROUND_HALF_EVEN, Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.models import APPEND_ONLY, Row
from programs.models.cooperation import Program


class Booked(Row):
    """An amount in the currency it was paid in, and the rate at which it was booked: 1 of it in the programme's own."""

    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=16, decimal_places=8)
    booked_on = models.DateField(_("booked on"))
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @property
    def worth(self) -> Decimal:
        """In the programme's own currency, to two decimals."""
        return (self.amount * self.rate).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


class BudgetLine(Row):
    """What a programme plans to spend on one thing, in its own currency."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="budget")
    category = models.CharField(_("for what"), max_length=120)
    planned = models.DecimalField(_("planned"), max_digits=14, decimal_places=2)

    class Meta:
        ordering = ["program_id", "category", "id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "category"], name="budget_line_once"),
            models.CheckConstraint(condition=Q(planned__gte=0), name="budget_not_negative"),
        ]

    def __str__(self) -> str:
        return self.category


class Contribution(Booked):
    """What a partner gives, in money or in kind; append-only, a correction is an entry of its own."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="contributions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contributions")
    in_kind = models.BooleanField(_("in kind"), default=False)

    class Meta:
        ordering = ["program_id", "booked_on", "created_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(rate__gt=0), name="contribution_rate_positive")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Expenditure(Booked):
    """What was spent on a budget line; append-only, a correction is an entry of its own."""

    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="spent")

    class Meta:
        ordering = ["line_id", "booked_on", "created_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(rate__gt=0), name="expenditure_rate_positive")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
