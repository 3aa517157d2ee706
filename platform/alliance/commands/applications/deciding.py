"""What becomes of an application after the vote: admitted, declined or checked again, and signed by the head."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from alliance.commands.applications.moving import asked, moved
from alliance.commands.documents import sign_version
from alliance.commands.membership import begin
from alliance.models import Membership, MembershipApplication, Representative, Resolution, Signature
from alliance.permissions.membership import is_head
from alliance.queries.documents import charter_in_force
from alliance.rules.days import today_in
from core.errors import Invalid, Violation


@transaction.atomic
def admit_by_resolution(
    application: MembershipApplication, resolution: Resolution, *, by: Any
) -> MembershipApplication:
    """The vote carried it: now the charter waits for the head's signature. Raises NotPermitted, WrongState, Invalid."""
    application = asked(application, "approve", by=by)
    of = resolution.motion.application_id if resolution.motion else application.pk
    if resolution.alliance_id != application.alliance_id or of != application.pk:
        message = _("This resolution is about something else.")
        raise Invalid(message, [Violation("foreign_resolution", message, "resolution")])
    return moved(application, "approve", by=by, note=resolution.title, resolution=resolution.reference)


@transaction.atomic
def decline_application(application: MembershipApplication, *, by: Any, note: str) -> MembershipApplication:
    """The vote lost."""
    return moved(asked(application, "decline", by=by, note=note), "decline", by=by, note=note)


@transaction.atomic
def back_to_check(application: MembershipApplication, *, by: Any, note: str) -> MembershipApplication:
    """The vote decided nothing: no quorum, or the motion was withdrawn."""
    return moved(asked(application, "vote-again", by=by, note=note), "vote-again", by=by, note=note)


@transaction.atomic
def sign_charter(
    application: MembershipApplication, *, by: Any, name: str = "", signed_on: date | None = None
) -> Membership:
    """The head signs, and the centre is a member from that day with its head and contact as representatives.

    The head signs here, today; the secretariat records a signature on paper with its name and day. It stands under
    the charter in force; where none is, on the application alone.
    Raises NotPermitted, WrongState, Invalid.
    """
    application = asked(application, "sign", by=by)
    here = is_head(by, application)
    name = name.strip() or (by.name if here else "")
    day = today_in(application.alliance) if here or signed_on is None else signed_on
    method = Signature.Method.ELECTRONIC if here else Signature.Method.PAPER
    if not name:
        message = _("Say who signed.")
        raise Invalid(message, [Violation("signatory_missing", message, "name")])
    resolution = Resolution.objects.filter(motion__application=application).order_by("-decided_on", "-id").first()
    membership = begin(
        application.alliance,
        application.organisation,
        application.member_class,
        by=by,
        on=day,
        reason=resolution.title if resolution else "",
        resolution=resolution,
    )
    head = by if here else User.objects.filter(email__iexact=application.head_email, is_active=True).first()
    _speak(membership, Representative.Kind.HEAD, head, name, day)
    if head is None or head.pk != application.contact_id:
        _speak(membership, Representative.Kind.DELEGATE, application.contact, application.contact.name, day)
    if charter := charter_in_force(application.alliance):
        sign_version(charter, application.organisation, by=by, name=name, method=method, signed_on=day)
    application.membership, application.signed_by, application.signed_on = membership, name, day
    moved(
        application, "sign", by=by, also=["membership", "signed_by", "signed_on"],
        signed_by=name, signed_on=day.isoformat(), method=method,
    )  # fmt: skip
    return membership


def _speak(membership: Membership, kind: str, person: User | None, name: str, day: date) -> None:
    Representative.objects.create(membership=membership, person=person, name=name, kind=kind, starts_on=day)
