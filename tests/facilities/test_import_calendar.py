"""`import_calendar`: cycles and blocks from CSV and iCalendar, and the files that the export writes."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core.models import Job
from facilities.commands.calendar import add_block, add_cycle
from facilities.exports import cycle_csv, cycle_ics, plan_csv
from facilities.models import Block, Cycle
from facilities.queries.planning import cycle_plan

pytestmark = pytest.mark.django_db
HEAD = "cycle,kind,instrument,begin,end,reason\n"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def run(world, tmp_path):
    def importing(content: str | bytes, name: str = "calendar.csv", **options) -> dict:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        call_command("import_calendar", str(path), stdout=io.StringIO(), **{"facility": "fa", **options})
        return Job.objects.filter(kind="import_calendar").latest("created_at").result

    return importing


def test_cycles_and_blocks_come_in_once_and_wall_clock_times_are_the_facilitys(run):
    text = HEAD + (
        "2030-1,,,2030-03-01 08:00,2030-06-01 08:00,\n"
        "2030-1,Maintenance,A1,2030-03-30 08:00,2030-04-01 08:00,Filters\n"
        "2030-1,machine_dev,,2030-04-08T00:00:00+00:00,2030-04-09T00:00:00+00:00,\n"
    )
    assert run(text)["created"] == 3
    cycle = Cycle.objects.get(name="2030-1")
    assert cycle.period.lower == datetime(2030, 3, 1, 7, tzinfo=UTC)
    block = Block.objects.get(kind="maintenance")
    assert (block.period.lower.hour, block.period.upper.hour) == (7, 6)
    assert block.instrument.code == "A1"
    assert run(text) | {"refused_file": ""} == {
        "read": 3, "created": 0, "updated": 0, "skipped": 3, "refused": 0, "refused_file": "", "refusals": [],
    }  # fmt: skip


def test_what_cannot_be_taken_is_refused_with_its_reason_and_stops_nothing(run):
    found = run(
        HEAD
        + "2030-1,,,2030-03-01 08:00,2030-02-01 08:00,\n"
        + "2030-1,holiday,,2030-03-01 08:00,2030-04-01 08:00,\n"
        + "2030-1,user,Z9,2030-03-01 08:00,2030-04-01 08:00,\n"
        + "2030-1,user,,soon,2030-04-01 08:00,\n"
        + ",,,2030-03-01 08:00,2030-04-01 08:00,\n"
        + "2030-1,shutdown,,2030-03-01 08:00,2030-04-01 08:00,\n"
        + "2030-1,shutdown,,2030-03-09 08:00,2030-04-09 08:00,\n"
    )
    assert (found["created"], found["refused"]) == (1, 6)
    with open(found["refused_file"]) as file:
        why = [row["why"] for row in csv.DictReader(file)]
    assert [int(row) for row in _rows(found)] == [2, 3, 4, 5, 6, 8]
    assert "not a kind" in why[1]
    assert "no instrument" in why[2]
    assert "not an instant" in why[3]


def _rows(found):
    with open(found["refused_file"]) as file:
        return [row["row"] for row in csv.DictReader(file)]


def test_only_rows_of_the_cycle_asked_for(run):
    text = HEAD + "2030-1,,,2030-03-01,2030-06-01,\n2030-2,,,2030-06-01,2030-09-01,\n"
    assert run(text, cycle="2030-2")["created"] == 1
    assert list(Cycle.objects.values_list("name", flat=True)) == ["2030-2"]


def test_a_table_of_something_else_is_refused_whole(run):
    for text in ("name,begin,end\nx,2030-01-01,2030-02-01\n", "cycle,when\n2030-1,2030-01-01\n"):
        with pytest.raises(CommandError):
            run(text)


@pytest.fixture
def planned(world):
    Block.objects.all().delete()
    cycle = add_cycle(world.facility_a, "2027-1", world.at(0, 0), world.at(60, 0), by=world.bo)
    add_block(world.facility_a, None, "user", cycle.period, "Cycle 2027-1", by=world.bo)
    period = DateTimeTZRange(world.at(3, 8), world.at(4, 8))
    add_block(world.facility_a, world.instrument_a, "maintenance", period, "Filters, mirrors", by=world.bo)
    return cycle


def blocks():
    rows = Block.objects.order_by("period", "kind").select_related("instrument")
    return [
        (row.kind, row.instrument and row.instrument.code, row.period.lower, row.period.upper, row.reason)
        for row in rows
    ]


def test_what_is_exported_comes_in_again_the_same(run, planned):
    table, agenda, before = cycle_csv(planned), cycle_ics(planned), blocks()
    for content, name, created in ((table, "cycle.csv", 3), (agenda, "cycle.ics", 2)):
        Block.objects.all().delete()
        Cycle.objects.all().delete()
        assert run(content, name)["created"] == created
        assert blocks() == before
        assert run(content, name)["created"] == 0


def test_an_event_says_what_the_time_is_for_or_is_refused(run):
    lines = (
        "BEGIN:VEVENT",
        "UID:{0}",
        "SUMMARY:{1}",
        "DTSTART:2030030{0}T08Z",
        "DTEND:2030030{0}T16Z",
        "END:VEVENT",
        "",
    )
    event = "\r\n".join(lines).replace("Z", "0000Z")
    said = ("Machine development", "Shutdown: cooling", "Birthday")
    events = "".join(event.format(n, text) for n, text in enumerate(said, 1))
    found = run(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n", "c.ics")
    assert (found["created"], found["refused"]) == (2, 1)
    assert set(Block.objects.exclude(kind="user").values_list("kind", flat=True)) == {"machine_dev", "shutdown"}


def test_the_plan_as_a_table_has_a_row_for_each_instrument(planned, world):
    [row] = csv.DictReader(io.StringIO(plan_csv(cycle_plan(planned))))
    assert (row["instrument"], row["maintenance_hours"], row["user_units"]) == ("A1", "24.00", "177.00")


@pytest.mark.data
def test_the_cycles_of_a_real_facility_come_in_but_for_one_that_begins_before_the_last_has_ended(
    world, run, shared_data
):
    content = (shared_data / "aps_run_cycles" / "aps_run_cycles.csv").read_bytes()
    Block.objects.all().delete()
    world.facility_a.zone = "America/Chicago"
    world.facility_a.save()
    found = run(content, kind="user")
    assert (found["read"], found["created"], found["refused"]) == (51, 50, 1)
    with open(found["refused_file"]) as file:
        [wrong] = csv.DictReader(file)
    assert wrong["cycle"] == "2010-3"
    assert "do not overlap" in wrong["why"]
    assert Cycle.objects.count() == Block.objects.filter(kind="user").count() == 50
    first = Cycle.objects.order_by("period").first()
    assert (first.name, first.period.lower) == ("2008-3", datetime(2008, 9, 24, 13, tzinfo=UTC))
    assert run(content, kind="user")["skipped"] == 50
