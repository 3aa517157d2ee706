"""What needs those who run calls and instruments, review, lead programmes or sign for a host: one line each, or one
line for many of a kind, which leads to their list."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import times
from core.names import local
from facilities.models import Booking
from frontend.contexts.needs import SHOWN, Need
from programs.models import Call, ExchangeStay, Leg, Review, Training
from programs.queries import duties


def duties_of(user: Any) -> list[Need]:
    """Everything of proposals, calls, runs and programmes that waits for the reader in an office they hold."""
    ways: tuple[Callable[[Any], Iterator[Need]], ...] = (
        _reviews, _legs, _own_legs, _calls, _reports, _runs, _companies, _stays, _nodes, _trainings,
    )  # fmt: skip
    return [need for way in ways for need in way(user)]


def _reviews(user: Any) -> Iterator[Need]:
    for row in duties.reviews_to_write(user)[:SHOWN]:
        yield _review(row)


def _review(row: Review) -> Need:
    call, asked = row.assessment.proposal.call, row.state == "asked"
    title = _("Say whether you review “%(title)s”") if asked else _("Write your review of “%(title)s”")
    return Need(
        title % {"title": row.assessment.proposal.title},
        reverse("review", args=[row.pk]),
        local(call, "name"),
        _("Answer") if asked else _("Write"),
        row.due_at,
        call.zone,
    )


def _legs(user: Any) -> Iterator[Need]:
    rows = duties.legs_waiting(user)
    if n := rows.count():
        first: Leg = rows[0]
        title = ngettext(
            "%(n)d part of a proposal waits for your check of feasibility or safety",
            "%(n)d parts of proposals wait for your check of feasibility or safety",
            n,
        )
        place = f"{first.instrument.code}, {first.instrument.facility}"
        yield Need(
            title % {"n": n},
            reverse("legs"),
            _("First: %(title)s") % {"title": f"{place} · {first.proposal.title}"},
            _("Check"),
            duties.judging_until(rows),
            first.proposal.call.zone,
        )


def _own_legs(user: Any) -> Iterator[Need]:
    for leg in duties.legs_to_move(user)[:SHOWN]:
        yield Need(
            _("Take another instrument than %(place)s, which cannot do it") % {"place": leg.instrument.code},
            reverse("leg", args=[leg.pk]),
            f"{leg.proposal.reference} · {leg.proposal.title}",
            _("Choose"),
        )


def _calls(user: Any) -> Iterator[Need]:
    for call in duties.calls_to_move(user)[:SHOWN]:
        yield _call(call)


def _call(call: Call) -> Need:
    if call.state == "closed":
        title, page, button = _("Start the review of “%(call)s”"), "office_call", _("Open")
    else:
        title, page, button = _("Decide the round of “%(call)s” and announce it"), "call_round", _("Decide")
    due = call.notify_at if call.state == "allocating" else None
    where = str(call.facility or call.alliance)
    return Need(title % {"call": local(call, "name")}, reverse(page, args=[call.pk]), where, button, due, call.zone)


def _reports(user: Any) -> Iterator[Need]:
    rows = duties.reports_to_accept(user)
    if n := rows.count():
        title = ngettext("%(n)d report waits to be accepted", "%(n)d reports wait to be accepted", n) % {"n": n}
        first = f"{rows[0].proposal.reference} · {rows[0].proposal.title}"
        note = _("First: %(title)s") % {"title": first}
        yield Need(title, f"{reverse('experiment_reports')}?which=submitted", note, _("Read"))


def _runs(user: Any) -> Iterator[Need]:
    """Runs the facility has not spoken of lead to the oldest, until when it is asked."""
    rows = duties.runs_without_the_facilitys_word(user)
    if n := rows.count():
        run: Booking = rows[0]
        title = ngettext("Say for the facility how %(n)d run went", "Say for the facility how %(n)d runs went", n)
        zone = run.instrument.facility.zone
        first = f"{run.instrument.code}, {times.span(run.starts_at, run.ends_at, zone)}"
        yield Need(
            title % {"n": n},
            reverse("booking_feedback", args=[run.pk]),
            _("First: %(title)s") % {"title": first},
            _("Give feedback"),
            run.ends_at + timedelta(days=settings.FEEDBACK_DAYS),
            zone,
        )


def _companies(user: Any) -> Iterator[Need]:
    for row in duties.industrial_requests_to_answer(user)[:SHOWN]:
        yield Need(
            _("Answer the request of %(company)s") % {"company": row.company},
            reverse("industrial_request", args=[row.pk]),
            f"{row.reference} · {row.get_state_display()}",
            _("Open"),
        )


def _stays(user: Any) -> Iterator[Need]:
    for stay in duties.stays_to_confirm(user)[:SHOWN]:
        yield _stay(stay)


def _stay(stay: ExchangeStay) -> Need:
    names = {"person": local(stay.person, "name"), "host": local(stay.host, "name")}
    return Need(
        _("Confirm the stay of %(person)s at %(host)s") % names,
        reverse("program_together", args=[stay.program_id]),
        f"{stay.program} · {times.plain_day(stay.period.lower)}",
        _("Confirm"),
    )


def _nodes(user: Any) -> Iterator[Need]:
    for node in duties.nodes_to_open(user)[:SHOWN]:
        yield Need(
            _("Open the node “%(node)s” at %(host)s") % {"node": node.name, "host": local(node.host, "name")},
            reverse("program_nodes", args=[node.program_id]),
            f"{node.program} · {times.plain_day(node.since)}",
            _("Open"),
        )


def _trainings(user: Any) -> Iterator[Need]:
    for training in duties.trainings_to_close(user)[:SHOWN]:
        yield _training(training)


def _training(training: Training) -> Need:
    return Need(
        _("Record who passed “%(title)s”") % {"title": training.title},
        reverse("program_together", args=[training.program_id]),
        f"{training.program} · {times.plain_day(training.days.lower)}",
        _("Record"),
    )
