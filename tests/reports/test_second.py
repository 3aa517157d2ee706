"""K15, K34 and K36 a second time, by SQL of another shape, on random histories of people, trainings and ratings."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from facilities.models import Booking, Course, Person, TrainingRecord
from programs.models import Feedback
from reports.queries.answers import answer
from tests.reports.history import MAY, utc
from tests.world import make_user

pytestmark = pytest.mark.django_db


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.fixture(params=[1, 2])
def history(request, world):
    """Thirty runs at both facilities from April to June by seven people, one of them of A itself, some with company,
    some trained for some time, some asked what they thought."""
    dice = random.Random(request.param)
    people = [make_user(f"who{n}", world.org_a if n == 0 else world.org_b) for n in range(7)]
    course = Course.objects.create(facility=world.facility_a, name="Radiation", validity_months=12)
    world.instrument_a.required_trainings.add(course)
    for person in people:
        passed = date(2026, 4, 1) + timedelta(days=dice.randrange(60))
        TrainingRecord.objects.create(
            user=person, course=course, passed_on=passed, valid_until=passed + timedelta(days=dice.randrange(40))
        )
    for day in dice.sample(range(-20, 40), 30):
        place = dice.choice([world.instrument_a, world.instrument_b])
        state = dice.choice(["closed", "closed", "closed", "requested"])
        starts_at = utc(2026, 5, 1, 8) + timedelta(days=day)
        booking = Booking.objects.create(
            instrument=place,
            period=DateTimeTZRange(starts_at, starts_at + timedelta(hours=8)),
            state=state,
            requester=dice.choice(people),
            unit=place.unit,
            units=1,
        )
        for person in dice.sample(people, dice.randrange(3)):
            Person.objects.create(booking=booking, user=person, on_site=dice.random() < 0.7)
            if state == "closed" and dice.random() < 0.5:
                Feedback.objects.create(booking=booking, side="user", by=person, rating=dice.randint(1, 5))
    return world


CAME = """
    came as (
        select b.id, b.instrument_id, f.id as facility_id, f.organisation_id as host, f.zone, b.period,
            p.user_id as named, p.on_site, coalesce(p.user_id, b.requester_id) as person
        from facilities_booking b
        join facilities_instrument i on i.id = b.instrument_id join facilities_facility f on f.id = i.facility_id
        left join facilities_person p on p.booking_id = b.id
        where b.state = 'closed'
    ), may as (
        select * from came where to_char(lower(period) at time zone zone, 'YYYY-MM') = '2026-05'
    )
"""


def test_new_users_are_those_of_the_period_without_those_who_came_before(history):
    ((users, new),) = sql(
        f"""
        with {CAME}, users as (
            select person from may
            except
            select m.person from may m where not exists (
                select from may o where o.person = m.person and not exists (
                    select from accounts_affiliation a where a.user_id = o.person and a.organisation_id = o.host
                )
            )
        )
        select count(*), count(*) - count(*) filter (
            where person in (select person from came where lower(period) < '2026-05-01T00:00Z')
        ) from users
        """
    )
    (row,) = answer("users", {**MAY, "by": "total"}, user=history.lea).rows
    assert (row["users"], row["new_users"]) == (users, new)
    assert row["new_share"] == round(new / users, 4)


def test_the_trained_are_those_whose_training_covers_the_first_and_the_last_day(history):
    found = sql(
        f"""
        with {CAME}
        select count(*), count(*) filter (where t.passed_on <= (lower(m.period) at time zone m.zone)::date
            and t.valid_until >= (upper(m.period) at time zone m.zone)::date)
        from may m join facilities_instrument_required_trainings r on r.instrument_id = m.instrument_id
        join facilities_trainingrecord t on t.user_id = m.named and t.course_id = r.course_id
        where m.on_site
        """
    )
    shown = answer("training", MAY, user=history.lea).rows
    assert [(row["persons"], row["trained"]) for row in shown] == [pair for pair in found if pair[0]]


def test_satisfaction_is_the_mean_of_all_ratings_of_runs_that_ended(history):
    found = sql(
        """
        select i.facility_id::text, avg(x.rating)::float8, count(x.rating), count(distinct x.booking_id),
            (select count(*) from facilities_booking o join facilities_instrument u on u.id = o.instrument_id
                where u.facility_id = i.facility_id and o.state = 'closed' and upper(o.period) >= '2026-05-01'
                and upper(o.period) < '2026-06-01')
        from programs_feedback x join facilities_booking b on b.id = x.booking_id
        join facilities_instrument i on i.id = b.instrument_id
        where b.state = 'closed' and upper(b.period) >= '2026-05-01' and upper(b.period) < '2026-06-01'
        group by 1, i.facility_id
        """
    )
    second = {place: (round(mean, 4), n, round(rated / runs, 4)) for place, mean, n, rated, runs in found}
    shown = answer("satisfaction", MAY, user=history.lea).rows
    assert {r["facility_id"]: (r["mean"], r["ratings"], r["response"]) for r in shown if r["ratings"]} == second
