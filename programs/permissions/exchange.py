"""Who a person is to an exchange stay or a training, and what they may see of them."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from alliance.models import Alliance
from core import permissions
from programs.models import Enrolment, ExchangeStay, Training
from programs.permissions.cooperation import program_parties, programs_visible_to
from programs.workflows.cooperation import RUNNING


def stay_parties(user: Any, stay: ExchangeStay) -> frozenset[str]:
    """`lead` of the programme, `host` (a signatory of the host), `guest` (who stays), `system`."""
    if user.is_system:
        return frozenset({"system"})
    parties = program_parties(user, stay.program) & {"lead"}
    if stay.person_id == user.pk:
        parties |= {"guest"}
    if permissions.allowed(user, "accounts.sign_for_organisation", stay.host):
        parties |= {"host"}
    return parties


def stays_visible_to(user: Any) -> QuerySet[ExchangeStay]:
    """One's own, those of one's programmes, and those of the organisations that one signs for. Stays are not public."""
    if not user.is_authenticated or not user.is_active:
        return ExchangeStay.objects.none()
    signing = permissions.container_ids(user, "accounts.sign_for_organisation", Organisation)
    offices = permissions.container_ids(user, "alliance.check_programs", Alliance)
    visible = (
        Q(person=user)
        | Q(program__team__members__user=user)
        | Q(program__alliance__in=offices)
        | Q(home__in=signing)
        | Q(host__in=signing)
    )
    rows = ExchangeStay.objects.filter(pk__in=ExchangeStay.objects.filter(visible).values("pk"))
    return rows.order_by("period", "id")


def trainings_visible_to(user: Any) -> QuerySet[Training]:
    """Trainings of running programmes are offers to everyone; of others to those who see the programme."""
    return Training.objects.filter(
        Q(program__state__in=RUNNING) | Q(program__in=programs_visible_to(user).order_by().values("pk"))
    ).order_by("-days", "-id")


def enrolment_parties(user: Any, enrolment: Enrolment) -> frozenset[str]:
    """`person` who enrolled, `lead` of the programme, `system`."""
    if user.is_system:
        return frozenset({"system"})
    parties = program_parties(user, enrolment.training.program) & {"lead"}
    return parties | {"person"} if enrolment.person_id == user.pk else parties
