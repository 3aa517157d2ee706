"""Programmes from CORDIS: every row is counted, repeats are merged, dirt is refused with its reason, twice is once."""

import csv
import io
from collections import Counter
from itertools import combinations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from core.models import Job
from facilities.models import Team
from programs.models import Partner, Program
from reports.queries.answers import answer

pytestmark = pytest.mark.django_db

COLUMNS = [
    *("project_id", "project_acronym", "project_title", "total_cost_eur", "framework_programme", "thematic_priority"),
    *("topic_code", "funding_scheme", "start_date", "end_date", "pic", "partner_role", "legal_name"),
    *("legal_short_name", "legal_entity_type", "country_code", "legal_url", "ec_contribution"),
]


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


def row(project="100", pic="900", name="Centre One", country="DE", role="Participant", **fields):
    return {
        "project_id": project,
        "project_acronym": f"ACRO{project}",
        "framework_programme": "FP7",
        "thematic_priority": "Energy",
        "start_date": "2010-01-01",
        "end_date": "2012-12-31",
        "pic": pic,
        "partner_role": role,
        "legal_name": name,
        "legal_entity_type": "REC",
        "country_code": country,
        "ec_contribution": "1000.5",
        **fields,
    }


@pytest.fixture
def load(tmp_path):
    def run(*rows, projects=None, name="participations.csv"):
        path = tmp_path / name
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        out = io.StringIO()
        call_command("import_cordis", *([str(projects)] if projects else []), str(path), stdout=out)
        return Job.objects.latest("created_at").result

    return run


def refusals(result) -> list[tuple[str, str]]:
    with open(result["refused_file"], newline="") as file:
        return [(line["row"], line["why"]) for line in csv.DictReader(file)]


def test_a_programme_comes_with_its_partners_and_the_team_that_may_book(load):
    result = load(row(role="Coordinator"), row(pic="901", name="Centre Two", country="FR", role="Thirdparty"))
    assert (result["read"], result["created"], result["refused"]) == (2, 2, 0)
    program = Program.objects.get()
    assert (program.title, program.state, program.source, program.external_id) == (
        "ACRO100",
        "completed",
        "cordis",
        "100",
    )
    assert program.lead_organisation.name == "Centre One"
    assert [theme.name for theme in program.themes.all()] == ["Energy"]
    assert Team.objects.get(pk=program.pk).is_active is False
    assert set(program.partners.values_list("organisation__name", "role")) == {
        ("Centre One", "lead"),
        ("Centre Two", "associate"),
    }


def test_greece_and_the_united_kingdom_get_their_iso_codes_and_namibia_stays_a_country(load):
    load(row(country="EL"), row(pic="901", name="B", country="UK"), row(pic="902", name="C", country="NA"))
    assert sorted(Organisation.objects.values_list("country", flat=True)) == ["GB", "GR", "NA"]


def test_a_second_run_creates_nothing(load):
    rows = [row(), row(pic="901", name="B"), row(project="101")]
    load(*rows)
    again = load(*rows)
    assert (again["created"], again["updated"], again["skipped"]) == (0, 0, 3)
    assert (Program.objects.count(), Organisation.objects.count(), Partner.objects.count()) == (2, 2, 3)


def test_repeated_rows_of_one_organisation_are_one_partner_with_the_sum_of_its_money(load):
    result = load(row(), row(role="Coordinator", ec_contribution="500"), row(ec_contribution=""))
    partner = Partner.objects.get()
    assert (partner.role, partner.contribution) == ("lead", 1500.5)
    assert (result["created"], result["skipped"]) == (1, 2)


def test_a_row_that_names_no_organisation_is_completed_by_its_code_or_refused(load):
    result = load(row(project="101", name="", country=""), row(), row(project="102", pic="999", name="", country=""))
    assert Program.objects.get(external_id="101").partners.get().organisation.name == "Centre One"
    assert not Program.objects.filter(external_id="102").exists()
    assert refusals(result) == [("4", "The row names no organisation, and its code is not known from another row.")]


def test_a_bad_row_never_stops_the_rest(load):
    result = load(
        row(project="101", start_date="2013-01-01"),
        row(project="102", start_date="soon"),
        row(project="103", country="XX"),
        row(project="104", role="Spectator"),
        row(project="105", ec_contribution="a lot"),
        row(project=""),
        row(),
    )
    assert (result["read"], result["created"], result["refused"]) == (7, 1, 6)
    assert [number for number, _why in refusals(result)] == ["2", "3", "4", "5", "6", "7"]
    assert "ends (2012-12-31) before it starts (2013-01-01)" in refusals(result)[0][1]


def test_an_organisation_is_found_by_its_name_in_the_same_country_if_it_has_no_other_code(load):
    one = Organisation.objects.create(slug="one", name="Çentre  ONE", country="DE")
    Organisation.objects.create(slug="two", name="Centre One", country="FR")
    load(row())
    assert Partner.objects.get().organisation == one
    one.refresh_from_db()
    assert one.external_ids == {"pic": "900"}
    load(row(pic="901"), name="other.csv")
    assert Organisation.objects.count() == 3


def test_only_the_first_of_two_coordinators_leads(load):
    load(row(role="Coordinator"), row(pic="901", name="B", role="Coordinator"))
    assert set(Partner.objects.values_list("organisation__name", "role")) == {("Centre One", "lead"), ("B", "partner")}


def test_the_file_of_projects_adds_what_participations_leave_open(load, tmp_path):
    projects = tmp_path / "projects.csv"
    projects.write_text(
        "project_id,acronym,title,programme,status,start_date,end_date,duration_days,total_cost_eur,n_organisations\n"
        "100,A,The full title,FP7-ENERGY,ONG,2010-01-01,2012-12-31,1,2000,2\n"
        "200,B,Without partners,FP7-ENERGY,ONG,2010-01-01,2012-12-31,1,2000,2\n"
        "300,C,Backwards,FP7-ENERGY,ONG,2012-01-01,2010-12-31,1,2000,2\n"
    )
    result = load(row(), projects=projects)
    program = Program.objects.get()
    assert (program.title, program.total_cost, program.tags) == ("The full title", 2000, ["FP7", "FP7-ENERGY"])
    assert [number for number, _why in refusals(result)] == ["4"]


def test_the_layout_without_names_is_known_too(tmp_path):
    path = tmp_path / "h2020.csv"
    path.write_text(
        "rcn,role,pic,organisation_type,ec_contribution,country,start_date,end_date,project_total_cost,"
        "organisation_name,programme_parts\n"
        "100,coordinator,900,REC,10.0,EL,2015-09-01,2017-08-31,100.0,Centre One,RI\n"
        "100,participant,901,HES,,UK,2015-09-01,2017-08-31,100.0,,RI\n"
    )
    call_command("import_cordis", "-", str(path), stdout=io.StringIO())
    assert Program.objects.get().external_id == "rcn-100"
    assert set(Organisation.objects.values_list("name", "country")) == {("Centre One", "GR"), ("PIC 901", "GB")}


def test_a_code_gets_its_name_from_a_later_file(load):
    load(row(name="", country="DE"))
    load(row(), name="named.csv")
    assert Organisation.objects.get().name == "Centre One"


def test_an_interrupted_import_is_continued_by_the_same_command_without_doubles(load, monkeypatch):
    from programs.commands.cooperation import importing
    from programs.management.commands import import_cordis

    rows = [row(project=str(number), pic=str(900 + number), name=f"Centre {number}") for number in range(3)]
    monkeypatch.setattr(import_cordis, "BATCH", 1)
    whole, calls = importing.record_programs, []

    def breaks(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args, **kwargs)

    monkeypatch.setattr(importing, "record_programs", breaks)
    with pytest.raises(KeyboardInterrupt):
        load(*rows)
    assert Program.objects.count() == 1
    assert load(*rows)["created"] == 2
    assert (Program.objects.count(), Organisation.objects.count(), Partner.objects.count()) == (3, 3, 3)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "\x00\x01\x02"])
def test_a_file_of_the_wrong_kind_is_refused_before_anything_is_written(tmp_path, content):
    path = tmp_path / "wrong.csv"
    path.write_text(content)
    with pytest.raises(CommandError):
        call_command("import_cordis", str(path), stdout=io.StringIO())
    assert not Job.objects.exists()


def test_projects_without_participations_are_no_programmes(tmp_path):
    path = tmp_path / "projects.csv"
    path.write_text("project_id,title,start_date,n_organisations\n1,A,2010-01-01,2\n")
    with pytest.raises(CommandError):
        call_command("import_cordis", str(path), stdout=io.StringIO())


@pytest.mark.data
def test_the_real_demonstration_file_gives_what_was_counted_in_it(shared_data, world):
    path = shared_data / "cordis_programmes" / "participations_demo.csv"
    out = io.StringIO()
    for _run in range(2):
        call_command("import_cordis", str(path), str(path), stdout=out)
    assert "125 programmes, 1,482 organisations (1,482 new) in 71 countries" in out.getvalue()
    assert Program.objects.count() == 125
    imported = Organisation.objects.filter(external_ids__has_key="pic")
    assert imported.count() == 1482
    countries = set(imported.values_list("country", flat=True))
    assert len(countries) == 71
    assert {"GR", "GB"} <= countries
    assert not {"EL", "UK"} & countries
    assert Job.objects.latest("created_at").result["created"] == 0
    assert _counted_from_the_file(path) == _counted_by_the_report(world.lea)


def _counted_from_the_file(path) -> Counter:
    by_project: dict[str, set[str]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            by_project.setdefault(line["project_id"], set()).add(line["pic"])
    return Counter(pair for pics in by_project.values() for pair in combinations(sorted(pics), 2))


def _counted_by_the_report(reader) -> Counter:
    pics = {str(row.pk): row.external_ids["pic"] for row in Organisation.objects.exclude(external_ids={})}
    found = answer("cooperation", {"count": "programs"}, user=reader).rows
    return Counter({tuple(sorted((pics[row["one_id"]], pics[row["other_id"]]))): row["programs"] for row in found})


@pytest.mark.data
def test_real_dirt_is_refused_with_its_reason(shared_data):
    folder = shared_data / "cordis_programmes"
    out = io.StringIO()
    call_command(
        "import_cordis",
        str(folder / "fp7_projects_all.csv.gz"),
        str(folder / "participations_all.csv.gz"),
        stdout=out,
    )
    result = Job.objects.latest("created_at").result
    reasons = Counter(why.split(" (")[0] for _number, why in refusals(result))
    assert reasons == {
        "The row names no organisation, and its code is not known from another row.": 87,
        "The programme ends": 2,
    }
    assert result["read"] == result["created"] + result["skipped"] + result["refused"]
