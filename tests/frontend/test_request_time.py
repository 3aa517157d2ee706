"""S3 and S4: finding an instrument and requesting time, without a script, as a browser posts it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock, times
from facilities.models import Allocation, Booking, Technique, TechniqueClosure, Waiting
from tests.facilities.accounts import team_with_account
from tests.facilities.asking import ask, berlin, hourly
from tests.facilities.policy import hold
from tests.frontend.answering import answers
from tests.world import make_instrument, open_time


@pytest.fixture
def reader(client, world):
    """Ana's browser at the page where time is requested."""
    client.force_login(world.ana)
    return client


def test_the_page_proposes_a_free_time_and_says_who_decides(reader, world):
    html = reader.get(reverse("request_time"), {"instrument": world.instrument_a.slug}).content.decode()
    assert "Who decides, by when" in html
    assert "Facility manager" in html
    assert "1 shift" in html
    assert 'id="sel"' in html


def test_answers_are_shown_once_more_before_anything_is_sent(reader, world):
    response = reader.post(reverse("request_time"), answers(world))
    assert "Check your answers" in response.content.decode()
    assert Booking.objects.count() == 0


def test_sending_makes_a_request_and_leads_to_its_page(reader, world):
    response = reader.post(reverse("request_time"), answers(world, do="send"))
    booking = Booking.objects.get()
    assert response.url == reverse("booking", args=[booking.pk])
    assert (booking.state, booking.requester, booking.starts_at) == ("requested", world.ana, berlin(world, 1, 8))


def test_holding_keeps_the_time_without_asking(reader, world):
    reader.post(reverse("request_time"), answers(world, do="hold"))
    assert Booking.objects.get().state == "held"


def test_a_taken_slot_says_so_keeps_the_text_and_offers_three_others(reader, world):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.dan)
    response = reader.post(reverse("request_time"), answers(world))
    html = response.content.decode()
    assert "data-errors" in html
    assert 'href="#id_day"' in html
    assert "Operando XAS, three cells" in html
    assert html.count('name="use"') == 3
    assert Booking.objects.count() == 1


def test_a_race_lost_between_check_and_send_is_answered_in_the_form(reader, world):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.dan)
    response = reader.post(reverse("request_time"), answers(world, do="send"))
    assert response.content.decode().count('name="use"') == 3


def test_an_offered_time_is_taken_into_the_form_with_everything_typed(reader, world):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.dan)
    refused = reader.post(reverse("request_time"), answers(world))
    slot = refused.context["page"].alternatives[0]
    response = reader.post(reverse("request_time"), answers(world) | {"use": slot.key})
    form = response.context["page"].form
    assert response.context["page"].starts_at == slot.starts_at
    assert form["purpose"].value() == "Operando XAS, three cells"


def test_another_instrument_shows_its_own_rules_before_anything_is_checked(reader, world):
    other = hourly(world)
    response = reader.post(reverse("request_time"), answers(world, instrument=other.slug))
    assert response.context["page"].instrument == other
    assert "From 0.5 hours to" in response.content.decode()
    assert Booking.objects.count() == 0


def test_a_form_without_a_purpose_says_what_to_do(reader, world):
    response = reader.post(reverse("request_time"), answers(world, purpose=""))
    assert 'href="#id_purpose"' in response.content.decode()


def test_a_scientist_is_not_offered_to_override_rules_and_a_manager_is(reader, world, client):
    assert (
        "override"
        not in reader.get(reverse("request_time"), {"instrument": world.instrument_a.slug}).context["page"].form.fields
    )
    client.force_login(world.bo)
    shown = client.get(reverse("request_time"), {"instrument": world.instrument_a.slug})
    assert "override" in shown.context["page"].form.fields


def test_a_manager_overrides_a_rule_with_a_reason(client, world):
    client.force_login(world.bo)
    long = {"minutes": "8640", "override": "Commissioning with users", "do": "send"}
    world.instrument_a.max_minutes = 960
    world.instrument_a.save()
    form = answers(world) | long
    response = client.post(reverse("request_time"), form)
    assert "minutes" in response.context["page"].form.errors, "a length that is not offered is no choice of the form"
    world.instrument_a.notice_hours = 24 * 60
    world.instrument_a.save()
    client.post(reverse("request_time"), answers(world) | {"override": "The sample does not keep", "do": "send"})
    assert [each["rule"] for each in Booking.objects.get().overrides] == ["notice"]


def test_others_bookings_show_as_taken_without_their_title(reader, world):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.dan, title="Secret of Dan")
    html = reader.post(reverse("request_time"), answers(world, day=2, do="show")).content.decode()
    assert "Secret of Dan" not in html
    assert "Requested" in html


def test_an_instrument_that_cannot_be_requested_is_not_there(reader, world):
    world.instrument_a.is_bookable = False
    world.instrument_a.save()
    assert reader.get(reverse("request_time"), {"instrument": world.instrument_a.slug}).status_code == 404


def test_visitors_are_asked_to_sign_in(client, world):
    assert client.get(reverse("request_time")).status_code == 302


def test_the_search_answers_with_the_next_free_time_and_its_zone(reader, world):
    html = reader.get(reverse("instruments")).content.decode()
    assert "2 instruments fit" in html
    assert "CET" in html or "CEST" in html


def test_a_broad_technique_finds_instruments_of_narrower_ones(reader, world):
    broad, narrow = (Technique.objects.create(code=code, label=code.title()) for code in ("scattering", "saxs"))
    for ancestor, descendant in ((broad, broad), (narrow, narrow), (broad, narrow)):
        TechniqueClosure.objects.create(ancestor=ancestor, descendant=descendant)
    world.instrument_b.techniques.add(narrow)
    rows = reader.get(reverse("instruments"), {"q": "Scattering"}).context["page"].rows
    assert [row.instrument for row in rows] == [world.instrument_b]


def test_where_nothing_is_free_the_page_offers_more_days(reader, world):
    first = f"{clock.now() + timedelta(days=500):%Y-%m-%d}"
    html = reader.get(reverse("instruments"), {"first": first, "last": first}).content.decode()
    assert "widen the dates" in html
    assert "Look at twice as many days" in html


def test_searching_takes_no_more_statements_for_more_instruments(reader, world, django_assert_max_num_queries):
    reader.get(reverse("instruments"))
    with django_assert_max_num_queries(60) as few:
        reader.get(reverse("instruments"))
    for n in range(5):
        made = make_instrument(world.facility_a, f"M{n}")
        open_time(world.facility_a, world.at(0, 0), world.at(1, 0), instrument=made, kind="reserve")
    with django_assert_max_num_queries(60) as many:
        reader.get(reverse("instruments"))
    assert len(many) == len(few)


def test_places_are_asked_for_where_an_instrument_has_several(client, world):
    client.force_login(world.ana)
    cluster = hourly(world, "K4", capacity=4, unit="node_hour")
    day = f"{world.at(1, 0):%Y-%m-%d}"
    answers = {
        "instrument": cluster.slug, "day": day, "start": "09:00", "minutes": "120", "mode": "remote", "places": "3",
        "purpose": "Simulate", "do": "send",
    }  # fmt: skip
    client.post(reverse("request_time"), answers)
    booking = cluster.bookings.get()
    assert (booking.places, booking.units) == (3, 6)
    assert "3 places" in client.get(reverse("booking", args=[booking.pk])).content.decode()
    html = client.post(reverse("request_time"), answers | {"places": "2"}).content.decode()
    assert "fewer than 2 places" in html
    assert (
        'name="places"'
        not in client.get(reverse("request_time"), {"instrument": world.instrument_a.slug}).content.decode()
    )


def categories(reader, world) -> list[str]:
    page = reader.get(reverse("request_time"), {"instrument": world.instrument_a.slug}).context["page"]
    return [value for value, _label in page.form.fields["category"].choices]


def test_only_categories_that_are_open_to_the_person_are_offered(reader, world, client):
    assert categories(reader, world) == ["", "general", "rapid", "opportunity"]
    team_with_account(world)
    assert "program" in categories(reader, world), "of the person's own programme"
    hold(world, "category_permitted", {"categories": ["rapid", "program"]})
    offered = categories(reader, world)
    assert "rapid" not in offered
    assert {"program", "proprietary"} <= set(offered)
    client.force_login(world.dan)
    assert "program" not in categories(client, world)


def test_time_is_asked_for_in_the_category_that_was_chosen(reader, world):
    assert "Rapid access" in reader.post(reverse("request_time"), answers(world, category="rapid")).content.decode()
    reader.post(reverse("request_time"), answers(world, category="rapid", do="send"))
    assert Booking.objects.get().category == "rapid"
    refused = reader.post(reverse("request_time"), answers(world, day=2, category="proprietary", do="send"))
    assert "category" in refused.context["page"].form.errors
    assert Booking.objects.count() == 1


def test_who_finds_no_room_goes_on_the_waiting_list_with_what_was_typed(reader, world):
    join = reverse("join_waiting", args=[world.instrument_a.slug])
    assert join not in reader.post(reverse("request_time"), answers(world, purpose="")).content.decode()
    ask(world.instrument_a, berlin(world, 1, 8), by=world.dan)
    assert f'formaction="{join}"' in reader.post(reverse("request_time"), answers(world)).content.decode()
    form = reader.post(join, answers(world) | {"wish": "1"}).context["page"].form
    assert not form.is_bound
    assert form["purpose"].value() == "Operando XAS, three cells"
    assert f"{form['first'].value()}" == answers(world)["day"]
    assert Waiting.objects.count() == 0


def test_the_account_that_is_proposed_pays_at_that_time_and_a_later_one_says_from_when(reader, world):
    account = team_with_account(world)
    page = reader.get(reverse("request_time"), {"instrument": world.instrument_a.slug}).context["page"]
    assert page.form["account"].value() == f"allocation:{account.pk}"
    Allocation.objects.update(valid_from=world.at(40, 12))
    page = reader.get(reverse("request_time"), {"instrument": world.instrument_a.slug}).context["page"]
    assert not page.form["account"].value()
    labels = dict(page.form.fields["account"].choices)
    assert labels[f"allocation:{account.pk}"].endswith(f"left, from {times.plain_day(world.at(40, 12).date())}")
