"""The catalogue: who may change it, what its lists hold, and how it is searched."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from core.errors import Invalid, NotPermitted
from core.models import AuditEntry
from facilities.commands.catalogue import (
    create_facility,
    create_instrument,
    rebuild_closure,
    save_techniques,
    update_facility,
    update_instrument,
)
from facilities.models import Facility, Technique, TechniqueClosure
from facilities.queries.search import search
from workflow.models import Route


@pytest.fixture
def techniques(world) -> dict[str, Technique]:
    """diffraction ⊇ powder diffraction ⊇ x-ray powder diffraction, and imaging beside them."""
    labels = {
        "PaNET01021": "diffraction",
        "PaNET01030": "powder diffraction",
        "PaNET01103": "x-ray powder diffraction",
        "PaNET01135": "imaging",
    }
    terms = [Technique(code=code, label=label) for code, label in labels.items()]
    terms[0].label_zh = "衍射"
    save_techniques(terms, [("PaNET01030", "PaNET01021"), ("PaNET01103", "PaNET01030")], by=world.system)
    return {row.label: row for row in Technique.objects.all()}


def test_a_new_facility_has_a_route_by_its_manager_within_sixteen_working_hours(world):
    facility = create_facility(by=world.adm, name="Élan Light Source", country="FR", zone="Europe/Paris")
    assert (facility.slug, facility.office_weekdays) == ("elan-light-source", [1, 2, 3, 4, 5])
    step = Route.objects.get(owner_id=facility.pk, is_current=True, subject_type="facilities.booking").steps.get()
    assert (step.role, step.scope_id, step.within_hours) == ("facility_manager", facility.pk, 16)
    assert AuditEntry.objects.get(object_id=facility.pk).actor_id == world.adm.pk


def test_only_administrators_make_facilities(world):
    for person in (world.bo, world.ana, world.lea, world.sec):
        with pytest.raises(NotPermitted):
            create_facility(by=person, name="Mine", country="FR", zone="Europe/Paris")


def test_a_facility_that_cannot_be_is_refused_with_every_reason(world):
    with pytest.raises(Invalid) as refused:
        create_facility(by=world.system, name="", country="XX", zone="Mars/Olympus")
    assert {violation.field for violation in refused.value.violations} == {"name", "country", "zone"}


def test_slugs_of_namesakes_differ(world):
    first, second = (create_facility(by=world.system, name="Light", zone="UTC") for _ in range(2))
    assert (first.slug, second.slug) == ("light", "light-2")


def test_a_manager_changes_the_own_facility_and_no_other(world):
    changed = update_facility(world.facility_a, by=world.bo, city="Berlin")
    assert (changed.city, changed.version) == ("Berlin", 2)
    for person in (world.bob, world.cleo, world.ana, world.dan):
        with pytest.raises(NotPermitted):
            update_facility(world.facility_a, by=person, city="Bonn")
    assert Facility.objects.get(pk=world.facility_a.pk).city == "Berlin"


def test_a_change_that_changes_nothing_leaves_no_trace(world):
    update_facility(world.facility_a, by=world.bo, name=world.facility_a.name)
    assert not AuditEntry.objects.filter(object_id=world.facility_a.pk, verb="change").exists()


def test_a_manager_adds_and_changes_instruments(world, techniques):
    instrument = create_instrument(
        world.facility_a, by=world.bo, code="ID-1", unit="hour", unit_minutes=60, techniques=[techniques["imaging"]]
    )
    assert (instrument.slug, instrument.name, instrument.modes) == ("fa-id-1", "ID-1", ["onsite"])
    update_instrument(instrument, by=world.bo, techniques=[techniques["diffraction"]], capacity=3)
    instrument.refresh_from_db()
    assert (instrument.capacity, instrument.techniques.get().label) == (3, "diffraction")
    with pytest.raises(NotPermitted):
        update_instrument(instrument, by=world.bob, capacity=1)
    with pytest.raises(Invalid):
        create_instrument(world.facility_a, by=world.bo, code="ID-1")


def test_an_instrument_cannot_be_a_part_of_its_own_part(world):
    part = create_instrument(world.facility_a, by=world.bo, code="P", parent=world.instrument_a)
    with pytest.raises(Invalid, match="part of itself"):
        update_instrument(world.instrument_a, by=world.bo, parent=part)


def test_the_closure_holds_every_narrower_term_and_survives_circles(world, techniques):
    within = TechniqueClosure.objects.filter(ancestor=techniques["diffraction"]).values_list(
        "descendant__label", flat=True
    )
    assert set(within) == {"diffraction", "powder diffraction", "x-ray powder diffraction"}
    techniques["diffraction"].broader.add(techniques["x-ray powder diffraction"])
    assert rebuild_closure() == 3 * 3 + 1


def test_saving_techniques_again_changes_nothing(world, techniques):
    again = [Technique(code=row.code, label=row.label) for row in techniques.values()]
    assert save_techniques(again, [("PaNET01030", "PaNET01021"), ("PaNET01103", "PaNET01030")], by=world.system) == (
        0,
        0,
    )
    assert Technique.objects.get(code="PaNET01021").label_zh == "衍射"
    with pytest.raises(NotPermitted):
        save_techniques([], [], by=world.bo)


@pytest.mark.parametrize(
    "asked", ["diffraction", "Diffraction", "PaNET01021", "衍射", "http://purl.org/PaNET/PaNET01021"]
)
def test_a_broad_technique_finds_instruments_tagged_with_a_narrower_one(world, techniques, client, asked):
    world.instrument_a.techniques.add(techniques["x-ray powder diffraction"])
    world.instrument_b.techniques.add(techniques["imaging"])
    found = client.get("/api/v1/instruments", {"technique": asked}).json()["results"]
    assert [row["slug"] for row in found] == ["fa-a1"]
    assert [row["slug"] for row in client.get("/api/v1/facilities", {"technique": asked}).json()["results"]] == ["fa"]


def test_a_narrow_technique_does_not_find_broader_ones(world, techniques, client):
    world.instrument_a.techniques.add(techniques["diffraction"])
    assert client.get("/api/v1/instruments?technique=powder diffraction").json()["results"] == []


def test_lists_are_public_and_filtered(world, client):
    create_instrument(world.facility_b, by=world.bob, code="B2", unit="hour", country="JP")

    def slugs(address: str) -> list[str]:
        return [row["slug"] for row in client.get(f"/api/v1/{address}").json()["results"]]

    assert slugs("facilities") == ["fa", "fb"]
    assert slugs("facilities?country=CN") == slugs("facilities?search=FB") == ["fb"]
    assert slugs("facilities?type=telescope") == []
    assert slugs("instruments") == ["fa-a1", "fb-b1", "fb-b2"]
    assert (
        slugs("instruments?facility=fb") == slugs(f"instruments?facility={world.facility_b.pk}") == ["fb-b1", "fb-b2"]
    )
    assert slugs("instruments?unit=hour") == slugs("instruments?country=JP") == ["fb-b2"]
    assert slugs("instruments?search=a1 facil") == ["fa-a1"]


def test_pages_go_on_where_they_stopped(world, client):
    for number in range(5):
        create_instrument(world.facility_a, by=world.bo, code=f"X{number}")
    address, seen = "/api/v1/instruments?page_size=2", []
    while address:
        page = client.get(address).json()
        seen += [row["code"] for row in page["results"]]
        address = page["next"]
    assert seen == ["A1", "X0", "X1", "X2", "X3", "X4", "B1"]


def test_one_entry_is_found_by_id_and_by_slug_and_else_absent(world, client):
    for kind, row in (("facilities", world.facility_a), ("instruments", world.instrument_a)):
        for key in (row.pk, row.slug):
            assert client.get(f"/api/v1/{kind}/{key}").json()["id"] == str(row.pk)
        assert client.get(f"/api/v1/{kind}/nothing").status_code == 404


def test_archived_entries_are_not_listed(world, client):
    Facility.objects.filter(pk=world.facility_b.pk).update(archived_at=world.monday)
    assert [row["slug"] for row in client.get("/api/v1/instruments").json()["results"]] == ["fa-a1"]
    assert client.get("/api/v1/facilities/fb").status_code == 404
    assert search("facility fb") == []


@pytest.mark.parametrize("address", ["facilities", "instruments", "techniques", "search?q=instrument"])
def test_a_longer_list_takes_no_more_queries(world, techniques, client, address):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{address}").status_code == 200
        return len(queries)

    world.instrument_a.techniques.add(*techniques.values())
    world.instrument_b.techniques.add(*techniques.values())
    cost()
    before = cost()
    for number in range(6):
        facility = create_facility(by=world.system, name=f"Instrument hall {number}", zone="UTC")
        create_instrument(facility, by=world.system, code=f"N{number}", techniques=techniques.values())
    assert cost() <= before


def test_the_box_finds_all_four_kinds_and_says_where_they_are(world, techniques):
    world.facility_a.name, world.facility_a.name_local, world.facility_a.city = (
        "Diffractometer Hall",
        "北京光源",
        "Berlin",
    )
    world.facility_a.save()
    world.instrument_a.techniques.add(techniques["x-ray powder diffraction"])
    Organisation.objects.create(slug="iod", name="Institute of Diffraction", country="GB", city="Oxford")
    found = search("diffract")
    assert {row.kind for row in found} == {"facility", "instrument", "technique", "organisation"}
    assert [(row.label, row.detail) for row in found if row.kind == "instrument"] == [
        ("A1 · Instrument A1", "Diffractometer Hall")
    ]
    assert [row.key for row in search("光源")] == ["fa", "fa-a1"]
    assert [row.key for row in search("difractometer")] == ["fa", "fa-a1"]


def test_the_whole_name_comes_first_and_each_kind_gets_its_share(world):
    for number in range(30):
        Organisation.objects.create(slug=f"o{number}", name=f"A1 Company {number:02}")
    found = search("a1", limit=8)
    assert (found[0].kind, found[0].key, len(found)) == ("instrument", "fa-a1", 8)
    assert [row.kind for row in search("a1", kinds=["organisation"], limit=3)] == ["organisation"] * 3


def test_withdrawn_organisations_are_not_offered(world, client):
    Organisation.objects.create(slug="gone", name="Gone Institute", status="withdrawn")
    Organisation.objects.create(slug="idle", name="Gone Quiet Institute", status="inactive")
    assert [row.key for row in search("gone")] == ["idle"]
    assert [row["slug"] for row in client.get("/api/v1/organisations?search=gone").json()["results"]] == ["idle"]


def test_the_box_answers_nothing_for_nothing_and_refuses_a_senseless_limit(client, world):
    assert client.get("/api/v1/search?q=").json() == {"results": []}
    assert client.get("/api/v1/search?q=a1&limit=1000").json()["violations"][0]["field"] == "limit"
    assert client.get("/api/v1/search?q=a1&kind=instrument&limit=1").json()["results"][0]["key"] == "fa-a1"
