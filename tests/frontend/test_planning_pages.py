"""Planning pages: cycles, quotas, files, opening hours; and who may see them."""

from datetime import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from facilities.commands.calendar import add_cycle, set_quotas
from facilities.models import Block, Cycle, OpeningException, OpeningHours
from tests.facilities.asking import ask, berlin


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def manager(client, world):
    """Bo's browser."""
    client.force_login(world.bo)
    return client


@pytest.fixture
def cycle(world):
    return add_cycle(world.facility_a, "2027-1", world.at(0, 0), world.at(60, 0), by=world.bo, draft=True)


def test_a_cycle_is_drafted_and_published_from_its_page(manager, world):
    page = manager.get(reverse("planning")).context["page"]
    assert page.facility == world.facility_a
    fields = {"name": "2027-1", "starts_at": "2027-01-11T08:00", "ends_at": "2027-07-11T08:00", "draft": "on"}
    url = f"{reverse('planning')}?facility=fa"
    response = manager.post(url, fields, follow=True)
    assert "This cycle is a draft" in response.content.decode()
    made = Cycle.objects.get()
    assert made.period.lower.hour == 7
    manager.post(reverse("cycle_publish", args=[made.pk]))
    made.refresh_from_db()
    assert made.published_at is not None
    again = manager.post(url, fields | {"starts_at": "2027-02-11T08:00"})
    assert "do not overlap" in again.content.decode()
    assert Cycle.objects.count() == 1


def quotas(**given) -> dict:
    empty = {f"{side}_{name}": "" for side in ("least", "most") for name in ("general", "program", "discretionary")}
    return empty | given


def test_quotas_are_set_and_shares_stand_against_them(manager, world, cycle):
    url = reverse("cycle", args=[cycle.pk])
    manager.post(url, quotas(least_general="50", most_program="35"))
    cycle.published_at = world.at(0, 0)
    cycle.save()
    ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    response = manager.get(url)
    [general, *_rest] = response.context["page"].shares
    assert (general.share.hours, general.tone) == (8, "warn")
    assert "still to give" in response.content.decode()
    [program] = [line for line in response.context["page"].shares if line.share.category == "program"]
    assert program.words == "Within its quota"


def test_quotas_that_cannot_hold_together_are_refused_and_what_was_typed_is_kept(manager, world, cycle):
    set_quotas(cycle, {"general": (50, 100)}, by=world.bo)
    response = manager.post(reverse("cycle", args=[cycle.pk]), quotas(least_general="60", least_program="41"))
    html = response.content.decode()
    assert "add up to 101 %" in html
    assert 'value="41"' in html
    assert [rule.least for rule in cycle.quotas.all()] == [50]


def test_files_of_a_cycle_are_downloaded_and_taken_in_again(manager, world, cycle):
    table = manager.get(reverse("cycle_file", args=[cycle.pk, "blocks.csv"]))
    assert table["Content-Type"].startswith("text/csv")
    assert b"BEGIN:VCALENDAR" in manager.get(reverse("cycle_file", args=[cycle.pk, "blocks.ics"])).content
    assert b"user_hours" in manager.get(reverse("cycle_file", args=[cycle.pk, "plan.csv"])).content
    assert manager.get(reverse("cycle_file", args=[cycle.pk, "other.csv"])).status_code == 404
    Cycle.objects.all().delete()
    Block.objects.all().delete()
    wrong = b"2027-1,user,Z9,2027-01-01,2027-02-01,,\n"
    file = SimpleUploadedFile("cycle.csv", table.content + wrong)
    html = manager.post(reverse("planning_file", args=["fa"]), {"file": file}).content.decode()
    assert "Taken: 2" in html
    assert "refused: 1" in html
    assert "Z9" in html
    assert Cycle.objects.filter(name="2027-1").exists()
    html = manager.post(
        reverse("planning_file", args=["fa"]), {"file": SimpleUploadedFile("x.csv", b"name,mail\na,b\n")}
    ).content.decode()
    assert "another kind of file" in html


def test_opening_hours_are_written_as_people_write_them(manager, world):
    url = reverse("opening_hours", args=["fa"])
    week = {"do": "week", "day1": "08:00–12:00, 13-18", "day2": "20:00-04:00", "day7": "00:00–24:00"}
    manager.post(url, week)
    assert list(OpeningHours.objects.values_list("weekday", "opens", "closes")) == [
        (1, time(8), time(12)), (1, time(13), time(18)), (2, time(20), time(4)), (7, time(0), time(0)),
    ]  # fmt: skip
    form = manager.get(url).context["page"].form
    assert form["day1"].value() == "08:00–12:00, 13:00–18:00"
    assert form["day7"].value() == "00:00–24:00"
    response = manager.post(url, week | {"day3": "morning"})
    assert "“morning” cannot be read" in response.content.decode()
    assert "do not overlap" in manager.post(url, week | {"day3": "08-12, 10-14"}).content.decode()
    assert OpeningHours.objects.count() == 4


def test_hours_of_one_instrument_days_that_are_different_and_shifts(manager, world):
    url = f"{reverse('opening_hours', args=['fa'])}?instrument={world.instrument_a.slug}"
    assert manager.get(url).context["page"].follows
    manager.post(url, {"do": "week", "day1": "09:00–10:00"})
    assert OpeningHours.objects.get().instrument == world.instrument_a
    manager.post(url, {"do": "day", "day": f"{world.at(3, 0):%Y-%m-%d}", "hours": "", "reason": "Holiday"})
    closed = OpeningException.objects.get()
    assert "Holiday" in manager.get(url).content.decode()
    manager.post(reverse("exception_remove", args=["fa", closed.pk]))
    assert not OpeningException.objects.exists()
    manager.post(reverse("opening_hours", args=["fa"]), {"do": "shifts", "shifts": "6:00, 14:00, 22:00"})
    world.facility_a.refresh_from_db()
    assert world.facility_a.shifts == [time(6), time(14), time(22)]
    assert "Night shift, 22:00" in manager.get(reverse("opening_hours", args=["fa"])).content.decode()


def test_planning_is_for_those_who_keep_the_calendar_of_that_facility(client, world, cycle):
    pages = [
        reverse("cycle", args=[cycle.pk]),
        reverse("cycle_file", args=[cycle.pk, "blocks.csv"]),
        reverse("opening_hours", args=["fa"]),
        f"{reverse('planning')}?facility=fa",
    ]
    for person in (world.ana, world.bob, world.cleo):
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == [404] * len(pages)
        assert client.post(reverse("planning_file", args=["fa"])).status_code == 404
        assert client.post(reverse("cycle_publish", args=[cycle.pk])).status_code == 404
    client.force_login(world.ana)
    assert "You keep no calendar" in client.get(reverse("planning")).content.decode()


def test_a_cycle_takes_no_more_statements_for_more_rows(manager, world, cycle, django_assert_max_num_queries):
    from tests.world import make_instrument

    url = reverse("cycle", args=[cycle.pk])
    manager.get(url)
    with django_assert_max_num_queries(40) as few:
        manager.get(url)
    for n in range(3):
        make_instrument(world.facility_a, f"M{n}")
    with django_assert_max_num_queries(40) as many:
        manager.get(url)
    assert len(many) == len(few)


def test_a_change_of_hours_shows_whom_it_touches_and_proposes_times_before_it_is_kept(manager, world):
    booking = ask(world.instrument_a, berlin(world, 1, 16), by=world.ana, title="Late shift")
    page = reverse("opening_hours", args=["fa"])
    week = {"do": "week"} | {f"day{n}": "00:00–16:00" for n in range(1, 8)}
    response = manager.post(page, week)
    [touched] = response.context["page"].touched.rows
    assert touched.booking == booking
    assert "Late shift" in response.content.decode()
    assert not OpeningHours.objects.exists(), "nothing is kept before it was seen"
    manager.post(page, week | {"seen": "1", touched.name: touched.choices[1].value})
    booking.refresh_from_db()
    assert booking.state == "countered"
    assert OpeningHours.objects.count() == 7


def test_a_closed_day_and_its_end_show_whom_they_touch(manager, world):
    page = reverse("opening_hours", args=["fa"])
    day = f"{berlin(world, 1, 12):%Y-%m-%d}"
    manager.post(page, {"do": "day", "day": day, "hours": "", "reason": "Fair"})
    closed = OpeningException.objects.get()
    manager.post(reverse("exception_remove", args=["fa", closed.pk]))
    assert not OpeningException.objects.exists(), "where nobody is touched it is done at once"
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana)
    html = manager.post(page, {"do": "day", "day": day, "hours": "", "reason": "Fair"}).content.decode()
    assert booking.reference in html
    assert not OpeningException.objects.exists()
    manager.post(page, {"do": "day", "day": day, "hours": "", "reason": "Fair", "seen": "1"})
    assert OpeningException.objects.exists()
    booking.refresh_from_db()
    assert booking.state == "requested", "left where it is"
