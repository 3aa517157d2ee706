"""One way to move an application for a place: lock, permit, advance, tell those it concerns."""

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import User
from core.names import in_english
from notifications.commands import notify
from programs.commands.cooperation.telling import lead_team, office, signatories
from programs.commands.opportunities.drafting import locked as locked_offer
from programs.models import Candidacy
from programs.permissions.opportunities import candidacy_parties
from programs.workflows.opportunities import CANDIDACY
from workflow.commands import advance, permitted_move


def asked(candidacy: Candidacy, move: str, *, by: Any, note: str = "") -> Candidacy:
    """The application, with the offer's row and its own locked, if `by` may make the move now.

    The offer is locked first: it owns the places. Raises as `permitted_move`.
    """
    offer = locked_offer(candidacy.opportunity)
    rows = Candidacy.objects.select_for_update(of=["self"])
    row = rows.select_related("person", "centre", "stay", "enrolment").get(pk=candidacy.pk)
    row.opportunity = offer
    permitted_move(CANDIDACY, move, row.state, candidacy_parties(by, row), note)
    return row


def moved(
    candidacy: Candidacy, move: str, *, by: Any, note: str = "", also: Sequence[str] = (), **data: Any
) -> Candidacy:
    """Move a locked application, record it and tell who is concerned, but not who did it."""
    parties = candidacy_parties(by, candidacy)
    advance(candidacy, CANDIDACY, move, by=by, parties=parties, note=note, also=also, **data)
    if candidacy.submitted_at is not None and move not in SILENT:
        _tell(candidacy, _concerned(candidacy, move), by=by, note=note)
    return candidacy


SILENT = frozenset({"rank", "edit"})
"""Moves inside the office: a rank is told with the decision."""
TO_THE_OFFICE = frozenset({"submit", "withdraw", "accept", "decline", "give-back", "nominate"})


def _concerned(candidacy: Candidacy, move: str) -> Iterable[User]:
    program = candidacy.opportunity.program
    people = [candidacy.person]
    if move in TO_THE_OFFICE:
        people += [*lead_team(program), *office(program, "secretariat")]
    if move == "submit" and candidacy.opportunity.nomination_needed:
        people += signatories([candidacy.centre_id])
    return people


def _tell(candidacy: Candidacy, people: Iterable[User], *, by: Any, note: str) -> None:
    told = {person.pk: person for person in people if person.pk != by.pk}
    offer = candidacy.opportunity
    context = {
        "offer": offer.title,
        "person": candidacy.person.name,
        "stage": in_english(CANDIDACY.states[candidacy.state]),
        "answer_by": candidacy.answer_by.isoformat() if candidacy.answer_by else "",
        "zone": offer.zone,
        "by": by.name,
        "note": note,
    }
    notify(list(told.values()), "candidacy_moved", subject=candidacy, context=context)
