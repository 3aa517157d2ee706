"""Writes who speaks for a member: its head, delegates and alternates, from a day until a day."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.commands import invalid
from accounts.models import User
from alliance.models import Membership, Representative
from alliance.permissions.membership import membership_parties
from alliance.rules.days import today_in
from core import audit
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation, WrongState

NAMING = frozenset({"secretary", "head"})
"""Who names representatives; a head only those of the own member."""


@transaction.atomic
def name_representative(
    membership: Membership,
    kind: str,
    *,
    by: Any,
    name: str = "",
    person: User | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Representative:
    """Somebody speaks for the member from a day on; without an account only by name. The same again is the same.

    Only the secretariat names a head. Raises NotPermitted, WrongState after the membership ended, Invalid, and
    RulesRefuse for a second head, or a person who speaks for the member already.
    """
    membership = _named_by(membership, by)
    if kind == Representative.Kind.HEAD and "secretary" not in membership_parties(by, membership):
        raise NotPermitted(_("The secretariat records who is the head of a member."))
    row = Representative(
        membership=membership,
        person=person,
        name=name.strip() or (person.name if person else ""),
        kind=kind,
        starts_on=starts_on or today_in(membership.alliance),
        ends_on=ends_on,
    )
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise invalid(error) from error
    if row.ends_on is not None and row.ends_on <= row.starts_on:
        message = _("The last day lies before the first.")
        raise Invalid(message, [Violation("ends_before_start", message, "ends_on")])
    meanwhile = Representative.objects.filter(Q(ends_on=None) | Q(ends_on__gt=row.starts_on), membership=membership)
    if row.ends_on is not None:
        meanwhile = meanwhile.filter(starts_on__lt=row.ends_on)
    same = meanwhile.filter(person=person) if person else meanwhile.filter(person=None, name=row.name)
    found = same.first()
    if found is not None and (found.kind, found.starts_on, found.ends_on) == (kind, row.starts_on, row.ends_on):
        return found
    violations = []
    if found is not None:
        message = _("%(name)s speaks for this member then already. End that first.") % {"name": found.name}
        violations.append(Violation("speaks_already", message, "name"))
    if kind == Representative.Kind.HEAD and (other := meanwhile.filter(kind=kind).exclude(pk__in=same).first()):
        message = _("%(name)s is its head then. End that first.") % {"name": other.name}
        violations.append(Violation("one_head", message, "kind"))
    if violations:
        raise RulesRefuse(_("This cannot be recorded so."), violations)
    row.save(force_insert=True)
    audit.record("name", membership, by=by, representative=row.name, kind=kind, starts_on=row.starts_on.isoformat())
    return row


@transaction.atomic
def end_representation(
    representative: Representative, *, by: Any, on: date | None = None, note: str = ""
) -> Representative:
    """Somebody speaks for the member no longer, from a day on (half-open). Raises NotPermitted, WrongState, Invalid."""
    membership = _named_by(representative.membership, by)
    row = Representative.objects.select_for_update().get(pk=representative.pk)
    if row.kind == Representative.Kind.HEAD and "secretary" not in membership_parties(by, membership):
        raise NotPermitted(_("The secretariat records who is the head of a member."))
    today = today_in(membership.alliance)
    day = on or today
    if row.ends_on is not None and row.ends_on <= today:
        raise WrongState(_("This has ended already; what is past is not changed."))
    if day <= row.starts_on:
        message = _("The last day lies before the first.")
        raise Invalid(message, [Violation("ends_before_start", message, "on")])
    row.ends_on = day
    row.save(update_fields=["ends_on", "updated_at"])
    audit.record("end-representation", membership, by=by, note=note, representative=row.name, ends_on=day.isoformat())
    return row


def _named_by(membership: Membership, by: Any) -> Membership:
    rows = Membership.objects.select_for_update(of=["self"]).select_related("alliance", "organisation")
    membership = rows.get(pk=membership.pk)
    if not membership_parties(by, membership) & NAMING:
        raise NotPermitted(_("Representatives are named by the head of the member or by the secretariat."))
    if membership.left_on is not None and membership.left_on <= today_in(membership.alliance):
        raise WrongState(_("This membership has ended."))
    return membership
