"""Takes the locks of a request and looks at everything it needs to know, in one round trip."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.errors import Invalid, NotPermitted, Violation
from core.rows import fetch_together, load
from facilities import sql
from facilities.commands.bookings.routing import SUBJECT
from facilities.commands.locks import lock_counted, locked_instrument, time_parameters
from facilities.models import Allocation
from facilities.queries.allocations import paying_parameters
from facilities.queries.asking import Asker, asker_parameters, read_asker
from facilities.queries.facts import Gathered, facts_parameters, gather_facts, read_facts
from facilities.rules import BookingRequest
from workflow import approvals
from workflow.models import Route


@dataclass(frozen=True)
class Seen:
    """The request with its locked rows, who asks, the facts, the number the booking is to have, and the route that it
    would go through (None where nobody has set one up yet)."""

    request: BookingRequest
    gathered: Gathered
    number: int
    asker: Asker
    route: Route | None


def look(request: BookingRequest, *, by: Any, people: tuple[UUID, ...]) -> Seen:
    """Lock instrument with parts, equipment, people and account, in this order, and gather the facts after that."""
    instrument = request.instrument
    _locked, [asker], route, paying, [(number, *facts)] = fetch_together(
        (sql.LOCK_TIME, time_parameters([instrument.pk], people, request.equipment)),
        (sql.ASKER, asker_parameters(request, by)),
        approvals.ask_route([instrument.pk, instrument.facility_id], SUBJECT),
        *_of_the_time(request, people),
    )
    return Seen(*_read(request, paying, facts, people), number, read_asker(asker), approvals.read_route(route))


def look_on(seen: Seen, request: BookingRequest, *, people: tuple[UUID, ...]) -> Seen:
    """The same for another time of what was looked at already, in the same transaction: only what the time changes."""
    paying, [(number, *facts)] = fetch_together(*_of_the_time(request, people))
    return Seen(*_read(request, paying, facts, people), number, seen.asker, seen.route)


def _of_the_time(request: BookingRequest, people: tuple[UUID, ...]) -> tuple[tuple[str, Any], ...]:
    return (
        (sql.LOCK_PAYING, paying_parameters(request)),
        (sql.NUMBERED_FACTS, facts_parameters(request, people)),
    )


def _read(
    request: BookingRequest, paying: Any, facts: Any, people: tuple[UUID, ...]
) -> tuple[BookingRequest, Gathered]:
    """The request with its account and, where it was edited since the caller read it, its instrument; and the facts."""
    allocation = load(Allocation, paying[0]) if paying else None
    request = replace(request, allocation=allocation)
    gathered = read_facts(facts, request, allocation, hold=lock_counted)
    if gathered.version != request.instrument.version:
        request = replace(request, instrument=locked_instrument(request.instrument.pk))
        gathered = gather_facts(request, people=people, hold=lock_counted)
    return request, gathered


def require_party(request: BookingRequest, asker: Asker, *, by: Any) -> None:
    """Members book on a team's account. Who is named is claimed for the time, so only oneself and the team can be.

    Raises NotPermitted and Invalid.
    """
    if request.team is not None and not asker.member and not by.is_system:
        raise NotPermitted(_("You are not on this team. Ask one of its leads to add you."))
    others = {person.pk for person in request.people} - {by.pk}
    if others and (request.team is None or request.team.members.filter(user__in=others).count() < len(others)):
        message = _("Name only yourself and members of the team that the time is for.")
        raise Invalid(message, [Violation("people_of_the_team", message, field="people")], code="people_of_the_team")
