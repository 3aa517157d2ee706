"""S5: a booking with its stages, decisions, history and moves, and the list of one's bookings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import clock
from core.models import AuditEntry
from facilities.models import (
    Booking,
    Campaign,
    Cancellation,
    Change,
    Displacement,
    Equipment,
    Loss,
    Series,
    Session,
    Waiting,
)
from facilities.permissions import booking_parties, may_see_all
from facilities.queries.bookings import booking_history, bookings_visible_to
from facilities.queries.campaigns import campaign_of
from facilities.queries.checks import standing_against
from facilities.queries.equipment import equipment_of
from facilities.queries.inbox import open_change, party_of
from facilities.queries.priority import displacement_of
from facilities.queries.readiness import readiness_for
from facilities.queries.running import check_in_opens
from facilities.queries.series import series_of
from facilities.queries.terms import cancellation_of
from facilities.shifts import shift_label
from facilities.telling import ENDED, concerned
from facilities.workflows import BOOKING
from frontend.contexts.facilities.running import Light, lights
from frontend.forms.facilities.bookings import ListForm
from frontend.forms.facilities.moves import CancelForm, CauseForm, CheckOutForm, LossForm, NoteForm
from frontend.history import Entry, past
from frontend.paging import Page, paged
from frontend.status import look
from programs.permissions.outcomes import OVER, feedback_side
from workflow.machine import Move
from workflow.queries import who_decides

STAGES = ("requested", "approved", "running", "completed", "closed")
STAGE_OF = {
    "held": -1,
    "offered": -1,
    "requested": 0,
    "countered": 0,
    "approved": 1,
    "running": 2,
    "completed": 3,
    "closed": 4,
}
PRIMARY = {"request", "confirm", "accept", "check-in", "check-out"}
PLAIN = {"request", "confirm", "pass-on", "accept", "check-in", "no-show", "close"}
"""Moves of one click: they ask nothing."""
FORMS = {"cancel": CancelForm, "check-out": CheckOutForm, "report-loss": LossForm, "lose": CauseForm}
ELSEWHERE = {"approve", "shorten", "decline", "counter", "move", "expire"}
"""Moves that are made on the page where requests are decided, or by the clock."""


@dataclass(frozen=True)
class Stage:
    label: str
    state: str
    detail: str = ""


@dataclass(frozen=True)
class Act:
    """A move that the reader may make now. `form` is what it asks, None where a click is enough."""

    name: str
    label: str
    url: str
    submit: str
    hint: str
    primary: bool
    form: NoteForm | None

    @property
    def dialog(self) -> str:
        return f"do-{self.name}"


@dataclass(frozen=True)
class BookingPage:
    """Everything on S5."""

    booking: Booking
    change: Change | None
    stages: list[Stage]
    history: list[Entry]
    waits_for: list[dict[str, Any]]
    acts: list[Act]
    cancellation: Cancellation | None
    displacement: Displacement | None
    opens_at: datetime | None
    compensation: Waiting | None
    losses: list[Loss]
    session: Session | None
    people: list[Any]
    equipment: tuple[Equipment, ...]
    lights: list[Light]
    decides: bool
    told: int
    full: bool
    series: Series | None
    campaign: Campaign | None
    feedback: bool

    @property
    def zone(self) -> str:
        return self.booking.instrument.facility.zone

    @property
    def shifts(self) -> str:
        """The names of the shifts that the time is made of; empty where it is none."""
        facility = self.booking.instrument.facility
        return str(shift_label(self.booking.starts_at, self.booking.ends_at, facility.zone, facility.shifts))

    @property
    def title(self) -> str:
        return self.booking.title or self.booking.reference

    @property
    def asking(self) -> list[Act]:
        return [act for act in self.acts if act.form is not None]

    @property
    def has_calendar_file(self) -> bool:
        return self.booking.state not in ("held", "withdrawn", "expired", "declined")


def history_of(booking: Booking) -> list[Entry]:
    """What happened, newest first, in words."""
    zone = booking.instrument.facility.zone
    return [
        Entry(move_words(entry), entry.actor_name, entry.at, zone, entry.note)
        for entry in reversed(list(booking_history(booking)))
    ]


def move_words(entry: AuditEntry) -> str:
    """What an entry of the trail did to a booking: where its state changed the new state, else what was done."""
    if entry.verb in UNDOING:
        return str(UNDOING[entry.verb])
    if entry.to_state and entry.to_state != entry.from_state:
        return str(look(entry.to_state).word)
    return past(entry, BOOKING, OTHER_WORDS)


OTHER_WORDS: dict[str, Any] = {
    "agree": gettext_lazy("A step agreed"),
    "escalate": gettext_lazy("Overdue, others are asked too"),
    "skip": gettext_lazy("Skipped, conflict of interest"),
    "import": gettext_lazy("Imported"),
    "correct": gettext_lazy("Corrected by a later import"),
    "displace": gettext_lazy("Given by priority, others gave way"),
    "compensate": gettext_lazy("On the list for compensation"),
    "lose-time": gettext_lazy("Time lost to downtime"),
    "team-form": gettext_lazy("The team says who comes"),
    "approve-safety": gettext_lazy("Safety approved"),
    "give-site-access": gettext_lazy("Data for the gate given"),
    "read-site-access": gettext_lazy("Data for the gate read"),
    "record-shift": gettext_lazy("Shift recorded"),
    "report-problem": gettext_lazy("Problem reported"),
    "give-feedback": gettext_lazy("Feedback given"),
}
"""What is recorded about a booking beside its moves."""

UNDOING: dict[str, Any] = {"take-back": gettext_lazy("Approval taken back")}
"""Moves back, of which the state they lead to says too little."""


def stages_of(booking: Booking) -> list[Stage]:
    """The way of a booking; where it ended early, the end stands where the way broke off."""
    reached = STAGE_OF.get(booking.state)
    if reached is None:
        passed = 2 if booking.state in ("cancelled", "no_show", "lost") else 1
        done = [Stage(str(look(name).word), "done") for name in STAGES[:passed]]
        return [*done, Stage(str(look(booking.state).word), "current")]
    detail = str(look(booking.state).word) if booking.state in ("held", "offered", "countered") else ""
    marks = []
    for n, name in enumerate(STAGES):
        state = "done" if n < reached else "current" if n == max(reached, 0) else "todo"
        marks.append(Stage(str(look(name).word), state, detail if state == "current" else ""))
    return marks


def acts_of(booking: Booking, parties: frozenset[str], told: int, reader: Any) -> list[Act]:
    """The moves that these parties may make now, on this page."""
    return [
        _act(move, booking, told, reader)
        for move in BOOKING.open_moves(booking.state, parties)
        if move.name not in ELSEWHERE and _possible(move, booking, parties)
    ]


def _possible(move: Move, booking: Booking, parties: frozenset[str]) -> bool:
    """Whether it makes sense to offer the move at this hour; the command has the last word."""
    now = clock.now()
    if move.name == "override":
        return bool(standing_against(booking, open_change(booking)))
    if move.name == "check-in":
        return (check_in_opens(booking, parties) or now) <= now
    if move.name in ("no-show", "lose"):
        return booking.starts_at <= now
    if move.name in ("cancel", "reschedule") and booking.state == "approved":
        return booking.starts_at > now
    return True


def _opens_later(booking: Booking, parties: frozenset[str]) -> datetime | None:
    """When check-in opens for these parties, where that is still to come."""
    if not any(move.name == "check-in" for move in BOOKING.open_moves(booking.state, parties)):
        return None
    opens_at = check_in_opens(booking, parties)
    return opens_at if opens_at is not None and opens_at > clock.now() else None


def _act(move: Move, booking: Booking, told: int, reader: Any) -> Act:
    form = FORMS.get(move.name, NoteForm)
    asks_nothing = move.name in PLAIN or move.name == "reschedule"
    people = ngettext("%(n)d person", "%(n)d people", told) % {"n": told}
    label = str(move.label)
    telling = {"withdraw", "cancel", "refuse", "lose", "no-show"}
    return Act(
        name=move.name,
        label=label,
        url=reverse("booking_move", args=[booking.pk, move.name]),
        submit=_("%(act)s and tell %(people)s") % {"act": label, "people": people} if move.name in telling else label,
        hint=_("The other side reads this word for word.") if move.reason else "",
        primary=move.name in PRIMARY,
        form=None
        if asks_nothing
        else form(booking=booking, reader=reader, required=move.reason, auto_id=f"{move.name}_%s"),
    )


def booking_page(booking: Booking, user: Any) -> BookingPage:
    """S5 for one who may see the booking, fetched by `with_details`."""
    parties = booking_parties(user, booking)
    told = len({person.pk for person in concerned(booking)} - {user.pk})
    series = series_of(booking.pk)
    return BookingPage(
        booking=booking,
        change=open_change(booking),
        stages=stages_of(booking),
        history=history_of(booking),
        waits_for=who_decides(booking) or (who_decides(series) if series and booking.state == "requested" else []),
        acts=acts_of(booking, parties, told, user),
        cancellation=cancellation_of(booking) if booking.state == "cancelled" else None,
        displacement=displacement_of(booking) if booking.state in ENDED else None,
        opens_at=_opens_later(booking, parties),
        compensation=Waiting.objects.filter(makes_up_for=booking).first() if booking.state in ENDED else None,
        losses=list(booking.losses.order_by("period", "id")),
        session=Session.objects.filter(booking=booking).first(),
        people=party_of(booking),
        equipment=equipment_of(booking),
        lights=lights(readiness_for(booking)),
        decides="decider" in parties and booking.state in ("requested", "countered", "approved"),
        told=told,
        full=bool(parties) or may_see_all(user, booking.instrument.facility),
        series=series,
        campaign=campaign_of(booking.pk),
        feedback=booking.state in OVER and feedback_side(user, booking) is not None,
    )


@dataclass(frozen=True)
class ListPage:
    """Bookings, a page of them."""

    form: ListForm
    paging: Page
    caption: str
    filtered: bool

    @property
    def rows(self) -> list[Booking]:
        return self.paging.rows


def list_page(form: ListForm, user: Any, asked: Any) -> ListPage:
    """The bookings that a person sees in full and that the filters leave, newest start first."""
    rows = form.filtered(bookings_visible_to(user), user)
    total = rows.count()
    shown = rows.select_related("instrument__facility", "requester").order_by("-period__startswith", "-id")
    caption = ngettext("%(n)d booking", "%(n)d bookings", total) % {"n": total}
    return ListPage(
        form=form,
        paging=paged(shown, asked),
        caption=caption,
        filtered=form.is_used,
    )
