"""Figures over real input agree with counts made a second way."""

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection

from bench import real
from facilities.imports.swf import workload
from facilities.models import Session
from reports.queries.answers import answer

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


def test_the_cooperation_of_cordis_programmes_agrees_with_a_self_join_in_sql(world, shared_data):
    file = shared_data / "cordis_programmes" / "participations_demo.csv"
    call_command("import_cordis", str(file), stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute(
            "select a.organisation_id::text, b.organisation_id::text, count(*) from programs_partner a"
            " join programs_partner b on b.program_id = a.program_id and b.organisation_id > a.organisation_id"
            " group by 1, 2"
        )
        joined = {frozenset(pair): n for *pair, n in cursor.fetchall()}
    found = answer("cooperation", {"count": "programs"}, user=world.lea)
    assert {frozenset((row["one_id"], row["other_id"])): row["programs"] for row in found.rows} == joined
    assert found.facts["centres"] <= 1482
    assert found.figure["data"][0]["type"] == "heatmap"


def test_use_of_a_grid_by_team_and_country_agrees_with_its_jobs(world, shared_data):
    file = shared_data / "lcg_grid_2005" / "LCG.swf.gz"
    call_command("import_swf", str(file), facility="lcg", limit=5000, stdout=io.StringIO())
    jobs = Session.objects.filter(instrument__facility__slug="lcg").select_related("team", "instrument__facility")
    by_team, by_host, counted = Counter(), Counter(), Counter()
    for job in jobs:
        hours = job.units * job.instrument.unit_minutes / 60
        by_team[job.team.title] += hours
        by_host[job.instrument.country or job.instrument.facility.country] += hours
        counted[job.team.title] += 1
    asked = {"from": "2005-01-01", "to": "2007-01-01", "facility": "lcg"}
    teams = answer("usage", {**asked, "by": "team"}, user=world.lea).rows
    hosts = answer("usage", {**asked, "by": "host"}, user=world.lea).rows
    assert {row["label"]: row["sessions"] for row in teams} == counted
    for rows, totals in ((teams, by_team), (hosts, by_host)):
        assert {row["label"]: row["delivered_hours"] for row in rows} == pytest.approx(
            {label: float(hours) for label, hours in totals.items()}, abs=0.2
        )


def test_a_grid_with_its_shifted_copy_and_the_bookings_of_a_neutron_source_keep_their_own_totals(
    world, shared_data, tmp_path
):
    log = shared_data / real.LOG
    bookings = shared_data / real.BOOKINGS
    call_command("import_swf", str(log), facility="lcg", limit=1000, stdout=io.StringIO())
    copy = real.shifted(log, 1, tmp_path)
    call_command("import_swf", str(copy), facility="lcg", limit=1000, stdout=io.StringIO())
    place = ["--inclusive", "--zone", "Australia/Sydney", "--facility", "ansto", "--create-instruments"]
    neutrons = shared_data / "neutron_instruments" / "neutron_muon_instruments.csv"
    call_command("import_facilities", str(neutrons), stdout=io.StringIO())
    call_command("import_bookings", str(bookings), "--map", *real.COLUMNS, *place, stdout=io.StringIO())
    jobs = [job for _line, job, _problem in islice(workload(log).jobs(), 1000) if job]
    with bookings.open(newline="") as file:
        elapsed = sum(hours(row["start_date"], row["end_date"]) for row in csv.DictReader(file))
    period = {"from": "2005-01-01", "to": "2017-01-01", "by": "facility"}
    grid = answer("usage", {**period, "facility": "lcg"}, user=world.lea).rows
    source = answer("usage", {**period, "facility": "ansto"}, user=world.lea).rows
    assert [row["sessions"] for row in grid] == [2 * len(jobs)]
    assert grid[0]["delivered_hours"] == pytest.approx(2 * float(sum(job.node_hours for job in jobs)), abs=0.2)
    assert [row["booked_hours"] for row in source] == pytest.approx([elapsed], abs=0.2)


def hours(first: str, last: str) -> float:
    """From the first midnight in Sydney to the one after the last day; clocks change in some nights."""
    zone = ZoneInfo("Australia/Sydney")
    begin, end = (datetime.combine(date.fromisoformat(day), time(), zone) for day in (first, last))
    return ((end + timedelta(days=1)).astimezone(UTC) - begin.astimezone(UTC)) / timedelta(hours=1)
