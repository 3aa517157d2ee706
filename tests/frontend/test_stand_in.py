"""A stand-in without any role at the facility sees what waits for their decision, decides it, and nothing more."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from facilities.commands.bookings import request_time
from facilities.queries.bookings import bookings_visible_to
from facilities.rules import BookingRequest
from workflow.approvals.delegations import delegate_tasks
from workflow.models import Task


@pytest.fixture
def asked(world):
    """Two requests at A, and one at B, by Ana."""
    places = ((world.instrument_a, 1, 7), (world.instrument_a, 2, 7), (world.instrument_b, 1, 0))
    wanted = [
        BookingRequest(place, world.at(day, hour), world.at(day, hour + 8), purpose="Secret", mode="remote")
        for place, day, hour in places
    ]
    return [request_time(one, by=world.ana) for one in wanted]


@pytest.fixture
def dan(world):
    delegate_tasks(world.bo, world.dan, starts_at=clock.now(), ends_at=clock.now() + timedelta(days=30), by=world.bo)
    client = Client()
    client.force_login(world.dan, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_before_the_loan_dan_sees_nothing(world, asked):
    assert not bookings_visible_to(world.dan).exists()


def test_a_stand_in_sees_what_waits_and_only_while_it_waits(world, asked, dan):
    assert set(bookings_visible_to(world.dan)) == set(asked[:2])
    inbox = dan.get("/requests/").content.decode()
    for booking, seen in zip(asked, (True, True, False), strict=True):
        assert (booking.reference in inbox) is seen
    assert 'href="/requests/"' in dan.get("/account/").content.decode(), "the navigation leads there"
    page = f"/requests/{asked[0].pk}/"
    assert dan.get(page).status_code == 200
    assert dan.get(f"/requests/{asked[2].pk}/").status_code == 404
    dan.post(f"{page}approve/", {"version": asked[0].version}, follow=True)
    asked[0].refresh_from_db()
    assert asked[0].state == "approved"
    said = Task.objects.get(subject_id=asked[0].pk).decisions.get()
    assert (said.by, said.on_behalf_of) == (world.dan, world.bo)
    assert set(bookings_visible_to(world.dan)) == {asked[1]}


def test_the_requester_who_also_manages_is_kept_out_and_the_skip_recorded(world, asked, dan):
    from notifications.commands import tell_deciders

    own = request_time(
        BookingRequest(world.instrument_a, world.at(3, 7), world.at(3, 15), purpose="Mine", mode="remote"), by=world.bo
    )
    tell_deciders()
    task = Task.objects.get(subject_id=own.pk)
    assert (task.excluded, task.decisions.get().verdict) == ([world.bo.pk], "skip")
    assert own not in bookings_visible_to(world.dan), "a loan does not launder the conflict"
