"""`import_ror`: the registry's rows as organisations; what is refused; that a second run creates none."""

import csv
import gzip
import io

import pytest
from django.core.management import CommandError, call_command

from accounts import commands
from accounts.models import Organisation
from accounts.queries import organisations_offered
from core.errors import NotPermitted
from core.models import AuditEntry, Job

pytestmark = pytest.mark.django_db

HEADER = "ror_id,name,name_en,acronym,types,country_code,country,city,lat,lng,established,status,website,release\n"
CERN = (
    "01ggx4157,Organisation européenne pour la recherche nucléaire,European Organization for Nuclear Research,"
    "CERN;OERN,facility;funder,CH,Switzerland,Geneva,46.2,6.1,1954,active,https://home.cern,v2\n"
)
TUCSIN = (
    "0040xf290,The University Centre for Studies in Namibia,,TUCSIN,education,NA,Namibia,Windhoek,,,1978,active,,v2\n"
)
GONE = "00319zh75,Advanced Light Source,,ALS,facility,US,United States,Berkeley,37.9,-122.3,1993,withdrawn,,v1\n"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def run(tmp_path):
    """Write a table and import it; gives the counts of the job."""

    def importing(text: str, **options) -> dict:
        path = tmp_path / "ror.csv"
        path.write_text(text)
        call_command("import_ror", str(path), stdout=io.StringIO(), **options)
        return Job.objects.filter(kind="import_ror").latest("created_at").result

    return importing


def test_rows_become_organisations_and_a_second_run_creates_none(run):
    assert run(HEADER + CERN + TUCSIN + GONE)["created"] == 3
    cern = Organisation.objects.get(ror_id="01ggx4157")
    assert (cern.name, cern.name_local) == (
        "European Organization for Nuclear Research",
        "Organisation européenne pour la recherche nucléaire",
    )
    assert (cern.acronym, cern.kind, cern.slug, cern.latitude) == (
        "CERN; OERN",
        "research_institution",
        "european-organization-for-nuclear-research",
        46.2,
    )
    assert Organisation.objects.get(ror_id="0040xf290").country == "NA"
    assert AuditEntry.objects.filter(verb="import", object_id=cern.pk).count() == 1
    again = run(HEADER + CERN + TUCSIN + GONE)
    assert {key: again[key] for key in ("read", "created", "updated", "skipped")} == {
        "read": 3,
        "created": 0,
        "updated": 0,
        "skipped": 3,
    }


def test_withdrawn_organisations_are_kept_but_not_offered(run):
    run(HEADER + CERN + GONE)
    assert [row.acronym for row in organisations_offered()] == ["CERN; OERN"]
    assert Organisation.objects.get(acronym="ALS").status == "withdrawn"


def test_a_change_at_the_source_is_taken_over(run):
    run(HEADER + TUCSIN)
    assert run(HEADER + TUCSIN.replace("Windhoek", "Rundu").replace("active", "inactive"))["updated"] == 1
    row = Organisation.objects.get(ror_id="0040xf290")
    assert (row.city, row.status, row.version) == ("Rundu", "inactive", 2)


def test_what_people_entered_stays_and_only_gaps_are_filled(run):
    Organisation.objects.create(
        slug="cern", name="CERN", name_local="欧洲核子研究中心", ror_id="01ggx4157", country="CH"
    )
    assert run(HEADER + CERN)["updated"] == 1
    row = Organisation.objects.get(ror_id="01ggx4157")
    assert (row.name, row.name_local, row.slug, row.city) == ("CERN", "欧洲核子研究中心", "cern", "Geneva")


def test_bad_rows_are_refused_with_every_reason_and_stop_nothing(run):
    bad = "0040xf291,,,,education,ZZ,,,91,x,,closed,,\n"
    result = run(HEADER + bad + "one,two\n" + TUCSIN)
    assert (result["read"], result["created"], result["refused"]) == (3, 1, 2)
    with open(result["refused_file"], newline="") as file:
        reasons = [row[:2] for row in csv.reader(file)][1:]
    assert reasons[0][0] == "2"
    for reason in ("not a ROR id", "no name", "“ZZ” is not a country", "“closed” is not", "“91” is not a coord"):
        assert reason in reasons[0][1]
    assert reasons[1] == ["3", "cells: 2, columns of the header: 14"]


def test_namesakes_get_slugs_of_their_own(run):
    other = CERN.replace("01ggx4157", "00319zh75").replace("CH,Switz", "FR,Fr")
    third = CERN.replace("01ggx4157", "0040xf290")
    run(HEADER + CERN + other + third)
    name = "european-organization-for-nuclear-research"
    assert set(Organisation.objects.values_list("slug", flat=True)) >= {name, f"{name}-fr", f"{name}-ch"}


def test_an_interrupted_import_continues_without_doubles(run, monkeypatch):
    monkeypatch.setattr("accounts.management.commands.import_ror.BATCH", 1)
    real, calls = commands.upsert_organisations, []

    def dies_at_the_second(rows, **context):
        calls.append(rows)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(rows, **context)

    monkeypatch.setattr("accounts.management.commands.import_ror.upsert_organisations", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run(HEADER + CERN + TUCSIN + GONE)
    assert Organisation.objects.filter(source="ror").count() == 1
    assert run(HEADER + CERN + TUCSIN + GONE)["created"] == 2
    assert Organisation.objects.filter(source="ror").count() == 3


def test_parents_and_successors_are_linked_without_circles(run, tmp_path):
    relations = tmp_path / "relations.csv"
    relations.write_text(
        "ror_id,relation,related_ror_id,related_label\n"
        "0040xf290,parent,01ggx4157,x\n"
        "01ggx4157,parent,0040xf290,a circle\n"
        "01ggx4157,child,0040xf290,x\n"
        "00319zh75,successor,01ggx4157,x\n"
        "00319zh75,parent,05gvnxz63,nobody\n"
    )
    run(HEADER + CERN + TUCSIN + GONE, relationships=str(relations))
    cern = Organisation.objects.get(ror_id="01ggx4157")
    assert Organisation.objects.get(ror_id="0040xf290").parent == cern
    assert cern.parent is None
    assert Organisation.objects.get(ror_id="00319zh75").external_ids == {"successor": "01ggx4157"}


def test_a_file_of_another_kind_is_refused_before_anything_is_written(tmp_path):
    path = tmp_path / "techniques.csv"
    path.write_text("ID,Label\n1,x\n")
    with pytest.raises(CommandError, match="no column ror_id, name"):
        call_command("import_ror", str(path))
    assert not Job.objects.exists()


def test_only_administrators_import(world):
    with pytest.raises(NotPermitted):
        commands.upsert_organisations([{"ror_id": "01ggx4157", "name": "CERN"}], by=world.bo, source="ror")


@pytest.mark.data
def test_the_registry_is_read_whole_and_a_second_run_creates_none(shared_data, settings, tmp_path):
    path = shared_data / "ror_organisations" / "ror_organisations_large.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        withdrawn = {row["ror_id"] for row in csv.DictReader(file) if row["status"] == "withdrawn"}
    for created in (51_370, 0):
        call_command("import_ror", str(path), stdout=io.StringIO())
        result = Job.objects.latest("created_at").result
        assert (result["read"], result["created"], result["refused"]) == (51_370, created, 0)
    assert Organisation.objects.filter(country="NA").count() > 10
    assert not organisations_offered().filter(ror_id__in=withdrawn).exists()
    assert Organisation.objects.filter(source="ror").count() == 51_370
