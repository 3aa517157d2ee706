"""One way to move an application: lock, permit, advance, tell the contact and the secretariat."""

from collections.abc import Sequence
from typing import Any

from accounts.queries import holders
from alliance.models import MembershipApplication
from alliance.permissions.membership import application_parties
from alliance.workflows.membership import APPLICATION
from core.names import in_english
from notifications.commands import notify
from workflow.commands import advance, permitted_move


def asked(application: MembershipApplication, move: str, *, by: Any, note: str = "") -> MembershipApplication:
    """The application with its row locked, if `by` may make the move now. Raises as `permitted_move`."""
    application = locked(application)
    permitted_move(APPLICATION, move, application.state, application_parties(by, application), note)
    return application


def locked(application: MembershipApplication) -> MembershipApplication:
    """The application with its row locked: the row that owns its files, points and state."""
    rows = MembershipApplication.objects.select_for_update(of=["self"])
    return rows.select_related("alliance", "organisation", "contact").get(pk=application.pk)


def moved(
    application: MembershipApplication,
    move: str,
    *,
    by: Any,
    note: str = "",
    also: Sequence[str] = (),
    **data: Any,
) -> MembershipApplication:
    """Move a locked application, record it, and tell its contact and the secretariat, but not who did it."""
    parties = application_parties(by, application)
    advance(application, APPLICATION, move, by=by, parties=parties, note=note, also=also, **data)
    if application.submitted_at is not None:
        _tell(application, by=by, note=note)
    return application


def _tell(application: MembershipApplication, *, by: Any, note: str) -> None:
    people = {application.contact_id: application.contact}
    people |= {person.pk: person for person in holders("secretariat", application.alliance_id)}
    people.pop(by.pk, None)
    kind = {"submitted": "application_submitted", "returned": "application_returned"}
    context = {
        "organisation": application.organisation.name,
        "alliance": application.alliance.acronym,
        "stage": in_english(APPLICATION.states[application.state]),
        "by": by.name,
        "note": note,
    }
    notify(people.values(), kind.get(application.state, "application_moved"), subject=application, context=context)
