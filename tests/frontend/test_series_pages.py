"""Series in the browser: asked for on the page where time is requested, decided, moved and ended, without a script."""

from datetime import timedelta

import pytest
from django.urls import reverse

from facilities.commands.series import SeriesRequest, request_series
from facilities.models import Booking, Series
from facilities.queries.series import dates_of
from tests.facilities.asking import ask, berlin, hourly, wanted
from tests.frontend.answering import answers


@pytest.fixture
def reader(client, world):
    client.force_login(world.ana)
    return client


def repeating(world, **fields):
    last = berlin(world, 21, 12)
    return answers(world, day=0, repeat="weekly", until=f"{last:%Y-%m-%d}", mode="remote", **fields)


def series_of(world, **fields):
    request = wanted(hourly(world), berlin(world, 0, 10), 2, title="Batteries", **fields)
    return request_series(SeriesRequest(request, "FREQ=WEEKLY;COUNT=4"), by=world.ana)


def test_the_form_offers_to_repeat(reader, world):
    html = reader.get(reverse("request_time"), {"instrument": world.instrument_a.slug}).content.decode()
    assert "How often" in html
    assert "Every two weeks" in html


def test_the_dates_are_shown_with_what_is_taken_and_what_is_free_instead(reader, world):
    ask(world.instrument_a, berlin(world, 7, 8), 8, by=world.dan)
    html = reader.post(reverse("request_time"), repeating(world)).content.decode()
    assert "3 of 4 dates are possible" in html
    assert "Not possible" in html
    assert "Ask for the 3 possible dates" in html
    assert Booking.objects.count() == 1


def test_sending_makes_a_series_and_leads_to_its_page(reader, world):
    response = reader.post(reverse("request_time"), repeating(world, do="send", on_conflict="refuse"))
    series = Series.objects.get()
    assert response.url == reverse("series", args=[series.pk])
    html = reader.get(response.url).content.decode()
    assert "4 dates" in html
    assert "Every week" in html
    assert html.count("Requested") >= 4


def test_a_date_lost_meanwhile_is_shown_again_and_nothing_is_asked_for(reader, world):
    ask(world.instrument_a, berlin(world, 7, 8), 8, by=world.dan)
    response = reader.post(reverse("request_time"), repeating(world, do="send", on_conflict="refuse"))
    assert response.status_code == 422
    assert "1 of 4 dates is not possible" in response.content.decode()
    assert not Series.objects.exists()


def test_a_repetition_without_an_end_is_asked_for_one(reader, world):
    html = reader.post(reverse("request_time"), repeating(world) | {"until": ""}).content.decode()
    assert "Say until when it repeats." in html


def test_the_facility_finds_it_in_the_inbox_once_and_approves_all_dates(client, world):
    series = series_of(world)
    client.force_login(world.bo)
    html = client.get(reverse("inbox")).content.decode()
    assert html.count(reverse("series", args=[series.pk])) == 2
    assert "A series; the next date is shown" in html
    page = client.get(reverse("series", args=[series.pk])).content.decode()
    assert "Approve all dates that wait" in page
    client.post(reverse("series_decide", args=[series.pk]), {"verdict": "approve"})
    assert {each.outcome for each in dates_of(series)} == {"approved"}


def test_declining_needs_a_reason_and_tells_it(client, world):
    series = series_of(world)
    client.force_login(world.bo)
    client.post(reverse("series_decide", args=[series.pk]), {"verdict": "decline", "note": ""})
    assert {each.outcome for each in dates_of(series)} == {"requested"}
    client.post(reverse("series_decide", args=[series.pk]), {"verdict": "decline", "note": "Full"})
    assert {each.outcome for each in dates_of(series)} == {"declined"}


def test_dates_are_moved_and_withdrawn_from_the_page(reader, world):
    series = series_of(world)
    second = dates_of(series)[1]
    html = reader.get(reverse("series_move", args=[series.pk, "reschedule"])).content.decode()
    assert "This and the following dates" in html
    moved = {
        "scope": "following",
        "date": str(second),
        "day": f"{second.starts:%Y-%m-%d}",
        "start": "14:00",
        "hours": "3",
        "note": "",
    }
    reader.post(reverse("series_move", args=[series.pk, "reschedule"]), moved)
    assert [each.starts.hour for each in dates_of(series)] == [10, 14, 14, 14]
    reader.post(
        reverse("series_move", args=[series.pk, "withdraw"]), {"scope": "one", "date": str(second), "note": "Away"}
    )
    assert [each.outcome for each in dates_of(series)].count("withdrawn") == 1


def test_a_move_that_is_refused_keeps_what_was_typed(reader, world):
    series = series_of(world)
    first = dates_of(series)[0]
    ask(series.instrument, first.booking.starts_at + timedelta(days=7, hours=4), 2, by=world.dan)
    wrong = {
        "scope": "all",
        "date": str(first),
        "day": f"{first.starts:%Y-%m-%d}",
        "start": "14:00",
        "hours": "2",
        "note": "Beam",
    }
    response = reader.post(reverse("series_move", args=[series.pk, "reschedule"]), wrong)
    assert response.status_code == 422
    html = response.content.decode()
    assert "1 of 4 dates cannot move there" in html
    assert "Beam" in html


def test_a_booking_leads_to_its_series_and_strangers_see_neither(client, world):
    series = series_of(world)
    client.force_login(world.ana)
    booking = dates_of(series)[0].booking
    assert series.reference in client.get(reverse("booking", args=[booking.pk])).content.decode()
    client.force_login(world.dan)
    assert client.get(reverse("series", args=[series.pk])).status_code == 404


def test_the_list_shows_ones_own_and_for_the_facility_what_is_to_decide_and_nothing_to_strangers(client, world):
    subject = series_of(world)
    client.force_login(world.ana)
    html = client.get(reverse("series_list")).content.decode()
    assert subject.reference in html
    assert "4 to decide" in html
    client.force_login(world.bo)
    assert subject.reference not in client.get(reverse("series_list")).content.decode()
    html = client.get(reverse("series_list"), {"whose": "all", "which": "asked"}).content.decode()
    assert subject.reference in html
    for person in (world.dan, world.bob, world.lea):
        client.force_login(person)
        html = client.get(reverse("series_list"), {"whose": "all"}).content.decode()
        assert "Batteries" not in html
        assert subject.reference not in html


def test_the_list_of_series_takes_no_more_statements_for_more_rows(client, world, django_assert_max_num_queries):
    client.force_login(world.ana)
    counts = []
    for n in range(3):
        series_of(world) if n == 0 else _again(world, n)
        client.get(reverse("series_list"))
        with django_assert_max_num_queries(40) as asked:
            client.get(reverse("series_list"))
        counts.append(len(asked))
    assert counts[0] == counts[2]


def _again(world, n):
    instrument = Series.objects.get_queryset().earliest("created_at").instrument
    request = wanted(instrument, berlin(world, n, 14), 2, title=f"Batteries {n}")
    return request_series(SeriesRequest(request, "FREQ=WEEKLY;COUNT=2"), by=world.ana)
