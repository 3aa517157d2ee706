"""`import_bookings`: columns by name, inclusive days, zones, what collides, and that a second run creates none."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from accounts.queries import organisation_named
from core.errors import NotPermitted
from core.models import Job
from facilities.commands.bookings import cancel_booking
from facilities.commands.importing import Names, record_drafts
from facilities.imports.bookings import Draft
from facilities.models import Booking, Claim, Instrument
from tests.facilities.policy import hold

HEADER = "id,what,where,who,from,to\n"
MAP = ["id=external_id", "what=title", "where=instrument", "who=organisation", "from=starts_at", "to=ends_at"]


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def run(world, tmp_path):
    """Write a table and import it into facility A; gives the counts of the job."""

    def importing(rows: str, columns: list[str] = MAP, header: str = HEADER, **options) -> dict:
        path = tmp_path / "table.csv"
        path.write_text(header + rows)
        options = {"facility": "fa", **options}
        call_command("import_bookings", str(path), map=columns, stdout=io.StringIO(), **options)
        return Job.objects.filter(kind="import_bookings").latest("created_at").result

    return importing


def refused(result: dict) -> dict[str, str]:
    with open(result["refused_file"], newline="") as file:
        return {row["row"]: row["why"] for row in csv.DictReader(file)}


def test_last_days_are_occupied_whole_when_they_are_inclusive(run):
    result = run("1,One day,A1,,2013-07-26,2013-07-26\n2,Next,a1,,2013-07-27,2013-07-28\n", inclusive=True)
    assert (result["created"], result["refused"]) == (2, 0)
    first = Booking.objects.get(title="One day")
    assert (first.starts_at, first.ends_at) == (
        datetime(2013, 7, 25, 22, tzinfo=UTC),
        datetime(2013, 7, 26, 22, tzinfo=UTC),
    )
    assert (first.state, first.instrument.code) == ("completed", "A1")
    assert Claim.objects.filter(booking=first).count() == 1


def test_without_it_a_day_that_ends_as_it_starts_is_refused(run):
    result = run("1,x,A1,,2013-07-26,2013-07-26\n")
    assert refused(result) == {"2": "It ends before it starts."}


def test_a_second_run_creates_none_even_where_numbers_repeat(run):
    rows = "7,x,A1,,2013-07-26,2013-07-27\n7,x,A1,,2013-08-26,2013-08-27\n"
    assert run(rows)["created"] == 2
    again = run(rows)
    assert (again["created"], again["skipped"], again["refused"]) == (0, 2, 0)


def test_a_row_that_collides_is_refused_alone_and_says_with_what(run):
    rows = "1,Welds,A1,,2013-07-26,2013-08-03\n2,y,A1,,2013-08-10,2013-08-11\n"
    run(rows)
    result = run(rows + "3,z,A1,,2013-08-02,2013-08-04\n2,y,A1,,2013-08-10,2013-08-11\n")
    assert (result["created"], result["skipped"], result["refused"]) == (0, 2, 2)
    why = refused(result)
    assert set(why) == {"4", "5"}
    assert "collides with “Welds”" in why["4"]
    assert "the same as row 3" in why["5"]


def test_policies_do_not_apply_to_history_but_permission_does(run, world):
    start = datetime(2013, 1, 1, tzinfo=UTC)
    draft = Draft("A1", start, start.replace(hour=1))
    with pytest.raises(NotPermitted):
        record_drafts([draft], Names(world.bob, "x", world.facility_a))
    assert [outcome.status for outcome in record_drafts([draft], Names(world.bo, "x", world.facility_a))] == ["created"]


def test_unknown_instruments_are_refused_or_made_if_told_so(run):
    row = "1,x,NEW,,2013-07-26,2013-07-27\n"
    assert "no instrument “NEW” at FA" in refused(run(row))["2"]
    assert run(row, create_instruments=True)["created"] == 1
    made = Instrument.objects.get(code="NEW")
    assert (made.unit, made.unit_minutes, made.facility.slug) == ("day", 1440, "fa")


def test_instants_lengths_zones_and_other_spellings_of_dates(run):
    columns = ["what=title", "from=starts_at", "hours=hours"]
    header = "what,from,hours\n"
    run("a,26/07/2013 10:00,2.5\n", columns, header, instrument="fa-a1", date_format="%d/%m/%Y %H:%M", zone="US/Hawaii")
    run("b,2013-07-27T10:00:00+02:00,1\n", columns, header, instrument="fa-a1")
    first, second = Booking.objects.order_by("title")
    assert (first.starts_at, first.ends_at) == (
        datetime(2013, 7, 26, 20, tzinfo=UTC),
        datetime(2013, 7, 26, 22, 30, tzinfo=UTC),
    )
    assert second.starts_at == datetime(2013, 7, 27, 8, tzinfo=UTC)


def test_rows_that_make_no_sense_are_refused_and_stop_nothing(run):
    rows = (
        "1,x,A1,,26/07/2013,2013-08-01\n2,x,A1,,2013-08-02,2013-08-01\n3,x,,,2013-08-03,2013-08-04\nshort\n"
        "5,x,A1,,2013-08-05,2013-08-06\n"
    )
    result = run(rows)
    assert (result["read"], result["created"], result["refused"]) == (5, 1, 4)
    assert "--date-format" in refused(result)["2"]


def test_columns_may_be_named_together_or_one_by_one(run, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text(HEADER + "1,x,A1,,2013-07-26,2013-07-27\n")
    words = ["--map", "from=starts_at", "to=ends_at", "--map", "where=instrument", "--facility", "fa"]
    call_command("import_bookings", str(path), *words, stdout=io.StringIO())
    assert Booking.objects.get().instrument.code == "A1"


def test_an_interrupted_import_continues_without_doubles(run, monkeypatch):
    monkeypatch.setattr("facilities.management.commands.import_bookings.BATCH", 1)
    calls = []

    def dies_at_the_third(drafts, names):
        calls.append(drafts)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return record_drafts(drafts, names)

    monkeypatch.setattr("facilities.management.commands.import_bookings.record_drafts", dies_at_the_third)
    rows = "".join(f"{day},x,A1,,2013-07-{day:02},2013-07-{day + 1:02}\n" for day in range(1, 6))
    with pytest.raises(KeyboardInterrupt):
        run(rows)
    assert Booking.objects.count() == 2
    result = run(rows)
    assert (result["created"], result["skipped"], Booking.objects.count()) == (3, 2, 5)


@pytest.mark.parametrize(
    ("columns", "options", "why"),
    [
        (["from=starts_at"], {}, "which columns are starts_at and ends_at"),
        (["begin=starts_at", "to=ends_at"], {}, "no column “begin”"),
        (["from=start", "to=ends_at"], {}, "FIELD is one of"),
        (MAP, {"facility": "nowhere"}, "no such facility"),
        (MAP, {"facility": None}, "--zone"),
        (["from=starts_at", "to=ends_at"], {}, "--instrument"),
    ],
)
def test_what_cannot_be_read_as_told_is_refused_before_anything_is_written(run, columns, options, why):
    with pytest.raises(CommandError, match=why):
        run("1,x,A1,,2013-07-26,2013-07-27\n", columns, **options)
    assert not Job.objects.exists()


def test_free_spellings_are_matched_where_they_are_clear(db):
    for name, country, acronym in [
        ("University of Newcastle", "AU", ""),
        ("University of Newcastle", "GB", ""),
        ("Monash University", "AU", ""),
        ("Australian Nuclear Science and Technology Organisation", "AU", "ANSTO"),
        ("Tainan National University of the Arts", "TW", "TNNUA"),
    ]:
        Organisation.objects.create(
            slug=f"{name}-{country}".replace(" ", "-").lower(), name=name, country=country, acronym=acronym
        )
    assert organisation_named("Uni Newcastle, AU").country == "AU"
    assert organisation_named("Uni Newcastle") is None
    assert organisation_named("Uni Newcastle", near="GB").country == "GB"
    assert organisation_named("Monash Uni").name == "Monash University"
    assert organisation_named("ANSTO - BI").acronym == "ANSTO"
    assert organisation_named("Tainan") is organisation_named("") is None


@pytest.mark.data
def test_all_real_bookings_fit_once_and_an_overlapping_one_is_refused(shared_data, run, tmp_path):
    text = (shared_data / "ansto_bookings" / "ansto_instrument_bookings.csv").read_text()
    header, rows = text.split("\n", 1)
    columns = ["start_date=starts_at", "end_date=ends_at", "instrument=instrument", "title=title"]
    columns += ["institution=organisation", "proposal=proposal", "record_id=external_id"]
    options = {"inclusive": True, "zone": "Australia/Sydney", "create_instruments": True}
    for expected in ((197, 0, 0), (0, 197, 0)):
        result = run(rows, columns, f"{header}\n", **options)
        assert (result["created"], result["skipped"], result["refused"]) == expected
    assert Claim.objects.count() == Booking.objects.count() == 197
    extra = "99999,1,Extra,Monash Uni,KOWARI,2013-08-03,2013-08-04,,,1,1,1,1\n"
    result = run(rows + extra, columns, f"{header}\n", **options)
    assert (result["created"], result["skipped"], result["refused"]) == (0, 197, 1)
    assert "Aluminothermic" in refused(result)["199"]


NUMBERED = "id,what,where,from,to,how\n"
NUMBERED_MAP = ["id=external_id", "what=title", "where=instrument", "from=starts_at", "to=ends_at", "how=state"]


@pytest.fixture
def again(run):
    """Import a table in which every number names one booking."""
    return lambda rows: run(rows, NUMBERED_MAP, NUMBERED, by_number=True)


def counts(result: dict) -> tuple[int, ...]:
    return tuple(result[name] for name in ("created", "updated", "skipped", "refused"))


def test_a_row_that_changed_corrects_its_booking_and_the_same_again_changes_nothing(again):
    assert counts(again("1,x,A1,2013-07-26,2013-07-27,closed\n2,y,A1,2013-08-01,2013-08-02,\n")) == (2, 0, 0, 0)
    changed = "1,Welds,A1,2013-07-28,2013-07-30,closed\n2,y,A1,2013-08-01,2013-08-02,closed\n"
    assert counts(again(changed)) == (0, 2, 0, 0)
    first, second = Booking.objects.order_by("period")
    assert (first.title, first.units, second.state) == ("Welds", 6, "closed")
    assert first.starts_at == datetime(2013, 7, 27, 22, tzinfo=UTC)
    assert [claim.period for claim in first.claims.all()] == [first.period]
    before = Booking.objects.order_by("pk").values_list("version", "updated_at")
    kept = list(before)
    assert counts(again(changed)) == (0, 0, 2, 0)
    assert list(before.all()) == kept


def test_a_row_that_moved_onto_another_booking_is_refused_and_stays_where_it_was(again):
    again("1,x,A1,2013-07-26,2013-07-27,\n2,y,A1,2013-08-01,2013-08-02,\n")
    result = again("1,x,A1,2013-08-01,2013-08-03,\n2,y,A1,2013-08-01,2013-08-02,\n")
    assert counts(result) == (0, 0, 1, 1)
    assert "collides with “y”" in refused(result)["2"]
    assert Claim.objects.get(booking__title="x").period == Booking.objects.get(title="x").period


def test_rows_may_move_one_after_the_other_and_onto_their_own_old_time(again):
    again("1,x,A1,2013-07-26,2013-07-28,\n2,y,A1,2013-07-28,2013-07-30,\n")
    moved = "2,y,A1,2013-07-29,2013-07-31,\n1,x,A1,2013-07-27,2013-07-29,\n"
    assert counts(again(moved)) == (0, 2, 0, 0)


def test_a_state_that_no_move_leads_to_is_refused(again):
    again("1,x,A1,2013-07-26,2013-07-27,closed\n")
    result = again("1,x,A1,2013-07-26,2013-07-27,approved\n")
    assert "It is Closed here and cannot become Approved." in refused(result)["2"]


def test_what_people_changed_here_is_not_changed_back(again, world):
    ahead = f"1,x,A1,{world.at(1, 8).isoformat()},{world.at(1, 16).isoformat()},approved\n"
    again(ahead)
    cancel_booking(Booking.objects.get(), by=world.bo, note="The source is off")
    result = again(ahead)
    assert "changed here by Bo" in refused(result)["2"]
    assert Booking.objects.get().state == "cancelled"


def test_time_still_to_come_is_recorded_and_the_rules_against_it_are_told(world, tmp_path):
    hold(world, "head_count", {"most": 1})
    hold(world, "quota", {"most": 8, "per": "everybody", "over": "week"})
    rows = "".join(
        f"{n},Run {n},A1,,{world.at(day, 0):%Y-%m-%d},{world.at(day, 0):%Y-%m-%d}\n" for n, day in ((1, 0), (2, -400))
    )
    path, said = tmp_path / "table.csv", io.StringIO()
    path.write_text(HEADER + rows)
    call_command("import_bookings", str(path), map=MAP, facility="fa", inclusive=True, stdout=said)
    assert Booking.objects.count() == 2
    assert "taken, but look at 1:" in said.getvalue()
    assert "row 2: Everybody together: at most 8 hours" in said.getvalue()
    assert "House rules 2026 §4" in said.getvalue()
