"""Where a facility's manager keeps its equipment and the time between bookings, and where others meet both."""

import pytest
from django.urls import reverse

from core.errors import RulesRefuse
from core.models import AuditEntry
from facilities.models import Booking, Equipment
from tests.facilities.asking import ask, berlin, hourly
from tests.facilities.policy import hold
from tests.frontend.answering import answers

pytestmark = pytest.mark.django_db


def given(**fields):
    return {
        "kind": "sample_environment",
        "code": "C1",
        "name": "Cryostat",
        "capacity": "1",
        "turnaround_minutes": "0",
        "is_active": "on",
    } | fields


def thing_at(world, **fields):
    return Equipment.objects.create(facility=world.facility_a, **{"code": "C1", "name": "Cryostat 5 K"} | fields)


def test_a_manager_adds_and_changes_equipment(client, world):
    client.force_login(world.bo)
    page = reverse("equipment", args=[world.facility_a.slug])
    client.post(page, given(instruments=[str(world.instrument_a.pk)]))
    thing = Equipment.objects.get()
    assert list(thing.instruments.all()) == [world.instrument_a]
    change = reverse("equipment_change", args=[world.facility_a.slug, thing.pk])
    assert "Cryostat" in client.get(change).content.decode()
    client.post(change, given(name="Cryostat 5 K", turnaround_minutes="60"))
    thing.refresh_from_db()
    assert (thing.name, thing.turnaround_minutes, thing.instruments.count()) == ("Cryostat 5 K", 60, 0)
    assert [entry.verb for entry in AuditEntry.objects.filter(object_id=thing.pk)] == ["create", "change"]


@pytest.mark.parametrize(
    "wrong", [{"code": ""}, {"capacity": "0"}, {"capacity": "two"}, {"kind": "support_person", "capacity": "2"}]
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(client, world, wrong):
    client.force_login(world.bo)
    person = {"person": str(world.cleo.pk)} if "kind" in wrong else {}
    html = client.post(reverse("equipment", args=["fa"]), given(name="Ours alone", **person) | wrong).content.decode()
    assert "Error:" in html
    assert "Ours alone" in html
    assert not Equipment.objects.exists()


def test_a_code_is_used_once_at_a_facility(client, world):
    thing_at(world)
    client.force_login(world.bo)
    assert "Error:" in client.post(reverse("equipment", args=["fa"]), given()).content.decode()
    assert Equipment.objects.count() == 1


@pytest.mark.parametrize("who", ["bob", "cleo", "ana"])
def test_only_who_keeps_the_calendar_keeps_the_equipment(client, world, who):
    thing = thing_at(world)
    client.force_login(getattr(world, who))
    for page in (
        reverse("equipment", args=["fa"]),
        reverse("equipment_change", args=["fa", thing.pk]),
        reverse("buffers", args=[world.instrument_a.slug]),
    ):
        assert client.get(page).status_code == 404
        assert client.post(page, given()).status_code == 404


def test_a_request_asks_for_equipment_and_its_page_names_it(client, world):
    thing = thing_at(world)
    client.force_login(world.ana)
    page = client.get(reverse("request_time"), {"instrument": world.instrument_a.slug}).content.decode()
    assert "What is used beside it" in page
    asked = answers(world, equipment=[str(thing.pk)])
    assert "Cryostat 5 K" in client.post(reverse("request_time"), asked).content.decode()
    client.post(reverse("request_time"), asked | {"do": "send"})
    booking = Booking.objects.get()
    assert booking.uses.get().equipment == thing
    assert "Cryostat 5 K" in client.get(reverse("booking", args=[booking.pk])).content.decode()


def test_a_cryostat_that_is_taken_is_named_at_its_field_with_free_times(client, world):
    thing = thing_at(world)
    ask(hourly(world), berlin(world, 1, 8), 4, by=world.dan, equipment=(thing,))
    client.force_login(world.ana)
    html = client.post(reverse("request_time"), answers(world, equipment=[str(thing.pk)])).content.decode()
    assert "Cryostat 5 K is taken then" in html
    assert "The 3 nearest free times" in html


def test_the_calendar_shows_who_has_it_to_staff_and_only_busy_time_to_others(client, world):
    thing = thing_at(world)
    ask(hourly(world), berlin(world, 1, 8), 4, by=world.dan, equipment=(thing,), title="Secret alloy")
    first = f"{berlin(world, 0, 12):%Y-%m-%d}"
    for who, sees in ((world.bo, True), (world.ana, False)):
        client.force_login(who)
        html = client.get(reverse("calendar"), {"facility": "fa", "first": first, "view": "list"}).content.decode()
        assert "Cryostat 5 K" in html
        assert ("H1, Secret alloy" in html) is sees
        assert ("Secret alloy" in html) is sees


def test_set_up_and_cooling_are_set_for_all_and_for_a_mode(client, world):
    client.force_login(world.bo)
    page = reverse("buffers", args=[world.instrument_a.slug])
    client.post(page, {"setup": "60", "cooling": "30", "remote_setup": "0"})
    world.instrument_a.refresh_from_db()
    assert world.instrument_a.setup_for("onsite") == 60
    assert world.instrument_a.setup_for("remote") == 0
    assert world.instrument_a.cooling_for("remote") == 30
    assert "Error:" in client.post(page, {"setup": "-1", "cooling": ""}).content.decode()


def test_a_decider_sees_what_a_request_uses_and_when_it_was_withdrawn(client, world):
    thing = thing_at(world)
    booking = ask(hourly(world), berlin(world, 1, 8), 4, by=world.dan, equipment=(thing,))
    client.force_login(world.bo)
    page = reverse("request", args=[booking.pk])
    assert "Cryostat 5 K" in client.get(page).content.decode()
    Equipment.objects.update(is_active=False)
    assert "Cryostat 5 K cannot be used at H1" in client.get(page).content.decode()


LIMITS = {
    "granularity_minutes": "60", "min_minutes": "60", "max_minutes": "240", "notice_hours": "12", "horizon_days": "90",
    "hold_minutes": "15", "no_show_minutes": "60",
}  # fmt: skip


def test_a_manager_changes_the_limits_of_an_instrument_having_seen_which_bookings_would_break_them(client, world):
    instrument = hourly(world)
    long = ask(instrument, berlin(world, 1, 8), 8, by=world.ana)
    ask(instrument, berlin(world, 2, 8), 2, by=world.ana)
    page = reverse("limits", args=[instrument.slug])
    client.force_login(world.cleo)
    assert client.get(page).status_code == 404
    client.force_login(world.bo)
    shown = client.post(page, LIMITS | {"version": instrument.version})
    assert [row.booking for row in shown.context["breaks"]] == [long]
    instrument.refresh_from_db()
    assert instrument.max_minutes == 24 * 60
    client.post(page, LIMITS | {"version": instrument.version, "seen": [str(long.pk)]})
    instrument.refresh_from_db()
    assert (instrument.max_minutes, instrument.notice_hours, instrument.horizon_days) == (240, 12, 90)
    long.refresh_from_db()
    assert long.state == "requested"
    with pytest.raises(RulesRefuse):
        ask(instrument, berlin(world, 3, 8), 8, by=world.ana)
    hold(world, "length_within", {"least": 1, "most": 2, "categories": ["rapid"]})
    wrong = client.post(page, LIMITS | {"version": instrument.version, "min_minutes": "600"})
    assert "Policies that hold here too" in wrong.content.decode()
    assert wrong.status_code == 422
    assert wrong.context["form"].errors
