"""What a call tells people: scientists when it opens, teams with a draft before its deadline."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.queries import roles_now
from core import clock
from notifications.commands import notify
from programs.models import Call, ProposalMember
from programs.permissions.proposals import LEADING
from programs.rules.outcomes import reminder_due

UNSENT = ("draft", "returned")


def tell_opened(call: Call, *, by: Any) -> None:
    """Everybody who may propose hears that a call is open. Part of the transaction that opens it."""
    held = roles_now().filter(role="scientist").values("user_id")
    people = User.objects.filter(pk__in=held, is_active=True).exclude(pk=by.pk).order_by("id")
    notify(people, "call_opened", subject=call, context=_named(call))


def remind_of_deadlines(now: datetime | None = None) -> int:
    """Remind the leads of drafts of the deadline, CALL_REMINDER_DAYS before it; how many calls. Safe to run late."""
    moment = now or clock.now()
    open_calls = Call.objects.filter(state="open", closes_at__gt=moment).order_by("closes_at", "id")
    return sum(_remind(pk, moment) for pk in list(open_calls.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: UUID, moment: datetime) -> bool:
    call = Call.objects.select_for_update(of=("self",)).get(pk=pk)
    if call.state != "open" or call.closes_at is None or call.closes_at <= moment:
        return False
    before = [-days for days in settings.CALL_REMINDER_DAYS]
    day = reminder_due(_day(call.closes_at, call), _day(moment, call), before, [-each for each in call.reminded])
    if day is None:
        return False
    call.reminded = [*call.reminded, -day]
    call.save(update_fields=["reminded", "updated_at"])
    leads = ProposalMember.objects.filter(
        proposal__call=call, proposal__state__in=UNSENT, state="joined", role__in=LEADING
    )
    people = User.objects.filter(pk__in=leads.values("person_id"), is_active=True).order_by("id")
    notify(people, "call_closes", subject=call, context=_named(call))
    return True


def _day(at: datetime, call: Call) -> date:
    return at.astimezone(ZoneInfo(call.zone)).date()


def _named(call: Call) -> dict[str, str]:
    return {
        "call": call.name,
        "zone": call.zone,
        "closes_at": call.closes_at.isoformat() if call.closes_at else "",
        "path": reverse("call", args=[call.slug]),
    }
