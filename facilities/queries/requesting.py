"""What somebody who wants time can choose from: instruments of one kind, and the accounts that would pay for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from core import clock, names, times
from facilities.models import Access, Allocation, Instrument, Team, TeamMember
from facilities.queries.availability import Slot, gaps, grid_of, legal_minutes, requestable, within_horizon
from facilities.queries.policies import completed
from facilities.queries.rulebook import policies_holding

HOUR_MINUTES = 60
"""A stretch of the wall clock may take an hour less when clocks change."""

RESERVING = "category_permitted"
"""The rule that keeps categories to those with an allocation of them."""


def first_free(
    instruments: Sequence[Instrument], minutes: int, starts_at: datetime, ends_at: datetime
) -> dict[UUID, Slot]:
    """The earliest legal stay of each instrument of `minutes`, or of its shortest length when that is longer.

    One statement for all; an instrument without free time is absent.
    """
    known = {row.pk: row for row in instruments}
    wanted = {row.pk: legal_minutes(row, minutes) for row in instruments}
    found: dict[UUID, Slot] = {}
    if not known:
        return found
    for pk, lower, upper in gaps(known, starts_at, ends_at, min(wanted.values()) - HOUR_MINUTES):
        grid = grid_of(known[pk])
        first = grid.first_from(lower)
        end = grid.end_after(first, wanted[pk])
        if pk not in found and wanted[pk] >= minutes and end <= upper and within_horizon(known[pk], first):
            found[pk] = Slot(known[pk], first, end)
    return found


def alike(instrument: Instrument, *, limit: int = 4) -> list[Instrument]:
    """The instrument itself, then others that share most of its techniques, those charged in the same unit first."""
    techniques = list(instrument.techniques.values_list("id", flat=True))
    if not techniques:
        return [instrument]
    others = (
        requestable()
        .exclude(pk=instrument.pk)
        .filter(techniques__in=techniques)
        .annotate(
            shared=Count("techniques", filter=Q(techniques__in=techniques), distinct=True),
            other_unit=Case(When(unit=instrument.unit, then=Value(0)), default=Value(1), output_field=IntegerField()),
        )
        .order_by("other_unit", "-shared", "facility__name", "code", "id")
    )
    return [instrument, *others[: limit - 1]]


@dataclass(frozen=True)
class Account:
    """What a request may be charged to: an allocation of a team, or the team alone. `key` goes through a form."""

    key: str
    team: Team
    allocation: Allocation | None = None

    @property
    def label(self) -> str:
        if self.allocation is None:
            return self.team.title
        left = names.units(self.allocation.left, self.allocation.unit)
        if self.pays_at(clock.now()):
            return _("%(team)s: %(left)s left") % {"team": self.team.title, "left": left}
        zone = times.zone_of(self.allocation.instrument.facility.zone)
        first = times.plain_day(self.allocation.valid_from.astimezone(zone).date())
        return _("%(team)s: %(left)s left, from %(day)s") % {"team": self.team.title, "left": left, "day": first}

    def pays_at(self, at: datetime) -> bool:
        """Whether it is an allocation that is valid then."""
        return self.allocation is not None and self.allocation.valid_from <= at < self.allocation.valid_until


def accounts(user: Any, instrument: Instrument, at: datetime) -> list[Account]:
    """On whose account a person may request time of an instrument: allocations valid now or later first, then teams."""
    teams = list(
        Team.objects.filter(members__user=user, is_active=True, archived_at=None).order_by("title", "id").distinct()
    )
    held = (
        Allocation.objects.filter(team__in=teams, instrument=instrument, valid_until__gt=at)
        .filter(granted__gt=F("held") + F("used"))
        .select_related("team", "cycle", "instrument__facility")
        .order_by("valid_until", "id")
    )
    return [
        *(Account(f"allocation:{row.pk}", row.team, row) for row in held),
        *(Account(f"team:{team.pk}", team) for team in teams),
    ]


def known_accounts(person: Any, instrument: Instrument, at: datetime) -> list[Account]:
    """Of a person's accounts those that the instrument's facility knows of: allocations of its own time."""
    return [row for row in accounts(person, instrument, at) if row.allocation]


def categories_open(instrument: Instrument, accounts: Iterable[Account]) -> list[str]:
    """The access categories in which somebody with these accounts may ask for time of an instrument.

    Those of their allocations, and every other that the place gives without one: what `category_permitted` says there,
    or would say where nobody wrote it down. Programme time is for those on a programme.
    """
    accounts = list(accounts)
    held = {row.allocation.category for row in accounts if row.allocation}
    if any(row.team.kind == Team.Kind.PROGRAM for row in accounts):
        held.add(Access.PROGRAM)
    stated = [row.parameters for row in policies_holding(instrument) if row.rule == RESERVING] or [{}]
    reserved = {Access.PROGRAM.value}.union(*(completed(RESERVING, each)["categories"] for each in stated))
    return [category for category in Access.values if category in held or category not in reserved]


def companions(user: Any) -> list[Any]:
    """People of the person's teams who may come along, without the person."""
    shared = (
        TeamMember.objects.filter(team__members__user=user, team__is_active=True)
        .exclude(user=user)
        .select_related("user")
        .order_by("user__name", "user_id")
        .distinct("user__name", "user_id")
    )
    return [member.user for member in shared]
