"""A cycle as it is planned: hours of each kind of block by instrument, and shares of the user time by category."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from core import clock
from facilities import sql
from facilities.models import Access, Block, Cycle, Facility, Instrument, QuotaRule
from facilities.queries.shares import given_parameters

HOUR = Decimal("0.01")


@dataclass(frozen=True)
class InstrumentPlan:
    """Hours of a cycle by kind of block; `places` is how many may use the instrument at once."""

    instrument: Instrument
    cycle_hours: Decimal
    hours: Mapping[str, Decimal]

    @property
    def places(self) -> int:
        return self.instrument.capacity

    @property
    def user_hours(self) -> Decimal:
        """User and reserve time of one place."""
        return sum((self.hours.get(kind, Decimal(0)) for kind in Block.OPEN), Decimal(0))

    @property
    def other_hours(self) -> Decimal:
        """Closed, or for nothing that is planned; never negative where blocks that close overlap."""
        return max(self.cycle_hours - sum(self.hours.values(), Decimal(0)), Decimal(0))

    @property
    def user_units(self) -> Decimal:
        """User and reserve time of all places, in the instrument's unit."""
        return (self.user_hours * 60 / self.instrument.unit_minutes * self.places).quantize(HOUR)


@dataclass(frozen=True)
class Share:
    """Place-hours that an access category was given in a cycle, as a share of the user time, against its quota."""

    category: str
    hours: Decimal
    share: Decimal | None
    quota: QuotaRule | None

    @property
    def label(self) -> str:
        return str(Access(self.category).label)

    @property
    def standing(self) -> str:
        """`above` its maximum, `below` its minimum, `within`; empty without a quota or user time."""
        if self.quota is None or self.share is None:
            return ""
        if self.share * 100 > self.quota.most:
            return "above"
        return "below" if self.share * 100 < self.quota.least else "within"


def cycles_of(facility: Facility, *, drafts: bool) -> QuerySet[Cycle]:
    """The cycles of a facility, the latest first; drafts where they are wanted."""
    rows = Cycle.objects.filter(facility=facility)
    return (rows if drafts else rows.exclude(published_at=None)).order_by("-period", "-id")


def upcoming_blocks(facility: Facility) -> QuerySet[Block]:
    """Blocks of a facility and its instruments that are not over, by start."""
    rows = Block.objects.filter(facility=facility, period__endswith__gt=clock.now())
    return rows.select_related("instrument").order_by("period", "id")


def cycle_plan(cycle: Cycle) -> list[InstrumentPlan]:
    """Every instrument of the cycle's facility with its hours by kind of block; three statements."""
    found: dict[UUID, dict[str, Decimal]] = {}
    for pk, kind, hours in sql.rows(sql.KINDS, {"cycle": cycle.pk}):
        found.setdefault(pk, {})[kind] = Decimal(hours).quantize(HOUR)
    instruments = Instrument.objects.filter(facility=cycle.facility_id, archived_at=None).select_related("facility")
    whole = Decimal((cycle.period.upper - cycle.period.lower).total_seconds()) / 3600
    return [
        InstrumentPlan(instrument, whole.quantize(HOUR), found.get(instrument.pk, {}))
        for instrument in instruments.order_by("code", "id")
    ]


def shares_of(plans: list[InstrumentPlan], cycle: Cycle) -> list[Share]:
    """Shares of the user time of these plans of a cycle by access category: allocated, and booked outside any of the
    cycle's allocations. None where there is no user time. Source: R-17."""
    user = sum((plan.user_hours * plan.places for plan in plans), Decimal(0))
    wanted = {plan.instrument.pk for plan in plans}
    given = dict.fromkeys(Access.values, Decimal(0))
    for pk, category, hours in sql.rows(sql.GIVEN, given_parameters(cycle.pk)):
        if pk in wanted:
            given[category] += Decimal(hours)
    quotas = {rule.category: rule for rule in cycle.quotas.all()}
    return [
        Share(name, hours.quantize(HOUR), hours / user if user else None, quotas.get(name))
        for name, hours in given.items()
    ]
