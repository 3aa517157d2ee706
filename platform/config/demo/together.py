"""Time that is asked for together: a series of weekly dates, and a campaign at three facilities of which one agreed."""

from datetime import datetime, timedelta
from uuid import UUID

from accounts.queries import holders
from config.demo.people import People
from config.demo.places import Places
from core import clock
from facilities.commands.campaigns import CampaignWish, LegWish, request_campaign
from facilities.commands.series import SeriesRequest, request_series, reschedule_series
from facilities.models import Booking, Campaign, Series
from facilities.queries.availability import free_slots
from facilities.queries.campaigns import legs_of
from facilities.queries.proposing import Stay, propose_dates
from facilities.recurrence import wall
from facilities.rules import BookingRequest
from workflow.approvals import decide
from workflow.models import Task

AT_SERIES = "B18"
AT_CAMPAIGN = ("I15-1", "BL01B1", "CLÆSS")
DAY_MINUTES = 24 * 60


def make_together(places: Places, people: People, *, now: datetime) -> None:
    """Both are asked for some days ago by the demonstration's scientist, by the real commands."""
    with clock.standing_at(now - timedelta(days=5)):
        series = _series(places, people, now=now)
        campaign = _campaign(places, people, now=now)
    with clock.standing_at(now - timedelta(days=3)):
        if series is not None:
            _approve(series, series.instrument.facility_id)
            _move_one(series, people)
        if campaign is not None:
            leg = legs_of(campaign)[0].booking
            _approve(leg, leg.instrument.facility_id)
    Booking.objects.filter(is_demo=False).update(is_demo=True)


def _series(places: Places, people: People, *, now: datetime) -> Series | None:
    """A weekly date for eight weeks from the first free one on; weeks that are taken are skipped."""
    instrument = next(row for row in places.instruments if row.code == AT_SERIES)
    minutes = instrument.min_minutes
    for slot in free_slots(instrument, now + timedelta(days=8), now + timedelta(days=20), minutes)[:1]:
        request = BookingRequest(
            instrument=instrument,
            starts_at=slot.starts_at,
            ends_at=slot.starts_at + timedelta(minutes=minutes),
            title="Ageing of cathodes, week by week",
            purpose="The same three cells every week, one spectrum each at the Ni and Mn K edges.",
            mode="remote",
        )
        wish = SeriesRequest(request, "FREQ=WEEKLY;COUNT=8")
        return request_series(wish, by=people.named["scientist"], on_conflict="skip", is_demo=True)
    return None


def _move_one(series: Series, people: People) -> None:
    """The third date moves by a day, which makes it an exception that is decided by itself."""
    third = series.dates.exclude(booking=None).order_by("recurrence_id")[2:3].get()
    free = free_slots(series.instrument, third.booked.ends_at, third.booked.ends_at + timedelta(days=5), third.minutes)
    if free:
        reschedule_series(
            series,
            by=people.named["scientist"],
            scope="one",
            date=third.recurrence_id,
            starts=wall(free[0].starts_at, series.zone),
            note="The cells arrive a day late.",
        )


def _campaign(places: Places, people: People, *, now: datetime) -> Campaign | None:
    """Three legs in a row within three weeks, all or nothing, at the earliest dates that fit."""
    known = {row.code: row for row in places.instruments}
    stays = [
        Stay(known[code], known[code].min_minutes, n or None, 0, 10 * DAY_MINUTES if n else None)
        for n, code in enumerate(AT_CAMPAIGN)
    ]
    slots = propose_dates(stays, now + timedelta(days=22), now + timedelta(days=56))
    legs = [
        LegWish(
            BookingRequest(
                instrument=slot.instrument,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                purpose="The same powder, measured in three ways before it ages.",
                mode="remote",
            ),
            after=stay.after,
            max_gap_minutes=stay.max_gap_minutes,
        )
        for stay, slot in zip(stays, slots, strict=False)
    ]
    if len(legs) < len(stays):
        return None
    wish = CampaignWish("One powder, three facilities", legs)
    return request_campaign(wish, by=people.named["scientist"], is_demo=True)


def _approve(subject: Series | Booking, facility: UUID) -> None:
    """One of the facility's managers agrees to the first step."""
    manager = holders("facility_manager", facility).first()
    task = Task.objects.filter(subject_id=subject.pk, state=Task.State.OPEN).first()
    if manager is not None and task is not None:
        decide(task, "approve", by=manager)
