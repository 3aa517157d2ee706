"""Who a person is to a programme, and which programmes they may see."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Organisation
from alliance.models import Alliance
from core import permissions
from facilities.models import TeamMember
from programs.models import Partner, Program
from programs.workflows.cooperation import RUNNING

PUBLIC = RUNNING | {"terminated"}
"""States in which the title, the partners and the stage are public: it was approved once."""


def program_parties(user: Any, program: Program) -> frozenset[str]:
    """The parties of the workflow that a person is, and `member` for the team.

    Who leads a programme never checks or decides it as well, whatever office they hold.
    """
    if not user.is_authenticated:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    parties = {f"{role}" for role in _team_roles(user, program)}
    if program.lead_person_id == user.pk:
        parties.add("lead")
    if signs_for(user, program).exists():
        parties.add("partner")
    if "lead" not in parties and program.alliance is not None:
        if permissions.allowed(user, "alliance.check_programs", program.alliance):
            parties.add("secretariat")
        if permissions.allowed(user, "alliance.approve_programs", program.alliance):
            parties.add("leadership")
    return frozenset(parties)


def signs_for(user: Any, program: Program) -> QuerySet[Organisation]:
    """The partner organisations of a programme for which a person may sign."""
    partners = Organisation.objects.filter(partnerships__program=program)
    return permissions.containers(user, "accounts.sign_for_organisation", partners).order_by("name", "id")


def sees_inside(user: Any, program: Program) -> bool:
    """Whether more than the public part is theirs to see: plans, facility time, bookings, history."""
    return bool(program_parties(user, program))


def programs_visible_to(user: Any) -> QuerySet[Program]:
    """Approved programmes for everyone; before that only their team, signatories once submitted, and the offices."""
    visible = Q(state__in=PUBLIC) | _inside_to(user)
    return Program.objects.filter(visible).order_by("-created_at", "-id")


def programs_inside_to(user: Any) -> QuerySet[Program]:
    """Those of which a person sees the inside, as `sees_inside` says of one."""
    return Program.objects.filter(_inside_to(user)).order_by("-created_at", "-id")


def _inside_to(user: Any) -> Q:
    """Of their team, signatories once submitted, and the offices."""
    if not (user.is_authenticated and user.is_active):
        return Q(pk__in=[])
    own = TeamMember.objects.filter(team=OuterRef("team_id"), user=user)
    inside = Q(Exists(own)) | Q(lead_person=user)
    if signing := signing_for(user):
        asked = Partner.objects.filter(program=OuterRef("pk"), organisation__in=signing)
        handed_in = Q(submitted_at__isnull=False) & ~Q(state="draft")
        inside |= Q(Exists(asked)) & (handed_in | Q(state__in=PUBLIC))
    rights = ("alliance.check_programs", "alliance.approve_programs")
    if offices := {key for right in rights for key in _held(user, right, Alliance.objects.all())}:
        inside |= Q(alliance__in=offices)
    return inside


def signing_for(user: Any) -> list[UUID]:
    """The organisations for which a person may sign; a list, so that it is a constant in a statement."""
    return _held(user, "accounts.sign_for_organisation", Organisation.objects.all())


def _held(user: Any, right: str, containers: QuerySet[Any]) -> list[UUID]:
    return list(permissions.containers(user, right, containers).order_by().values_list("pk", flat=True))


def _team_roles(user: Any, program: Program) -> set[str]:
    return set(TeamMember.objects.filter(team_id=program.team_id, user=user).values_list("role", flat=True))
