"""Lists of programmes and one programme, each from what the reader may see."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Organisation
from core import permissions
from core.lookup import find
from facilities.models import TeamMember
from programs.models import Partner, Program, Theme
from programs.permissions.cooperation import PUBLIC, program_parties, programs_visible_to, signing_for
from programs.queries.cooperation.standing import with_light
from programs.workflows.cooperation import PROGRAM, RUNNING
from workflow.machine import Move


def with_partners(rows: QuerySet[Program]) -> QuerySet[Program]:
    """The rows with what a line of a list shows, in a constant number of queries."""
    partners = Partner.objects.select_related("organisation").order_by("organisation__name", "id")
    return rows.select_related("lead_organisation", "lead_person", "alliance").prefetch_related(
        Prefetch("partners", partners), "themes"
    )


def programs_listed(
    user: Any,
    *,
    state: str = "",
    kind: str = "",
    theme: str = "",
    country: str = "",
    organisation: str = "",
    search: str = "",
    light: str = "",
    mine: bool = False,
) -> QuerySet[Program]:
    """Programmes that a person may see, newest first. `state` may be `running`; `country` is that of any partner;
    `organisation` and `theme` are slugs; `light` is one of LIGHTS; `mine` are those one is on
    the team of, leads, or signs for."""
    rows = programs_visible_to(user)
    if state:
        rows = rows.filter(state__in=RUNNING if state == "running" else [state])
    if kind:
        rows = rows.filter(kind=kind)
    if theme:
        rows = rows.filter(themes__slug=theme)
    if country:
        rows = rows.filter(_having(organisation__country=country))
    if organisation:
        rows = rows.filter(_having(organisation__slug=organisation))
    for word in search.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(acronym__icontains=word)
            | Q(number__icontains=word)
            | Q(_having(organisation__name__icontains=word))
        )
    if light:
        rows = with_light(rows, user, light)
    if mine:
        rows = rows.filter(_mine(user))
    return with_partners(rows)


def _having(**condition: Any) -> Exists:
    return Exists(Partner.objects.filter(program=OuterRef("pk"), **condition))


def _mine(user: Any) -> Q:
    if not user.is_authenticated:
        return Q(pk__in=[])
    on_team = Exists(TeamMember.objects.filter(team=OuterRef("team_id"), user=user))
    return Q(on_team) | Q(lead_person=user) | Q(_having(organisation__in=signing_for(user)))


def find_program(user: Any, key: str | UUID) -> Program:
    """By identifier or number (`P-0042`). Raises NotFound for one that is not there or not to be seen."""
    named = key.upper() if isinstance(key, str) else key
    return find(with_partners(programs_visible_to(user)), named, by="number")


def moves_open_to(user: Any, program: Program) -> list[Move]:
    """What a person may do with a programme now: the buttons of its page and the actions of the API."""
    return PROGRAM.open_moves(program.state, program_parties(user, program))


def proposing_for(user: Any) -> QuerySet[Organisation]:
    """The organisations in whose name a person may propose."""
    return permissions.containers(user, "accounts.propose_programs", Organisation.objects.all()).order_by("name", "id")


def themes_in_use(user: Any) -> QuerySet[Theme]:
    """Themes of programmes that a person may see, by name."""
    linked = Program.themes.through.objects.filter(theme=OuterRef("pk"))
    public = linked.filter(program__state__in=PUBLIC)
    return Theme.objects.filter(Exists(public) | Exists(linked.filter(program__in=_not_public(user)))).order_by(
        "name", "id"
    )


def _not_public(user: Any) -> list[UUID]:
    """What a person sees beyond the public; few, so that a list of them is a constant in a statement."""
    return list(programs_visible_to(user).exclude(state__in=PUBLIC).order_by().values_list("pk", flat=True))
