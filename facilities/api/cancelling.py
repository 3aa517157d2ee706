"""API of cancelling: what it would cost now or did cost, and the move itself with a substitute."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from facilities.api.reading import Reader
from facilities.commands import bookings as commands
from facilities.models import Allocation, Booking, Cancellation, Team
from facilities.queries.terms import cancellation_of, cost_for


class CancellationOut(serializers.Serializer[Any]):
    cancelled = serializers.BooleanField(help_text="Whether it has happened; else it is what cancelling would cost.")
    caused_by = serializers.ChoiceField(choices=Cancellation.Cause.choices)
    is_late = serializers.BooleanField()
    free_until = serializers.DateTimeField(allow_null=True)
    due = serializers.CharField(help_text="Units by the terms.")
    deducted = serializers.CharField(help_text="Units charged: none while a substitute stands.")
    fee = serializers.CharField()
    currency = serializers.CharField()
    reason = serializers.CharField()
    substitute = serializers.UUIDField(allow_null=True)


class SubstituteIn(serializers.Serializer[Any]):
    program = serializers.UUIDField(required=False, allow_null=True, help_text="The team; that of the allocation.")
    allocation = serializers.UUIDField(required=False, allow_null=True)
    title = serializers.CharField(required=False, allow_blank=True, max_length=400)
    purpose = serializers.CharField(required=False, allow_blank=True, max_length=10_000)


def cancellation(booking: Booking, parties: frozenset[str]) -> dict[str, Any] | None:
    """What cancelling cost, or would cost these parties now; None where neither can be said."""
    if booking.state == "cancelled" and (done := cancellation_of(booking)):
        return _shape(done, cancelled=True, free_until=None, deducted=done.deducted, substitute=done.substitute_id)
    if cost := cost_for(booking, parties):
        return _shape(cost, cancelled=False, free_until=cost.free_until, deducted=cost.due, substitute=None)
    return None


def _shape(told: Any, **more: Any) -> dict[str, Any]:
    return {
        "caused_by": told.caused_by,
        "is_late": told.is_late,
        "due": str(told.due),
        "fee": str(told.fee),
        "currency": told.currency,
        "reason": told.reason,
        **more,
        "deducted": str(more["deducted"]),
    }


def cancel(booking: Booking, by: Any, read: Reader) -> None:
    """The move, with whose fault it was and who takes the time over, if anybody."""
    note, caused_by = read.text("note", most=10_000), read.text("caused_by", most=10)
    substitute = _substitute(read)
    read.done()
    commands.cancel_booking(booking, by=by, note=note, caused_by=caused_by, substitute=substitute)


def _substitute(read: Reader) -> commands.Substitute | None:
    given = read.data.get("substitute")
    if not given:
        return None
    if not isinstance(given, dict):
        read.wrong("substitute", _("Give an object with program or allocation."))
        return None
    inner = Reader(given)
    wanted, named = inner.identifier("allocation"), inner.identifier("program")
    allocation = Allocation.objects.select_related("team").filter(pk=wanted).first() if wanted else None
    team = Team.objects.filter(pk=named).first() if named else (allocation.team if allocation else None)
    if team is None or (wanted and allocation is None):
        inner.wrong("substitute", _("There is none with this identifier."), "unknown")
    title, purpose = inner.text("title", most=400), inner.text("purpose", most=10_000)
    read.violations += inner.violations
    return commands.Substitute(team, allocation, title=title, purpose=purpose) if team else None
