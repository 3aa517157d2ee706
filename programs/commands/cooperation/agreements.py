"""Agreements of a programme: each signed version is recorded, and its end is announced in time."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef
from django.utils.translation import gettext as _

from accounts.queries import system_user
from core import audit, clock
from core.errors import Invalid, NotPermitted, Violation, WrongState
from programs.commands.cooperation.consent import locked
from programs.commands.cooperation.telling import lead_team, office, signatories, tell
from programs.models import Agreement, Program, RenewalNotice
from programs.permissions.cooperation import program_parties
from programs.workflows.cooperation import PLANNABLE


@transaction.atomic
def record_agreement(
    program: Program,
    *,
    by: Any,
    reference: str,
    signed_on: date,
    valid_from: date,
    valid_until: date,
    notice_days: int = 90,
) -> Agreement:
    """The secretariat records a signed version; it follows the one before. Raises NotPermitted, WrongState, Invalid."""
    program = locked(program)
    if "secretariat" not in program_parties(by, program):
        raise NotPermitted(_("Agreements are recorded by the secretariat of the alliance."))
    if program.state not in PLANNABLE:
        raise WrongState(_("Agreements belong to an approved programme that has not ended."))
    violations = []
    if not reference.strip():
        violations.append(Violation("reference_missing", _("Say where the signed agreement is kept."), "reference"))
    if valid_until < valid_from:
        violations.append(Violation("ends_before_start", _("It ends before it begins."), "valid_until"))
    if signed_on > clock.now().date():
        message = _("This day lies ahead. Record it when it has happened.")
        violations.append(Violation("in_the_future", message, "signed_on"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    agreement = Agreement.objects.create(
        program=program,
        number=program.agreements.count() + 1,
        reference=reference.strip(),
        signed_on=signed_on,
        valid_from=valid_from,
        valid_until=valid_until,
        notice_days=notice_days,
        by=by,
    )
    audit.record("record-agreement", program, by=by, number=agreement.number, valid_until=valid_until.isoformat())
    return agreement


def announce_renewals() -> int:
    """Tell lead, signatories and secretariat once that an agreement ends soon; how many. Safe to run twice or late."""
    today, told = clock.now().date(), 0
    later = Agreement.objects.filter(program=OuterRef("program"), number__gt=OuterRef("number"))
    due_on = ExpressionWrapper(F("valid_until") - F("notice_days"), output_field=DateField())
    due = Agreement.objects.annotate(due_on=due_on).filter(
        ~Exists(later),
        notice=None,
        program__state__in=PLANNABLE,
        due_on__lte=today,
    )
    for agreement in due.select_related("program").order_by("id"):
        with transaction.atomic():
            program = locked(agreement.program)
            _row, made = RenewalNotice.objects.get_or_create(agreement=agreement)
            if made:
                partners = program.partners.values_list("organisation_id", flat=True)
                people = [*lead_team(program), *signatories(partners), *office(program, "secretariat")]
                ends_on = agreement.valid_until.isoformat()
                tell(people, "program_agreement_ends", program, by=system_user(), ends_on=ends_on)
                told += 1
    return told
