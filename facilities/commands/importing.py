"""Writes bookings from other systems' tables and calendars: finds what rows name, then records them as history."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.queries import organisation_named
from core import clock
from core.permissions import require
from facilities.commands.catalogue import create_instrument
from facilities.commands.history import Outcome, PastBooking, record_past_bookings
from facilities.commands.teams import create_team
from facilities.imports.bookings import Draft
from facilities.models import Facility, Instrument, Team
from facilities.queries.checks import violations_against

DAY = 24 * 60
LONGEST_DAYS = 60


class NotHere(Exception):
    """A row names something that is not here; the message says what."""


@dataclass
class Names:
    """What the rows of one import name, each looked up once.

    Rows without an instrument of their own are about `instrument`; codes are those of `facility`, or any instrument's
    slug. Instruments that are missing are made, booked by the day, if `create` says so.
    """

    by: Any
    source: str
    facility: Facility | None = None
    instrument: Instrument | None = None
    create: bool = False
    made: list[Instrument] = field(default_factory=list)
    _instruments: dict[str, Instrument | None] = field(default_factory=dict)
    _organisations: dict[tuple[str, str], Organisation | None] = field(default_factory=dict)
    _people: dict[str, User | None] = field(default_factory=dict)
    _teams: dict[str, Team] = field(default_factory=dict)

    def instrument_called(self, name: str) -> Instrument:
        """Raises NotHere."""
        if not name:
            if self.instrument is None:
                raise NotHere(_("no instrument is named"))
            return self.instrument
        if name not in self._instruments:
            self._instruments[name] = self._find_instrument(name)
        found = self._instruments[name]
        if found is None:
            where = self.facility or _("any facility")
            raise NotHere(_("there is no instrument “%(name)s” at %(where)s") % {"name": name, "where": where})
        return found

    def _find_instrument(self, name: str) -> Instrument | None:
        named = Q(slug=name.lower())
        if self.facility:
            named |= Q(facility=self.facility) & (Q(code__iexact=name) | Q(name__iexact=name))
        found = Instrument.objects.filter(named, archived_at=None).select_related("facility").order_by("id").first()
        if found or not self.create or self.facility is None:
            return found
        days: dict[str, Any] = {
            "unit_minutes": DAY,
            "granularity_minutes": DAY,
            "min_minutes": DAY,
            "max_minutes": LONGEST_DAYS * DAY,
        }
        made = create_instrument(
            self.facility, by=self.by, code=name[:60], name=name, unit=Instrument.Unit.DAY, source=self.source, **days
        )
        self.made.append(made)
        return made

    def organisation_called(self, text: str, near: str) -> Organisation | None:
        key = (text, near)
        if key not in self._organisations:
            self._organisations[key] = organisation_named(text, near) if text else None
        return self._organisations[key]

    def person_at(self, email: str) -> User | None:
        if email not in self._people:
            self._people[email] = User.objects.filter(email__iexact=email).first() if email else None
        return self._people[email]

    def team_of(self, proposal: str, title: str, organisation: Organisation | None) -> Team | None:
        if not proposal:
            return None
        if proposal not in self._teams:
            named: dict[str, Any] = {"source": self.source, "reference": proposal[:60]}
            self._teams[proposal] = Team.objects.filter(**named).first() or create_team(
                Team.Kind.PROPOSAL, title or proposal, organisation=organisation, by=self.by, active=False, **named
            )
        return self._teams[proposal]

    def past_booking(self, draft: Draft) -> PastBooking:
        """A draft with everything it names. Raises NotHere."""
        instrument = self.instrument_called(draft.instrument)
        organisation = self.organisation_called(draft.organisation, draft.country or instrument.facility.country)
        return PastBooking(
            external_id=draft.key(instrument.slug),
            instrument=instrument,
            starts_at=draft.starts_at,
            ends_at=draft.ends_at,
            title=draft.title,
            purpose=draft.purpose,
            state=draft.state,
            mode=draft.mode,
            requester=self.person_at(draft.requester),
            team=self.team_of(draft.proposal, draft.title, organisation),
            organisation=organisation,
            organisation_label=draft.organisation,
            country=draft.country or (organisation.country if organisation else ""),
            only_known=draft.only_known,
        )


@transaction.atomic
def record_drafts(drafts: Sequence[Draft], names: Names) -> list[Outcome]:
    """Record a batch of drafts as past bookings; an outcome for each, in order. Raises NotPermitted.

    A draft that says exactly what an earlier one says is the same booking: `skipped`; one of a lasting identity that
    says something else corrects it: `updated`. Time that is still to come is recorded too, and its outcome says which
    rules stand against it.
    """
    if names.facility:
        require(names.by, "facilities.manage_calendar", names.facility)
    outcomes: list[Outcome | None] = []
    rows: list[PastBooking] = []
    for draft in drafts:
        try:
            rows.append(names.past_booking(draft))
            outcomes.append(None)
        except NotHere as missing:
            outcomes.append(Outcome("refused", reason=str(missing)))
    for facility in {row.instrument.facility for row in rows}:
        require(names.by, "facilities.manage_calendar", facility)
    recorded = iter(record_past_bookings(rows, by=names.by, source=names.source) if rows else ())
    return [_weighed(outcome or next(recorded)) for outcome in outcomes]


def _weighed(outcome: Outcome) -> Outcome:
    """With the rules that a booking still to come breaks; what is past is history."""
    booking = outcome.booking
    if outcome.status not in ("created", "updated") or booking is None or booking.ends_at <= clock.now():
        return outcome
    return replace(outcome, against=tuple(violations_against(booking)))
