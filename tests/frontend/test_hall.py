"""The public week on a hallway screen: what is taken and closed and when, and never a private word."""

import time_machine
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from facilities.commands.calendar import Stretch, add_block, set_opening_hours
from tests.facilities.asking import ask, berlin, hourly
from tests.world import make_instrument


def cells(page, row=0):
    """`kind` of every shift of the week, day by day."""
    return [[cell.kind for cell in day.cells] for day in page.rows[row].days]


def test_the_week_says_what_is_taken_without_an_account_and_without_a_private_word(client, world):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, title="Oxygen loss", purpose="Secret alloy")
    period = DateTimeTZRange(berlin(world, 2, 0), berlin(world, 2, 8))
    add_block(world.facility_a, world.instrument_a, "maintenance", period, "Broken by Igor", by=world.bo)
    with time_machine.travel(berlin(world, 0, 8), tick=False):
        for slug in ("fa-a1", "fa"):
            response = client.get(reverse("hall", args=[slug]))
            html = response.content.decode()
            assert int(response["Refresh"]) > 0
            assert "Taken" in html
            assert "Maintenance" in html
            assert "CET" in html
            for private in ("Oxygen", "Secret", "Igor", "Ana", "Bo,", "B-0", "equested"):
                assert private not in html
            assert cells(response.context["page"])[:3] == [
                ["free", "free", "free"],
                ["free", "busy", "free"],
                ["shut", "free", "free"],
            ]


def test_nothing_more_is_said_to_somebody_who_is_signed_in(client, world):
    ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, title="Oxygen loss")
    client.force_login(world.bo)
    with time_machine.travel(berlin(world, 0, 8), tick=False):
        assert "Oxygen" not in client.get(reverse("hall", args=["fa-a1"])).content.decode()


def test_hours_parts_of_shifts_places_and_this_moment(client, world):
    instrument = hourly(world, "H1")
    shared = hourly(world, "K4", capacity=4)
    ask(instrument, berlin(world, 0, 9), 2, by=world.ana)
    ask(shared, berlin(world, 0, 9), 2, by=world.ana)
    week = [Stretch(day, *(each.time() for each in (berlin(world, 0, 8), berlin(world, 0, 16)))) for day in range(1, 6)]
    set_opening_hours(world.facility_a, instrument, week, by=world.bo)
    with time_machine.travel(berlin(world, 0, 10), tick=False):
        page = client.get(reverse("hall", args=["fa"])).context["page"]
    rows = {row.code: row for row in page.rows}
    assert [cell.word for cell in rows["H1"].days[0].cells] == ["Closed", "Taken 09:00–11:00", "Closed"]
    assert [cell.kind for cell in rows["H1"].days[6].cells] == ["shut", "shut", "shut"]
    assert rows["K4"].days[0].cells[1].word == "1 of 4 taken"
    assert rows["H1"].now.startswith("Taken until")
    assert "11:00 CET" in rows["H1"].now
    assert [cell.now for cell in rows["H1"].days[0].cells] == [False, True, False]


def test_the_hall_of_a_facility_takes_no_more_statements_for_more_instruments(
    client, world, django_assert_max_num_queries
):
    url = reverse("hall", args=["fa"])
    client.get(url)
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    for n in range(3):
        make_instrument(world.facility_a, f"M{n}")
    with django_assert_max_num_queries(12) as many:
        client.get(url)
    assert len(many) == len(few)
    assert client.get(reverse("hall", args=["nowhere"])).status_code == 404
