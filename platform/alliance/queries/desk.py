"""What the desk of a secretariat shows its reader: what waits, what ends soon, and what was promised."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from alliance.models import (
    ActionItem,
    Alliance,
    Circular,
    DocumentVersion,
    Event,
    Meeting,
    MembershipApplication,
    Motion,
    Representative,
)
from alliance.permissions.documents import versions_visible_to
from alliance.permissions.events import ORGANISES
from alliance.permissions.governance import RUN, actions_visible_to, meetings_visible_to
from alliance.permissions.membership import MANAGE, applications_visible_to, memberships_visible_to
from alliance.permissions.news import circulars_visible_to
from alliance.permissions.voting import motions_visible_to
from alliance.queries.offices import officers_on
from alliance.rules.terms import alert_due
from core import clock
from core.permissions import allowed, containers

WAITS_FOR_OFFICE = ("submitted", "checking", "site_visit", "voting", "signature")


@dataclass(frozen=True)
class Ending:
    """Something that ends on a day (half-open); `within` is the alert that it has passed, 0 once it is over."""

    what: Any
    ends_on: date
    within: int

    @property
    def is_over(self) -> bool:
        return self.within == 0


def desks_of(user: Any) -> list[Alliance]:
    """The alliances whose desk a person has: whose members or whose governance they run."""
    rows = Alliance.objects.order_by("-is_main", "name", "id")
    held = {row.pk for right in (MANAGE, RUN) for row in containers(user, right, rows)}
    return [row for row in rows if row.pk in held]


def applications_at(alliance: Alliance, user: Any) -> QuerySet[MembershipApplication]:
    """Applications that the office has to move on, the longest waiting first."""
    rows = applications_visible_to(user).filter(alliance=alliance, state__in=WAITS_FOR_OFFICE)
    return rows.select_related("organisation").order_by("submitted_at", "id")


def motions_at(alliance: Alliance, user: Any) -> QuerySet[Motion]:
    """Motions that are tabled or whose vote is open, those that close first at the top."""
    rows = motions_visible_to(user).filter(alliance=alliance, state__in=["tabled", "open"])
    return rows.select_related("alliance", "body", "mover", "ballot").order_by("ballot__closes_at", "created_at", "id")


def meetings_at(alliance: Alliance, user: Any) -> QuerySet[Meeting]:
    """Meetings whose notice, agenda, end or minutes are to be seen to, the earliest first; not those of a source."""
    if not allowed(user, RUN, alliance):
        return Meeting.objects.none()
    lacks = Q(state__in=["planned", "running"]) | Q(state="called", agenda_circulated_at=None)
    lacks |= Q(state="closed", notice_sent_at__isnull=False, minutes=None)
    rows = meetings_visible_to(user).filter(lacks, body__alliance=alliance)
    return rows.select_related("body").order_by("starts_at", "id")


def circulars_at(alliance: Alliance, user: Any) -> QuerySet[Circular]:
    """Circulars that are written and not sent, the oldest first."""
    rows = circulars_visible_to(user).filter(alliance=alliance, sent_at=None)
    return rows.order_by("created_at", "id")


def versions_at(alliance: Alliance, user: Any) -> QuerySet[DocumentVersion]:
    """Versions that wait to be adopted."""
    rows = versions_visible_to(user).filter(document__alliance=alliance, state="proposed")
    return rows.order_by("updated_at", "id")


def registrations_at(alliance: Alliance, user: Any) -> list[tuple[Event, int]]:
    """Events to come that one organises and whose registration is open, each with how many have registered."""
    if not allowed(user, ORGANISES, alliance):
        return []
    now = clock.now()
    ahead = Q(starts_at=None) | Q(ends_at__gt=now)
    events = Event.objects.filter(ahead, alliance=alliance, state="registration").order_by("starts_at", "id")
    registered = Count("registrations", filter=Q(registrations__cancelled_at=None))
    return [(event, event.registered) for event in events.annotate(registered=registered)]


def terms_ending(alliance: Alliance, today: date) -> list[Ending]:
    """Terms of those in office that end within the longest of TERM_ALERT_DAYS, and those over without a successor."""
    offices = officers_on(alliance, today)
    last = [row.last for row in offices if row.vacant_since is not None and row.last is not None]
    held = [term for row in offices for term in (*row.holders, *row.acting)]
    until = today + timedelta(days=max(settings.TERM_ALERT_DAYS))
    found = [(term, term.ends_on) for term in (*last, *held) if term.ends_on is not None and term.ends_on <= until]
    return [_end_of(term, day, today) for term, day in sorted(found, key=lambda pair: pair[1])]


def representations_ending(alliance: Alliance, user: Any, today: date) -> list[Ending]:
    """Representatives whose time ends soon."""
    inside = memberships_visible_to(user).order_by().values("pk")
    rows = Representative.objects.filter(membership__in=inside, membership__alliance=alliance, ends_on__gt=today)
    return _ending(rows.select_related("membership__organisation"), today, "ends_on")


def memberships_ending(alliance: Alliance, user: Any, today: date) -> list[Ending]:
    """Memberships with a day of leaving ahead."""
    return _ending(memberships_visible_to(user).filter(alliance=alliance, left_on__gt=today), today, "left_on")


def promised(alliance: Alliance, user: Any, today: date) -> QuerySet[ActionItem]:
    """Open actions that are overdue or due within the first alert, the earliest first."""
    until = today + timedelta(days=min(settings.TERM_ALERT_DAYS))
    rows = actions_visible_to(user).filter(alliance=alliance, state=ActionItem.State.OPEN, due_on__lte=until)
    return rows.select_related("owner", "owner_organisation").order_by("due_on", "id")


def _ending(rows: QuerySet[Any], today: date, column: str) -> list[Ending]:
    """Rows that end within the longest alert, soonest first."""
    until = today + timedelta(days=max(settings.TERM_ALERT_DAYS))
    soon = rows.filter(**{f"{column}__lte": until}).order_by(column, "id")
    return [_end_of(row, getattr(row, column), today) for row in soon]


def _end_of(what: Any, ends_on: date, today: date) -> Ending:
    return Ending(what, ends_on, within(ends_on, today))


def within(ends_on: date, today: date) -> int:
    """The closest of TERM_ALERT_DAYS within which a day lies; 0 once it has come."""
    return alert_due(ends_on, today, settings.TERM_ALERT_DAYS) or 0
