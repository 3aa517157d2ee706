"""`import_swf`: jobs as sessions, sites by domain, virtual organisations, and totals that agree with the log."""

import csv
import gzip
import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Sum

from core.errors import NotPermitted
from core.models import Job as Run
from facilities.commands import workloads
from facilities.imports.swf import country_of_domain, workload
from facilities.models import Facility, Instrument, Session, Team

HEADER = """; Version: 2.2
; Installation: Test grid
; Acknowledge: Somebody
; UnixStartTime: 1132444800
; TimeZoneString: Europe/London
; Partition:  1 grid.ici.ro
; Partition:  2 lancs.ac.uk
;   a comment
"""


def job(number: int, submit: int = 0, wait: int = -1, run: int = 3600, cpus: int = 1, user=1, group=1, site=1) -> str:
    return f"{number} {submit} {wait} {run} {cpus} -1 -1 -1 -1 -1 -1 {user} {group} -1 -1 {site} -1 -1\n"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def run(db, tmp_path):
    def importing(jobs: str, header: str = HEADER, **options) -> dict:
        path = tmp_path / "log.swf.gz"
        path.write_bytes(gzip.compress((header + jobs).encode()))
        call_command("import_swf", str(path), stdout=io.StringIO(), **{"facility": "grid", **options})
        return Run.objects.filter(kind="import_swf").latest("created_at").result

    return importing


def test_a_job_is_a_session_at_its_site_for_its_virtual_organisation(run):
    assert run(job(1, submit=60, wait=30, run=5400, cpus=4, user=7, group=3, site=2))["created"] == 1
    session = Session.objects.get()
    assert f"{session.starts_at:%Y-%m-%d %H:%M:%S}" == "2005-11-20 00:01:30"
    assert (session.units, session.unit, session.person_label) == (Decimal(6), "node_hour", "user 7")
    assert (session.instrument.code, session.instrument.country) == ("lancs.ac.uk", "GB")
    assert (session.team.kind, session.team.reference) == ("virtual_organisation", "group 3")
    assert not session.instrument.is_bookable
    grid = Facility.objects.get(slug="grid")
    assert (grid.name, grid.kind, grid.zone) == ("Test grid", "hpc", "Europe/London")


def test_a_second_run_creates_none_and_shifted_copies_are_others(run):
    jobs = job(1) + job(2, site=2)
    assert run(jobs)["created"] == 2
    again = run(jobs)
    assert (again["created"], again["skipped"]) == (0, 2)
    assert run(jobs, HEADER.replace("1132444800", "1133395200"))["created"] == 2
    assert (Instrument.objects.count(), Team.objects.count()) == (2, 1)


def test_unknown_values_are_left_open(run):
    run(job(1, user=-1, group=-1, site=-1, cpus=-1))
    session = Session.objects.get()
    assert (session.person_label, session.team, session.instrument.code, session.units) == ("", None, "jobs", 1)


def test_lines_that_are_no_jobs_are_refused_and_stop_nothing(run):
    result = run(job(1) + "1 2 3\n" + job(2, run=-1) + job(3).replace("3600", "x") + job(4))
    assert (result["read"], result["created"], result["refused"]) == (5, 2, 3)
    with open(result["refused_file"], newline="") as file:
        rows = list(csv.reader(file))
    assert [row[:2] for row in rows[1:]] == [
        ["10", "numbers: 3 instead of 18"],
        ["11", "it is not said when it began or how long it ran"],
        ["12", "not every value is a number"],
    ]


def test_only_a_part_can_be_taken(run):
    day = 24 * 3600
    jobs = "".join(job(number, submit=number * day) for number in range(5))
    assert run(jobs, limit=2)["created"] == 2
    result = run(jobs, since="2005-11-23")
    assert (result["created"], result["skipped"]) == (2, 3)
    for options in ({"limit": 0}, {"since": "soon"}):
        with pytest.raises(CommandError):
            run(jobs, **options)


def test_an_interrupted_import_continues_without_doubles(run, monkeypatch):
    monkeypatch.setattr("facilities.management.commands.import_swf.BATCH", 2)
    calls = []

    def dies_at_the_second(jobs, places):
        calls.append(jobs)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return workloads.record_jobs(jobs, places)

    monkeypatch.setattr("facilities.management.commands.import_swf.record_jobs", dies_at_the_second)
    jobs = "".join(job(number) for number in range(6))
    with pytest.raises(KeyboardInterrupt):
        run(jobs)
    assert Session.objects.count() == 2
    result = run(jobs)
    assert (result["created"], result["skipped"], Session.objects.count()) == (4, 2, 6)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ror_id,name\n1,x\n", "not 18 numbers"),
        ("; only comments\n", "not 18 numbers"),
        (job(1), "no UnixStartTime"),
    ],
)
def test_a_file_of_another_kind_is_refused_before_anything_is_written(db, tmp_path, text, why):
    path = tmp_path / "log.swf"
    path.write_text(text)
    with pytest.raises(CommandError, match=why):
        call_command("import_swf", str(path), facility="grid")
    assert not Run.objects.exists()
    assert not Facility.objects.exists()


def test_without_a_zone_no_facility_is_made(run):
    with pytest.raises(CommandError, match="--zone"):
        run(job(1), HEADER.replace("TimeZoneString", "Nothing"))
    assert not Facility.objects.exists()
    run(job(1), HEADER.replace("TimeZoneString", "Nothing"), zone="US/Hawaii")
    assert Facility.objects.get().zone == "Pacific/Honolulu"


def test_only_the_facilitys_own_people_record_its_use(world, tmp_path):
    path = tmp_path / "log.swf"
    path.write_text(HEADER + job(1))
    log = workload(path)
    with pytest.raises(NotPermitted):
        workloads.record_jobs([], workloads.Places(world.facility_a, log, world.bob, "x"))


def test_sites_are_in_the_country_of_their_domain():
    domains = ("lancs.ac.uk", "m45.ihep.su", "x.yu", "cern.ch", "fnal.gov", "hp.com", "iowa.edu")
    assert [country_of_domain(name) for name in domains] == ["GB", "RU", "RS", "CH", "", "", ""]


@pytest.mark.data
def test_totals_of_the_real_log_agree_with_a_count_made_elsewhere(shared_data, db):
    folder = shared_data / "lcg_grid_2005"
    call_command("import_swf", str(folder / "LCG.swf.gz"), facility="lcg", stdout=io.StringIO())
    result = Run.objects.latest("created_at").result
    assert (result["read"], result["created"], result["refused"]) == (188_041, 188_041, 0)
    found = {
        row["instrument__code"]: (row["jobs"], row["users"], row["seconds"].total_seconds(), round(row["hours"] * 3600))
        for row in Session.objects.values("instrument__code").annotate(
            jobs=Count("id"),
            users=Count("person_label", distinct=True),
            seconds=Sum(F("ends_at") - F("starts_at")),
            hours=Sum("units"),
        )
    }
    with (folder / "sites.csv").open(newline="") as file:
        given = list(csv.DictReader(file))
    assert found == {
        row["site"]: (int(row["jobs"]), int(row["users"]), int(row["cpu_seconds"]), int(row["cpu_seconds"]))
        for row in given
    }
    countries = dict(Instrument.objects.values_list("code", "country"))
    assert countries == {row["site"]: row["country_guess"].replace("YU", "RS") for row in given}
    assert Team.objects.filter(kind="virtual_organisation").count() == 28
