"""`import_facilities`: kinds of tables, zones, what is found again and what is refused."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from core.errors import NotPermitted
from core.models import Job
from core.zones import country_of, normal_zone
from facilities.commands.catalogue import import_entry
from facilities.imports.catalogues import Entry
from facilities.imports.places import country_code, zone_at
from facilities.models import Facility, Instrument, Technique
from workflow.models import Route

NEUTRON = "facility,instrument,beamline,techniques,country_code_added,timezone_added\n"
LIGHT = "acronym,name,type,country,active,website,postal_address\n"
SITES = "key,name,latitude,longitude,elevation_m,timezone,aliases,source\n"
BEAMLINES = "region,facility,beamline,name,purpose,energy_range_keV,flux,spot_size,status,website\n"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def run(world, tmp_path):
    """Write a table and import it; gives the counts of the job and what was printed."""

    def importing(text: str, **options) -> tuple[dict, str]:
        path, out = tmp_path / "table.csv", io.StringIO()
        path.write_text(text)
        call_command("import_facilities", str(path), stdout=out, **options)
        return Job.objects.filter(kind="import_facilities").latest("created_at").result, out.getvalue()

    return importing


def test_instruments_come_with_their_facility_and_known_techniques(run):
    Technique.objects.create(code="PaNET01217", label="neutron diffraction")
    result, said = run(NEUTRON + "ISIS,GEM,,Neutron Diffraction;Odd Technique,GB,Europe/London\nISIS,HET,,,GB,GB\n")
    assert (result["created"], result["refused"]) == (2, 0)
    gem = Instrument.objects.get(code="GEM")
    assert (gem.facility.name, gem.facility.zone, gem.unit) == ("ISIS Neutron and Muon Source", "Europe/London", "day")
    assert [term.label for term in gem.techniques.all()] == ["neutron diffraction"]
    assert "facilities: 1, of which new: 1" in said
    assert "no such technique here: Odd Technique (1)" in said
    assert Route.objects.filter(owner_id=gem.facility_id, is_current=True).count() == 1


def test_a_second_run_creates_none_and_takes_over_changes(run):
    row = "ISIS,GEM,N1,,GB,Europe/London\n"
    run(NEUTRON + row)
    assert run(NEUTRON + row)[0]["skipped"] == 1
    assert run(NEUTRON + row.replace("N1", "N2"))[0]["updated"] == 1
    assert Instrument.objects.get(code="GEM").description == "Beamline N2"


def test_what_people_made_keeps_what_it_says(run, world):
    own = Facility.objects.create(
        slug="als", acronym="ALS", name="Our ALS", kind="synchrotron", country="US", zone="America/Los_Angeles"
    )
    result, _said = run(
        LIGHT + 'ALS,Advanced Light Source,synchrotron,USA,True,http://als.lbl.gov,"Berkeley, CA 94720"\n'
    )
    assert (result["created"], result["updated"]) == (0, 1)
    own.refresh_from_db()
    assert (own.name, own.website) == ("Our ALS", "http://als.lbl.gov")


def test_namesakes_of_another_kind_are_other_facilities(run):
    run(NEUTRON + "HZB,E9,,,DE,Europe/Berlin\n")
    run(LIGHT + "HZB,BESSY II,synchrotron,Germany,True,,Berlin\n")
    assert Facility.objects.filter(acronym="HZB").count() == 2


def test_no_zone_is_made_up(run):
    row = "XX,Somewhere,synchrotron,USA,True,,Middle of nowhere\n"
    result, _said = run(LIGHT + row)
    assert (result["created"], result["refused"]) == (0, 1)
    with open(result["refused_file"], newline="") as file:
        assert "no time zone follows" in list(csv.reader(file))[1][1]
    run(LIGHT + row, zone="US/Mountain")
    assert Facility.objects.get(acronym="XX").zone == "America/Denver"
    with pytest.raises(CommandError, match="not a time zone"):
        run(LIGHT + row, zone="Mars/Olympus")


def test_old_zone_names_become_present_ones_and_longitudes_go_west(run):
    run(SITES + "keck,W. M. Keck Observatory,19.8,204.5,4160,US/Hawaii,Keck Observatory,IRAF\n")
    keck = Facility.objects.get(external_id="keck")
    assert (keck.zone, keck.country, keck.longitude, keck.kind) == ("Pacific/Honolulu", "US", -155.5, "telescope")


def test_beamlines_need_their_facility(run):
    row = "Europe,ANKA,XAS,,General purpose,2.4 - 25,10^10,1 x 8,{status},http://x\n"
    assert run(BEAMLINES + row.format(status="Operational"))[0]["refused"] == 1
    run(LIGHT + "ANKA,ANKA,synchrotron,Germany,True,,Karlsruhe\n")
    assert run(BEAMLINES + row.format(status="Closed"))[0]["created"] == 1
    assert not Instrument.objects.get(code="XAS").is_bookable


def test_bad_rows_are_refused_and_stop_nothing(run):
    result, _said = run(SITES + "a,A,north,0,0,UTC,,x\n,B,1,1,0,UTC,,x\nc,C,-24,-70,0,Chile/Continental,,x\nshort\n")
    assert (result["read"], result["created"], result["refused"]) == (4, 1, 3)


def test_a_table_of_something_else_is_refused_before_anything_is_written(world, tmp_path):
    path = tmp_path / "ror.csv"
    path.write_text("ror_id,name\n1,x\n")
    with pytest.raises(CommandError, match="no table of facilities"):
        call_command("import_facilities", str(path))
    assert not Job.objects.exists()


def test_only_administrators_import(world):
    with pytest.raises(NotPermitted):
        import_entry(Entry("X", {"name": "X"}), [], by=world.bo, source="x")


def test_countries_and_zones_follow_from_addresses_or_stay_open():
    assert [country_code(name) for name in ("USA", "Korea", "The Netherlands", "Turkey", "CN", "Nowhere")] == [
        "US",
        "KR",
        "NL",
        "TR",
        "CN",
        "",
    ]
    assert zone_at("US", "Ithaca, NY 14853, USA") == "America/New_York"
    assert zone_at("RU", "141980 Moskow, Dubna, Russia") == "Europe/Moscow"
    assert zone_at("US", "somewhere") == ""


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "facilities"),
    [
        ("neutron_instruments/neutron_muon_instruments.csv", 12),
        ("light_sources/light_source_facilities.csv", 73),
        ("observatory_sites/observatory_sites.csv", 100),
    ],
)
def test_the_real_tables_give_every_facility_a_present_zone(shared_data, db, file, facilities):
    for created in (True, False):
        call_command("import_facilities", str(shared_data / file), stdout=io.StringIO())
        result = Job.objects.latest("created_at").result
        assert result["refused"] == 0
        assert bool(result["created"]) == created
    assert Facility.objects.count() == facilities
    for facility in Facility.objects.all():
        assert normal_zone(facility.zone) == facility.zone != "UTC"
        assert country_of(facility.zone)
        assert facility.country
