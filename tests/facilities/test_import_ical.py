"""`import_ical`: events, single dates of series, zones, and what is left out."""

import csv
import io
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command

from core.models import Job
from facilities.models import Booking, Claim

FRAME = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{}END:VCALENDAR\r\n"


def event(uid: str, *lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", ""])


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def run(world, tmp_path):
    def importing(*events: str, **options) -> dict:
        path = tmp_path / "calendar.ics"
        path.write_text(FRAME.format("".join(events)), newline="")
        call_command("import_ical", str(path), stdout=io.StringIO(), **{"instrument": "fa-a1", **options})
        return Job.objects.filter(kind="import_ical").latest("created_at").result

    return importing


def starts() -> list[str]:
    return [f"{row.starts_at.astimezone(UTC):%m-%d %H:%M}" for row in Booking.objects.order_by("period")]


MEETING = event(
    "a@x",
    "DTSTART;TZID=Europe/Berlin:20240325T100000",
    "DTEND;TZID=Europe/Berlin:20240325T120000",
    "SUMMARY:Größe\\, Form",
)


def test_an_event_is_a_booking_found_again_by_its_uid(run):
    assert run(MEETING)["created"] == 1
    booking = Booking.objects.get()
    assert (booking.title, booking.external_id, booking.source) == ("Größe, Form", "a@x", "ical:fa-a1")
    assert booking.ends_at == datetime(2024, 3, 25, 11, tzinfo=UTC)
    assert Claim.objects.filter(booking=booking).exists()
    again = run(MEETING)
    assert (again["created"], again["skipped"]) == (0, 1)


def test_days_and_times_without_a_zone_are_the_facilitys(run):
    run(
        event("days", "DTSTART;VALUE=DATE:20240601", "DTEND;VALUE=DATE:20240603"),
        event("day", "DTSTART;VALUE=DATE:20240610"),
        event("floating", "DTSTART:20240615T100000", "DURATION:PT2H"),
        event("utc", "DTSTART:20240616T100000Z", "DTEND:20240616T110000Z"),
    )
    assert starts() == ["05-31 22:00", "06-09 22:00", "06-15 08:00", "06-16 10:00"]
    assert [
        int((row.ends_at - row.starts_at).total_seconds() / 3600) for row in Booking.objects.order_by("period")
    ] == [
        48,
        24,
        2,
        1,
    ]


def test_a_series_keeps_its_hour_across_the_change_of_clocks_and_its_exceptions(run):
    rule = ("DTSTART;TZID=Europe/Berlin:20240318T100000", "DTEND;TZID=Europe/Berlin:20240318T120000")
    series = event("s", *rule, "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20240325T100000")
    moved = event(
        "s",
        "RECURRENCE-ID;TZID=Europe/Berlin:20240408T100000",
        "DTSTART;TZID=Europe/Berlin:20240409T150000",
        "DTEND;TZID=Europe/Berlin:20240409T160000",
    )
    assert run(series, moved)["created"] == 3
    assert starts() == ["03-18 09:00", "04-01 08:00", "04-09 13:00"]
    assert run(series, moved)["skipped"] == 3


def test_an_endless_series_ends_a_year_ahead(run):
    with time_machine.travel(datetime(2024, 6, 1, tzinfo=UTC)):
        result = run(event("s", "DTSTART:20240501T100000Z", "DURATION:PT1H", "RRULE:FREQ=MONTHLY"))
    assert result["created"] == 14


def test_cancelled_and_transparent_events_take_no_time(run):
    result = run(
        event("a", "DTSTART:20240501T100000Z", "DURATION:PT1H", "STATUS:CANCELLED"),
        event("b", "DTSTART:20240501T100000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"),
        MEETING,
    )
    assert (result["created"], result["skipped"], result["refused"]) == (1, 2, 0)


def test_what_cannot_be_read_or_collides_is_refused_and_stops_nothing(run):
    result = run(
        event("bad", "DTSTART:nonsense"),
        event("none", "SUMMARY:no start"),
        "BEGIN:VEVENT\r\nthis is no line\r\nEND:VEVENT\r\n",
        MEETING,
        event("over", "DTSTART:20240325T100000Z", "DTEND:20240325T110000Z"),
    )
    assert (result["read"], result["created"], result["refused"]) == (5, 1, 4)
    with open(result["refused_file"], newline="") as file:
        why = [row["why"] for row in csv.DictReader(file)]
    assert "collides with “Größe, Form”" in why[-1]


def test_another_kind_of_file_is_refused_before_anything_is_written(world, tmp_path):
    path = tmp_path / "x.ics"
    path.write_text("ror_id,name\n")
    with pytest.raises(CommandError, match="not a calendar"):
        call_command("import_ical", str(path), instrument="fa-a1")
    path.write_text(FRAME.format(MEETING))
    with pytest.raises(CommandError, match="no instrument “nothing”"):
        call_command("import_ical", str(path), instrument="nothing")
    assert not Job.objects.exists()


def test_an_event_that_moved_or_was_cancelled_corrects_its_booking(run, world):
    def at(day: int, *more: str) -> str:
        start, end = world.at(day, 8), world.at(day, 16)
        return event("a@x", f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}", *more)

    assert run(at(1))["created"] == 1
    moved = run(at(2, "SUMMARY:Later"))
    assert (moved["created"], moved["updated"]) == (0, 1)
    booking = Booking.objects.get()
    assert (booking.starts_at, booking.title, booking.state) == (world.at(2, 8), "Later", "approved")
    assert run(at(2, "SUMMARY:Later", "STATUS:CANCELLED"))["updated"] == 1
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert not booking.claims.exists()
    assert run(at(2, "SUMMARY:Later", "STATUS:CANCELLED"))["updated"] == 0
