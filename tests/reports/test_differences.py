"""A hostile reader without rights: what any two answers leave between them is about nobody, or about three or more."""

import random
from datetime import date, timedelta
from itertools import combinations, product
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from core import clock
from core.errors import NotPermitted
from facilities.models import Session
from reports.differences import after_tells, before_tells, following
from reports.queries.answers import answer
from tests.reports.history import MAY, utc

pytestmark = pytest.mark.django_db
MONTHS = [date(2026, month, 1) for month in (3, 4, 5, 6)]
CUTS = list(combinations(MONTHS, 2))
FILTERS = ({}, {"facility": "fa"}, {"home": "DE"}, {"country": "DE"})
HOMES = ("DE", "CN", "FR")


def ran(instrument, person, organisation, starts_at):
    Session.objects.create(
        instrument=instrument,
        organisation=organisation,
        country=organisation.country,
        person_label=person,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        unit="hour",
        units=1,
    )
    return SimpleNamespace(
        person=person,
        home=organisation.country,
        place=str(instrument.facility_id),
        month=starts_at.date().replace(day=1),
    )


@pytest.fixture
def sessions(request, world):
    """Three months, few people at B, some at A, in many of the cells one or two."""
    dice = random.Random(request.param)
    world.org_c.country = "FR"
    world.org_c.save()
    homes = {each.country: each for each in (world.org_a, world.org_b, world.org_c)}
    return [
        ran(
            instrument,
            f"{home}{dice.randrange(6)}",
            homes[home],
            utc(first.year, first.month, dice.randint(1, 28), hour),
        )
        for first, (instrument, most) in product(MONTHS[:3], ((world.instrument_a, 7), (world.instrument_b, 3)))
        for home in homes
        for hour in range(dice.randint(0, most))
    ]


def told(sessions, world):
    """What an outsider reads: where, of whom and when each shown cell is, and the sessions it is about; the same of
    what each answer shows in all, which is less than there is where cells are kept back."""
    fa = str(world.facility_a.pk)
    known: list = []
    sums: list = []
    for (first, until), narrow, by in product(CUTS, FILTERS, ("country", "facility", "month")):
        seen = answer("usage", {"from": str(first), "to": str(until), "by": by, **narrow}, user=AnonymousUser())
        shown = set()
        for row in seen.rows:
            place = fa if {"facility", "country"} & narrow.keys() else row["key"] if by == "facility" else None
            home = row["key"] if by == "country" else narrow.get("home")
            days = (row["period"], following(row["period"])) if by == "month" else (first, until)
            about = {
                n
                for n, each in enumerate(sessions)
                if days[0] <= each.month < days[1] and place in (None, each.place) and home in (None, each.home)
            }
            if not row["suppressed"]:
                assert row["delivered_hours"] == len(about)
                known.append((place, home, *days, about))
                shown |= about
        place = fa if {"facility", "country"} & narrow.keys() else None
        sums.append((place, narrow.get("home"), first, until, shown))
    return known, [each for each in sums if each[4]]


def holds(more, less):
    """Whether all of one cell lies in the other, whatever happened."""
    return (
        more[0] in (None, less[0])
        and more[1] in (None, less[1])
        and more[2] <= less[2]
        and less[3] <= more[3]
        and less[4] < more[4]
    )


@pytest.mark.parametrize("sessions", [12, 16], indirect=True)
def test_no_two_answers_to_an_outsider_differ_by_a_few(sessions, world):
    known, sums = told(sessions, world)
    assert known
    for more, less in product(known, [*known, *sums]):
        if holds(more, less):
            people = {sessions[n].person for n in more[4] - less[4]}
            assert len(people) >= 3, (more[:4], less[:4], people)


def told_after(cut, parties):
    return after_tells(parties(cut, date(2030, 1, 1)).keys(), cut, parties)


def test_what_periods_tell_together_lies_between_cuts_of_many():
    dice = random.Random(7)
    first = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(13)]
    for _turn in range(60):
        many = dict(zip(first[:12], (dice.choice((0, 0, 1, 2, 3, 5)) for _month in range(12)), strict=True))

        def parties(since, until, many=many):
            found = sum(number for month, number in many.items() if since <= month < until)
            return {"cell": found} if found else {}

        cuts = [cut for cut in first if not before_tells(cut, parties) and not told_after(cut, parties)]
        for since, until in combinations(cuts, 2):
            assert parties(since, until).get("cell", 3) >= 3, (many, since, until)


def test_an_outsider_gets_whole_months_and_nothing_of_the_past_or_the_future(world):
    ran(world.instrument_a, "p", world.org_b, utc(2026, 5, 4))
    seen = answer("flows", {"from": "2026-05-03", "to": "2099-05-05"}, user=AnonymousUser())
    assert seen.query.given["from"] == "2026-05-01"
    assert seen.query.given["to"] == str(following(clock.now().date()))
    past = {**MAY, "as_of": clock.now().isoformat()}
    with pytest.raises(NotPermitted):
        answer("flows", past, user=AnonymousUser())
    assert answer("flows", past, user=world.lea).rows


def test_pages_files_and_the_api_show_the_same_cells(world):
    for n in range(2):
        ran(world.instrument_a, f"p{n}", world.org_b, utc(2026, 5, 4 + n))
    address = "?from=2026-05-01&to=2026-06-01&by=country"
    client = Client()
    (row,) = client.get(f"/api/v1/reports/usage{address}").json()["rows"]
    assert row["suppressed"]
    assert row["delivered_hours"] is None
    for suffix in ("csv", "xlsx", "parquet"):
        assert client.get(f"/api/v1/reports/usage.{suffix}{address}").status_code == 200
    lines = client.get(f"/api/v1/reports/usage.csv{address}").content.decode().splitlines()
    assert not any(cell in ("2", "2.0") for line in lines for cell in line.split(","))
