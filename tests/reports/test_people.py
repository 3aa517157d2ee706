"""K13–K17, K27, K34, K36: visits, users, trainings, ratings, countries, industry; by hand and a second time in SQL."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client

from accounts.commands import affiliate
from accounts.models import Affiliation, Organisation
from facilities.models import Booking, Course, Person, Session, TrainingRecord
from programs.models import Feedback, IndustrialRequest, Payment, Quotation
from reports.queries.answers import answer
from tests.reports.history import MAY, may_2026, used, utc
from tests.world import make_user

pytestmark = pytest.mark.django_db


def rows(user, name, **asked):
    return answer(name, {**MAY, **asked}, user=user).rows


def sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def came(booking, *people, on_site=True):
    for person in people:
        Person.objects.create(booking=booking, user=person, on_site=on_site)
    return booking


@pytest.fixture
def history(world):
    """At A in May: eva and fin on site twice, eva once remote as well, gus by mail, cleo (of A itself) on site."""
    eva, fin, gus = (make_user(name, world.org_b) for name in ("eva", "fin", "gus"))
    came(used(world.instrument_a, eva, world.org_b, 4), eva, fin)
    came(used(world.instrument_a, eva, world.org_b, 6), eva, fin, world.cleo)
    came(used(world.instrument_a, fin, world.org_b, 8), eva, on_site=False)
    by_mail = used(world.instrument_a, gus, world.org_b, 12)
    asked = used(world.instrument_a, gus, world.org_b, 14, state="requested")
    Booking.objects.filter(pk=by_mail.pk).update(mode="mail_in")
    came(asked, gus)
    early = used(world.instrument_b, fin, world.org_b, 2)
    start = utc(2026, 2, 1)
    Booking.objects.filter(pk=early.pk).update(period=DateTimeTZRange(start, start + timedelta(hours=8)))
    world.people = {"eva": eva, "fin": fin, "gus": gus}
    return world


def test_visits_are_persons_times_bookings_that_were_attended(history):
    (row,) = rows(history.lea, "visits")
    assert (row["onsite_visits"], row["remote_visits"], row["mail_in_visits"]) == (4, 1, 1)


def test_a_user_counts_once_on_site_first_and_staff_are_no_users(history):
    (row,) = rows(history.lea, "users", by="total")
    assert (row["users"], row["onsite_users"], row["remote_users"], row["mail_in_users"]) == (3, 2, 0, 1)
    assert (row["new_users"], row["new_share"]) == (2, 0.6667)


def test_who_came_elsewhere_before_the_period_is_not_new(history):
    """fin's booking at B in February names nobody, so he came; once it names all three, none is new."""
    (row,) = rows(history.lea, "users", by="total")
    assert row["new_users"] == 2
    came(Booking.objects.get(instrument=history.instrument_b), *history.people.values())
    (row,) = rows(history.lea, "users", by="total")
    assert row["new_users"] == 0


def test_few_people_are_not_told_to_the_public(history):
    Person.objects.filter(user=history.people["fin"]).delete()
    (row,) = rows(history.dan, "users")
    assert row["users"] is row["new_share"] is None
    (row,) = rows(history.bo, "users", facility="fa")
    assert row["users"] == 2


WALK = """
select count(*) filter (where way = 1), count(*) filter (where way = 2), count(*) filter (where way = 3), (
    select count(distinct u.id) from accounts_user u where exists (select from seen s where s.person = u.id)
) from seen
"""


@pytest.mark.parametrize("seed", [5, 6])
def test_visits_and_users_of_a_random_history(world, seed):
    dice = random.Random(seed)
    people = [make_user(f"p{n}", dice.choice([world.org_a, world.org_b, world.org_c])) for n in range(9)]
    for _n in range(40):
        starts_at = utc(2026, 3, 1) + timedelta(hours=8 * dice.randint(0, 300))
        instrument = dice.choice([world.instrument_a, world.instrument_b])
        booking = Booking.objects.create(
            instrument=instrument, period=DateTimeTZRange(starts_at, starts_at + timedelta(hours=8)), unit="shift",
            units=1, state=dice.choice(["closed", "completed", "approved", "cancelled"]),
            mode=dice.choice(["onsite", "remote", "mail_in"]), requester=dice.choice(people),
        )  # fmt: skip
        for person in dice.sample(people, dice.randint(0, 3)):
            Person.objects.create(booking=booking, user=person, on_site=dice.random() < 0.6)
    moved = people[0]
    Affiliation.objects.filter(user=moved).update(ends_on=date(2026, 4, 1))
    affiliate(moved, world.org_b, by=world.system, starts_on=date(2026, 4, 1))
    second = {}
    for month, first, until in (("03", "2026-03-01", "2026-04-01"), ("04", "2026-04-01", "2026-05-01")):
        (found,) = sql(
            f"""
            with seen as (
                select who.person, case when who.at_place then 1 when b.mode = 'mail_in' then 3 else 2 end as way
                from facilities_booking b, facilities_instrument i, facilities_facility f, lateral (
                    select user_id as person, on_site as at_place from facilities_person where booking_id = b.id
                    union all
                    select b.requester_id, b.mode = 'onsite'
                    where (select count(*) from facilities_person where booking_id = b.id) = 0
                ) who
                where i.id = b.instrument_id and f.id = i.facility_id and b.state in ('closed', 'completed')
                    and (lower(b.period) at time zone f.zone)::date >= %s
                    and (lower(b.period) at time zone f.zone)::date < %s
                    and f.organisation_id not in (
                        select organisation_id from accounts_affiliation where user_id = who.person
                            and daterange(starts_on, ends_on) @> (lower(b.period) at time zone f.zone)::date
                    )
            ) {WALK}
            """,
            first,
            until,
        )
        second[f"2026-{month}"] = found
    asked = {"from": "2026-03-01", "to": "2026-05-01", "by": "month"}
    came, people = (rows(world.lea, name, **asked) for name in ("visits", "users"))
    first_way = {
        row["period"]: (row["onsite_visits"], row["remote_visits"], row["mail_in_visits"], who["users"])
        for row, who in zip(came, people, strict=True)
    }
    assert first_way == second
    assert all(sum(who[f"{way}_users"] for way in ("onsite", "remote", "mail_in")) == who["users"] for who in people)


def test_all_on_site_must_have_been_trained_on_every_day_of_the_stay(history):
    course = Course.objects.create(facility=history.facility_a, name="Radiation", validity_months=12)
    history.instrument_a.required_trainings.add(course)
    for person, until in (("eva", "2026-05-05"), ("fin", "2027-01-01")):
        TrainingRecord.objects.create(
            user=history.people[person], course=course, passed_on="2026-01-01", valid_until=until
        )
    (row,) = rows(history.lea, "training")
    assert (row["facility"], row["persons"], row["trained"], row["share"]) == ("FA", 5, 3, 0.6)
    assert rows(history.dan, "training")[0]["share"] == 0.6


def test_ratings_with_their_mean_and_response(history):
    first, second = Booking.objects.filter(instrument=history.instrument_a, state="closed").order_by("period")[:2]
    for booking, who, rating in ((first, "eva", 5), (first, "fin", 2), (second, "eva", 4)):
        Feedback.objects.create(booking=booking, side="user", by=history.people[who], rating=rating)
    Feedback.objects.create(booking=second, side="facility", by=history.bo, rating=1)
    row = next(row for row in rows(history.lea, "satisfaction") if row["facility"] == "FA")
    assert (row["ratings"], row["mean"], row["runs"], row["response"]) == (3, 3.6667, 4, 0.5)
    assert [row[f"r{n}"] for n in range(1, 6)] == [0, 1, 0, 1, 1]
    public = next(row for row in rows(history.dan, "satisfaction") if row["facility"] == "FA")
    assert public["mean"] is public["r5"] is None


def test_the_rows_behind_a_rating_do_not_say_whose_it_is(history):
    booking = Booking.objects.filter(instrument=history.instrument_a, state="closed").first()
    Feedback.objects.create(booking=booking, side="user", by=history.people["eva"], rating=5, text="From Eva")
    client = Client()
    client.force_login(history.lea)
    found = client.get("/api/v1/reports/satisfaction/rows", MAY).content.decode()
    assert booking.reference in found
    assert "Eva" not in found


def test_shares_from_abroad_and_of_countries_against_their_members(world):
    may_2026(world)
    row = next(row for row in rows(world.lea, "international-share") if row["facility"] == "FA")
    assert (row["home_hours"], row["abroad_hours"], row["abroad_share"]) == (12, 40, round(40 / 52, 4))
    found = answer("balance", MAY, user=world.lea)
    shares = {row["home"]: (row["used_share"], row["target_share"], row["balance"]) for row in found.rows}
    assert shares == {
        "CN": (round(32 / 60, 4), 0.5, round(64 / 60, 4)),
        "DE": (round(20 / 60, 4), 0.5, round(40 / 60, 4)),
        "FR": (round(8 / 60, 4), None, None),
    }
    assert found.facts == {"hhi": round((32**2 + 20**2 + 8**2) / 3600, 4), "gini": round(2 * 24 / (3 * 60), 4)}
    assert answer("balance", MAY, user=world.dan).facts == {}


def test_hours_by_country_are_those_of_the_sessions(world):
    may_2026(world)
    second = dict(sql("select country, sum(units) * 8 from facilities_session group by country"))
    first = {row["home"]: row["hours"] for row in rows(world.lea, "balance")}
    assert first == {country: float(hours) for country, hours in second.items()}


@pytest.fixture
def company(world):
    return Organisation.objects.create(slug="alloys", name="Alloys", kind="company", country="DE")


def test_proprietary_time_industrial_users_and_income(world, company):
    may_2026(world)
    ines = make_user("ines", company)
    booking = used(world.instrument_a, ines, company, 25)
    Booking.objects.filter(pk=booking.pk).update(category="proprietary")
    row = next(row for row in rows(world.lea, "industry") if row["facility"] == "FA")
    assert (row["delivered_hours"], row["proprietary_hours"], row["proprietary_share"]) == (60, 8, round(8 / 60, 4))
    assert (row["users"], row["industrial_users"], row["user_share"]) == (6, 1, round(1 / 6, 4))
    (hours,) = sql(
        "select sum(s.units) * 8 from facilities_session s, facilities_booking b"
        " where b.id = s.booking_id and b.category = 'proprietary'"
    )
    assert row["proprietary_hours"] == float(hours[0])
    assert Session.objects.filter(booking=booking).exists()


def test_income_is_for_leadership_and_the_facility_only(world, company):
    request = IndustrialRequest.objects.create(
        alliance=world.alliance, facility=world.facility_a, company="Alloys", contact=world.dan, title="Fatigue",
        question="How long?", state="contract",
    )  # fmt: skip
    Quotation.objects.create(
        request=request, number=1, instrument=world.instrument_a, units=1, unit="shift", total=900, currency="EUR",
        valid_until=world.at(0, 0), by=world.bo,
    )  # fmt: skip
    for n, (amount, day) in enumerate(((400, "2026-05-31"), (500, "2026-06-01"))):
        Payment.objects.create(request=request, amount=Decimal(amount), received_on=day, reference=f"R{n}", by=world.bo)
    (row,) = rows(world.lea, "industrial-income")
    assert (row["facility"], row["currency"], row["income"], row["requests"]) == ("FA", "EUR", 400, 1)
    client = Client()
    for user, asked, status in ((world.bo, {"facility": "fa"}, 200), (world.bo, {}, 403), (world.dan, {}, 403)):
        client.force_login(user)
        for suffix in ("", ".csv"):
            found = client.get(f"/api/v1/reports/industrial-income{suffix}", {**MAY, **asked})
            assert found.status_code == status
