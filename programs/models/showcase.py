"""What industry finds in public: offers by technique, published cases, and enquiries of visitors without an account."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import validate_country
from accounts.models import Organisation
from alliance.models import Alliance
from core.models import Row, Versioned
from facilities.models import Facility, Instrument, Technique
from programs.models.industry import IndustrialRequest


class Shown(Versioned):
    """What an alliance shows to industry: public from `published_at` until it is taken down."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="%(class)ss")
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    text = models.TextField(_("text"))
    text_zh = models.TextField(_("text in Chinese"), blank=True, default="")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    technique = models.ForeignKey(Technique, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class IndustrialOffer(Shown):
    """What a member can do for companies, by technique, with its technology readiness level (1 to 9)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="industrial_offers")
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, blank=True, related_name="industrial_offers"
    )
    readiness = models.PositiveSmallIntegerField(
        _("technology readiness level"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
    )

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(readiness=None) | Q(readiness__gte=1, readiness__lte=9), name="readiness_is_a_level"
            )
        ]


class ApplicationCase(Shown):
    """A story of what industry gained from a facility; its source is named."""

    company = models.CharField(_("company"), max_length=200, blank=True, default="")
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-published_at", "-id"]


class VisitorEnquiry(Row):
    """What a visitor asked before the address was confirmed; it becomes an industrial request, or is purged."""

    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("your name"), max_length=200)
    email = models.EmailField(_("e-mail"))
    locale = models.CharField(max_length=10, default="en")
    company = models.CharField(_("company"), max_length=200)
    country = models.CharField(_("country"), max_length=2, blank=True, default="", validators=[validate_country])
    title = models.CharField(_("title"), max_length=200)
    question = models.TextField(_("what is to be found out"))
    offer = models.ForeignKey(IndustrialOffer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField()
    request = models.OneToOneField(
        IndustrialRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="visitor_enquiry"
    )

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name_plural = "visitor enquiries"

    def __str__(self) -> str:
        return self.title
