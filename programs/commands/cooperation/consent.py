"""Submission and consent: a frozen version, and each partner's own signatory on it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.queries import system_user
from core import clock
from core.errors import DomainError, NotFound, NotPermitted, RulesRefuse, WrongState
from programs.commands.cooperation.telling import lead_team, office, signatories, tell
from programs.frozen import sha256_of
from programs.frozen.consent import carried_over
from programs.frozen.cooperation import content_of
from programs.models import Confirmation, Program, ProgramVersion
from programs.permissions.cooperation import program_parties, signs_for
from programs.queries.cooperation.submission import (
    answers_that_hold,
    current_version,
    standing_answers,
    submission_facts,
)
from programs.rules.cooperation import submission_violations
from programs.workflows.cooperation import PROGRAM
from workflow.commands import advance, permitted_move


def locked(program: Program) -> Program:
    """The programme with its row locked: the row that owns its state, versions and grants."""
    return Program.objects.select_for_update().get(pk=program.pk)


@transaction.atomic
def submit_program(program: Program, *, by: Any, note: str = "") -> Program:
    """Freeze a version and ask each partner's signatory to confirm it.

    A partner that confirmed the version before and whose part did not change is not asked again: its answer is
    carried over, and the new answer names the old one. Raises NotPermitted, WrongState, RulesRefuse with every rule.
    """
    program = locked(program)
    parties = program_parties(by, program)
    permitted_move(PROGRAM, "submit", program.state, parties, note)
    if violations := submission_violations(submission_facts(program)):
        raise RulesRefuse(_("The programme cannot be submitted yet."), violations)
    before = current_version(program)
    content = content_of(program)
    version = ProgramVersion.objects.create(
        program=program,
        number=before.number + 1 if before else 1,
        content=content,
        sha256=sha256_of(content),
        by=by,
    )
    program.submitted_at = clock.now()
    program.save(update_fields=["submitted_at"])
    carried = _carry_over(before, version)
    advance(
        program,
        PROGRAM,
        "submit",
        by=by,
        parties=parties,
        note=note,
        version=program.version + 1,
        frozen=version.number,
        sha256=version.sha256,
        carried_over=[answer.organisation.name for answer in carried],
    )
    asked = _unanswered(version)
    tell(signatories(asked), "program_confirm_asked", program, by=by, frozen=version.number)
    _complete(program, version, by=by)
    return program


@transaction.atomic
def revise_program(program: Program, *, by: Any, note: str = "") -> Program:
    """The lead takes a submitted programme back to edit it page by page; answers given so far are not forgotten."""
    program = locked(program)
    parties = program_parties(by, program)
    advance(program, PROGRAM, "revise", by=by, parties=parties, note=note, version=program.version + 1)
    return program


@transaction.atomic
def confirm_partner(
    program: Program, organisation: Organisation, *, by: Any, note: str = "", sha256: str = ""
) -> Program:
    """A signatory says yes, for an organisation, to the version that is frozen now; the last one moves it on.

    `sha256` is that of the version the signatory read. Doing it twice is doing it once. Raises NotPermitted,
    NotFound when it is no partner, WrongState when the state or the version is another by now.
    """
    program, version = _asked(program, organisation, "confirm-partner", by=by, note=note, sha256=sha256)
    answer = standing_answers(version).get(organisation.pk)
    if answer is not None and answer.confirmed:
        return program
    Confirmation.objects.create(version=version, organisation=organisation, by=by, confirmed=True, note=note)
    _record_answer(program, "confirm-partner", version, organisation, by=by, note=note)
    _complete(program, version, by=by)
    return program


@transaction.atomic
def refuse_partner(program: Program, organisation: Organisation, *, by: Any, note: str, sha256: str = "") -> Program:
    """A signatory says no, with the reason; the programme goes back to its lead as a draft. Raises as confirming."""
    program, version = _asked(program, organisation, "refuse-partner", by=by, note=note, sha256=sha256)
    Confirmation.objects.create(version=version, organisation=organisation, by=by, confirmed=False, note=note)
    _record_answer(program, "refuse-partner", version, organisation, by=by, note=note)
    tell(lead_team(program), "program_returned", program, by=by, note=note, organisation=organisation.name)
    return program


def _asked(
    program: Program, organisation: Organisation, move: str, *, by: Any, note: str, sha256: str
) -> tuple[Program, ProgramVersion]:
    program = locked(program)
    parties = program_parties(by, program)
    permitted_move(PROGRAM, move, program.state, parties, note)
    if not program.partners.filter(organisation=organisation).exists():
        raise NotFound(_("%(name)s is not a partner of this programme.") % {"name": organisation.name})
    if not signs_for(by, program).filter(pk=organisation.pk).exists():
        raise NotPermitted(_("Only a signatory of %(name)s can answer for it.") % {"name": organisation.name})
    version = current_version(program)
    if version is None:
        raise WrongState(_("Nothing has been submitted yet."))
    if sha256 and sha256 != version.sha256:
        raise DomainError(
            _("The programme was changed after you opened this page. Read the new version before you answer."),
            "version_changed",
            status=409,
        )
    return program, version


def _record_answer(
    program: Program, move: str, version: ProgramVersion, organisation: Organisation, *, by: Any, note: str
) -> None:
    advance(
        program,
        PROGRAM,
        move,
        by=by,
        parties={"partner"},
        note=note,
        version=program.version + 1,
        organisation=organisation.name,
        organisation_id=str(organisation.pk),
        frozen=version.number,
        sha256=version.sha256,
    )


def _carry_over(before: ProgramVersion | None, version: ProgramVersion) -> list[Confirmation]:
    """Answer the new version for those who confirmed the one before and whose part is the same."""
    kept = carried_over(answers_that_hold(before, version.content).values(), version)
    Confirmation.objects.bulk_create(kept)
    return kept


def _unanswered(version: ProgramVersion) -> list[Any]:
    answers = standing_answers(version)
    partners = version.program.partners.values_list("organisation_id", flat=True)
    return [key for key in partners if key not in answers or not answers[key].confirmed]


def _complete(program: Program, version: ProgramVersion, *, by: Any) -> None:
    """Once the last partner has confirmed, the platform moves the programme on and tells the secretariat."""
    if _unanswered(version):
        return
    system = system_user()
    advance(program, PROGRAM, "all-confirmed", by=system, parties={"system"}, version=program.version + 1)
    tell(office(program, "secretariat"), "program_check_asked", program, by=system)
    tell(lead_team(program), "program_moved", program, by=system)
