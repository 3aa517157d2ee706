"""Asking for a campaign: the time of all legs or of none, then each facility is asked by its own route."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit
from core.errors import Invalid, Violation
from core.rows import insert
from facilities.announcing import campaign_messages
from facilities.commands.bookings.deciding import approve_booking
from facilities.commands.bookings.placing import lost_race
from facilities.commands.bookings.requesting import settled
from facilities.commands.bookings.routing import go_on_if_approved, prepare_route
from facilities.commands.bookings.together import (
    Judge,
    Placed,
    check_together,
    place_together,
    refused,
    with_alternatives,
)
from facilities.coupling import Coupling, Link
from facilities.models import Booking, Campaign, Leg, Team
from facilities.rules import BookingRequest

MOST_LEGS = 20
ALTERNATIVES = 3
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class LegWish:
    """A leg: a request whose time is chosen, and how it is tied to an earlier one, given by its position from 1."""

    request: BookingRequest
    is_lead: bool = False
    after: int | None = None
    min_gap_minutes: int = 0
    max_gap_minutes: int | None = None


@dataclass(frozen=True)
class CampaignWish:
    """What is asked for together. Title and team are those of every leg that names none."""

    title: str
    legs: Sequence[LegWish]
    coupling: str = Coupling.ALL
    at_least: int = 0
    team: Team | None = None


@dataclass(frozen=True)
class CampaignCheck:
    """What would happen, leg by leg, in their order."""

    legs: Sequence[Placed]

    @property
    def ok(self) -> bool:
        return not any(leg.violations for leg in self.legs)


def check_campaign(wish: CampaignWish, *, by: Any) -> CampaignCheck:
    """Every leg with all its violations and free alternatives, judged as asking would, without a lock.

    Raises Invalid and NotPermitted.
    """
    placed = _plan(wish, _settled(wish, by), check_together, by=by)
    return CampaignCheck(with_alternatives(placed, ALTERNATIVES))


def request_campaign(wish: CampaignWish, *, by: Any, is_demo: bool = False) -> Campaign:
    """Take the time of every leg or of none, and ask each facility by its own route for its own leg.

    With a lead, the other facilities are asked when the lead is approved. Raises Invalid (400), NotPermitted (403),
    SlotTaken (409) and RulesRefuse (422); `details["legs"]` says which legs are refused, why, and what is free.
    """
    requests = _settled(wish, by)
    with lost_race(requests[0]), transaction.atomic():
        placed = _plan(wish, requests, place_together, by=by)
        if not any(one.violations for one in placed):
            bookings = [one.booking for one in placed if one.booking is not None]
            campaign = _write(wish, bookings, {person for one in placed for person in one.told}, by=by, is_demo=is_demo)
            _ask(wish, bookings)
            campaign.refresh_from_db()
            return campaign
        transaction.set_rollback(True)
    raise _refusal(with_alternatives(placed, ALTERNATIVES))


def _settled(wish: CampaignWish, by: Any) -> list[BookingRequest]:
    if violations := list(_misreadings(wish)):
        raise Invalid(_("The campaign cannot be read as it is."), violations)
    return [
        settled(replace(leg.request, title=leg.request.title or wish.title, team=leg.request.team or wish.team), by)
        for leg in wish.legs
    ]


def _misreadings(wish: CampaignWish) -> Iterator[Violation]:
    n = len(wish.legs)
    if not wish.title.strip():
        yield Violation("required", _("Give the campaign a title."), "title")
    if not 2 <= n <= MOST_LEGS:
        yield Violation("legs", _("A campaign has from 2 to %(most)d legs.") % {"most": MOST_LEGS}, "legs")
    if wish.coupling not in Coupling.values:
        yield Violation("unknown_choice", _("Say how the legs hold together."), "coupling")
    if wish.coupling == Coupling.AT_LEAST and not 1 <= wish.at_least <= n:
        yield Violation("at_least", _("Say how many legs are needed, from 1 to %(n)d.") % {"n": n}, "at_least")
    leads = sum(leg.is_lead for leg in wish.legs)
    if leads > 1 or (wish.coupling == Coupling.LEAD and not leads):
        yield Violation("one_lead", _("Say which one leg is the lead."), "legs")
    for position, leg in enumerate(wish.legs, 1):
        name = f"legs.{position}"
        if leg.after is not None and not 1 <= leg.after < position:
            yield Violation("leg_order", _("Leg %(n)d can only come after an earlier one.") % {"n": position}, name)
        if leg.min_gap_minutes < 0 or (leg.max_gap_minutes is not None and leg.max_gap_minutes < leg.min_gap_minutes):
            message = _("The most time before leg %(n)d cannot be less than the least.") % {"n": position}
            yield Violation("leg_gap", message, name)


def _plan(wish: CampaignWish, requests: Sequence[BookingRequest], judge: Judge, *, by: Any) -> list[Placed]:
    placed = judge(requests, by=by)
    return [replace(one, violations=(*one.violations, *_disorder(wish, n, requests))) for n, one in enumerate(placed)]


def _disorder(wish: CampaignWish, n: int, requests: Sequence[BookingRequest]) -> Iterator[Violation]:
    """The same as the rule of a leg that moves later, for legs that are not there yet."""
    leg = wish.legs[n]
    if leg.after is None:
        return
    most = None if leg.max_gap_minutes is None else leg.max_gap_minutes * MINUTE
    link = Link(True, requests[leg.after - 1].ends_at, leg.min_gap_minutes * MINUTE, most)
    if not link.holds(requests[n].starts_at, requests[n].ends_at):
        message = _("Leg %(n)d does not keep its distance from leg %(other)d. Choose another time for one of them.") % {
            "n": n + 1,
            "other": leg.after,
        }
        yield Violation("legs_in_order", message, "starts_at", source="campaign")


def _refusal(placed: Sequence[Placed]) -> Exception:
    wrong = [(n, one) for n, one in enumerate(placed, 1) if one.violations]
    names = ", ".join(f"{n} ({one.request.instrument.name})" for n, one in wrong)
    message = ngettext(
        "Leg %(legs)s is not possible. Nothing was asked for.",
        "Legs %(legs)s are not possible. Nothing was asked for.",
        len(wrong),
    ) % {"legs": names}
    error = refused([one for _n, one in wrong], message)
    error.details = {"legs": [{"leg": n, **one.as_dict()} for n, one in wrong]}
    return error


def _write(wish: CampaignWish, bookings: Sequence[Booking], told: set[Any], *, by: Any, is_demo: bool) -> Campaign:
    campaign = Campaign.objects.create(
        title=wish.title.strip(),
        requester=by,
        team=wish.team,
        coupling=wish.coupling,
        at_least=wish.at_least if wish.coupling == Coupling.AT_LEAST else 0,
        is_demo=is_demo,
        created_by=by,
    )
    legs: list[Leg] = []
    for position, (leg, booking) in enumerate(zip(wish.legs, bookings, strict=True), 1):
        legs.append(
            Leg(
                campaign=campaign,
                position=position,
                booking=booking,
                is_lead=leg.is_lead,
                after=legs[leg.after - 1] if leg.after else None,
                min_gap_minutes=leg.min_gap_minutes,
                max_gap_minutes=leg.max_gap_minutes,
            )
        )
    entry = audit.entry("request", campaign, by=by, to_state=campaign.state, legs=[one.reference for one in bookings])
    insert([*legs, entry, *campaign_messages(campaign, "campaign_requested", sorted(told), bookings, by=by)])
    return campaign


def _ask(wish: CampaignWish, bookings: Sequence[Booking]) -> None:
    """Start the routes: of the lead alone where there is one to wait for, else of all."""
    asked = [
        booking
        for leg, booking in zip(wish.legs, bookings, strict=True)
        if leg.is_lead or wish.coupling != Coupling.LEAD
    ]
    routes = [prepare_route(booking) for booking in asked]
    insert([row for route in routes for row in (route.process, *route.tasks)])
    for route, booking in zip(routes, asked, strict=True):
        go_on_if_approved(route.process, booking, approve_booking)
