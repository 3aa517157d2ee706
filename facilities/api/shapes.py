"""What bookings, slots and allocations look like in JSON, and the same for the OpenAPI document."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

from core.models import AuditEntry
from facilities.models import Access, Booking, Change, Equipment, Instrument, Safety
from facilities.rules.readiness import Item
from facilities.workflows import BOOKING


class ViolationOut(serializers.Serializer[Any]):
    rule = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField()
    overridable = serializers.BooleanField()
    source: Any = serializers.CharField(help_text="whose rule it is")
    override_by = serializers.CharField(help_text="who may set it aside; empty: nobody")


class SlotOut(serializers.Serializer[Any]):
    instrument = serializers.UUIDField()
    instrument_slug = serializers.CharField()
    instrument_name = serializers.CharField()
    facility = serializers.CharField()
    zone = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    units = serializers.CharField()
    unit = serializers.ChoiceField(choices=Instrument.Unit.choices)


class SlotsOut(serializers.Serializer[Any]):
    results = SlotOut(many=True)


class OverrideIn(serializers.Serializer[Any]):
    rule = serializers.CharField()
    reason = serializers.CharField()


class BookingIn(serializers.Serializer[Any]):
    instrument = serializers.CharField(help_text="id or slug")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    purpose = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    title = serializers.CharField(required=False, allow_blank=True, max_length=400)
    mode = serializers.ChoiceField(required=False, choices=Instrument.Mode.choices, default="onsite")
    category = serializers.ChoiceField(required=False, choices=Access.choices, help_text="Of the account when absent.")
    safety = serializers.ChoiceField(required=False, choices=Safety.choices, default="green")
    places = serializers.IntegerField(
        required=False, min_value=1, default=1, help_text="Nodes, sample slots: of an instrument that has several."
    )
    allocation = serializers.UUIDField(required=False, allow_null=True)
    leg = serializers.UUIDField(
        required=False, allow_null=True, help_text="Instead of the allocation: the proposal's leg that earned it."
    )
    program = serializers.UUIDField(required=False, allow_null=True, help_text="Whose account pays; also a team's id.")
    people = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="Who takes part; you alone when absent."
    )
    equipment = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="What is used beside the instrument."
    )
    overrides = OverrideIn(many=True, required=False)


class MoveIn(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, help_text="The reason; some moves need one.")
    rules = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="override: all that are broken when absent"
    )
    starts_at = serializers.DateTimeField(required=False, help_text="counter, reschedule")
    ends_at = serializers.DateTimeField(required=False, help_text="counter, reschedule")
    instrument = serializers.CharField(required=False, help_text="counter, reschedule: another instrument")
    overrides = OverrideIn(many=True, required=False, help_text="counter, reschedule: by the facility's manager")
    at = serializers.DateTimeField(required=False, help_text="check-in, check-out: when it was, told by staff")
    used_minutes = serializers.IntegerField(required=False, help_text="check-out, instead of the elapsed time")
    units = serializers.DecimalField(required=False, max_digits=14, decimal_places=3, help_text="report-loss")
    cause = serializers.CharField(required=False, help_text="report-loss, lose, record-shift")
    lost_minutes = serializers.IntegerField(required=False, help_text="record-shift, which starts at starts_at")
    mode = serializers.ChoiceField(
        required=False, choices=Instrument.Mode.choices, help_text="reschedule: another way of working"
    )
    people = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="team-form, reschedule: who comes"
    )
    until = serializers.DateTimeField(required=False, help_text="approve-safety")


class CheckOut(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    violations = ViolationOut(many=True)
    alternatives = SlotOut(many=True)
    units = serializers.CharField()
    unit = serializers.CharField()


class BookingRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField(help_text="It grows with every change.")
    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=BOOKING.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    instrument = serializers.UUIDField()
    instrument_slug = serializers.CharField()
    instrument_name = serializers.CharField()
    facility = serializers.UUIDField()
    facility_slug = serializers.CharField()
    facility_name = serializers.CharField()
    zone = serializers.CharField()
    units = serializers.CharField()
    unit = serializers.ChoiceField(choices=Instrument.Unit.choices)
    mode = serializers.ChoiceField(choices=Instrument.Mode.choices)
    places = serializers.IntegerField()
    category = serializers.ChoiceField(choices=Access.choices)
    safety = serializers.ChoiceField(choices=Safety.choices)
    title = serializers.CharField()
    purpose = serializers.CharField()
    program = serializers.UUIDField(allow_null=True)
    allocation = serializers.UUIDField(allow_null=True)
    requester = serializers.UUIDField(allow_null=True)
    requester_name = serializers.CharField(allow_null=True)
    country = serializers.CharField()
    created_at = serializers.DateTimeField()


class HistoryOut(serializers.Serializer[Any]):
    who = serializers.CharField()
    move = serializers.CharField()
    when = serializers.DateTimeField()
    note = serializers.CharField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()


class ChangeOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Change.Kind.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    instrument = serializers.UUIDField()
    mode = serializers.CharField(help_text="empty: as it is")
    people = serializers.ListField(child=serializers.UUIDField(), allow_null=True, help_text="null: as they are")
    units = serializers.CharField()
    note = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)


class BookingMade(BookingRow):
    hold_expires_at = serializers.DateTimeField(allow_null=True)
    moves = serializers.ListField(child=serializers.CharField(), help_text="What you may do with it now.")


class ThingOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Equipment.Kind.choices)
    code = serializers.CharField()
    name = serializers.CharField()


class ItemOut(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=["team_form", "safety", "agreement", "training"])
    what = serializers.CharField()
    done = serializers.BooleanField()
    who = serializers.ChoiceField(choices=["team", "facility"], help_text="Who must act.")
    due = serializers.DateTimeField()


class BookingOut(BookingMade):
    readiness = ItemOut(many=True, help_text="What it needs before it runs, the missing things first.")
    equipment = ThingOut(many=True)
    proposed = ChangeOut(allow_null=True)
    overrides = serializers.ListField(child=serializers.DictField())
    conditions = serializers.CharField(help_text="safety conditions of the time from which it is booked")
    history = HistoryOut(many=True)


LINE = tuple(BookingRow().fields)


def instant(value: datetime | None) -> str | None:
    """`2027-03-28T22:00:00Z`."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def lines(rows: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """The lines of a list, from what `queries.bookings.lines_of` found."""
    return [dict(zip(LINE, values, strict=True)) for values in rows]


def booking(
    subject: Booking, parties: frozenset[str], change: Change | None, history: Iterable[AuditEntry]
) -> dict[str, Any]:
    """Everything of one booking, for a person who is these parties of it."""
    return line(subject) | {
        "hold_expires_at": subject.hold_expires_at,
        "proposed": None if change is None else proposed(change),
        "overrides": subject.overrides,
        "conditions": subject.conditions,
        "moves": [move.name for move in BOOKING.open_moves(subject.state, parties)],
        "history": [entry(each) for each in history],
    }


def line(subject: Booking) -> dict[str, Any]:
    """The same as one of `lines`, from a booking that is at hand."""
    instrument = subject.instrument
    facility = instrument.facility
    return {
        "id": subject.pk,
        "version": subject.version,
        "reference": subject.reference,
        "state": subject.state,
        "starts_at": subject.starts_at,
        "ends_at": subject.ends_at,
        "instrument": instrument.pk,
        "instrument_slug": instrument.slug,
        "instrument_name": instrument.name,
        "facility": facility.pk,
        "facility_slug": facility.slug,
        "facility_name": facility.name,
        "zone": facility.zone,
        "units": str(subject.units),
        "unit": subject.unit,
        "mode": subject.mode,
        "places": subject.places,
        "category": subject.category,
        "safety": subject.safety,
        "title": subject.title,
        "purpose": subject.purpose,
        "program": subject.team_id,
        "allocation": subject.allocation_id,
        "requester": subject.requester_id,
        "requester_name": subject.requester.name if subject.requester else None,
        "country": subject.country,
        "created_at": subject.created_at,
    }


def made(subject: Booking) -> dict[str, Any]:
    """A booking as the answer to the one who has just asked for it."""
    moves = [move.name for move in BOOKING.open_moves(subject.state, {"requester"})]
    return line(subject) | {"hold_expires_at": subject.hold_expires_at, "moves": moves}


def proposed(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "starts_at": change.period.lower,
        "ends_at": change.period.upper,
        "instrument": change.instrument_id,
        "mode": change.mode,
        "people": change.people,
        "units": str(change.units),
        "note": change.note,
        "expires_at": change.expires_at,
    }


def item(each: Item) -> dict[str, Any]:
    return {"name": each.name, "what": each.what, "done": each.done, "who": each.who, "due": each.due}


def thing(each: Equipment) -> dict[str, Any]:
    return {"id": each.pk, "kind": each.kind, "code": each.code, "name": each.name}


def entry(each: AuditEntry) -> dict[str, Any]:
    return {
        "who": each.actor_name,
        "move": each.verb,
        "when": each.at,
        "note": each.note,
        "from_state": each.from_state,
        "to_state": each.to_state,
    }
