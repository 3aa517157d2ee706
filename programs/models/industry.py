"""Industrial access: what a company asks, what it is quoted, what was signed and paid, and what it used."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import validate_country
from accounts.models import Organisation
from alliance.models import Alliance
from core.models import APPEND_ONLY, Row, Versioned
from facilities.models import Allocation, Facility, Instrument, Team, Technique
from programs.workflows.industry import INDUSTRIAL


class IndustrialRequest(Versioned):
    """A company's wish for proprietary time. Its title may be published (R-33); everything else is between the two.

    Without a facility it lies with the alliance's office, which passes it on.
    """

    number = models.BigIntegerField(
        unique=True, editable=False, db_default=Func(Value("programs_industrial_number"), function="nextval")
    )
    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="industrial_requests")
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="industrial_requests"
    )
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    technique = models.ForeignKey(Technique, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    company = models.CharField(_("company"), max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    country = models.CharField(_("country"), max_length=2, blank=True, default="", validators=[validate_country])
    contact = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="industrial_requests")
    title = models.CharField(_("title"), max_length=200, help_text=_("It may be published; say nothing secret here."))
    question = models.TextField(_("what is to be found out"))
    mode = models.CharField(_("mode"), max_length=10, choices=Instrument.Mode, default=Instrument.Mode.ONSITE)
    state = models.CharField(_("state"), max_length=12, choices=INDUSTRIAL.choices, default="enquiry")
    team = models.OneToOneField(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    allocation = models.OneToOneField(Allocation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    nda_on = models.DateField(_("confidentiality agreed on"), null=True, blank=True)
    signed_on = models.DateField(_("agreement signed on"), null=True, blank=True)
    agreement = models.CharField(_("reference of the agreement"), max_length=120, blank=True, default="")
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [INDUSTRIAL.guard()]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["enquiry", "nda", "declined", "withdrawn"]) | Q(facility__isnull=False),
                name="who_quotes_is_known",
            ),
        ]
        indexes = [models.Index(fields=["facility", "state"], name="industrial_of_facility")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"IND-{self.number:05d}"


class Quotation(Row):
    """A price for units of one instrument, valid until an instant; append-only, the latest one counts.

    From unit number `from_unit` on, `prices` gives the price of one unit, in `currency`: a sliding price has several.
    """

    request = models.ForeignKey(IndustrialRequest, on_delete=models.PROTECT, related_name="quotations")
    number = models.PositiveIntegerField()
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    units = models.DecimalField(_("units"), max_digits=14, decimal_places=3)
    unit = models.CharField(max_length=10, choices=Instrument.Unit)
    prices = models.JSONField(default=list, help_text="[from unit, price of one unit] in rising order, from 1.")
    services = models.DecimalField(_("services, in all"), max_digits=14, decimal_places=2, default=0)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    valid_until = models.DateTimeField(_("valid until"))
    terms = models.TextField(_("terms"), blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["request_id", "-number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="quotation_number_once"),
            models.CheckConstraint(condition=Q(units__gt=0, total__gte=0, services__gte=0), name="quotation_positive"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("created_at")), name="quotation_valid_for_a_while"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"quotation {self.number}"


class Payment(Row):
    """Money that came in, in the quotation's currency; append-only, a correction is a negative payment."""

    request = models.ForeignKey(IndustrialRequest, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    received_on = models.DateField(_("received on"))
    reference = models.CharField(_("reference"), max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["request_id", "received_on", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "reference"], name="payment_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="payment_of_something"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.amount} {self.reference}"


class Statement(Row):
    """What was used, what it costs and what is paid, frozen when it was sent."""

    request = models.OneToOneField(IndustrialRequest, on_delete=models.PROTECT, related_name="statement_sent")
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"statement of {self.request_id}"


class PublishedTitle(Row):
    """The title of a company's work as everybody may read it (R-33, APS: a title is publishable); nothing else is."""

    request = models.OneToOneField(IndustrialRequest, on_delete=models.PROTECT, related_name="published")
    title = models.CharField(_("title"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title
