"""What a place agrees with those who use it: what giving time back costs, and in what order freed time is offered."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from facilities.models.calendar import Access
from facilities.models.catalogue import Facility, Instrument


def precedence() -> list[str]:
    """Whom freed time is offered to first, where a facility publishes no other order."""
    return [
        Access.OPPORTUNITY,
        Access.RAPID,
        Access.DISCRETIONARY,
        Access.PROGRAM,
        Access.GENERAL,
        Access.PROPRIETARY,
    ]


class Terms(Versioned):
    """Terms of a facility, or of one of its instruments, which then go before those of the facility.

    Rows are never edited: new terms take the place of older ones, which still hold for what was asked for under them.
    Where there are none the defaults of the columns hold. Sources: R-28 (notice and deduction), R-30 (contact).
    """

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="terms")
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, null=True, blank=True, related_name="terms")
    notice_hours = models.PositiveIntegerField(_("free to cancel until, hours before the start"), default=14 * 24)
    deducted_percent = models.PositiveSmallIntegerField(
        _("deducted after that, % of the units"), default=100, validators=[MaxValueValidator(100)]
    )
    fee = models.DecimalField(_("fee for a late cancellation"), max_digits=10, decimal_places=2, default=Decimal(0))
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    answer_hours = models.PositiveIntegerField(_("an offer of freed time stands, hours"), default=24)
    contact_days = models.PositiveIntegerField(_("the reserve list is asked ahead, days"), default=30)
    precedence = ArrayField(
        models.CharField(max_length=15, choices=Access),
        verbose_name=_("freed time is offered first to"),
        default=precedence,
    )

    class Meta:
        ordering = ["facility_id", "instrument_id", "id"]
        verbose_name_plural = "terms"
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "instrument"],
                condition=Q(archived_at=None),
                name="terms_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(deducted_percent__lte=100), name="no_more_deducted_than_booked"),
            models.CheckConstraint(condition=Q(fee=0) | ~Q(currency="") & Q(fee__gt=0), name="a_fee_has_a_currency"),
            models.CheckConstraint(condition=Q(answer_hours__gte=1), name="there_is_time_to_answer"),
        ]

    def __str__(self) -> str:
        return str(self.instrument or self.facility)
