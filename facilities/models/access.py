"""On whose account time is booked: teams, their allocations of time, and the ledger of every unit."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.models import APPEND_ONLY, Row, Versioned
from facilities.models.calendar import Access, Cycle
from facilities.models.catalogue import Instrument


class Team(Versioned):
    """People who book together on one account. A joint programme, a proposal, a virtual organisation each has one;
    a programme shares its identifier with its team, so the layer to the left is named without being known."""

    class Kind(models.TextChoices):
        PROGRAM = "program", _("Programme")
        PROPOSAL = "proposal", _("Proposal")
        VIRTUAL = "virtual_organisation", _("Virtual organisation")
        GROUP = "group", _("Group")

    kind = models.CharField(max_length=20, choices=Kind, default=Kind.GROUP)
    reference = models.CharField(max_length=60, blank=True, default="")
    title = models.CharField(_("title"), max_length=400)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="teams"
    )
    is_active = models.BooleanField(default=True)
    source = models.CharField(max_length=60, blank=True, default="")
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "reference"], condition=~Q(reference=""), name="team_reference_once_per_source"
            )
        ]

    def __str__(self) -> str:
        return self.title


class TeamMember(Row):
    """A person on a team; leads may book, move and cancel for it, members may book."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead")
        MEMBER = "member", _("Member")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teams")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)

    class Meta:
        ordering = ["team_id", "role", "id"]
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class Allocation(Versioned):
    """Units of time of one instrument that a team may use, usually in one cycle.

    granted − held − used is what is left and is never negative. The three columns are sums of the ledger, kept on
    the row that is locked; `LedgerEntry` says how they came about.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="allocations")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="allocations")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, blank=True, related_name="allocations")
    unit = models.CharField(max_length=10, choices=Instrument.Unit)
    category = models.CharField(_("access category"), max_length=15, choices=Access, default=Access.PROGRAM)
    granted = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    held = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    used = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"))
    on_hold = models.CharField(
        max_length=300, blank=True, default="", help_text="Why nothing may be asked of it for now; empty: it may."
    )
    conditions = models.TextField(
        _("safety conditions"), blank=True, default="", help_text=_("They hold for every booking of this time.")
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-valid_until", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "instrument", "cycle"], name="allocation_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(granted__gte=F("held") + F("used")), name="balance_never_negative"),
            models.CheckConstraint(condition=Q(granted__gte=0, held__gte=0, used__gte=0), name="sums_never_negative"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="allocation_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.granted} {self.unit}"

    @property
    def left(self) -> Decimal:
        return self.granted - self.held - self.used


class LedgerEntry(Row):
    """One change of an allocation, in its unit; append-only. `units` is positive; the kind says which way it counts."""

    class Kind(models.TextChoices):
        GRANTED = "granted", _("Granted")
        HELD = "held", _("Held")
        RELEASED = "released", _("Released")
        USED = "used", _("Used")
        RETURNED = "returned", _("Returned")
        EXPIRED = "expired", _("Expired")
        COMPENSATED = "compensated", _("Compensated")
        SENT = "sent", _("Moved away")
        RECEIVED = "received", _("Moved here")

    ADDING = frozenset({Kind.GRANTED, Kind.COMPENSATED, Kind.RECEIVED, Kind.RELEASED})
    """Kinds after which more is left; after the others less is."""

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="entries")
    booking_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=12, choices=Kind)
    units = models.DecimalField(max_digits=14, decimal_places=3)
    counterpart = models.ForeignKey(
        Allocation,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Where units that were moved went, or came from.",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(units__gte=0), name="ledger_units_positive")]
        indexes = [models.Index(fields=["booking_id"], name="ledger_of_booking")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.kind} {self.units}"
