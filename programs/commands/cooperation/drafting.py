"""Drafts a programme and edits it: a lost update is refused, and what changed meanwhile is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.commands import invalid
from accounts.models import Organisation
from alliance.models import Alliance
from core import audit, permissions
from core.errors import DomainError, Invalid, NotPermitted, Violation, WrongState
from core.models import new_id
from facilities.commands.teams import add_member, create_team, remove_member
from facilities.models import Cycle, Instrument, Team, TeamMember
from programs.commands.cooperation.consent import submit_program
from programs.frozen import changed_between
from programs.frozen.cooperation import content_of
from programs.models import Entitlement, Milestone, Partner, Program, Theme
from programs.permissions.cooperation import program_parties
from programs.queries.cooperation.submission import changes_since, home_alliance
from programs.workflows.cooperation import CONFIRMING, PLANNABLE, PROGRAM
from workflow.commands import advance

SCALARS = ("kind", "acronym", "title", "summary", "starts_on", "ends_on", "peaceful_use", "open_outputs")


@dataclass(frozen=True)
class PartnerPart:
    """An organisation in the programme, its role and what it does there."""

    organisation: Organisation
    role: str = Partner.Role.PARTNER
    task: str = ""
    contribution: Decimal | None = None


@dataclass(frozen=True)
class PlannedMilestone:
    """A milestone; `id` names one that exists, so that what was reached stays reached."""

    title: str
    due_on: date
    weight: int = 1
    starts_on: date | None = None
    id: UUID | None = None


@dataclass(frozen=True)
class WantedTime:
    """Units of an instrument, in its own unit, in one cycle or over the whole programme."""

    instrument: Instrument
    units: Decimal
    cycle: Cycle | None = None
    purpose: str = ""


Changes = Mapping[str, Any]
"""New values by field: SCALARS, and `themes`, `partners`, `milestones`, `entitlements` as complete lists."""


@transaction.atomic
def draft_program(
    lead_organisation: Organisation, changes: Changes, *, by: Any, alliance: Alliance | None = None
) -> Program:
    """A new draft, led by `by` for an organisation, with the team that will book on its account.

    Raises NotPermitted unless `by` may propose programmes for the organisation, and Invalid.
    """
    permissions.require(by, "accounts.propose_programs", lead_organisation)
    identifier = new_id()
    title = str(changes.get("title", "")).strip() or _("Untitled programme")
    team = create_team(
        Team.Kind.PROGRAM, title[:400], organisation=lead_organisation, by=by, pk=identifier, active=False
    )
    add_member(team, by, role=TeamMember.Role.LEAD, by=by)
    program = Program(
        id=identifier,
        team=team,
        title=title[:400],
        alliance=alliance or home_alliance(lead_organisation),
        lead_organisation=lead_organisation,
        lead_person=by,
        created_by=by,
    )
    program.save(force_insert=True)
    Partner.objects.create(program=program, organisation=lead_organisation, role=Partner.Role.LEAD)
    _apply(program, changes)
    program.save()
    audit.record("draft", program, by=by, to_state=program.state, version=program.version, number=program.number)
    return program


@transaction.atomic
def edit_program(program: Program, changes: Changes, *, by: Any, version: int) -> Program:
    """Change a draft. `version` is the one the editor saw; the program comes back with the next one.

    While it is being confirmed, an edit freezes a new version in one step, and only partners whose part changed are
    asked again. Once approved, only its milestones may be planned anew. Raises NotPermitted, WrongState, Invalid,
    RulesRefuse, and 409 `changed_meanwhile` with each field that somebody else changed since.
    """
    program = Program.objects.select_for_update().get(pk=program.pk)
    parties = program_parties(by, program)
    if "lead" not in parties:
        raise NotPermitted(_("A programme is edited by the people who lead it."))
    if program.state not in {"draft", *CONFIRMING} and not (
        program.state in PLANNABLE and set(changes) == {"milestones"}
    ):
        raise WrongState(
            _("It is %(state)s now: only its milestones and its progress can still be changed.")
            % {"state": str(program.get_state_display()).lower()}
            if program.state in PLANNABLE
            else _("It is %(state)s now and cannot be edited.") % {"state": str(program.get_state_display()).lower()}
        )
    if version != program.version:
        raise DomainError(
            _("Somebody changed this programme while you were editing. Look at what changed, then save again."),
            "changed_meanwhile",
            changes_since(program, version),
            status=409,
        )
    again = program.state in CONFIRMING
    if again:
        advance(program, PROGRAM, "revise", by=by, parties=parties)
    before = content_of(program)
    _apply(program, changes)
    program.version += 1
    program.save()
    changed = changed_between(before, content_of(program))
    audit.record("edit", program, by=by, version=program.version, changes=changed)
    return submit_program(program, by=by) if again else program


@transaction.atomic
def add_participant(program: Program, person: Any, *, by: Any, role: str = TeamMember.Role.MEMBER) -> TeamMember:
    """A person joins the team: members may book on the programme's time, leads may edit the programme as well."""
    program = _team_to_change(program, by)
    known = program.team.members.filter(user=person, role=role).exists()
    member = add_member(program.team, person, role=role, by=by)
    if not known:
        audit.record("add-member", program, by=by, person=person.name, role=role)
    return member


@transaction.atomic
def remove_participant(program: Program, person: Any, *, by: Any) -> None:
    """A person leaves the team. The person who leads the programme stays. Raises Invalid."""
    program = _team_to_change(program, by)
    if program.lead_person_id == person.pk:
        raise Invalid(_("Who leads the programme cannot be taken off its team."), code="lead_stays")
    if program.team.members.filter(user=person).exists():
        remove_member(program.team, person, by=by)
        audit.record("remove-member", program, by=by, person=person.name)


def _team_to_change(program: Program, by: Any) -> Program:
    program = Program.objects.select_for_update(of=["self"]).select_related("team").get(pk=program.pk)
    if "lead" not in program_parties(by, program):
        raise NotPermitted(_("The team is put together by the people who lead the programme."))
    if program.state in PROGRAM.final:
        raise WrongState(
            _("It is %(state)s now and its team stays as it was.") % {"state": str(program.get_state_display()).lower()}
        )
    return program


def _apply(program: Program, changes: Changes) -> None:
    """Write the new values; the caller saves the program itself. Raises Invalid with every violation."""
    for field in SCALARS:
        if field in changes:
            setattr(program, field, changes[field])
    violations: list[Violation] = []
    try:
        program.full_clean(exclude=["team", "number"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        violations += invalid(error).violations
    if program.starts_on and program.ends_on and program.ends_on < program.starts_on:
        message = _("The programme ends before it starts. Correct one of the dates.")
        violations.append(Violation("ends_before_start", message, "ends_on"))
    if "partners" in changes:
        violations += _set_partners(program, changes["partners"])
    if "milestones" in changes:
        violations += _set_milestones(program, changes["milestones"])
    if "entitlements" in changes:
        violations += _set_entitlements(program, changes["entitlements"])
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    if "themes" in changes:
        themes: Iterable[Theme] = changes["themes"]
        program.themes.set(themes)
    if program.team.title != program.title:
        program.team.title = program.title
        program.team.save(update_fields=["title", "updated_at"])


def _set_partners(program: Program, parts: Iterable[PartnerPart]) -> list[Violation]:
    """Replace the partners. Where none is named as lead, the lead organisation stays it."""
    wanted = list(parts)
    lead = next((part.organisation for part in wanted if part.role == Partner.Role.LEAD), program.lead_organisation)
    if lead is not None and all(part.organisation.pk != lead.pk for part in wanted):
        wanted.insert(0, PartnerPart(lead, Partner.Role.LEAD))
    keys = [part.organisation.pk for part in wanted]
    violations = []
    if len(set(keys)) < len(keys):
        violations.append(Violation("partner_twice", _("Name each organisation once."), "partners"))
    if sum(part.role == Partner.Role.LEAD for part in wanted) > 1:
        violations.append(Violation("one_lead", _("Only one organisation can lead."), "partners"))
    if violations:
        return violations
    program.lead_organisation = lead
    program.partners.exclude(organisation__in=keys).delete()
    program.partners.filter(role=Partner.Role.LEAD).exclude(organisation=lead).update(role=Partner.Role.PARTNER)
    for part in wanted:
        is_lead = lead is not None and part.organisation.pk == lead.pk
        Partner.objects.update_or_create(
            program=program,
            organisation=part.organisation,
            defaults={
                "role": Partner.Role.LEAD if is_lead else part.role,
                "task": part.task,
                "contribution": part.contribution,
            },
        )
    return []


def _set_milestones(program: Program, planned: Iterable[PlannedMilestone]) -> list[Violation]:
    """Replace the plan; a milestone that was reached can neither go nor change."""
    known = {row.pk: row for row in program.milestones.all()}
    violations, kept = [], set()
    for plan in planned:
        row = known.get(plan.id) if plan.id else None
        if plan.id and row is None:
            violations.append(
                Violation("milestone_unknown", _("This milestone does not exist any more."), "milestones")
            )
            continue
        if not plan.title.strip():
            violations.append(Violation("title_missing", _("Give every milestone a title."), "milestones"))
        if plan.starts_on and plan.starts_on > plan.due_on:
            message = _("“%(title)s” would be due before it starts.") % {"title": plan.title}
            violations.append(Violation("due_before_start", message, "milestones"))
        values = {"title": plan.title, "due_on": plan.due_on, "weight": plan.weight, "starts_on": plan.starts_on}
        if row is None:
            row = Milestone(program=program, **values)
        elif row.done_on is None:
            for name in values:
                setattr(row, name, values[name])
        elif any(getattr(row, name) != values[name] for name in values):
            message = _("“%(title)s” was reached and can no longer be changed.") % {"title": row.title}
            violations.append(Violation("milestone_reached", message, "milestones"))
        kept.add(row.pk)
        if not violations:
            row.save()
    for row in known.values():
        if row.pk not in kept and row.done_on is not None:
            message = _("“%(title)s” was reached and can no longer be taken out.") % {"title": row.title}
            violations.append(Violation("milestone_reached", message, "milestones"))
    if not violations:
        program.milestones.exclude(pk__in=kept).delete()
    return violations


def _set_entitlements(program: Program, wanted: Iterable[WantedTime]) -> list[Violation]:
    """Replace the facility time that is wanted; nothing of it is granted before approval."""
    wanted = list(wanted)
    violations = []
    pairs = [(row.instrument.pk, row.cycle.pk if row.cycle else None) for row in wanted]
    if len(set(pairs)) < len(pairs):
        message = _("Name each instrument once per cycle.")
        violations.append(Violation("instrument_twice", message, "entitlements"))
    violations += [
        Violation(
            "units_positive",
            _("Say how much time is wanted at %(instrument)s.") % {"instrument": row.instrument.code},
            "entitlements",
        )
        for row in wanted
        if row.units <= 0
    ]
    if violations:
        return violations
    program.entitlements.all().delete()
    Entitlement.objects.bulk_create(
        Entitlement(
            program=program, instrument=row.instrument, cycle=row.cycle, units=row.units, purpose=row.purpose[:300]
        )
        for row in wanted
    )
    return []
