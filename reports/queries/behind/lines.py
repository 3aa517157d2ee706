"""One row behind a number as a line of a list: what, where, when, whose, how much, and the page that it has."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import singledispatch
from typing import Any
from uuid import UUID

from alliance.models import Meeting, Membership, MembershipApplication, Motion
from core import names
from core.times import iso
from facilities.models import Block, Booking, Downtime, Session
from programs.models import (
    Enrolment,
    Expenditure,
    ExperimentReport,
    Feedback,
    Milestone,
    Payment,
    Program,
    Proposal,
    Publication,
    Review,
)


@dataclass(frozen=True)
class Line:
    """`page` and `key` say where it is shown in full, if anywhere; instants and days are ISO 8601."""

    kind: str
    id: UUID
    label: str
    page: str = ""
    key: Any = None
    booking: UUID | None = None
    facility: str = ""
    instrument: str = ""
    where: str = ""
    organisation: str = ""
    country: str = ""
    starts_at: str | None = None
    ends_at: str | None = None
    units: str | None = None
    unit: str = ""
    state: str = ""
    said: str = ""
    """What became of it, or what it is about, in the reader's words."""

    @property
    def amount(self) -> str:
        """How much, in the reader's words; else what became of it."""
        return names.units(self.units, self.unit) if self.units is not None and self.unit else self.said


def _iso(at: datetime | None) -> str | None:
    return iso(at) if at else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


@singledispatch
def line_of(row: Any) -> Line:
    """A row of any model that stands behind a report. Raises TypeError for another."""
    raise TypeError(type(row).__name__)


@line_of.register
def _program(row: Program) -> Line:
    return Line(
        "program",
        row.pk,
        f"{row.number} · {row}",
        page="program",
        key=row.pk,
        organisation=str(row.lead_organisation or ""),
        country=getattr(row.lead_organisation, "country", ""),
        starts_at=_day(row.starts_on),
        ends_at=_day(row.ends_on),
        state=row.state,
        said=str(row.get_state_display()),
    )


def _at_instrument(instrument: Any) -> dict[str, Any]:
    return {
        "facility": instrument.facility.slug,
        "instrument": instrument.slug,
        "where": f"{instrument.code}, {instrument.facility}",
    }


@line_of.register
def _booking(row: Booking) -> Line:
    return Line(
        "booking",
        row.pk,
        row.reference,
        page="booking",
        key=row.pk,
        booking=row.pk,
        organisation=str(row.organisation or row.team or ""),
        country=row.country,
        starts_at=iso(row.starts_at),
        ends_at=iso(row.ends_at),
        units=str(row.units),
        unit=row.unit,
        state=row.state,
        said=str(row.get_state_display()),
        **_at_instrument(row.instrument),
    )


@line_of.register
def _session(row: Session) -> Line:
    booking = row.booking
    return Line(
        "session",
        row.pk,
        booking.reference if booking else f"{row.source} {row.external_id}".strip() or "–",
        page="booking" if booking else "",
        key=booking and booking.pk,
        booking=booking.pk if booking else None,
        organisation=str(row.organisation or row.team or ""),
        country=row.country,
        starts_at=iso(row.starts_at),
        ends_at=_iso(row.ends_at),
        units=str(row.units),
        unit=row.unit,
        state=booking.state if booking else "",
        **_at_instrument(row.instrument),
    )


def _at_facility(row: Any) -> dict[str, Any]:
    if row.instrument is not None:
        return _at_instrument(row.instrument)
    return {"facility": row.facility.slug, "where": str(row.facility)}


@line_of.register
def _block(row: Block) -> Line:
    return Line(
        "block",
        row.pk,
        str(row.get_kind_display()),
        state=row.kind,
        starts_at=iso(row.period.lower),
        ends_at=iso(row.period.upper),
        said=row.reason,
        **_at_facility(row),
    )


@line_of.register
def _downtime(row: Downtime) -> Line:
    return Line(
        "downtime",
        row.pk,
        row.title,
        page="downtime",
        key=row.pk,
        starts_at=iso(row.period.lower),
        ends_at=iso(row.period.upper),
        state=row.cause,
        said=str(row.get_cause_display()),
        **_at_facility(row),
    )


@line_of.register
def _proposal(row: Proposal) -> Line:
    return Line(
        "proposal",
        row.pk,
        f"{row.reference} · {row.call}",
        page="proposal",
        key=row.pk,
        organisation=str(row.organisation),
        country=row.organisation.country,
        starts_at=_iso(row.submitted_at),
        ends_at=_iso(row.notified_at),
        state=row.state,
        said=str(row.get_state_display()),
    )


@line_of.register
def _review(row: Review) -> Line:
    """Of a review only whose proposal it is and whether it came: never who writes it, nor what."""
    return Line(
        "review",
        row.pk,
        row.assessment.proposal.reference,
        starts_at=_iso(row.due_at),
        ends_at=_iso(row.submitted_at),
        state=row.state,
        said=str(row.get_state_display()),
    )


@line_of.register
def _experiment_report(row: ExperimentReport) -> Line:
    return Line(
        "experiment_report",
        row.pk,
        f"{row.proposal.reference} · {row.booking.reference}",
        page="experiment_report",
        key=row.pk,
        booking=row.booking_id,
        starts_at=row.due_on.isoformat(),
        ends_at=_iso(row.submitted_at),
        state=row.state,
        said=str(row.get_state_display()),
        **_at_instrument(row.booking.instrument),
    )


@line_of.register
def _feedback(row: Feedback) -> Line:
    """The rating of a run, without who gave it and why."""
    return Line(
        "feedback",
        row.pk,
        row.booking.reference,
        page="booking",
        key=row.booking_id,
        booking=row.booking_id,
        starts_at=iso(row.booking.starts_at),
        ends_at=iso(row.booking.ends_at),
        state=row.side,
        said=f"{row.rating} / 5",
        **_at_instrument(row.booking.instrument),
    )


@line_of.register
def _payment(row: Payment) -> Line:
    return Line(
        "payment",
        row.pk,
        f"{row.request.reference} · {row.reference}",
        page="industrial_request",
        key=row.request_id,
        facility=row.request.facility.slug if row.request.facility else "",
        where=str(row.request.facility or ""),
        organisation=row.request.company,
        country=row.request.country,
        starts_at=row.received_on.isoformat(),
        said=names.number(row.amount),
    )


@line_of.register
def _publication(row: Publication) -> Line:
    return Line("publication", row.pk, f"{row.doi} · {row.title}", starts_at=f"{row.year}-01-01", said=str(row.year))


def _of_program(program: Program) -> dict[str, Any]:
    return {"page": "program", "key": program.pk, "organisation": str(program.lead_organisation or "")}


@line_of.register
def _milestone(row: Milestone) -> Line:
    return Line(
        "milestone",
        row.pk,
        f"{row.program.number} · {row.title}",
        starts_at=row.due_on.isoformat(),
        ends_at=_day(row.done_on),
        state="done" if row.done_on else "",
        said=names.number(row.weight),
        **_of_program(row.program),
    )


@line_of.register
def _expenditure(row: Expenditure) -> Line:
    return Line(
        "expenditure",
        row.pk,
        f"{row.line.program.number} · {row.line.category}",
        starts_at=row.booked_on.isoformat(),
        said=f"{names.number(row.amount)} {row.currency}",
        **_of_program(row.line.program),
    )


@line_of.register
def _enrolment(row: Enrolment) -> Line:
    """A place in a training, without whose it is."""
    return Line(
        "enrolment",
        row.pk,
        row.training.title,
        organisation=str(row.training.organisation),
        starts_at=row.training.days.lower.isoformat(),
        ends_at=row.training.days.upper.isoformat(),
        state=row.state,
        said=str(row.get_state_display()),
    )


@line_of.register
def _membership(row: Membership) -> Line:
    return Line(
        "membership",
        row.pk,
        f"{row.organisation} · {row.alliance}",
        page="organisation",
        key=row.organisation.slug,
        organisation=str(row.organisation),
        country=row.organisation.country,
        starts_at=_day(row.joined_on),
        ends_at=_day(row.left_on),
        state=row.member_class,
        said=str(row.get_member_class_display()),
    )


@line_of.register
def _application(row: MembershipApplication) -> Line:
    return Line(
        "application",
        row.pk,
        str(row.organisation),
        organisation=str(row.organisation),
        country=row.organisation.country,
        starts_at=_iso(row.submitted_at),
        state=row.state,
        said=str(row.get_state_display()),
    )


@line_of.register
def _motion(row: Motion) -> Line:
    return Line(
        "motion",
        row.pk,
        row.title,
        page="motion",
        key=row.pk,
        starts_at=iso(row.created_at),
        ends_at=_iso(row.ballot.closed_at),
        state=row.state,
        said=str(row.get_state_display()),
    )


@line_of.register
def _meeting(row: Meeting) -> Line:
    return Line(
        "meeting",
        row.pk,
        row.title,
        starts_at=iso(row.starts_at),
        ends_at=iso(row.ends_at),
        state=row.state,
        said=str(row.get_state_display()),
    )
