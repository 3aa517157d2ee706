"""Writes bodies and who sits on them."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.keeping import keep
from alliance.models import Alliance, Body, BodyMembership, Membership
from alliance.permissions.governance import RUN
from core.errors import Invalid, Violation
from core.lookup import free_slug
from core.permissions import require


@transaction.atomic
def create_body(alliance: Alliance, *, by: Any, name: str, kind: str, **fields: Any) -> Body:
    """A body of an alliance; `fields` are its other columns. Raises NotPermitted, Invalid."""
    require(by, RUN, alliance)
    body = Body(alliance=alliance, name=name, kind=kind, created_by=None if by.is_system else by, **fields)
    body.slug = body.slug or free_slug(alliance.bodies.all(), name)
    return keep(body, "create", by=by)


@transaction.atomic
def seat_person(
    body: Body,
    *,
    by: Any,
    starts_on: date,
    name: str = "",
    person: Any = None,
    membership: Membership | None = None,
    **fields: Any,
) -> BodyMembership:
    """A person takes a seat, perhaps for a member. Raises NotPermitted, Invalid."""
    body = Body.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=body.pk)
    require(by, RUN, body.alliance)
    violations = []
    if membership is not None and membership.alliance_id != body.alliance_id:
        violations.append(Violation("other_alliance", _("This member belongs to another alliance."), "membership"))
    if person is not None and body.seats.filter(person=person, ends_on=None).exists():
        violations.append(Violation("seated", _("This person sits on the body already."), "person"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    seat = BodyMembership(
        body=body, person=person, name=name or str(person or ""), membership=membership, starts_on=starts_on, **fields
    )
    return keep(seat, "seat", by=by)


@transaction.atomic
def end_seat(seat: BodyMembership, *, by: Any, on: date, note: str = "") -> BodyMembership:
    """The seat is given up on a day. Raises NotPermitted, Invalid."""
    seat = BodyMembership.objects.select_for_update(of=("self",)).select_related("body__alliance").get(pk=seat.pk)
    require(by, RUN, seat.body.alliance)
    if on <= seat.starts_on:
        message = _("It ends before it begins.")
        raise Invalid(message, [Violation("ends_before_start", message, "on")])
    seat.ends_on = on
    return keep(seat, "end-seat", by=by, note=note)
