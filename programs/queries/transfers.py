"""Transfers of a leg to another instrument: who sees them, whose agreement they wait for, where a leg may go."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from core import permissions
from core.lookup import find
from facilities.models import Facility, Instrument
from facilities.permissions import manages_accounts
from facilities.units import exchangeable
from programs.models import Leg, Transfer
from programs.permissions.proposals import leg_parties, proposals_visible_to


def transfers_visible_to(user: Any) -> QuerySet[Transfer]:
    """Those of proposals that a person sees, and those that leave or reach a facility whose time they give."""
    if not user.is_authenticated or not user.is_active:
        return Transfer.objects.none()
    seen = Q(leg__proposal__in=proposals_visible_to(user).order_by().values("pk"))
    giving = permissions.container_ids(user, "facilities.manage_calendar", Facility)
    theirs = Q(source__facility__in=giving) | Q(target__facility__in=giving)
    rows = Transfer.objects.filter(seen | theirs).select_related(
        "leg__proposal__call", "leg__proposal__pi", "leg__allocation", "source__facility", "target__facility",
        "by", "source_agreed_by", "target_agreed_by", "refused_by",
    )  # fmt: skip
    return rows.order_by("-created_at", "-id")


def transfers_waiting_for(user: Any) -> QuerySet[Transfer]:
    """Open ones to which a person may agree for a facility that has not said anything yet."""
    giving = permissions.container_ids(user, "facilities.manage_calendar", Facility)
    waiting = Q(source__facility__in=giving, source_agreed_by=None)
    waiting |= Q(target__facility__in=giving, target_agreed_by=None)
    return transfers_visible_to(user).filter(waiting, ended_at=None)


def find_transfer(user: Any, key: str | UUID) -> Transfer:
    """Raises NotFound for one that is not there or not to be seen."""
    return find(transfers_visible_to(user), key)


def transfer_parties(user: Any, transfer: Transfer) -> frozenset[str]:
    """`source` and `target` give time there; `pi` and `office` of the proposal may take it back."""
    parties = set(leg_parties(user, transfer.leg)) & {"pi", "office"}
    if manages_accounts(user, transfer.source.facility):
        parties.add("source")
    if manages_accounts(user, transfer.target.facility):
        parties.add("target")
    return frozenset(parties)


def open_transfer(leg: Leg) -> Transfer | None:
    return leg.transfers.filter(ended_at=None).select_related("target__facility", "by").first()


def instruments_for(leg: Leg) -> list[Instrument]:
    """Where a leg could go instead: bookable, in the same mode, with units that can be exchanged, not its own place
    nor that of another part of the proposal; by facility and code."""
    taken = leg.proposal.legs.order_by().values("instrument_id")
    rows = Instrument.objects.filter(is_bookable=True, archived_at=None).exclude(pk__in=taken)
    rows = rows.select_related("facility").order_by("facility__name", "code", "id")
    return [
        row for row in rows if exchangeable(leg.instrument.unit, row.unit) and (not row.modes or leg.mode in row.modes)
    ]
