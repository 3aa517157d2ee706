"""Invites people to an event, by organisers or by representatives of a member within its places; they answer."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from alliance.commands.events.locking import checked, locked
from alliance.commands.events.telling import tell_invited
from alliance.models import Event, Invitation, Membership
from alliance.permissions.events import organises, speaks_for
from core import audit, clock
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, Violation, WrongState

OPEN = frozenset({"announced", "invited", "registration"})
SENDS = frozenset({"invited", "registration"})
"""States in which an invitation goes out at once; before, it waits until the invitations are sent."""


@transaction.atomic
def invite(event: Event, name: str, email: str, *, by: Any, membership: Membership | None = None) -> Invitation:
    """Invite somebody; the same address again returns the invitation it has.

    A representative invites for a member they speak for, within its places; organisers without a limit. Raises
    NotPermitted, WrongState, Invalid, RulesRefuse.
    """
    event = locked(event)
    if not organises(by, event):
        if membership is None or not speaks_for(by).filter(pk=membership.pk, alliance=event.alliance).exists():
            raise NotPermitted(_("Organisers invite, and representatives of a member in its name."))
    elif membership is not None and membership.alliance_id != event.alliance_id:
        message = _("That is a member of another alliance.")
        raise Invalid(message, [Violation("membership", message, "membership")])
    if known := event.invitations.filter(email__iexact=email.strip()).first():
        return known
    if event.state not in OPEN:
        raise WrongState(_("Nobody can be invited to this event now."))
    if membership is not None and event.places_per_member is not None:
        taken = event.invitations.filter(membership=membership).exclude(state="declined").count()
        if taken >= event.places_per_member:
            message = _("%(member)s has %(places)d places, and all are given.")
            given = {"member": membership.organisation.name, "places": event.places_per_member}
            raise RulesRefuse(message % given, [Violation("places_per_member", message % given, "email")])
    invitation = Invitation(
        event=event,
        membership=membership,
        name=name.strip(),
        email=email.strip(),
        person=User.objects.filter(email__iexact=email.strip(), is_active=True, is_system=False).first(),
        invited_by=by,
    )
    checked(invitation, exclude=("event", "person", "invited_by", "membership"))
    invitation.save(force_insert=True)
    audit.record("invite", invitation, by=by, to_state=invitation.state, event=str(event.pk))
    if event.state in SENDS:
        _send(invitation, by=by)
    return invitation


def send_invitations(event: Event, *, by: Any) -> int:
    """Send all that wait; within the move that says so. How many."""
    waiting = list(event.invitations.filter(state="draft").select_related("event__alliance", "membership", "person"))
    for invitation in waiting:
        _send(invitation, by=by)
    return len(waiting)


def _send(invitation: Invitation, *, by: Any) -> None:
    invitation.state, invitation.sent_at = Invitation.State.SENT, clock.now()
    invitation.save(update_fields=["state", "sent_at", "updated_at"])
    audit.record("send", invitation, by=by, from_state="draft", to_state="sent")
    tell_invited(invitation)


@transaction.atomic
def answer_invitation(invitation: Invitation, accepts: bool, *, by: Any, with_link: bool = False) -> Invitation:
    """Accept or decline; one may think again until the event begins. `with_link`: the caller held the mail's link.

    Raises NotPermitted, WrongState.
    """
    event = locked(invitation.event)
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not with_link and invitation.person_id != by.pk:
        raise NotPermitted(_("Only who is invited answers."))
    answer = Invitation.State.ACCEPTED if accepts else Invitation.State.DECLINED
    if invitation.state == answer:
        return invitation
    if invitation.state == Invitation.State.DRAFT or event.state not in OPEN:
        raise WrongState(_("This invitation cannot be answered now."))
    before, invitation.state, invitation.answered_at = invitation.state, answer, clock.now()
    invitation.save(update_fields=["state", "answered_at", "updated_at"])
    audit.record("answer", invitation, by=by, from_state=before, to_state=answer)
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Any) -> None:
    """Take back one that was not sent yet; its place is free again. Raises NotPermitted, DomainError (409)."""
    event = locked(invitation.event)
    mine = invitation.membership_id and speaks_for(by).filter(pk=invitation.membership_id).exists()
    if not (organises(by, event) or mine):
        raise NotPermitted(_("Organisers invite, and representatives of a member in its name."))
    if invitation.state != Invitation.State.DRAFT:
        raise DomainError(_("The invitation is sent; they may decline."), "wrong_state", status=409)
    audit.record("withdraw-invitation", event, by=by, member=str(invitation.membership_id or ""))
    invitation.delete()
