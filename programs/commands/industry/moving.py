"""One way to move an industrial request: lock, permit, advance, tell the other side."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from accounts.queries import holders
from core.names import in_english
from notifications.commands import notify
from programs.models import IndustrialRequest
from programs.permissions.industry import industrial_parties
from programs.workflows.industry import INDUSTRIAL
from workflow.commands import advance, permitted_move


def locked(request: IndustrialRequest) -> IndustrialRequest:
    """The request with its row locked: the row that owns its state, quotations and payments."""
    rows = IndustrialRequest.objects.select_for_update(of=["self"])
    return rows.select_related("alliance", "facility", "instrument", "contact", "team").get(pk=request.pk)


def permitted(request: IndustrialRequest, move: str, *, by: Any, note: str = "") -> IndustrialRequest:
    """The locked request, if `by` may make the move now. Raises as `permitted_move`."""
    request = locked(request)
    permitted_move(INDUSTRIAL, move, request.state, industrial_parties(by, request), note)
    return request


def moved(
    request: IndustrialRequest, move: str, *, by: Any, note: str = "", also: Iterable[str] = (), **data: Any
) -> IndustrialRequest:
    """Move a locked request, record it, and tell the other side."""
    parties = industrial_parties(by, request)
    advance(request, INDUSTRIAL, move, by=by, parties=parties, note=note, also=also, **data)
    tell(request, by=by, note=note)
    return request


def office_of(request: IndustrialRequest) -> Iterable[User]:
    """Who runs it: the user office and managers of its facility, else the secretariat of the alliance."""
    if request.facility_id is None:
        return holders("secretariat", request.alliance_id)
    return holders("user_office", request.facility_id) | holders("facility_manager", request.facility_id)


def tell(request: IndustrialRequest, *, by: Any, note: str = "", kind: str = "industrial_moved") -> None:
    """One message to the company and the office, but not to the one who did it."""
    people = {person.pk: person for person in (request.contact, *office_of(request)) if person.pk != by.pk}
    context = {
        "request": request.title,
        "number": request.reference,
        "company": request.company,
        "stage": in_english(INDUSTRIAL.states[request.state]),
        "by": by.name,
        "note": note,
    }
    notify(list(people.values()), kind, subject=request, context=context)
