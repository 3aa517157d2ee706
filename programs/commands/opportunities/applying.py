"""What an applicant does: a draft with documents, submitting, withdrawing; and the nomination by the centre."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.commands import invalid
from accounts.models import Organisation
from accounts.queries import affiliation_at
from alliance.queries.membership import active_memberships
from alliance.rules.days import today_in
from core import audit, clock, times
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation, WrongState
from core.files import taken
from programs.commands.opportunities.drafting import locked
from programs.commands.opportunities.moving import asked, moved
from programs.models import Candidacy, CandidacyFile, Opportunity
from programs.rules.opportunities import incomplete


@transaction.atomic
def start_candidacy(
    opportunity: Opportunity,
    *,
    by: Any,
    statement: str = "",
    supervisor_name: str = "",
    supervisor_email: str = "",
    centre: Organisation | None = None,
) -> Candidacy:
    """A draft that its applicant alone sees; doing it again returns the one there is.

    The centre is where the applicant works today, unless another of theirs is named.
    Raises NotPermitted, WrongState outside the window, Invalid.
    """
    opportunity = locked(opportunity)
    if not by.is_active or by.is_system:
        raise NotPermitted(_("A place is applied for by a person with an account."))
    known = opportunity.candidacies.filter(person=by).exclude(state="withdrawn").first()
    if known is not None:
        return known
    _refuse_outside_window(opportunity)
    works_at = affiliation_at(by, clock.now().date())
    centre = centre or (works_at.organisation if works_at else None)
    if centre is None:
        message = _("Say in your profile where you work, then apply.")
        raise Invalid(message, [Violation("centre_missing", message, "centre")])
    row = Candidacy(opportunity=opportunity, person=by, centre=centre, created_by=by)
    _write(row, by, statement=statement, supervisor_name=supervisor_name, supervisor_email=supervisor_email)
    audit.record("start", row, by=by, to_state=row.state)
    return row


@transaction.atomic
def edit_candidacy(candidacy: Candidacy, *, by: Any, **said: str) -> Candidacy:
    """Change the texts of a draft: statement, supervisor_name, supervisor_email. Raises Invalid."""
    row = asked(candidacy, "edit", by=by)
    row.version += 1
    _write(row, by, **said)
    audit.record("edit", row, by=by)
    return row


@transaction.atomic
def add_candidacy_file(candidacy: Candidacy, file: File, *, by: Any) -> CandidacyFile:
    """Keep a document of a draft. Raises Invalid for one that is not what its name says."""
    row = asked(candidacy, "edit", by=by)
    kept = taken(file, most_megabytes=settings.ATTACHMENT_MEGABYTES)
    added = CandidacyFile(candidacy=row, name=kept.name, mime=kept.mime, size=kept.size, sha256=kept.sha256)
    added.file.save(f"{added.pk}", file, save=False)
    added.save()
    audit.record("attach", row, by=by, name=kept.name, sha256=kept.sha256)
    return added


@transaction.atomic
def remove_candidacy_file(file: CandidacyFile, *, by: Any) -> None:
    """Take a document out of a draft."""
    row = asked(file.candidacy, "edit", by=by)
    CandidacyFile.objects.filter(pk=file.pk).delete()
    audit.record("detach", row, by=by, name=file.name, sha256=file.sha256)


@transaction.atomic
def submit_candidacy(candidacy: Candidacy, *, by: Any, note: str = "") -> Candidacy:
    """Hand it in, until the deadline inclusive (R-01). Raises WrongState, RulesRefuse with all that is missing."""
    row = asked(candidacy, "submit", by=by, note=note)
    _refuse_outside_window(row.opportunity)
    alliance = row.opportunity.program.alliance
    is_member = not row.opportunity.members_only or (
        alliance is not None
        and active_memberships(alliance, today_in(alliance)).filter(organisation=row.centre_id).exists()
    )
    missing = incomplete(
        statement=row.statement, supervisor=row.supervisor_name, files=row.files.count(), is_member=is_member
    )
    if violations := list(missing):
        raise RulesRefuse(_("The application is not complete yet."), violations)
    row.submitted_at, row.country = clock.now(), row.centre.country
    return moved(row, "submit", by=by, note=note, also=["submitted_at", "country"])


@transaction.atomic
def nominate(candidacy: Candidacy, *, by: Any, note: str = "") -> Candidacy:
    """Who signs for the applicant's centre stands behind the application; doing it again changes nothing."""
    row = asked(candidacy, "nominate", by=by, note=note)
    if row.nominated_at is not None:
        return row
    row.nominated_by, row.nominated_at = by, clock.now()
    return moved(row, "nominate", by=by, note=note, also=["nominated_by", "nominated_at"])


@transaction.atomic
def withdraw_candidacy(candidacy: Candidacy, *, by: Any, note: str = "") -> Candidacy:
    """The applicant does not want the place any more; possible until it is offered."""
    return moved(asked(candidacy, "withdraw", by=by, note=note), "withdraw", by=by, note=note)


def _refuse_outside_window(offer: Opportunity) -> None:
    now = clock.now()
    if offer.state != "published":
        raise WrongState(_("This offer takes no applications."))
    if now < offer.opens_at:
        raise WrongState(_("It opens at %(when)s.") % {"when": times.moment(offer.opens_at, offer.zone)})
    if now > offer.closes_at:
        raise WrongState(_("The deadline was %(when)s.") % {"when": times.moment(offer.closes_at, offer.zone)})


def _write(row: Candidacy, by: Any, **said: str) -> None:
    for name, text in said.items():
        setattr(row, name, text.strip())
    try:
        row.full_clean(validate_constraints=False)
    except ValidationError as error:
        raise invalid(error) from error
    row.save()
