"""Pages of policies: what a manager writes is tried, switched on after what it breaks was shown, and read by others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from facilities.commands.calendar import add_cycle
from facilities.commands.policies import set_policy
from facilities.commands.trials import run_trial, start_trial
from facilities.models import Cycle, Policy
from facilities.queries.trying import last_trial
from facilities.rules import policy_rules
from frontend.views.facilities import policies as views
from tests.facilities.asking import ask, berlin, hourly
from tests.facilities.policy import HOUSE, draft, hold

pytestmark = pytest.mark.django_db
TYPED = {"parameters.safety": ["green"], "source": HOUSE, "override": "manager", "instrument": ""}


@pytest.fixture
def bo(client, world):
    client.force_login(world.bo)
    return client


def new(world, rule="safety_class"):
    return f"{reverse('new_policy', args=[world.facility_a.slug])}?rule={rule}"


def test_the_list_names_policies_of_the_facilities_one_manages_and_no_others(world, bo):
    hold(world, "head_count", {"most": 12})
    hold(world, "head_count", {"most": 7}, facility=world.facility_b)
    html = bo.get(reverse("policies")).content.decode()
    assert "At most 12 people on site at the same time" in html
    assert "At most 7 people" not in html
    assert HOUSE in html
    assert f'href="{reverse("policies")}"' in html, "it stands in the manager's navigation"


@pytest.mark.parametrize("person", ["ana", "cleo", "bob", "lea"])
def test_others_find_no_editor(world, client, person):
    policy = hold(world, "head_count")
    client.force_login(getattr(world, person))
    for address in (new(world), reverse("policy", args=[policy.pk]), reverse("switch_policy", args=[policy.pk])):
        assert client.get(address).status_code == 404
        assert client.post(address, TYPED).status_code == 404
    assert client.post(reverse("remove_policy", args=[policy.pk])).status_code == 404
    assert Policy.objects.get().is_active


@pytest.mark.parametrize("rule", ["quota", "travel_time", "lead_time", "no_weekend_start", "training_for_class"])
def test_the_form_has_a_field_for_every_parameter_of_the_rule(world, bo, rule):
    html = bo.get(new(world, rule)).content.decode()
    for parameter in policy_rules()[rule].parameters:
        assert f'name="parameters.{parameter.name}"' in html


def test_what_cannot_be_read_is_said_beside_its_field_and_nothing_typed_is_lost(world, bo):
    typed = {"parameters.most": "-3", "source": "", "override": "nobody", "instrument": ""}
    answer = bo.post(new(world, "head_count"), typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_parameters.most"' in html
    assert 'value="-3"' in html
    assert not Policy.objects.exists()


def test_a_policy_is_tried_on_the_last_cycle_without_being_saved(world, bo):
    red = ask(hourly(world), berlin(world, 0, 8), 2, by=world.ana, safety="red")
    add_cycle(world.facility_a, "C1", berlin(world, 0, 0), berlin(world, 7, 0), by=world.bo)
    with clock.standing_at(world.at(8, 0)):
        bo.force_login(world.bo)
        html = bo.post(new(world), TYPED | {"do": "try"}).content.decode()
    assert "1 of 1 bookings" in html
    assert red.reference in html
    assert not Policy.objects.exists()


def test_many_bookings_are_judged_in_the_background_and_the_page_shows_it(world, bo, monkeypatch):
    monkeypatch.setattr(views, "MOST_AT_ONCE", 0)
    red = ask(hourly(world), berlin(world, 0, 8), 2, by=world.ana, safety="red")
    add_cycle(world.facility_a, "C1", berlin(world, 0, 0), berlin(world, 7, 0), by=world.bo)
    assert bo.post(new(world), TYPED | {"do": "save"}).status_code == 302
    policy = Policy.objects.get()
    address = reverse("policy", args=[policy.pk])
    with clock.standing_at(world.at(8, 0)):
        bo.force_login(world.bo)
        assert bo.post(new(world), TYPED | {"do": "try"}).status_code == 422
        assert bo.post(address, TYPED | {"do": "try"}).url == address
        assert "0 of 1 bookings judged" in bo.get(address).content.decode()
        job = last_trial(policy)
        for _twice in range(2):
            run_trial(job.pk)
        html = bo.get(address).content.decode()
        Cycle.objects.filter(facility=world.facility_a).delete()
        run_trial(start_trial(policy, by=world.bo).pk)
        assert "There is no cycle any more" in bo.get(address).content.decode()
    assert "1 of 1 bookings" in html
    assert red.reference in html


def test_a_policy_is_saved_off_and_holds_after_what_it_breaks_was_shown(world, bo):
    red = ask(hourly(world), berlin(world, 0, 8), 2, by=world.ana, safety="red")
    assert bo.post(new(world), TYPED | {"do": "save"}).url == reverse("policies")
    policy = Policy.objects.get()
    assert not policy.is_active
    address = reverse("switch_policy", args=[policy.pk])
    assert red.reference in bo.get(address).content.decode()
    assert "1 booking would break" in bo.post(address).content.decode()
    bo.post(address, {"seen": str(red.pk)})
    policy.refresh_from_db()
    assert policy.is_active
    bo.post(address)
    policy.refresh_from_db()
    assert not policy.is_active


def test_a_stricter_policy_lists_what_it_breaks_before_it_is_saved(world, bo):
    policy = hold(world, "safety_class")
    yellow = ask(hourly(world), berlin(world, 0, 8), 2, by=world.ana, safety="yellow")
    address, typed = reverse("policy", args=[policy.pk]), TYPED | {"version": str(policy.version), "do": "save"}
    html = bo.post(address, typed).content.decode()
    assert yellow.reference in html
    assert f'name="seen" value="{yellow.pk}"' in html
    policy.refresh_from_db()
    assert policy.parameters == {"safety": ["green", "yellow"]}
    bo.post(address, typed | {"seen": str(yellow.pk)})
    policy.refresh_from_db()
    assert policy.parameters == {"safety": ["green"]}


def test_everybody_reads_the_policies_of_an_instrument_and_not_those_switched_off(world, client):
    hold(world, "head_count", {"most": 12}, override="nobody")
    set_policy(world.facility_a, draft("head_count", {"most": 11}), by=world.bo)
    client.force_login(world.ana)
    for address in (
        reverse("instrument", args=[world.instrument_a.slug]),
        f"{reverse('request_time')}?instrument={world.instrument_a.slug}",
    ):
        html = client.get(address).content.decode()
        assert "At most 12 people on site" in html
        assert HOUSE in html
        assert "At most 11 people" not in html


def test_a_refused_request_reads_whose_rule_it_is_and_who_may_override_it(world, client):
    hold(world, "safety_class", {"safety": ["green"]})
    client.force_login(world.ana)
    start = berlin(world, 0, 8)
    typed = {
        "instrument": world.instrument_a.slug, "shown_for": world.instrument_a.slug, "day": f"{start:%Y-%m-%d}",
        "start": "08:00", "minutes": "480", "mode": "remote", "safety": "red", "purpose": "Test", "do": "check",
    }  # fmt: skip
    html = client.post(reverse("request_time"), typed).content.decode()
    assert f"Rule: {HOUSE}. May be overridden by: The manager of FA, with a reason." in html
    assert '<option value="red" selected>' in html


@pytest.mark.parametrize("address", ["/policies/", "/api/v1/facilities/fa/policies"])
def test_a_list_of_policies_costs_the_same_for_one_and_for_many(world, bo, address):
    hold(world, "head_count", {"most": 12}, instrument=world.instrument_a)
    bo.get(address)
    with CaptureQueriesContext(connection) as one:
        assert bo.get(address).status_code == 200
    for most in (13, 14, 15):
        hold(world, "head_count", {"most": most}, instrument=hourly(world, f"H{most}"))
    with CaptureQueriesContext(connection) as many:
        bo.get(address)
    assert len(one) == len(many)
