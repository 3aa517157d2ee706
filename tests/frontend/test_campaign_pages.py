"""Campaigns in the browser: planned leg by leg without a script, read as far as one may, and withdrawn."""

import pytest
from django.urls import reverse

from facilities.models import Campaign, Equipment, Instrument
from tests.facilities.asking import ask
from tests.facilities.campaigning import campaign, instruments, legs_on, states


@pytest.fixture
def reader(client, world):
    client.force_login(world.ana)
    return client


def form(world, places, do="check", **fields):
    answers = {
        "legs": str(len(places)),
        "title": "Alloys under load",
        "purpose": "Diffraction and imaging",
        "team": "",
        "coupling": "all_or_nothing",
        "do": do,
    }
    for n, place in enumerate(places, 1):
        answers |= {
            f"leg{n}-instrument": place.slug,
            f"leg{n}-hours": "4",
            f"leg{n}-day": f"{world.at(n, 0):%Y-%m-%d}",
            f"leg{n}-start": "10:00",
            f"leg{n}-mode": "remote",
            f"leg{n}-after": str(n - 1) if n > 1 else "",
            f"leg{n}-min_gap": "",
            f"leg{n}-max_gap": "",
        }
    return answers | fields


def test_a_leg_is_added_and_nothing_typed_is_lost(reader, world):
    html = reader.get(reverse("new_campaign")).content.decode()
    assert "Leg 2" in html
    assert "Leg 3" not in html
    html = reader.post(reverse("new_campaign"), form(world, instruments(world, 2), "add")).content.decode()
    assert "Leg 3" in html
    assert "Alloys under load" in html


def test_a_leg_asks_for_the_places_and_the_equipment_of_its_instrument(reader, world):
    places = instruments(world, 2)
    Instrument.objects.filter(pk=places[0].pk).update(capacity=4)
    magnet = Equipment.objects.create(facility=places[0].facility, code="MAG", name="Magnet")
    html = reader.post(reverse("new_campaign"), form(world, places, "show")).content.decode()
    assert "Magnet" in html
    assert 'name="leg1-places"' in html
    assert 'name="leg2-places"' not in html
    refused = reader.post(reverse("new_campaign"), form(world, places, **{"leg1-places": "5"}))
    assert not refused.context["checked"].ok if refused.context["checked"] else refused.status_code == 422
    wish = {"leg1-places": "2", "leg1-equipment": [str(magnet.pk)]}
    reader.post(reverse("new_campaign"), form(world, places, "send", **wish))
    first = Campaign.objects.get().legs.order_by("position").first().booking
    assert (first.places, [use.equipment for use in first.uses.all()]) == (2, [magnet])


def test_dates_are_proposed_into_the_form(reader, world):
    places = instruments(world)
    wanted = form(world, places, "propose", earliest=f"{world.at(0, 0):%Y-%m-%d}")
    for n in (1, 2, 3):
        wanted[f"leg{n}-day"] = wanted[f"leg{n}-start"] = ""
    html = reader.post(reverse("new_campaign"), wanted).content.decode()
    assert "The earliest free dates are filled in." in html
    assert f'value="{world.at(0, 0):%Y-%m-%d}"' in html


def test_a_leg_that_is_taken_is_marked_and_nothing_is_written(reader, world):
    places = instruments(world)
    ask(places[1], world.at(2, 0), 20, by=world.dan)
    html = reader.post(reverse("new_campaign"), form(world, places)).content.decode()
    assert "Some legs are not possible" in html
    assert "is taken at this time" in html
    refused = reader.post(reverse("new_campaign"), form(world, places, "send"))
    assert refused.status_code == 422
    assert not Campaign.objects.exists()


def test_sending_asks_every_facility_and_leads_to_the_campaign(reader, world):
    places = instruments(world)
    assert "All legs are possible" in reader.post(reverse("new_campaign"), form(world, places)).content.decode()
    response = reader.post(reverse("new_campaign"), form(world, places, "send"))
    subject = Campaign.objects.get()
    assert response.url == reverse("campaign", args=[subject.pk])
    html = reader.get(response.url).content.decode()
    assert "All or nothing" in html
    assert html.count("Facility manager") == 3
    assert "Alloys under load" in reader.get(reverse("work")).content.decode()
    reader.post(reverse("campaign_withdraw", args=[subject.pk]), {"note": "No samples"})
    assert states(subject)[0] == "withdrawn"


def test_a_facility_sees_its_own_leg_and_that_the_others_are_busy(client, world):
    subject = campaign(world)
    client.force_login(world.bob)
    html = client.get(reverse("campaign", args=[subject.pk])).content.decode()
    assert html.count("Another facility") == 2
    assert "L0" not in html
    assert "Facility FA" not in html
    assert "History" not in html
    assert "Withdraw all legs" not in html
    client.force_login(world.dan)
    assert client.get(reverse("campaign", args=[subject.pk])).status_code == 404


def test_the_list_names_only_the_legs_that_the_reader_may_see(client, world):
    subject = campaign(world)
    client.force_login(world.ana)
    html = client.get(reverse("campaigns")).content.decode()
    assert [f"L{n}" in html for n in range(3)] == [True, True, True]
    client.force_login(world.bob)
    assert subject.reference not in client.get(reverse("campaigns")).content.decode()
    html = client.get(reverse("campaigns"), {"whose": "all"}).content.decode()
    assert subject.reference in html
    assert [f"L{n}" in html for n in range(3)] == [False, True, False]
    client.force_login(world.dan)
    assert subject.title not in client.get(reverse("campaigns"), {"whose": "all"}).content.decode()
    assert subject.title not in client.get(reverse("campaigns"), {"state": "requested"}).content.decode()


def test_the_list_of_campaigns_takes_no_more_statements_for_more_rows(reader, world, django_assert_max_num_queries):
    places = instruments(world)
    counts = []
    for n in range(3):
        campaign(world, legs=legs_on(world, places, day=4 * n))
        reader.get(reverse("campaigns"))
        with django_assert_max_num_queries(40) as asked:
            reader.get(reverse("campaigns"))
        counts.append(len(asked))
    assert counts[0] == counts[2]
