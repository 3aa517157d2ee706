"""What makes a booking ready: the team says who comes, staff approve its safety, organisations sign agreements."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core import audit, clock
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation, WrongState
from core.permissions import allowed, require
from facilities.commands.bookings.looking import require_party
from facilities.commands.bookings.shifting import name_people
from facilities.commands.locks import lock_booking, lock_time
from facilities.models import Booking, Claim, Facility, RunTerms, SafetyApproval, TeamForm, UserAgreement
from facilities.permissions import booking_parties
from facilities.queries.asking import asker_of
from facilities.queries.checks import request_of
from facilities.queries.facts import gather_facts
from facilities.rules import violations_of

LIVE = frozenset({"requested", "countered", "approved"})


@transaction.atomic
def submit_team_form(booking: Booking, *, by: Any, people: tuple[Any, ...], note: str = "") -> TeamForm:
    """The team says who comes (R-23); they are claimed for the time instead of those named before, and who is new, or
    comes no longer, is told. Again: said anew.

    Raises NotPermitted, WrongState, Invalid, and RulesRefuse where somebody is to be elsewhere then.
    """
    before = tuple(booking.people.values_list("user_id", flat=True))
    lock_time([booking.instrument_id], {*before, *(person.pk for person in people)})
    booking = lock_booking(booking.pk)
    if "requester" not in booking_parties(by, booking):
        raise NotPermitted(_("Who asked for the time, or leads the team, says who comes."))
    if booking.state not in LIVE or booking.starts_at <= clock.now():
        raise WrongState(_("Who comes is said before the booking begins."))
    if not people:
        message = _("Name at least one person.")
        raise Invalid(message, [Violation("people_missing", message, field="people")])
    _change_people(booking, people, by=by)
    form, _made = TeamForm.objects.update_or_create(booking=booking, defaults={"by": by, "note": note})
    audit.record("team-form", booking, by=by, note=note, people=sorted(str(person.pk) for person in people))
    return form


def _change_people(booking: Booking, people: tuple[Any, ...], *, by: Any) -> None:
    known = {person.user_id for person in booking.people.all()}
    wanted = {person.pk for person in people}
    if wanted == known:
        return
    request = replace(request_of(booking), people=people)
    require_party(request, asker_of(request, booking.requester or by), by=booking.requester or by)
    present = tuple(sorted(wanted)) if request.on_site else ()
    found = violations_of(request, gather_facts(request, people=present, booking=booking).facts)
    in_the_way = [violation for violation in found if violation.field == "people" and not violation.overridable]
    if in_the_way:
        raise RulesRefuse(in_the_way[0].message, in_the_way)
    name_people(booking, wanted, by=by)
    Claim.objects.filter(booking=booking, change=None, resource__in=known - wanted).delete()
    period = DateTimeTZRange(booking.starts_at, booking.ends_at)
    claimed = set(Claim.objects.filter(booking=booking, resource__in=present).values_list("resource", flat=True))
    Claim.objects.bulk_create(Claim(resource=pk, period=period, booking=booking) for pk in present if pk not in claimed)


@transaction.atomic
def approve_safety(booking: Booking, *, by: Any, conditions: str = "", until: datetime | None = None) -> SafetyApproval:
    """Staff who run the instruments approve the experiment, under conditions. Again: the newer one counts.

    Raises NotPermitted, also for one's own booking; WrongState.
    """
    lock_time([booking.instrument_id])
    booking = lock_booking(booking.pk)
    if not allowed(by, "facilities.run_sessions", booking.instrument.facility) or booking.requester_id == by.pk:
        raise NotPermitted(_("Safety is approved by the facility's staff, and never by who asked for the time."))
    if booking.state not in LIVE:
        raise WrongState(_("Safety is approved before the booking begins."))
    given = {"by": by, "conditions": conditions, "until": until}
    approval, _made = SafetyApproval.objects.update_or_create(booking=booking, defaults=given)
    audit.record("approve-safety", booking, by=by, note=conditions, until=until.isoformat() if until else None)
    return approval


@transaction.atomic
def record_agreement(
    facility: Facility, organisation: Organisation, signed_on: date, *, by: Any, valid_until: date | None = None
) -> UserAgreement:
    """An organisation has signed the facility's user agreement. The same once more is a replay.

    Raises NotPermitted, Invalid.
    """
    require(by, "facilities.manage_calendar", facility)
    if valid_until is not None and valid_until < signed_on:
        message = _("It ends before it is signed.")
        raise Invalid(message, [Violation("ends_before_start", message, field="valid_until")])
    known = UserAgreement.objects.filter(facility=facility, organisation=organisation, signed_on=signed_on).first()
    if known is not None:
        return known
    agreement = UserAgreement.objects.create(
        facility=facility, organisation=organisation, signed_on=signed_on, valid_until=valid_until, by=by
    )
    audit.record("sign-agreement", agreement, by=by, facility=facility.slug, organisation=organisation.slug)
    return agreement


@transaction.atomic
def set_run_terms(facility: Facility, *, by: Any, **fields: Any) -> RunTerms:
    """What the facility wants to see before a booking runs; holds for bookings that exist too. Raises NotPermitted."""
    require(by, "facilities.manage_calendar", facility)
    Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    terms, made = RunTerms.objects.get_or_create(facility=facility, defaults=fields | {"created_by": by})
    if not made:
        for name, value in fields.items():
            setattr(terms, name, value)
        terms.version += 1
        terms.save()
    audit.record("run-terms", terms, by=by, facility=facility.slug, **fields)
    return terms
