"""Drafts a proposal and edits it field by field: what others changed is kept, what clashes is refused and shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.commands import invalid
from accounts.models import Organisation
from accounts.queries import affiliation_at
from core import audit, clock
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation
from core.models import new_id
from facilities.commands.teams import add_member, create_team
from facilities.models import Team, TeamMember
from programs.commands.proposals.legs import LegPart, changed_legs, legs_by_id, set_legs
from programs.commands.proposals.locking import being_edited
from programs.commands.proposals.members import Invitee, invite_member
from programs.models import Call, Proposal, ProposalMember
from programs.permissions.proposals import proposals_visible_to
from programs.queries.proposals.changes import refuse_overwriting
from programs.queries.proposals.deadline import takes_proposals

SCALARS = (
    "title",
    "public_title",
    "abstract",
    "science_case",
    "confidentiality",
    "lineage",
    "peaceful_use",
    "excluded_names",
    "program",
)
SETS = ("themes", "previous", "excluded_reviewers")
Changes = Mapping[str, Any]
"""New values by field: SCALARS; SETS as rows; `legs` as a complete list of LegPart."""


@transaction.atomic
def draft_proposal(
    call: Call,
    changes: Changes,
    *,
    by: Any,
    organisation: Organisation | None = None,
    invite: Iterable[Invitee] = (),
    is_demo: bool = False,
) -> Proposal:
    """A new draft of `by`, its principal investigator, who leads for the organisation they work at now.

    It keeps the version of the questionnaire that the call has today; those in `invite` are asked to join. Raises
    RulesRefuse when the call takes no proposals, NotPermitted for an organisation that is not theirs, and Invalid.
    """
    day = clock.now().date()
    if organisation is None:
        affiliation = affiliation_at(by, day)
        if affiliation is None:
            message = _("Where you work is not recorded yet. Ask the secretariat to add it, then come back.")
            raise Invalid(message, [Violation("no_affiliation", message, "organisation")])
        organisation = affiliation.organisation
    elif not by.affiliations.filter(organisation=organisation, starts_on__lte=day).exists():
        raise NotPermitted(_("You do not work at %(name)s.") % {"name": organisation.name})
    if not takes_proposals(call, clock.begun()):
        message = _("This call takes no proposals now.")
        raise RulesRefuse(message, [Violation("call_closed", message, "call", source="R-01")])
    identifier = new_id()
    title = str(changes.get("title", "")).strip()[:400] or _("Untitled proposal")
    team = create_team(Team.Kind.PROPOSAL, title, organisation=organisation, by=by, pk=identifier, active=False)
    add_member(team, by, role=TeamMember.Role.LEAD, by=by)
    proposal = Proposal(
        id=identifier,
        team=team,
        call=call,
        title=title,
        pi=by,
        organisation=organisation,
        questionnaire=call.questionnaire,
        created_by=by,
        is_demo=is_demo,
    )
    proposal.save(force_insert=True)
    proposal.refresh_from_db(fields=["number"])
    ProposalMember.objects.create(
        proposal=proposal,
        person=by,
        role=ProposalMember.Role.PI,
        state=ProposalMember.State.JOINED,
        organisation=organisation,
        country=organisation.country,
    )
    _apply(proposal, changes, by=by)
    proposal.save()
    audit.record("draft", proposal, by=by, to_state=proposal.state, version=proposal.version)
    for person in invite:
        invite_member(proposal, by=by, email=person.email, orcid=person.orcid, role=person.role)
    return proposal


@transaction.atomic
def edit_proposal(proposal: Proposal, changes: Changes, *, by: Any, version: int) -> Proposal:
    """Change some fields. `version` is the one the editor saw; the proposal comes back with the next one.

    Fields that nobody changed since that version are merged. Raises 409 `changed_meanwhile` with what stands there
    now for every field that somebody changed meanwhile, NotPermitted, WrongState, and Invalid with every violation.
    """
    proposal = being_edited(proposal, by=by)
    before = values_of(proposal, changes)
    refuse_overwriting(proposal, version, {name: _comparable(changes[name]) for name in changes}, before)
    legs = legs_by_id(proposal) if "legs" in changes else {}
    _apply(proposal, changes, by=by)
    after = values_of(proposal, changes)
    fields = sorted(name for name in changes if name != "legs" and before[name] != after[name])
    if "legs" in changes:
        fields += changed_legs(legs, legs_by_id(proposal))
    if fields:
        proposal.version += 1
        proposal.save()
        audit.record("edit", proposal, by=by, version=proposal.version, fields=fields)
    return proposal


def values_of(proposal: Proposal, names: Iterable[str]) -> dict[str, Any]:
    """What stands in some fields, comparable with what a change says."""
    found: dict[str, Any] = {}
    for name in names:
        if name == "legs":
            found[name] = [LegPart.of(leg).comparable() for leg in proposal.legs.order_by("position")]
        elif name in SETS:
            found[name] = sorted(str(row.pk) for row in getattr(proposal, name).all())
        else:
            found[name] = _comparable(getattr(proposal, name))
    return found


def _comparable(value: Any) -> Any:
    if isinstance(value, list | tuple):
        rows = [row.comparable() if isinstance(row, LegPart) else str(getattr(row, "pk", row)) for row in value]
        return rows if value and isinstance(value[0], LegPart) else sorted(rows)
    return str(value.pk) if hasattr(value, "pk") else value


def _apply(proposal: Proposal, changes: Changes, *, by: Any) -> None:
    """Write the new values; the caller saves the proposal itself. Raises Invalid with every violation."""
    violations = [*_unreadable(proposal, changes, by=by)]
    for name in SCALARS:
        if name in changes:
            setattr(proposal, name, changes[name])
    try:
        proposal.full_clean(exclude=["team", "number"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        violations += invalid(error).violations
    if "legs" in changes and not violations:
        violations += set_legs(proposal, changes["legs"])
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    for name in SETS:
        if name in changes:
            getattr(proposal, name).set(changes[name])
    if proposal.team.title != proposal.title:
        proposal.team.title = proposal.title
        proposal.team.save(update_fields=["title", "updated_at"])


def _unreadable(proposal: Proposal, changes: Changes, *, by: Any) -> Iterable[Violation]:
    for name in changes.keys() - {*SCALARS, *SETS, "legs"}:
        yield Violation("unknown_field", _("There is no such field: %(name)s.") % {"name": name}, name)
    if "title" in changes and not str(changes["title"]).strip():
        yield Violation("title_missing", _("Give the proposal a title."), "title")
    if proposal.state != "draft" and changes.get("peaceful_use") is False:
        message = _("It was submitted as serving peaceful ends only. Withdraw it if that no longer holds.")
        yield Violation("peaceful_use", message, "peaceful_use", source="R-47, S000")
    previous = {row.pk for row in changes.get("previous", ())}
    known = set(proposals_visible_to(by).filter(pk__in=previous).order_by().values_list("pk", flat=True))
    if previous - known - {row.pk for row in proposal.previous.all()} or proposal.pk in previous:
        message = _("An earlier proposal must be one of yours, and not this one.")
        yield Violation("previous_unknown", message, "previous")
