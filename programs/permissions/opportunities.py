"""Who a person is to an offer of places and to an application for one, and what they may see of them."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from alliance.models import Alliance
from core import permissions
from facilities.models import TeamMember
from programs.models import Candidacy, Opportunity, Program
from programs.permissions.cooperation import program_parties

PUBLIC = ("published", "finished")
"""States in which everybody may read an offer."""
CHECK = "alliance.check_programs"
SIGN = "accounts.sign_for_organisation"


def opportunity_parties(user: Any, opportunity: Opportunity) -> frozenset[str]:
    """`office` for the leads of the programme and who checks programmes for its alliance; `system`."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    return frozenset({"system"}) if user.is_system else _office(user, opportunity.program)


def candidacy_parties(user: Any, candidacy: Candidacy) -> frozenset[str]:
    """`applicant`; `centre` for who signs for the applicant's organisation; `office`; `system`.

    Who applies is neither the office nor the centre of the own application, whatever office they hold.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    if candidacy.person_id == user.pk:
        return frozenset({"applicant"})
    parties = _office(user, candidacy.opportunity.program)
    return parties | {"centre"} if permissions.allowed(user, SIGN, candidacy.centre) else parties


def opportunities_visible_to(user: Any) -> QuerySet[Opportunity]:
    """Published ones for everyone; drafts and what was taken down for their office, and for who applied."""
    visible = Q(state__in=PUBLIC)
    if user.is_authenticated and user.is_active:
        visible |= Q(program__in=_run_by(user)) | Q(pk__in=Candidacy.objects.filter(person=user).values("opportunity"))
    return Opportunity.objects.filter(visible).order_by("closes_at", "id")


def candidacies_visible_to(user: Any) -> QuerySet[Candidacy]:
    """One's own; once submitted those of the office, and of one's centre where it is to nominate.

    What was withdrawn before it was submitted stays its applicant's alone.
    """
    if not user.is_authenticated or not user.is_active:
        return Candidacy.objects.none()
    signing = permissions.container_ids(user, SIGN, Organisation)
    read = Q(opportunity__program__in=_run_by(user)) | Q(centre__in=signing, opportunity__nomination_needed=True)
    rows = Candidacy.objects.filter(Q(person=user) | read & Q(submitted_at__isnull=False))
    return rows.order_by("-created_at", "-id")


def _office(user: Any, program: Program) -> frozenset[str]:
    return frozenset({"office"}) if program_parties(user, program) & {"lead", "secretariat"} else frozenset()


def _run_by(user: Any) -> QuerySet[Program, Any]:
    leading = TeamMember.objects.filter(user=user, role="lead").values("team_id")
    offices = permissions.container_ids(user, CHECK, Alliance)
    rows = Program.objects.filter(Q(lead_person=user) | Q(team__in=leading) | Q(alliance__in=offices))
    return rows.order_by().values("pk")
