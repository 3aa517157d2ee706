"""What happens after approval: agreement, start, pause, end, milestones and progress reports."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Invalid, NotPermitted, Violation, WrongState
from core.names import in_english
from facilities.commands.teams import set_team_active
from programs.commands.cooperation.consent import locked
from programs.commands.cooperation.decisions import everyone, moved
from programs.commands.cooperation.nodes import end_nodes
from programs.commands.cooperation.telling import lead_team, office, tell
from programs.models import Milestone, Program, ProgressReport
from programs.permissions.cooperation import program_parties
from programs.queries.cooperation.reporting import period_to_report
from programs.workflows.cooperation import PLANNABLE


@transaction.atomic
def sign_program(program: Program, *, by: Any, note: str = "") -> Program:
    """The secretariat records that the agreement of the partners is signed."""
    return _told(program, "sign", by=by, note=note)


@transaction.atomic
def activate_program(program: Program, *, by: Any, note: str = "") -> Program:
    """The programme starts."""
    return _told(program, "activate", by=by, note=note)


@transaction.atomic
def suspend_program(program: Program, *, by: Any, note: str) -> Program:
    """The programme pauses: its team can ask for no time until it is resumed; what is booked stays."""
    program = _told(program, "suspend", by=by, note=note)
    set_team_active(program.team, False, by=by)
    return program


@transaction.atomic
def resume_program(program: Program, *, by: Any, note: str = "") -> Program:
    """The programme goes on."""
    program = _told(program, "resume", by=by, note=note)
    set_team_active(program.team, True, by=by)
    return program


@transaction.atomic
def complete_program(program: Program, *, by: Any, note: str = "") -> Program:
    """The programme has reached its end; its team asks for no more time, and its nodes close."""
    program = _told(program, "complete", by=by, note=note)
    set_team_active(program.team, False, by=by)
    end_nodes(program)
    return program


@transaction.atomic
def withdraw_program(program: Program, *, by: Any, note: str) -> Program:
    """The lead takes it back for good, before the decision. Partners and offices hear of it if they were asked."""
    program = moved(program, "withdraw", by=by, note=note)
    if program.submitted_at is not None:
        tell([*everyone(program), *office(program, "secretariat")], "program_ended", program, by=by, note=note)
    return program


@transaction.atomic
def terminate_program(program: Program, *, by: Any, note: str) -> Program:
    """Leadership ends a running programme early; its team asks for no more time."""
    program = moved(program, "terminate", by=by, note=note)
    set_team_active(program.team, False, by=by)
    end_nodes(program)
    tell([*everyone(program), *office(program, "secretariat")], "program_ended", program, by=by, note=note)
    return program


@transaction.atomic
def reach_milestone(milestone: Milestone, *, by: Any, done_on: date | None = None, evidence: str = "") -> Milestone:
    """The lead says that a milestone was reached, when and by what one sees it. Doing it again changes nothing.

    Raises NotPermitted, WrongState, and Invalid for a day in the future.
    """
    program = locked(milestone.program)
    milestone = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if milestone.done_on is not None:
        return milestone
    _require_lead(program, by)
    today = clock.now().date()
    day = done_on or today
    if day > today:
        message = _("Choose today or a day in the past.")
        raise Invalid(message, [Violation("done_in_future", message, "done_on")])
    milestone.done_on, milestone.evidence = day, evidence
    milestone.save(update_fields=["done_on", "evidence", "updated_at"])
    audit.record("reach-milestone", program, by=by, note=evidence, milestone=milestone.title, done_on=day.isoformat())
    return milestone


@transaction.atomic
def report_progress(
    program: Program, *, by: Any, rating: str, text: str, starts_on: date | None = None, ends_on: date | None = None
) -> ProgressReport:
    """The lead reports how the programme stands after a period: on track, at risk or off track.

    Without days the period is all that no report has told yet, until today. Raises NotPermitted, Invalid.
    """
    program = locked(program)
    _require_lead(program, by)
    first, last = period_to_report(program)
    first, last, today = starts_on or first, ends_on or last, last
    violations = []
    if last > today:
        violations.append(
            Violation("not_yet", _("Report on days that have been; this one is still to come."), "ends_on")
        )
    if last < first:
        violations.append(Violation("ends_before_start", _("The period ends before it starts."), "ends_on"))
    if rating not in ProgressReport.Rating.values:
        violations.append(Violation("rating_unknown", _("Choose how the programme stands."), "rating"))
    if not text.strip():
        violations.append(Violation("text_missing", _("Say in a few sentences how the programme stands."), "text"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    report = ProgressReport.objects.create(
        program=program, starts_on=first, ends_on=last, rating=rating, text=text, by=by
    )
    audit.record("report-progress", program, by=by, rating=rating)
    said = in_english(ProgressReport.Rating(rating).label)
    tell(office(program, "secretariat"), "program_progress", program, by=by, note=text, rating=said)
    return report


def _told(program: Program, move: str, *, by: Any, note: str) -> Program:
    program = moved(program, move, by=by, note=note)
    tell([*lead_team(program), *office(program, "secretariat")], "program_moved", program, by=by, note=note)
    return program


def _require_lead(program: Program, by: Any) -> None:
    if "lead" not in program_parties(by, program):
        raise NotPermitted(_("This is done by the people who lead the programme."))
    if program.state not in PLANNABLE:
        raise WrongState(
            _("It is %(state)s now: milestones and progress belong to a running programme.")
            % {"state": str(program.get_state_display()).lower()}
        )
