"""Moves calls: announced, opened and closed by their office or by the clock, reviewed, allocated, archived."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.queries import system_user
from core import clock, times
from core.errors import RulesRefuse, Violation
from programs.commands.calls.reminding import tell_opened
from programs.models import Call, Proposal
from programs.permissions.calls import call_parties
from programs.queries.calls.judging import opening_problems
from programs.workflows.calls import CALL
from programs.workflows.proposals import PROPOSAL
from workflow.commands import advance, permitted_move

AT_REST = PROPOSAL.final | {"draft"}
"""States in which a proposal waits for nobody of the call."""


@transaction.atomic
def announce_call(call: Call, *, by: Any, note: str = "") -> Call:
    """Make a complete call public before it opens; it opens by itself at `opens_at`.

    Raises NotPermitted, WrongState, RulesRefuse with everything that is missing.
    """
    call = _locked(call)
    _permit(call, "announce", by, note)
    violations = opening_problems(call)
    if call.opens_at <= clock.now():
        message = _("It would have opened at %(when)s. Choose a later opening, or open it now.")
        when = times.moment(call.opens_at, call.zone)
        violations.insert(0, Violation("opening_over", message % {"when": when}, "opens_at"))
    return _complete(call, "announce", violations, by, note)


@transaction.atomic
def open_call(call: Call, *, by: Any, note: str = "") -> Call:
    """Take proposals from now on; a later opening moves to this instant.

    Raises NotPermitted, WrongState, RulesRefuse with everything that is missing.
    """
    call = _locked(call)
    _permit(call, "open", by, note)
    call.opens_at = min(call.opens_at, clock.now())
    call = _complete(call, "open", opening_problems(call), by, note, "opens_at")
    tell_opened(call, by=by)
    return call


def open_due() -> int:
    """Open what was announced for an instant that has come; returns how many. What was announced was complete then."""
    due = Call.objects.filter(state="announced", opens_at__lte=clock.now())
    return sum(_by_the_clock(call, "open", due) for call in due.order_by("opens_at", "id"))


@transaction.atomic
def close_call(call: Call, *, by: Any, note: str = "") -> Call:
    """Take no more proposals. Raises NotPermitted, WrongState."""
    return _moved(_locked(call), "close", by, note)


def close_due() -> int:
    """Close the open calls whose deadline is over (R-01: the deadline itself is still in time); returns how many."""
    due = Call.objects.filter(state="open", closes_at__lt=clock.now())
    return sum(_by_the_clock(call, "close", due) for call in due.order_by("closes_at", "id"))


@transaction.atomic
def reopen_call(call: Call, *, by: Any, note: str, closes_at: datetime | None = None) -> Call:
    """Take proposals again, until a deadline to come. Raises NotPermitted, WrongState, Invalid, RulesRefuse."""
    call = _locked(call)
    _permit(call, "reopen", by, note)
    call.closes_at = closes_at or call.closes_at
    violations = []
    if call.closes_at is not None and call.closes_at <= clock.now():
        message = _("The deadline is over: %(when)s. Choose a later one.")
        when = times.moment(call.closes_at, call.zone)
        violations.append(Violation("deadline_over", message % {"when": when}, "closes_at", source="R-01"))
    if call.closes_at and call.notify_at and call.notify_at <= call.closes_at:
        message = _("The results would be announced before the deadline. Move one of them.")
        violations.append(Violation("results_before_the_deadline", message, "closes_at"))
    return _complete(call, "reopen", violations, by, note, "closes_at")


@transaction.atomic
def start_review(call: Call, *, by: Any, note: str = "") -> Call:
    """Let the review begin; an open call with a deadline to come is not cut short. Raises as the other moves."""
    call = _locked(call)
    _permit(call, "start-review", by, note)
    violations = []
    if call.state == "open" and call.closes_at is not None and call.closes_at >= clock.now():
        message = _("Proposals may come until %(when)s. Close the call first.")
        when = times.moment(call.closes_at, call.zone)
        violations.append(Violation("deadline_ahead", message % {"when": when}, "closes_at", source="R-01"))
    return _complete(call, "start-review", violations, by, note)


@transaction.atomic
def archive_call(call: Call, *, by: Any, note: str = "") -> Call:
    """Put a call away, unless a proposal in it still waits for somebody. Raises as the other moves."""
    call = _locked(call)
    _permit(call, "archive", by, note)
    waiting = Proposal.objects.filter(call=call).exclude(state__in=AT_REST)
    violations = []
    if call.state != "notified" and (n := waiting.count()):
        message = _("%(n)d proposals still wait for a decision.") % {"n": n}
        violations.append(Violation("proposals_wait", message))
    return _complete(call, "archive", violations, by, note)


@transaction.atomic
def take_back_call(call: Call, *, by: Any, note: str) -> Call:
    """An announced call becomes a draft again. Raises as the other moves."""
    return _moved(_locked(call), "take-back", by, note)


@transaction.atomic
def start_allocation(call: Call, *, by: Any, note: str = "") -> Call:
    """The panels are done: time is given away. Raises NotPermitted, WrongState."""
    return _moved(_locked(call), "start-allocation", by, note)


@transaction.atomic
def back_to_review(call: Call, *, by: Any, note: str) -> Call:
    """The panels are needed once more. Raises as the other moves."""
    return _moved(_locked(call), "back-to-review", by, note)


def _locked(call: Call) -> Call:
    return Call.objects.select_for_update(of=["self"]).select_related("alliance", "facility", "scale").get(pk=call.pk)


def _permit(call: Call, move: str, by: Any, note: str) -> None:
    permitted_move(CALL, move, call.state, call_parties(by, call), note)


def _moved(call: Call, move: str, by: Any, note: str, *also: str) -> Call:
    advance(call, CALL, move, by=by, parties=call_parties(by, call), note=note, also=also, version=call.version + 1)
    return call


def _complete(call: Call, move: str, violations: list[Violation], by: Any, note: str, *also: str) -> Call:
    """The move, unless something stands in its way: then everything that does."""
    if violations:
        label = CALL.find(move).label
        raise RulesRefuse(_("“%(move)s” is not possible yet.") % {"move": label}, violations)
    return _moved(call, move, by, note, *also)


@transaction.atomic
def _by_the_clock(call: Call, move: str, due: Any) -> bool:
    """Do a move that is due, unless somebody was faster."""
    found = due.select_for_update(of=["self"]).filter(pk=call.pk).first()
    if found is None:
        return False
    _moved(found, move, system_user(), "")
    if move == "open":
        tell_opened(found, by=system_user())
    return True
