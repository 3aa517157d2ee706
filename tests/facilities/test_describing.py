"""What an instrument is: its managers say it, and what is counted in it does not change under bookings."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.errors import Invalid, NotPermitted, WrongState
from facilities.commands.describing import add_instrument, describe_instrument
from facilities.models import Instrument, Technique
from tests.facilities.asking import ask, berlin, hourly, rules_of

pytestmark = pytest.mark.django_db


def answers(form) -> dict:
    """What a form shows, as a browser sends it back."""
    return {field.html_name: value for field in form if (value := field.value()) not in (None, False)}


def test_a_new_instrument_is_booked_in_whole_units_and_only_its_managers_add_it(world):
    fields = {"code": "N7", "name": "Reflectometer", "unit": "hour", "unit_minutes": 60, "capacity": 3}
    made = add_instrument(world.facility_a, by=world.bo, **fields)
    assert (made.granularity_minutes, made.min_minutes, made.max_minutes) == (60, 60, 18 * 60)
    assert (made.slug, made.modes, made.capacity) == ("fa-n7", ["onsite"], 3)
    for person in (world.bob, world.ana, world.lea):
        with pytest.raises(NotPermitted):
            add_instrument(world.facility_a, by=person, **fields)
    with pytest.raises(Invalid):
        add_instrument(world.facility_a, by=world.bo, **fields)
    with pytest.raises(Invalid) as refused:
        add_instrument(world.facility_a, by=world.bo, code="N8", parent=world.instrument_b)
    assert rules_of(refused.value) == ["parent_elsewhere"]


def test_what_bookings_to_come_stand_on_stays_and_everything_is_said_at_once(world):
    row = hourly(world, capacity=3, modes=["remote", "mail_in"])
    whole = hourly(world, "H2")
    first, second = (ask(row, berlin(world, 1, 8), 2, by=person) for person in (world.ana, world.dan))
    changed = {"unit": "day", "unit_minutes": 1440, "parent": whole, "capacity": 1, "modes": ["mail_in"]}
    with pytest.raises(Invalid) as refused:
        describe_instrument(row, by=world.bo, **changed)
    assert rules_of(refused.value) == ["unit_in_use", "parts_in_use", "places_in_use", "mode_in_use"]
    said = [violation.message for violation in refused.value.violations]
    assert said[2] == f"Places that would go are taken by {second.reference}."
    assert f"{first.reference}, {second.reference}" in said[3]
    assert describe_instrument(row, by=world.bo, capacity=2, name="Bright line").capacity == 2
    with clock.standing_at(berlin(world, 3, 8)):
        told = describe_instrument(row, by=world.bo, parent=whole, capacity=1, modes=["mail_in"])
        assert (told.parent, told.capacity, told.modes) == (whole, 1, ["mail_in"])
        with pytest.raises(Invalid) as refused:
            describe_instrument(whole, by=world.bo, parent=row)
    assert rules_of(refused.value) == ["parent_circle"]


def test_nobody_overwrites_what_another_has_changed(world):
    row = hourly(world)
    describe_instrument(row, by=world.bo, expected=row.version, name="Bright line")
    with pytest.raises(WrongState):
        describe_instrument(row, by=world.bo, expected=row.version, name="Dark line")


def test_the_page_adds_and_changes_an_instrument_and_keeps_what_was_typed(client, world):
    client.force_login(world.bo)
    new = reverse("new_instrument", args=["fa"])
    form = client.get(new).context["form"]
    technique = Technique.objects.create(code="PaNET01217", label="neutron diffraction")
    typed = answers(form) | {"code": "N7", "name": "Reflectometer", "techniques": "no such thing"}
    html = client.post(new, typed).content.decode()
    assert "There is no technique called “no such thing”" in html
    assert "Reflectometer" in html
    made = client.post(new, typed | {"techniques": technique.code.lower()})
    assert made.url == reverse("limits", args=["fa-n7"])
    row = Instrument.objects.get(slug="fa-n7")
    assert list(row.techniques.all()) == [technique]
    page = reverse("describe_instrument", args=["fa-n7"])
    form = client.get(page).context["form"]
    assert form["techniques"].value() == "neutron diffraction"
    client.post(page, answers(form) | {"capacity": "4", "version": "1"})
    row.refresh_from_db()
    assert (row.capacity, list(row.techniques.all())) == (4, [technique])
    client.force_login(world.bob)
    assert (client.get(new).status_code, client.get(page).status_code) == (404, 404)


def test_the_api_adds_and_changes_an_instrument(world, api):
    technique = Technique.objects.create(code="PaNET01217", label="neutron diffraction")
    told = {"code": "N7", "name": "Reflectometer", "techniques": [technique.label], "parent": "fa-a1"}
    assert api(world.ana, "post", "/facilities/fa/instruments", told).status_code == 403
    made = api(world.bo, "post", "/facilities/fa/instruments", told)
    assert (made.status_code, made.json()["parent_id"]) == (201, str(world.instrument_a.pk))
    path = f"/instruments/{made.json()['slug']}/description"
    wrong = api(world.bo, "patch", path, {"techniques": ["alchemy"], "capacity": 0})
    assert wrong.status_code == 400
    changed = api(world.bo, "patch", path, {"parent": None, "capacity": 2, "version": 1})
    assert (changed.json()["parent_id"], changed.json()["capacity"]) == (None, 2)
    assert api(world.bo, "patch", path, {"capacity": 3, "version": 1}).status_code == 409


def test_the_status_of_a_facility_has_a_history_and_its_latest_day_is_today(client, world, api):
    told = {"status": "commissioning", "since": "2016-09-25", "note": "The dish is complete"}
    assert api(world.bo, "post", "/facilities/fa/status", told).status_code == 201
    client.force_login(world.bo)
    page = reverse("facility_status", args=["fa"])
    client.post(page, {"status": "operation", "since": "2020-01-11", "note": ""})
    client.post(page, {"status": "construction", "since": "2011-03-25", "note": "Groundbreaking"})
    client.post(page, {"status": "planned", "since": "2011-03-25", "note": "A mistake corrected"})
    world.facility_a.refresh_from_db()
    assert world.facility_a.status == "operation"
    seen = api(world.dan, "get", "/facilities/fa/status").json()
    assert [(row["status"], row["since"]) for row in seen] == [
        ("operation", "2020-01-11"),
        ("commissioning", "2016-09-25"),
        ("planned", "2011-03-25"),
    ]
    client.logout()
    html = client.get(reverse("facility", args=["fa"])).content.decode()
    assert "The dish is complete" in html
    assert "Groundbreaking" not in html


def test_a_status_is_noted_by_those_who_keep_the_calendar_once_it_has_come(world, api):
    told = {"status": "closed", "since": "2020-01-11"}
    assert [api(person, "post", "/facilities/fa/status", told).status_code for person in (world.bob, world.dan)] == [
        403,
        403,
    ]
    day = (clock.now() + timedelta(days=2)).date()
    refused = api(world.bo, "post", "/facilities/fa/status", told | {"since": day.isoformat()})
    assert [each["rule"] for each in refused.json()["violations"]] == ["not_yet"]
