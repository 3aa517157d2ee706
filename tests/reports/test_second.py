"""K15, K24, K29, K32, K34 and K36 a second time, by SQL of another shape, on random histories."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Organisation
from alliance.models import Attendance, Ballot, Body, Meeting, Membership, Motion, Vote, Voter
from facilities.models import Booking, Course, Person, TrainingRecord
from programs.models import BudgetLine, Expenditure, ExperimentReport, Feedback, Program
from reports.queries.answers import answer
from tests.programs.asking import a_call, a_proposal
from tests.reports.history import MAY, program, utc
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


@pytest.mark.parametrize("seed", [1, 2])
def test_reports_in_time_are_those_that_came_before_the_midnight_after_their_day(world, seed):
    """K24: thirty runs at both places, reports due on days of May, sent hours before and after that midnight."""
    dice = random.Random(seed)
    proposal = a_proposal(world, a_call(world), state="accepted")
    for n in range(30):
        place = dice.choice([world.instrument_a, world.instrument_b])
        due = date(2026, 4, 25) + timedelta(days=dice.randrange(45))
        starts_at = utc(2026, 1, 1, 8) + timedelta(days=n)
        booking = Booking.objects.create(
            instrument=place, period=DateTimeTZRange(starts_at, starts_at + timedelta(hours=8)), state="closed",
            requester=world.ana, unit=place.unit, units=1,
        )  # fmt: skip
        state = dice.choice(["submitted", "submitted", "due", "waived"])
        sent = utc(due.year, due.month, due.day, 20) + timedelta(hours=dice.randrange(8))
        ExperimentReport.objects.create(
            proposal=proposal, booking=booking, due_on=due, publish_by=due, state=state,
            text="Found." if state == "submitted" else "", submitted_at=sent if state == "submitted" else None,
        )  # fmt: skip
    found = sql(
        """
        select i.facility_id::text, count(*), count(*) - count(*) filter (
            where r.submitted_at is null or r.submitted_at >= (r.due_on + 1)::timestamp at time zone f.zone
        )
        from facilities_facility f, facilities_instrument i, facilities_booking b, programs_experimentreport r
        where i.facility_id = f.id and b.instrument_id = i.id and r.booking_id = b.id
            and r.state in ('due', 'submitted') and to_char(r.due_on, 'YYYY-MM') = '2026-05'
        group by 1
        """
    )
    shown = answer("report-compliance", MAY, user=world.lea).rows
    assert {(row["facility_id"], row["due"], row["in_time"]) for row in shown} == set(found)
    assert all(row["share"] == round(row["in_time"] / row["due"], 4) for row in shown)


@pytest.mark.parametrize("seed", [1, 2])
def test_budgets_are_due_day_by_day_and_spent_at_the_rate_of_the_day(world, seed):
    """K29: a plan falls due a day at a time; what was spent after the period is not in it."""
    dice = random.Random(seed)
    for n in range(4):
        made = program(f"P-{n}", world.org_a)
        first = date(2026, 1, 1) + timedelta(days=dice.randrange(90))
        Program.objects.filter(pk=made.pk).update(
            currency="EUR", starts_on=first, ends_on=first + timedelta(days=dice.randrange(100, 500))
        )
        for category in ("Travel", "Guests"):
            line = BudgetLine.objects.create(program=made, category=category, planned=dice.randrange(1000, 9000))
            for _each in range(dice.randrange(4)):
                Expenditure.objects.create(
                    line=line, amount=dice.randrange(1, 900), currency="CHF",
                    rate=Decimal(dice.randrange(90, 120)) / 100,
                    booked_on=date(2026, 3, 1) + timedelta(days=dice.randrange(180)), by=world.ana,
                )  # fmt: skip
    found = sql(
        """
        select g.number, sum(l.planned * (
            select count(*) filter (where day < '2026-06-01')::float8 / count(*)
            from generate_series(g.starts_on, g.ends_on, interval '1 day') day
        )), sum((select coalesce(sum(e.amount * e.rate), 0) from programs_expenditure e
            where e.line_id = l.id and e.booked_on <= '2026-05-31'))
        from programs_program g join programs_budgetline l on l.program_id = g.id group by g.id order by 1
        """
    )
    shown = answer("budget", MAY, user=world.lea).rows
    assert [row["number"] for row in shown] == [number for number, _due, _spent in found]
    for row, (_number, due, spent) in zip(shown, found, strict=True):
        assert (row["planned_to_date"], row["spent"]) == pytest.approx((due, float(spent)), abs=0.01)
        assert row["execution"] == pytest.approx(float(spent) / due, abs=0.0001)


@pytest.mark.parametrize("seed", [1, 2])
def test_who_was_there_and_who_voted_is_counted_by_member(world, seed):
    """K32: meetings of members that come and go, two people for one of them, an observer who has no vote; votes that
    some cast twice and some not."""
    dice = random.Random(seed)
    body = Body.objects.create(alliance=world.alliance, name="Assembly", of_members=True)
    members = list(Membership.objects.filter(alliance=world.alliance))
    for n in range(8):
        centre = Organisation.objects.create(slug=f"m{n}", name=f"Member {n}", country="CN")
        members.append(
            Membership.objects.create(
                alliance=world.alliance,
                organisation=centre,
                member_class=dice.choice(["full", "full", "observer"]),
                joined_on=date(2024, 1, 1) + timedelta(days=dice.randrange(600)),
                left_on=dice.choice([None, None, date(2026, 2, 1)]),
            )
        )
    for n in range(3):
        starts_at = utc(2025, 3, 1, 1) + timedelta(days=200 * n)
        meeting = Meeting.objects.create(
            body=body, title=f"Meeting {n}", starts_at=starts_at, ends_at=starts_at + timedelta(hours=8),
            zone="Asia/Shanghai", state="closed",
        )  # fmt: skip
        for member in dice.choices(members, k=9):
            Attendance.objects.create(
                meeting=meeting, name="Person", membership=member, mode=dice.choice(["onsite", "online"]),
                from_at=meeting.starts_at, to_at=meeting.ends_at,
            )  # fmt: skip
        motion = Motion.objects.create(
            alliance=world.alliance, body=body, title=f"Motion {n}", text="Text", mover=world.lea, state="closed"
        )
        ballot = Ballot.objects.create(motion=motion, opened_at=starts_at, is_secret=False, members=len(members))
        for member in members:
            voter = Voter.objects.create(ballot=ballot, membership=member, name=str(member))
            for number in range(dice.randrange(3)):
                Vote.objects.create(voter=voter, number=number + 1, choice="for", cast_by=world.sig_a)
    Ballot.objects.update(closed_at=utc(2026, 5, 2))
    there = sql(
        """
        select t.title, count(*) filter (where here) , count(*), count(*) filter (where here and not in_hall)
        from (
            select m.title, bool_or(a.id is not null) as here, coalesce(bool_or(a.mode = 'onsite'), false) as in_hall
            from alliance_meeting m cross join alliance_membership s
            left join alliance_attendance a on a.meeting_id = m.id and a.membership_id = s.id
            where s.member_class <> 'observer' and daterange(s.joined_on, s.left_on) @> m.starts_at::date
            group by m.title, s.id
        ) t group by 1
        """
    )
    shown = answer("attendance", {}, user=world.lea).rows
    assert {(row["meeting"], row["present"], row["voting"], row["online"]) for row in shown} == set(there)
    voted = sql(
        """
        select m.title, (select count(distinct voter_id) from alliance_vote v join alliance_voter w on w.id = v.voter_id
            where w.ballot_id = b.id), (select count(*) from alliance_voter w where w.ballot_id = b.id)
        from alliance_ballot b join alliance_motion m on m.id = b.motion_id
        """
    )
    counted = answer("participation", {}, user=world.lea).rows
    assert {(row["motion"], row["cast_votes"], row["eligible"]) for row in counted} == set(voted)
    assert all(row["participation"] == round(row["cast_votes"] / row["eligible"], 4) for row in counted)
