"""The waiting list and the reserve list: join, leave, and offering free time to those whom it fits, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import system_user
from core import audit, clock
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, Violation, WrongState
from core.permissions import require
from facilities.commands.bookings.freeing import wake_waiting
from facilities.commands.bookings.offering import offer_time
from facilities.commands.locks import lock_time
from facilities.models import Access, Allocation, Booking, Equipment, Instrument, Team, Technique, Terms, Waiting
from facilities.permissions import waiting_parties
from facilities.queries.availability import Slot, legal_minutes
from facilities.queries.equipment import usable_at
from facilities.queries.terms import terms_of
from facilities.queries.waiting import fits, instruments_waited_for, queue_of
from facilities.rules import BookingRequest, access_category
from facilities.workflows import WAITING
from workflow.commands import advance

TRIES = 8
"""How many free stays are held against the rules for one who waits before the next is looked at."""

RANKED = gettext_lazy("A place on the reserve list has a rank from 1 on, and no other has.")
MOST_RANK = 10_000
MOST_MINUTES = 366 * 24 * 60
Kind = Waiting.Kind


@dataclass(frozen=True)
class Wish:
    """Time that somebody waits for: `min_minutes` to `max_minutes` between two instants, of an instrument or of any
    with a technique, in so many `places` and with `equipment`, which belongs to an instrument's facility. `category` is
    for staff to name; else it is that of the account."""

    starts_at: datetime
    ends_at: datetime
    min_minutes: int
    max_minutes: int
    instrument: Instrument | None = None
    technique: Technique | None = None
    mode: str = Instrument.Mode.ONSITE
    purpose: str = ""
    title: str = ""
    team: Team | None = None
    allocation: Allocation | None = None
    category: str = ""
    places: int = 1
    equipment: tuple[Equipment, ...] = ()


@transaction.atomic
def join_waiting(
    wish: Wish,
    *,
    by: Any,
    person: Any = None,
    kind: str = Kind.WAITING,
    rank: int | None = None,
    makes_up_for: Booking | None = None,
) -> Waiting:
    """Wait for time, which is looked for at once. Staff put others on a list: the reserve list with a rank (R-30), or
    to make up for a booking that was lost (R-29). Raises Invalid, NotPermitted, RulesRefuse."""
    person = person or by
    team = wish.team or (wish.allocation.team if wish.allocation else None)
    _require_readable(wish, kind, rank)
    _require_right(wish, by=by, person=person, kind=kind)
    if team is not None and not team.members.filter(user=person).exists():
        raise NotPermitted(_("You are not on this team. Ask one of its leads to add you."))
    lock_time([wish.instrument.pk] if wish.instrument else [], [person.pk])
    window = DateTimeTZRange(wish.starts_at, wish.ends_at)
    _require_once(wish, window, person, kind)
    row = Waiting.objects.create(
        kind=kind,
        instrument=wish.instrument,
        technique=wish.technique,
        person=person,
        team=team,
        allocation=wish.allocation,
        category=access_category(wish.category, wish.allocation, team),
        mode=wish.mode,
        title=wish.title,
        purpose=wish.purpose,
        window=window,
        min_minutes=wish.min_minutes,
        max_minutes=wish.max_minutes,
        places=wish.places,
        rank=rank,
        makes_up_for=makes_up_for,
        created_by=None if by.is_system else by,
    )
    row.equipment.set(wish.equipment)
    audit.record("join", row, by=by, to_state="waiting", kind=kind, rank=rank)
    wake_waiting()
    return row


def leave_waiting(waiting: Waiting, *, by: Any) -> Waiting:
    """The person who waits, or a lead of the team, no longer wants time. Again: a replay."""
    return _take_off(waiting, "leave", by=by)


def strike_waiting(waiting: Waiting, *, by: Any, note: str) -> Waiting:
    """The facility takes somebody off its list and says why. Again: a replay."""
    return _take_off(waiting, "strike", by=by, note=note)


@transaction.atomic
def rank_waiting(waiting: Waiting, rank: int, *, by: Any) -> Waiting:
    """The facility gives a place on its reserve list another rank (R-30). The same rank again: a replay.

    Raises NotPermitted, Invalid (no reserve list, no rank), WrongState for one who waits no more.
    """
    waiting = Waiting.objects.select_for_update(of=("self",)).select_related("instrument__facility").get(pk=waiting.pk)
    if waiting.instrument is None:
        raise NotPermitted(_("Only the person waits for a technique."))
    require(by, "facilities.decide_bookings", waiting.instrument.facility)
    if not _ranked(waiting.kind, rank):
        raise Invalid(str(RANKED), [Violation("rank", str(RANKED), field="rank")])
    if waiting.state not in ("waiting", "offered"):
        raise WrongState(_("Nobody waits on this place any more."))
    if waiting.rank != rank:
        before, waiting.rank, waiting.version = waiting.rank, rank, waiting.version + 1
        waiting.save(update_fields=["rank", "version", "updated_at"])
        audit.record("rank", waiting, by=by, rank=rank, before=before)
    return waiting


@transaction.atomic
def _take_off(waiting: Waiting, move: str, *, by: Any, note: str = "") -> Waiting:
    waiting = Waiting.objects.select_for_update(of=("self",)).select_related("instrument__facility").get(pk=waiting.pk)
    parties = waiting_parties(by, waiting)
    found = WAITING.find(move)
    if waiting.state != found.target or not found.who & parties:
        advance(waiting, WAITING, move, by=by, parties=parties, note=note)
    return waiting


def offer_free_time() -> int:
    """Offer every free time to the first whom it fits, in the published order; how many offers.

    Works from what is free now, so a run that came late, twice or not at all changes nothing but the hour. Nobody has
    two offers at once, nor the same time twice.
    """
    _lapse_due()
    made, served = 0, set()
    for instrument in instruments_waited_for():
        terms = terms_of(instrument)
        for row in queue_of(instrument, terms):
            if row.pk not in served and _offer(row, instrument, terms):
                served.add(row.pk)
                made += 1
    return made


def _offer(row: Waiting, instrument: Instrument, terms: Terms) -> bool:
    """Offer the first stay that every rule allows this person; each try is a transaction of its own."""
    for tries, slot in enumerate(fits(row, instrument, terms)):
        if tries == TRIES:
            return False
        try:
            offer_time(
                _request(row, slot),
                to=row.person,
                by=system_user(),
                answer_by=clock.now() + timedelta(hours=terms.answer_hours),
                waiting=row,
            )
        except DomainError:
            continue
        return True
    return False


def _request(row: Waiting, slot: Slot) -> BookingRequest:
    return BookingRequest(
        instrument=slot.instrument,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        purpose=row.purpose,
        mode=row.mode,
        title=row.title,
        team=row.team,
        allocation=row.allocation,
        category=row.category,
        places=row.places,
        equipment=tuple(row.equipment.all()),
    )


def _lapse_due() -> None:
    """Whoever waited for time that is over waits no longer."""
    now = clock.now()
    for waiting in Waiting.objects.filter(state="waiting", window__endswith__lte=now).order_by("pk"):
        with transaction.atomic():
            row = Waiting.objects.select_for_update().get(pk=waiting.pk)
            if row.state == "waiting":
                advance(row, WAITING, "lapse", by=system_user(), parties={"system"})


def _require_readable(wish: Wish, kind: str, rank: int | None) -> None:
    found = []
    if (wish.instrument is None) == (wish.technique is None):
        found.append(Violation("one_place", _("Wait for an instrument or for a technique."), "instrument"))
    if wish.ends_at <= max(wish.starts_at, clock.now()):
        found.append(Violation("ends_before_start", _("Choose a last day that is still to come."), "ends_at"))
    if not 1 <= wish.min_minutes <= wish.max_minutes <= MOST_MINUTES:
        found.append(Violation("length", _("The longest time is not shorter than the shortest."), "max_minutes"))
    elif wish.instrument is not None and legal_minutes(wish.instrument, wish.min_minutes) < wish.min_minutes:
        found.append(Violation("length", _("This instrument is never given for so long."), "min_minutes"))
    if wish.mode not in Instrument.Mode.values:
        found.append(Violation("unknown_mode", _("Choose on site, remote or mail-in."), "mode"))
    elif wish.instrument is not None and wish.mode not in wish.instrument.modes:
        found.append(Violation("mode_offered", _("This instrument is not offered in this way."), "mode"))
    found += [*_unusable(wish), *_unpaid(wish)]
    if not _ranked(kind, rank):
        found.append(Violation("rank", str(RANKED), "rank"))
    if found:
        raise Invalid(_("Please correct what is marked."), found)


def _unusable(wish: Wish) -> Iterator[Violation]:
    """Places and equipment that the instrument never has."""
    most = wish.instrument.capacity if wish.instrument else wish.places
    if not 1 <= wish.places <= most:
        message = _("Give a whole number of places, from 1 to %(most)d.") % {"most": max(most, 1)}
        yield Violation("places", message, "places")
    if wish.equipment and wish.instrument is None:
        yield Violation("equipment", _("Equipment belongs to one facility. Wait for an instrument."), "equipment")
    elif wish.instrument is not None:
        usable = set(usable_at(wish.instrument).values_list("pk", flat=True))
        for thing in wish.equipment:
            if thing.pk not in usable:
                message = _("%(thing)s cannot be used at %(instrument)s. Leave it out.")
                words = {"thing": thing.name, "instrument": wish.instrument}
                yield Violation("equipment_offered", message % words, "equipment")


def _unpaid(wish: Wish) -> Iterator[Violation]:
    """An account that could never pay: its category would be a better place on the list for nothing."""
    paying = wish.allocation
    if paying is None:
        return
    if wish.team is not None and paying.team_id != wish.team.pk:
        message = _("This allocation belongs to another team. Choose one of your own.")
        yield Violation("allocation_of_the_team", message, "allocation")
    if wish.instrument is not None and paying.instrument_id != wish.instrument.pk:
        message = _("This allocation is for another instrument. Choose one for %(instrument)s.")
        yield Violation("allocation_for_the_instrument", message % {"instrument": wish.instrument}, "allocation")
    if wish.category and (wish.category == Access.PROPRIETARY) != (paying.category == Access.PROPRIETARY):
        message = _("Proprietary time and other time are never charged to one another. Choose another account.")
        yield Violation("proprietary_apart", message, "allocation")


def _ranked(kind: str, rank: int | None) -> bool:
    """Whether a place of a kind may have this rank."""
    if rank is None:
        return kind != Kind.RESERVE
    return kind == Kind.RESERVE and 1 <= rank <= MOST_RANK


def _require_right(wish: Wish, *, by: Any, person: Any, kind: str) -> None:
    """Only the facility puts others on its lists or names a category, for both are places in the order."""
    if person.pk == by.pk and kind == Kind.WAITING and not wish.category:
        return
    if wish.instrument is None:
        raise NotPermitted(_("Only the person waits for a technique."))
    require(by, "facilities.decide_bookings", wish.instrument.facility)


def _require_once(wish: Wish, window: DateTimeTZRange, person: Any, kind: str) -> None:
    same = Waiting.objects.filter(
        person=person,
        instrument=wish.instrument,
        technique=wish.technique,
        kind=kind,
        state__in=["waiting", "offered"],
        window__overlap=window,
    )
    if kind != Kind.COMPENSATION and same.exists():
        message = _("There is a place on this list for that time already. One is enough: it keeps its order.")
        raise RulesRefuse(message, [Violation("waits_already", message, field="starts_at")])
