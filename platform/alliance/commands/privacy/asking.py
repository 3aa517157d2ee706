"""A person agrees or takes it back, asks for a copy of all data or to be forgotten; the office may refuse."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from alliance.commands.privacy.forgetting import hindrances
from alliance.models import Consent, DataRequest
from alliance.permissions.privacy import request_parties
from alliance.queries.privacy import consents_of
from alliance.workflows.privacy import DATA_REQUEST
from core import audit, clock
from core.errors import NotPermitted, RulesRefuse, Violation
from core.jobs import enqueue
from notifications.commands import notify
from workflow.commands import advance

OPEN = frozenset(DATA_REQUEST.states) - DATA_REQUEST.final


@transaction.atomic
def set_consent(person: User, purpose: str, is_given: bool, wording: str, *, by: Any) -> Consent | None:
    """What a person says about a purpose from now on, under the words that were read; None where it is so already.

    Raises NotPermitted for anybody else.
    """
    if by.pk != person.pk:
        raise NotPermitted(_("Consent is given by the person alone."))
    User.objects.select_for_update().get(pk=person.pk)
    said = consents_of(person).get(purpose)
    if (said is not None and said.is_given) is is_given:
        return None
    row = Consent(person=person, purpose=purpose, is_given=is_given, wording=wording)
    row.full_clean(exclude=["person"])
    row.save(force_insert=True)
    audit.record("consent" if is_given else "take-back-consent", person, by=by, purpose=purpose)
    return row


@transaction.atomic
def ask_for_data(person: User, kind: str, *, by: Any) -> DataRequest:
    """The person, who has just proved who they are, asks; asking again while it is open gives the same request.

    A copy is made at once. To be forgotten takes effect after some days, in which it can be withdrawn.
    Raises NotPermitted, and RulesRefuse with everything that hinders it.
    """
    if by.pk != person.pk:
        raise NotPermitted(_("Only the person may ask this."))
    User.objects.select_for_update().get(pk=person.pk)
    if found := DataRequest.objects.filter(person=person, kind=kind, state__in=OPEN).first():
        return found
    now = clock.now()
    wait = timedelta(0)
    if kind == DataRequest.Kind.ERASURE:
        wait = timedelta(days=settings.ERASURE_AFTER_DAYS)
        if reasons := hindrances(person):
            violations = [Violation("hindered", reason) for reason in reasons]
            raise RulesRefuse(_("You cannot be forgotten yet."), violations)
    row = DataRequest.objects.create(
        person=person,
        created_by=person,
        kind=kind,
        due_on=(now + timedelta(days=settings.DATA_REQUEST_DAYS)).date(),
        not_before=now + wait,
    )
    audit.record("ask-data", row, by=by, to_state=row.state, kind=kind)
    advance(row, DATA_REQUEST, "verify", by=by, parties={"person"})
    enqueue("alliance.answer_data_requests")
    return row


@transaction.atomic
def withdraw_request(request: DataRequest, *, by: Any) -> DataRequest:
    """The person changed their mind. Raises NotPermitted, WrongState."""
    return _moved(request, "withdraw", by=by)


@transaction.atomic
def refuse_request(request: DataRequest, *, by: Any, note: str) -> DataRequest:
    """The office refuses with a reason that the person reads. Raises NotPermitted, WrongState, Invalid."""
    row = _moved(request, "refuse", by=by, note=note)
    notify([row.person], "data_request_refused", subject=row, context={"note": note})
    return row


def _moved(request: DataRequest, move: str, *, by: Any, note: str = "") -> DataRequest:
    row = DataRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=request.pk)
    advance(row, DATA_REQUEST, move, by=by, parties=request_parties(by, row), note=note)
    return row
