"""What companies may still get of a facility's user time: the cap in the cycles in which they can use it (R-17)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils.translation import gettext as _

from core import clock, names, times
from core.errors import Violation
from facilities.models import Access, Allocation, Cycle, Facility, Instrument
from facilities.queries.shares import shares_for
from facilities.rules.facts import CycleShare
from programs.models import IndustrialRequest, Quotation
from programs.permissions.industry import industrial_parties

PROMISED = ("accepted", "contract")
"""States in which the units of the quotation are promised and not yet on an account."""
UNPAID = ("enquiry", "nda", "quoted", "accepted", "contract")
ON_ACCOUNT = ("paid", "booked")


@dataclass(frozen=True)
class CappedCycle:
    """A planned cycle of which proprietary use may get `most` per cent; `room` is left of it, in hours of one place."""

    name: str
    until: datetime
    most: int
    room: Decimal

    def last_day(self, zone: str) -> date:
        return (self.until - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True)
class Cap:
    """Hours of one place: what is `left` in all the cycles without what is `promised` to others and not booked yet."""

    cycles: tuple[CappedCycle, ...]
    promised: Decimal
    zone: str
    binding: bool
    """Whether every planned cycle that paid time reaches is capped; else it may be used in one that is not."""

    @property
    def left(self) -> Decimal:
        return max(sum((each.room for each in self.cycles), Decimal(0)) - self.promised, Decimal(0))

    @property
    def period(self) -> str:
        """The cycles, each with its last day."""
        return ", ".join(
            _("%(cycle)s (%(most)d %% until %(day)s)")
            % {"cycle": each.name, "most": each.most, "day": times.plain_day(each.last_day(self.zone))}
            for each in self.cycles
        )


def proprietary_cap(
    facility: Facility, *, since: datetime | None = None, without: IndustrialRequest | None = None
) -> Cap | None:
    """What is left for companies in the cycles that paid time reaches from `since` (now) on; `without` is the request
    that asks. None where no planned cycle limits them."""
    first = since or clock.now()
    last = first + relativedelta(months=settings.PAID_TIME_MONTHS)
    cycles = Cycle.objects.filter(facility=facility, period__overlap=(first, last)).order_by("period", "id")
    shares = shares_for(None, [cycle.pk for cycle in cycles])
    rooms = [(share, _room(share)) for share in shares]
    capped = tuple(
        CappedCycle(share.cycle, share.upper, share.quotas.get(Access.PROPRIETARY, (0, 100))[1], max(room, Decimal(0)))
        for share, room in rooms
        if room is not None
    )
    if not capped:
        return None
    return Cap(capped, _promised(facility, without), facility.zone, binding=len(capped) == len(rooms))


def cap_shown(user: Any, request: IndustrialRequest) -> Cap | None:
    """What the office is told before it sells time; nothing to the company, and nothing when the time is given."""
    if request.facility is None or request.state not in UNPAID or "office" not in industrial_parties(user, request):
        return None
    return proprietary_cap(request.facility, without=request)


def over_cap(cap: Cap | None, hours: Decimal, *, field: str) -> list[Violation]:
    """Refuses more hours than are left, saying how many are and in which period (R-17)."""
    if cap is None or not cap.binding or hours <= cap.left:
        return []
    message = _(
        "These are %(asked)s, and %(left)s are left under the cap of proprietary time: %(period)s; what is promised to "
        "other companies is taken off. Offer less, or say in the note why it may be more."
    ) % {"asked": names.units(hours, "hour"), "left": names.units(cap.left, "hour"), "period": cap.period}
    return [Violation("proprietary_cap", message, field, source="R-17")]


def hours_of(units: Decimal, instrument: Instrument) -> Decimal:
    """Hours of one place that so many units of an instrument take."""
    return units * instrument.unit_minutes / 60


def _room(share: CycleShare) -> Decimal | None:
    limits = [room for room in (share.own_room(Access.PROPRIETARY), share.rest(Access.PROPRIETARY)) if room is not None]
    return min(limits) if limits else None


def _promised(facility: Facility, without: IndustrialRequest | None) -> Decimal:
    rows = IndustrialRequest.objects.filter(facility=facility)
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    latest = {
        row.request_id: row
        for row in Quotation.objects.filter(request__in=rows.filter(state__in=PROMISED).order_by().values("pk"))
        .select_related("instrument")
        .order_by("number")
    }
    paid = rows.filter(state__in=ON_ACCOUNT).order_by().values("allocation")
    accounts = Allocation.objects.filter(pk__in=paid, valid_until__gt=clock.now()).select_related("instrument")
    unused = sum((row.left * row.instrument.unit_minutes / 60 for row in accounts), Decimal(0))
    return unused + sum((hours_of(row.units, row.instrument) for row in latest.values()), Decimal(0))
