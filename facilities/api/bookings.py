"""API of bookings: ask, check, list, look at one with its history, and make its moves."""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from core.api.views import ApiView, ListView
from core.errors import NotFound
from facilities.api import cancelling, shapes
from facilities.api.reading import Reader, is_identifier
from facilities.commands import bookings as commands
from facilities.commands import sessions
from facilities.commands.readiness import approve_safety, submit_team_form
from facilities.commands.running import record_shift, report_problem
from facilities.earning import earned_by
from facilities.models import Access, Allocation, Booking, Cancellation, Equipment, Instrument, Safety
from facilities.permissions import booking_parties
from facilities.queries.asking import find_named
from facilities.queries.bookings import (
    booking_history,
    bookings_of,
    bookings_visible_to,
    find_booking,
    lines_of,
    open_change,
)
from facilities.queries.equipment import equipment_of
from facilities.queries.readiness import readiness_for
from facilities.rules import BookingRequest, Override
from facilities.workflows import BOOKING

# What a body may name; made once, for few bodies name any and to make the three is a twentieth of a request.
ALLOCATIONS = Allocation.objects.select_related("team")
PEOPLE = User.objects.filter(is_active=True)
EQUIPMENT = Equipment.objects.all()


class BookingOut(shapes.BookingOut):
    cancellation = cancelling.CancellationOut(allow_null=True)


class MoveIn(shapes.MoveIn):
    caused_by = serializers.ChoiceField(
        choices=Cancellation.Cause.choices, required=False, help_text="cancel: whose it was, told by the facility"
    )
    substitute = cancelling.SubstituteIn(required=False, help_text="cancel: who takes the time over")


class OfferIn(shapes.BookingIn):
    to = serializers.UUIDField(help_text="Who is to use the time.")
    answer_by = serializers.DateTimeField(required=False, help_text="A week from now when absent.")
    note = serializers.CharField(required=False, allow_blank=True)


def read_request(data: Any, by: Any) -> BookingRequest:
    """The body of a request for time. Raises Invalid with everything that is wrong in it."""
    read = Reader(data)
    named = find_named(read.text("instrument", most=120, required=True), read.identifier("program"))
    if named.instrument is None and not read.violations:
        read.wrong("instrument", _("There is no such instrument."), "unknown")
    if named.team is None and read.data.get("program") and not read.violations:
        read.wrong("program", _("There is none with this identifier."), "unknown")
    starts_at, ends_at = read.instant("starts_at"), read.instant("ends_at")
    if not read.violations and ends_at <= starts_at:
        read.wrong("ends_at", _("The end must come after the start."), "ends_before_start")
    mode = read.text("mode", most=10) or Instrument.Mode.ONSITE
    if mode not in Instrument.Mode.values:
        read.wrong("mode", _("Choose on site, remote or mail-in."), "unknown_mode")
    category = read.text("category", most=15)
    if category and category not in Access.values:
        read.wrong(
            "category", _("Choose one of: %(offered)s.") % {"offered": ", ".join(Access.values)}, "unknown_category"
        )
    places = read.places()
    safety = read.text("safety", most=10) or Safety.GREEN
    purpose, title = read.text("purpose", most=10_000), read.text("title", most=400)
    allocation = _paying(read, by)
    people = read.rows("people", PEOPLE)
    equipment = read.rows("equipment", EQUIPMENT)
    overrides = _overrides(read)
    read.done()
    assert named.instrument is not None
    return BookingRequest(
        instrument=named.instrument,
        starts_at=starts_at,
        ends_at=ends_at,
        purpose=purpose,
        mode=mode,
        title=title,
        team=named.team,
        allocation=allocation,
        people=people,
        overrides=overrides,
        category=category,
        equipment=equipment,
        safety=safety,
        places=places,
    )


def _paying(read: Reader, by: Any) -> Allocation | None:
    """The account that is named, by itself or by the leg of a proposal that earned it."""
    allocation = read.row("allocation", ALLOCATIONS)
    leg = read.identifier("leg")
    if leg is None:
        return allocation
    earned = earned_by("leg", by, leg)
    if earned is None:
        read.wrong("leg", _("You have no leg with this identifier that has been given time."), "unknown")
    elif allocation is not None and allocation.pk != earned.pk:
        read.wrong("leg", _("This leg has another account than the one named beside it."))
    return earned


def _overrides(read: Reader) -> tuple[Override, ...]:
    wanted = read.data.get("overrides") or []
    if not isinstance(wanted, list) or not all(isinstance(each, dict) and each.get("rule") for each in wanted):
        read.wrong("overrides", _("Give a list of objects with rule and reason."))
        return ()
    return tuple(Override(str(each["rule"]), str(each.get("reason") or "")) for each in wanted)


class Bookings(ListView):
    """Bookings you may see, newest first; ask for time."""

    ordering = ("-created_at", "-id")

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, description="one or more states, separated by commas"),
            OpenApiParameter("facility", str, description="id or slug"),
            OpenApiParameter("instrument", str, description="id or slug"),
            OpenApiParameter("mine", bool, description="only those that involve you"),
            OpenApiParameter("from", str, description="instant; ends after it"),
            OpenApiParameter("to", str, description="instant; starts before it"),
        ],
        responses=shapes.BookingRow(many=True),
    )
    def get(self, request: Request) -> Response:
        rows = self._filtered(request.query_params).values("created_at", "id")
        found = self.paginate_queryset(rows) or []
        return self.get_paginated_response(shapes.lines(lines_of(row["id"] for row in found)))

    @extend_schema(request=shapes.BookingIn, responses={201: shapes.BookingMade})
    def post(self, request: Request) -> Response:
        booking = commands.request_time(read_request(request.data, self.me), by=self.me)
        return Response(shapes.made(booking), status=201)

    def _filtered(self, given: Any) -> QuerySet[Booking]:
        read = Reader(given)
        mine = read.flag("mine")
        rows = bookings_of(self.me) if mine else bookings_visible_to(self.me)
        if states := [state for state in read.text("state", most=200).split(",") if state]:
            if unknown := [state for state in states if state not in BOOKING.states]:
                read.wrong("state", _("There is no state “%(state)s”.") % {"state": unknown[0]})
            rows = rows.filter(state__in=states)
        for name, column in (("facility", "instrument__facility"), ("instrument", "instrument")):
            if key := read.text(name, most=120):
                rows = rows.filter(**{f"{column}__{'pk' if is_identifier(key) else 'slug'}": key})
        starts_at = read.moment("from")
        ends_at = read.moment("to")
        read.done()
        if starts_at or ends_at:
            rows = rows.filter(period__overlap=DateTimeTZRange(starts_at, ends_at))
        return rows


class BookingCheck(ApiView):
    """What a request would meet, without writing."""

    @extend_schema(request=shapes.BookingIn, responses=shapes.CheckOut)
    def post(self, request: Request) -> Response:
        found = commands.check_booking(read_request(request.data, self.me), by=self.me)
        return Response(
            {
                "ok": found.ok,
                "violations": [violation.as_dict() for violation in found.violations],
                "alternatives": found.alternatives,
                "units": str(found.units),
                "unit": found.unit,
            }
        )


class BookingHold(ApiView):
    """Keep time for some minutes before asking for it; `request` turns the hold into a request."""

    @extend_schema(request=shapes.BookingIn, responses={201: shapes.BookingMade})
    def post(self, request: Request) -> Response:
        booking = commands.hold_time(read_request(request.data, self.me), by=self.me)
        return Response(shapes.made(booking), status=201)


class BookingOffer(ApiView):
    """Offer time of your facility to somebody: it is kept for them until they answer (`confirm` or `pass-on`)."""

    @extend_schema(request=OfferIn, responses={201: shapes.BookingMade})
    def post(self, request: Request) -> Response:
        read = Reader(request.data)
        answer_by = read.moment("answer_by")
        person = read.row("to", User.objects.all(), required=True)
        note = read.text("note", most=10_000)
        read.done()
        wanted = read_request(request.data, person)
        booking = commands.offer_time(wanted, to=person, by=self.me, note=note, answer_by=answer_by)
        return Response(shapes.made(booking), status=201)


class BookingPage(ApiView):
    """One booking, by id or reference, with its history."""

    @extend_schema(responses=BookingOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(whole(find_booking(self.me, key), self.me))


class BookingMove(ApiView):
    """Make a move of a booking; which ones are open to you is in its `moves`."""

    @extend_schema(request=MoveIn, responses=BookingOut)
    def post(self, request: Request, key: str, move: str) -> Response:
        booking = find_booking(self.me, key)
        act = MOVES.get(move)
        if act is None:
            raise NotFound(_("There is no such move."))
        read = Reader(request.data or {})
        act(booking, self.me, read)
        return Response(whole(find_booking(self.me, booking.pk), self.me))


def whole(booking: Booking, user: Any) -> dict[str, Any]:
    """Everything of a booking that its page and the answer to a move say."""
    parties = booking_parties(user, booking)
    told = shapes.booking(booking, parties, open_change(booking), booking_history(booking))
    return told | {
        "equipment": [shapes.thing(each) for each in equipment_of(booking)],
        "readiness": [shapes.item(each) for each in readiness_for(booking)],
        "cancellation": cancelling.cancellation(booking, parties),
    }


Act = Callable[[Booking, Any, Reader], Any]


def with_note(command: Callable[..., Any]) -> Act:
    """A move that takes nothing but its reason."""

    def act(booking: Booking, by: Any, read: Reader) -> None:
        note = read.text("note", most=10_000)
        read.done()
        command(booking, by=by, note=note)

    return act


def plain(command: Callable[..., Any]) -> Act:
    """A move that takes nothing."""
    return lambda booking, by, read: command(booking, by=by)


def counter(booking: Booking, by: Any, read: Reader) -> None:
    """To another time, and to another instrument where one is named."""
    starts_at, ends_at = read.instant("starts_at"), read.instant("ends_at")
    instrument, note = read.instrument("instrument", required=False), read.text("note", most=10_000)
    overrides = _overrides(read)
    read.done()
    where: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at, "instrument": instrument}
    commands.counter_booking(booking, by=by, note=note, overrides=overrides, **where)


def reschedule(booking: Booking, by: Any, read: Reader) -> None:
    """To another time, instrument or mode, or with other people; what is absent stays."""
    starts_at, ends_at = read.moment("starts_at"), read.moment("ends_at")
    instrument, note = read.instrument("instrument", required=False), read.text("note", most=10_000)
    mode, people = read.text("mode", most=10), read.rows("people", PEOPLE)
    overrides = _overrides(read)
    if not any((starts_at, ends_at, instrument, mode, people)):
        read.wrong("starts_at", _("Say what is to be different."), "required")
    read.done()
    what: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "instrument": instrument,
        "mode": mode,
        "people": people,
    }
    commands.reschedule_booking(booking, by=by, note=note, overrides=overrides, **what)


def check_in(booking: Booking, by: Any, read: Reader) -> None:
    at = read.moment("at")
    note = read.text("note", most=10_000)
    read.done()
    sessions.check_in(booking, by=by, at=at, note=note)


def check_out(booking: Booking, by: Any, read: Reader) -> None:
    at = read.moment("at")
    used, note = read.whole("used_minutes"), read.text("note", most=10_000)
    read.done()
    sessions.check_out(booking, by=by, at=at, used_minutes=used, note=note)


def report_loss(booking: Booking, by: Any, read: Reader) -> None:
    units, cause = read.number("units", required=True), read.text("cause", most=20, required=True)
    note = read.text("note", most=10_000)
    read.done()
    assert units is not None
    sessions.report_loss(booking, by=by, units=units, cause=cause, note=note)


def lose(booking: Booking, by: Any, read: Reader) -> None:
    cause, note = read.text("cause", most=20, required=True), read.text("note", most=10_000)
    read.done()
    sessions.lose_booking(booking, by=by, cause=cause, note=note)


def team_form(booking: Booking, by: Any, read: Reader) -> None:
    people, note = read.rows("people", PEOPLE), read.text("note", most=10_000)
    read.done()
    submit_team_form(booking, by=by, people=people, note=note)


def safety(booking: Booking, by: Any, read: Reader) -> None:
    until, conditions = read.moment("until"), read.text("note", most=10_000)
    read.done()
    approve_safety(booking, by=by, conditions=conditions, until=until)


def problem(booking: Booking, by: Any, read: Reader) -> None:
    text = read.text("note", most=4000)
    read.done()
    report_problem(booking, by=by, text=text)


def shift(booking: Booking, by: Any, read: Reader) -> None:
    starts_at, lost = read.instant("starts_at"), read.whole("lost_minutes")
    cause, note = read.text("cause", most=20), read.text("note", most=10_000)
    read.done()
    record_shift(booking, starts_at, by=by, lost_minutes=lost or 0, cause=cause, note=note)


def override(booking: Booking, by: Any, read: Reader) -> None:
    rules, note = read.data.get("rules") or [], read.text("note", most=10_000)
    if not isinstance(rules, list):
        read.wrong("rules", _("Give a list of names of rules."))
    read.done()
    commands.override_rules(booking, by=by, note=note, rules=[str(each) for each in rules])


MOVES: dict[str, Act] = {
    "request": plain(commands.request_held),
    "take-back": with_note(commands.take_back_approval),
    "confirm": plain(commands.confirm_offer),
    "pass-on": plain(commands.pass_on),
    "withdraw": with_note(commands.withdraw_booking),
    "decline": with_note(commands.decline_booking),
    "counter": counter,
    "accept": plain(commands.accept_counter),
    "refuse": with_note(commands.refuse_counter),
    "reschedule": reschedule,
    "override": override,
    "cancel": cancelling.cancel,
    "check-in": check_in,
    "check-out": check_out,
    "no-show": plain(sessions.mark_no_show),
    "report-loss": report_loss,
    "lose": lose,
    "close": plain(sessions.close_booking),
    "team-form": team_form,
    "approve-safety": safety,
    "record-shift": shift,
    "report-problem": problem,
}

urlpatterns = [
    path("bookings", Bookings.as_view()),
    path("bookings/check", BookingCheck.as_view()),
    path("bookings/hold", BookingHold.as_view()),
    path("bookings/offer", BookingOffer.as_view()),
    path("bookings/<str:key>", BookingPage.as_view()),
    path("bookings/<str:key>/<str:move>", BookingMove.as_view()),
]
