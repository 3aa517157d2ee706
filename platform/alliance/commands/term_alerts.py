"""Tells the secretariat that a term of office ends soon, or is over and nobody follows; each once (R-45)."""

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.queries import holders, system_user
from alliance.models import Alliance, OfficeTerm, TermAlert
from alliance.queries.offices import HOLDER, holder_on
from alliance.rules.days import today_in
from alliance.rules.terms import alert_due
from core import audit
from notifications.commands import notify

OFFICE_ROLES = ("secretariat", "secretary_general")


def office_of(alliance: Alliance) -> list[User]:
    """The people of the secretariat."""
    return list({person.pk: person for role in OFFICE_ROLES for person in holders(role, alliance.pk)}.values())


def alert_ends() -> int:
    """Tell what is due and was not told; a term recorded late brings one message, not all at once. How many."""
    told = 0
    for alliance in Alliance.objects.order_by("id"):
        terms = OfficeTerm.objects.filter(
            office__alliance=alliance, designation=HOLDER, ends_on__isnull=False, state__in=["in_office", "ended"]
        )
        for term in terms.exclude(ended_by__in=["resignation", "replaced", "other"]).order_by("id"):
            told += _alert(term, alliance)
    return told


@transaction.atomic
def _alert(term: OfficeTerm, alliance: Alliance) -> int:
    term = OfficeTerm.objects.select_for_update(of=("self",)).select_related("office").get(pk=term.pk)
    today = today_in(alliance)
    due = alert_due(term.ends_on, today, settings.TERM_ALERT_DAYS) if term.ends_on else None
    if due is None or (due == 0 and _followed(term)):
        return 0
    if term.alerts.filter(days__lte=due).exists():
        return 0
    TermAlert.objects.create(term=term, days=due)
    audit.record("alert", term, by=system_user(), days=due)
    context = {
        "office": term.office.title,
        "alliance": str(alliance),
        "name": term.name,
        "ends_on": term.ends_on.isoformat() if term.ends_on else "",
        "is_over": due == 0,
    }
    notify(office_of(alliance), "office_vacant" if due == 0 else "term_ends", subject=term.office, context=context)
    return 1


def _followed(term: OfficeTerm) -> bool:
    """Whether somebody held the office after this term, or holds it beside."""
    later = term.office.terms.filter(designation=HOLDER, starts_on__gte=term.ends_on)
    return later.exists() or (term.ends_on is not None and holder_on(term.office, term.ends_on) is not None)
