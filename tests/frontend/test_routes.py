"""The route editor: steps come and go without losing text, nonsense is refused beside its field, versions are kept."""

import re

import pytest
from django.test import Client

from facilities.commands.bookings import request_time
from facilities.rules import BookingRequest
from workflow.models import DeciderGroup, Route, Step

SUBJECT = "facilities.booking"
ONE = {"name": "Two steps", "auto_approve.when": "never", "count": "1", "expected": "1"}


def step(number, name="Panel", role="instrument_scientist", **fields):
    typed = {"name": name, "role": role, "quorum": "1", "within_hours": "16", **fields}
    return {f"steps.{number}.{key}": value for key, value in typed.items()}


@pytest.fixture
def bo(world):
    client = Client()
    client.force_login(world.bo, backend="django.contrib.auth.backends.ModelBackend")
    return client


def current(owner):
    return Route.objects.get(owner_id=owner.pk, subject_type=SUBJECT, is_current=True)


def test_the_list_names_the_places_one_manages_and_no_others(world, bo):
    html = bo.get("/routes/").content.decode()
    assert "Facility FA" in html
    assert "Instrument A1" in html
    assert "Facility FB" not in html
    assert 'href="/routes/"' in html, "it stands in the manager's navigation"


@pytest.mark.parametrize("person", ["ana", "bob", "cleo", "dan", "lea"])
def test_others_find_no_editor_and_nothing_in_the_list(world, person):
    client = Client()
    client.force_login(getattr(world, person), backend="django.contrib.auth.backends.ModelBackend")
    for address in ("/routes/fa/", f"/routes/{world.instrument_a.slug}/"):
        assert client.get(address).status_code == 404
        assert client.post(address, ONE | step(0)).status_code == 404
    assert "Facility FA" not in client.get("/routes/").content.decode()
    assert current(world.facility_a).number == 1


def test_the_editor_shows_the_current_route_in_words_and_as_a_form(world, bo):
    html = bo.get("/routes/fa/").content.decode()
    assert html.count("<h1") == 1
    assert "within 16 working hours" in html
    assert 'name="steps.0.name"' in html
    assert re.search(r"Facility manager: Bo", html)


def test_saving_makes_the_next_version_and_says_what_keeps_the_old_one(world, bo):
    request_time(
        BookingRequest(world.instrument_a, world.at(1, 7), world.at(1, 15), purpose="Test", mode="remote"), by=world.ana
    )
    typed = ONE | {"count": "3"}
    typed |= step(0, escalate_to_role="facility_manager", units_above="6", mode=["onsite"])
    typed |= step(1, "Manager", "facility_manager", together="on") | step(2, "Office", "facility_manager")
    answer = bo.post("/routes/fa/", typed, follow=True)
    html = answer.content.decode()
    assert "Version 2 decides new requests." in html
    assert "1 running request keeps version 1." in html
    route = current(world.facility_a)
    assert list(Step.objects.filter(route=route).order_by("position", "name").values_list("position", "name")) == [
        (1, "Manager"),
        (1, "Panel"),
        (2, "Office"),
    ]
    panel = Step.objects.get(route=route, name="Panel")
    assert (panel.condition, panel.escalate_to_role) == ({"units_above": 6.0, "mode": ["onsite"]}, "facility_manager")
    assert "At the same time:" in html
    assert "more than 6 units" in html


@pytest.mark.parametrize(
    ("act", "names", "focus"),
    [
        ("add", ["A", "B", ""], "steps.2.name"),
        ("down.0", ["B", "A"], "steps.1.name"),
        ("up.1", ["B", "A"], "steps.0.name"),
        ("remove.0", ["B"], None),
        ("remove.9", ["A", "B"], None),
        ("up.0", ["A", "B"], "steps.0.name"),
        ("nonsense", ["A", "B"], None),
    ],
)
def test_steps_are_added_moved_and_removed_without_saving_or_losing_text(world, bo, act, names, focus):
    typed = ONE | {"count": "2", "do": act, "name": "Typed"} | step(0, "A", quorum="many") | step(1, "B")
    answer = bo.post("/routes/fa/", typed)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'name="steps\.\d\.name"(?: value="(\w*)")?', html) == names
    assert 'value="Typed"' in html
    assert "Not saved yet" in html
    assert "data-errors" not in html
    focused = re.findall(r'name="(steps\.\d\.name)"[^>]*autofocus', html)
    assert focused == ([focus] if focus else [])
    assert current(world.facility_a).number == 1


def test_a_route_nobody_can_finish_is_refused_beside_its_fields_and_text_is_kept(world, bo):
    typed = ONE | {"count": "2", "name": "My route"}
    typed |= step(0, "First", "user_office") | step(1, "Second", quorum="2", units_above="6", units_up_to="3")
    answer = bo.post("/routes/fa/", typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    for anchor in ("steps.0.role", "steps.1.role", "steps.1.units_above"):
        assert f'href="#id_{anchor}"' in html
        assert f'id="id_{anchor}"' in html
    assert "nobody is User office here at present" in html
    for text in ("My route", "First", "Second"):
        assert f'value="{text}"' in html
    assert current(world.facility_a).number == 1


def test_what_cannot_be_read_is_refused_beside_its_field(world, bo):
    answer = bo.post("/routes/fa/", ONE | step(0, quorum="many", role="wizard"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_steps.0.quorum"' in html
    assert 'href="#id_steps.0.role"' in html
    assert current(world.facility_a).number == 1


def test_neither_step_nor_rule_is_refused_and_a_rule_alone_is_enough(world, bo):
    nothing = ONE | {"count": "0"}
    assert 'href="#id_steps"' in bo.post("/routes/fa/", nothing).content.decode()
    some = bo.post("/routes/fa/", nothing | {"auto_approve.when": "some"})
    assert 'href="#id_auto_approve.units_above"' in some.content.decode()
    assert bo.post("/routes/fa/", nothing | {"auto_approve.when": "always"}).status_code == 302
    assert current(world.facility_a).auto_approve == {"always": True}


def test_a_version_that_somebody_saved_meanwhile_is_not_overwritten(world, bo):
    assert bo.post("/routes/fa/", ONE | step(0)).status_code == 302
    late = bo.post("/routes/fa/", ONE | step(0, "Typed late"))
    assert late.status_code == 409
    html = late.content.decode()
    assert "Somebody else saved version 2 meanwhile" in html
    assert 'value="Typed late"' in html
    assert current(world.facility_a).number == 2


def test_an_instrument_gets_a_route_of_its_own_and_follows_the_facility_again(world, bo):
    address = f"/routes/{world.instrument_a.slug}/"
    assert "Follows the route of Facility FA" in bo.get(address).content.decode()
    assert bo.post(address, ONE | {"expected": "0"} | step(0)).status_code == 302
    assert current(world.instrument_a).number == 1
    assert "Follow the facility again" in bo.get(address).content.decode()
    assert bo.post(f"{address}retire/").status_code == 302
    assert not Route.objects.filter(owner_id=world.instrument_a.pk, is_current=True).exists()
    assert bo.post(address, ONE | {"expected": "1"} | step(0)).status_code == 302
    assert current(world.instrument_a).number == 2


def test_the_list_costs_the_same_for_one_instrument_and_three(world, bo):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.world import make_instrument

    bo.get("/routes/")
    counts = []
    for code in ("A2", "A3", None):
        with CaptureQueriesContext(connection) as taken:
            bo.get("/routes/")
        counts.append(len(taken))
        if code:
            make_instrument(world.facility_a, code)
    assert counts[0] == counts[2]


def test_a_group_is_made_used_and_not_made_smaller_than_its_step_needs(world, bo):
    assert 'value="cleo@test.example"' in bo.get("/routes/fa/groups/new/").content.decode()
    typed = {"name": "Safety", "members": ["cleo@test.example"], "others": "DAN@test.example\n"}
    page = bo.post("/routes/fa/groups/new/", typed, follow=True).content.decode()
    assert "Safety: Cleo, Dan" in page
    group = DeciderGroup.objects.get()
    assert bo.post("/routes/fa/", ONE | step(0, "Safety", f"group:{group.pk}", quorum="2")).status_code == 302
    assert "2 of: Safety" in bo.get("/routes/fa/").content.decode()
    address = f"/routes/fa/groups/{group.pk}/"
    assert "dan@test.example</textarea>" in bo.get(address).content.decode()
    refused = bo.post(address, {"name": "Safety", "members": ["cleo@test.example"]})
    assert refused.status_code == 422
    assert "needs 2 people of this group to agree" in refused.content.decode()
    assert group.members.count() == 2


def test_a_group_needs_a_name_of_its_own_and_people_with_an_account(world, bo):
    DeciderGroup.objects.create(name="safety", scope_type="facilities.facility", scope_id=world.facility_a.pk)
    answer = bo.post("/routes/fa/groups/new/", {"name": "Safety"}).content.decode()
    for reason in ("There is a group of this name already.", "Choose at least one person."):
        assert reason in answer
    unknown = bo.post("/routes/fa/groups/new/", {"name": "Other", "others": "nobody@test.example"}).content.decode()
    assert "Nobody here has this address: nobody@test.example." in unknown
    assert "nobody@test.example</textarea>" in unknown
    assert DeciderGroup.objects.count() == 1


def test_groups_of_another_place_are_out_of_reach(world, bo):
    theirs = DeciderGroup.objects.create(name="Theirs", scope_type="facilities.facility", scope_id=world.facility_b.pk)
    assert bo.get(f"/routes/fa/groups/{theirs.pk}/").status_code == 404
    assert bo.get(f"/routes/fb/groups/{theirs.pk}/").status_code == 404
    assert "Theirs" not in bo.get("/routes/fa/").content.decode()
    typed = ONE | step(0, "Theirs", f"group:{theirs.pk}")
    assert bo.post("/routes/fa/", typed).status_code == 422
