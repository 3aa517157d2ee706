"""Plans an event: what it is and when, its series, partners and chairs. Dates once told are kept when they change."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from alliance.commands.events.carrying import carry_programme
from alliance.commands.events.locking import checked, locked_for
from alliance.commands.events.registering import move_up
from alliance.commands.events.telling import tell_change
from alliance.models import Alliance, Event, EventChair, EventPartner, EventSchedule, EventSeries, SeriesEdition
from alliance.permissions.events import ORGANISES
from alliance.rules.events import is_late
from alliance.workflows.events import UPCOMING
from core import audit
from core.errors import Invalid, Violation, WrongState
from core.lookup import free_slug
from core.permissions import require

DETAILS = frozenset(
    {
        "kind", "title", "title_zh", "theme", "theme_zh", "parent", "starts_at", "ends_at", "planned_for",
        "planned_for_zh", "zone", "venue", "venue_zh", "mode", "by_day", "online_link", "is_link_public",
        "registration_from", "registration_until", "places_onsite", "places_online", "places_per_member",
        "attendance_told", "attendance_told_zh",
    }
)  # fmt: skip
WHEN = ("starts_at", "ends_at", "planned_for")
TOLD = (*WHEN, "zone", "venue", "online_link", "by_day")
"""What everybody who takes part is told of when it changes."""


@transaction.atomic
def plan_event(
    alliance: Alliance,
    details: Mapping[str, Any],
    *,
    by: Any,
    held: bool = False,
    slug: str = "",
    is_demo: bool = False,
) -> Event:
    """A new event: an idea that only its organisers see, or one `held` in the past. Raises NotPermitted, Invalid."""
    require(by, ORGANISES, alliance)
    event = Event(alliance=alliance, state="held" if held else "idea", zone=alliance.zone, is_demo=is_demo)
    event.created_by = None if by.is_system else by
    _set(event, details)
    event.slug = free_slug(Event.objects.all(), slug, event.title)
    checked(event)
    event.save(force_insert=True)
    audit.record("plan", event, by=by, to_state=event.state)
    return event


@transaction.atomic
def edit_event(
    event: Event, changes: Mapping[str, Any], *, by: Any, version: int | None = None, reason: str = ""
) -> Event:
    """Change what is planned. The dates told before are kept with the `reason`; who takes part is told of new ones.

    More places let those in who waited longest. Raises NotPermitted, Invalid, WrongState, DomainError (409) where
    another `version` was read.
    """
    event = locked_for(event, by, version)
    if event.state == "cancelled":
        raise WrongState(_("A cancelled event stays as it is."))
    before = {name: getattr(event, name) for name in changes if name in DETAILS}
    was = Event.objects.get(pk=event.pk)
    _set(event, changes)
    changed = [name for name, value in before.items() if getattr(event, name) != value]
    if not changed:
        return event
    checked(event)
    if event.state in UPCOMING and set(changed) & set(WHEN):
        keep_schedule(was, reason=reason, by=by)
        carry_programme(event)
    if event.circulated_on:
        event.is_late_circulation = is_late(event, event.circulated_on)
    event.version += 1
    event.save()
    audit.record("change", event, by=by, note=reason, changed=sorted(changed))
    move_up(event)
    if event.state in UPCOMING and set(changed) & set(TOLD):
        tell_change(event, note=reason)
    return event


def keep_schedule(event: Event, *, reason: str, by: Any) -> None:
    """The dates of an event as they were told until now."""
    told = {name: getattr(event, name) for name in WHEN}
    if told["starts_at"] or told["planned_for"]:
        EventSchedule.objects.create(event=event, reason=reason, by=by, **told)


def _set(event: Event, details: Mapping[str, Any]) -> None:
    if unknown := details.keys() - DETAILS:
        raise Invalid(_("Unknown: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    for name, value in details.items():
        setattr(event, name, value)
    problems = []
    if event.parent is not None and (event.parent_id == event.pk or event.parent.alliance_id != event.alliance_id):
        problems.append(
            Violation("parent", _("It is part of another event of the same alliance, or of none."), "parent")
        )
    if (event.starts_at is None) != (event.ends_at is None):
        field = "starts_at" if event.starts_at is None else "ends_at"
        problems.append(Violation("dates_half", _("Give both the start and the end, or neither."), field))
    elif event.starts_at and event.ends_at and event.ends_at <= event.starts_at:
        problems.append(Violation("ends_before_start", _("It ends before it starts."), "ends_at"))
    opens, closes = event.registration_from, event.registration_until
    if opens and closes and closes <= opens:
        problems.append(
            Violation("closes_before_opens", _("Registration closes before it opens."), "registration_until")
        )
    if problems:
        raise Invalid(_("Please correct what is marked."), problems)


@transaction.atomic
def make_series(alliance: Alliance, name: str, *, by: Any, name_zh: str = "", slug: str = "") -> EventSeries:
    """A series of events of an alliance; the same name again returns it. Raises NotPermitted, Invalid."""
    require(by, ORGANISES, alliance)
    if known := alliance.event_series.filter(name=name.strip()).first():
        return known
    series = EventSeries(alliance=alliance, name=name.strip(), name_zh=name_zh.strip())
    series.slug = free_slug(alliance.event_series.all(), slug, series.name)
    checked(series)
    series.save(force_insert=True)
    audit.record("make", series, by=by)
    return series


@transaction.atomic
def set_editions(event: Event, editions: Mapping[EventSeries, int], *, by: Any) -> None:
    """Which edition of which series it is: the fourth of one, the second of another. Raises Invalid, NotPermitted."""
    event = locked_for(event, by)
    problems = []
    for series, ordinal in editions.items():
        taken = SeriesEdition.objects.filter(series=series, ordinal=ordinal).exclude(event=event).first()
        if series.alliance_id != event.alliance_id:
            problems.append(Violation("series", _("The series belongs to another alliance."), "series"))
        elif taken:
            given = {"number": ordinal, "series": series.name, "event": taken.event.title}
            problems.append(
                Violation("ordinal_taken", _("Number %(number)s of “%(series)s” is %(event)s.") % given, "ordinal")
            )
        elif ordinal < 1:
            problems.append(Violation("ordinal", _("Editions are counted from one."), "ordinal"))
    if problems:
        raise Invalid(_("Please correct what is marked."), problems)
    event.editions.all().delete()
    SeriesEdition.objects.bulk_create(
        SeriesEdition(event=event, series=series, ordinal=ordinal) for series, ordinal in editions.items()
    )
    _said(event, "set-editions", by, {series.slug: ordinal for series, ordinal in editions.items()})


@transaction.atomic
def set_partners(event: Event, partners: Iterable[tuple[Organisation, str]], *, by: Any) -> None:
    """All organisations with a role in it; one may have several. Raises Invalid, NotPermitted."""
    event = locked_for(event, by)
    wanted = list(dict.fromkeys(partners))
    if any(role not in EventPartner.Role.values for _organisation, role in wanted):
        raise Invalid(_("Choose a role."), [Violation("role", _("Choose a role."), "role")])
    event.partners.all().delete()
    EventPartner.objects.bulk_create(EventPartner(event=event, organisation=row, role=role) for row, role in wanted)
    _said(event, "set-partners", by, [[row.slug, role] for row, role in wanted])


@transaction.atomic
def set_chairs(event: Event, chairs: Iterable[tuple[str, str, User | None, Organisation | None]], *, by: Any) -> None:
    """Who chairs it: name, name in own script, account and organisation where known; not who chairs the alliance."""
    event = locked_for(event, by)
    wanted = [(name.strip(), local.strip(), person, home) for name, local, person, home in chairs if name.strip()]
    event.chairs.all().delete()
    for name, local, person, home in wanted:
        EventChair.objects.create(event=event, name=name, name_local=local, person=person, organisation=home)
    _said(event, "set-chairs", by, [name for name, *_rest in wanted])


def _said(event: Event, verb: str, by: Any, what: Any) -> None:
    event.version += 1
    event.save(update_fields=["version", "updated_at"])
    audit.record(verb, event, by=by, now=what)
