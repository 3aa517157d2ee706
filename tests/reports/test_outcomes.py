"""K25, K28, K29, K32, K33, K35: publications, milestones, budgets, capacity, members, meetings and votes."""

from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from accounts.models import Organisation
from alliance.models import (
    Attendance,
    Ballot,
    Body,
    Meeting,
    Membership,
    MembershipApplication,
    Motion,
    Vote,
    Voter,
)
from facilities.models import Booking, Team
from programs.models import (
    BudgetLine,
    Contribution,
    Enrolment,
    ExchangeStay,
    Expenditure,
    Milestone,
    OutcomeLink,
    Program,
    Publication,
    Training,
)
from reports.queries.answers import answer
from tests.reports.history import MAY, may_2026, utc
from tests.world import make_user

pytestmark = pytest.mark.django_db


def rows(user, name, **asked):
    return answer(name, asked, user=user).rows


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.fixture
def program(world):
    team = Team.objects.create(kind="program", title="Ions")
    return Program.objects.create(
        id=team.pk,
        team=team,
        number="P-1",
        title="Ions",
        state="active",
        peaceful_use=True,
        currency="EUR",
        starts_on="2026-01-01",
        ends_on="2026-12-31",
        alliance=world.alliance,
    )


def test_papers_are_counted_once_by_doi_and_per_hundred_shifts(world):
    may_2026(world)
    first, second = Booking.objects.filter(instrument=world.instrument_a, state="closed")[:2]
    for n, kind in enumerate(("article", "thesis", "dataset", "article")):
        paper = Publication.objects.create(doi=f"10.1000/{n}", title="Ions", year=2026, kind=kind)
        if n < 3:
            OutcomeLink.objects.create(publication=paper, booking=first)
            OutcomeLink.objects.create(publication=paper, booking=second)
    (row,) = rows(world.lea, "publications", **MAY)
    assert (row["label"], row["publications"], row["datasets"]) == ("2026", 2, 1)
    assert row["per_hundred"] == round(100 * 2 / (60 / 8), 4)
    found = {row["label"]: row["publications"] for row in rows(world.lea, "publications", by="instrument", **MAY)}
    assert found == {"FA · A1": 2, "FB · B1": 0}
    ((linked,),) = sql(
        "select count(*) from programs_publication p where kind <> 'dataset'"
        " and exists (select from programs_outcomelink where publication_id = p.id)"
    )
    assert linked == 2


def test_milestones_that_came_by_their_day_and_the_weight_that_was_earned(world, program):
    for weight, due, done in (
        (1, "2026-03-01", "2026-03-01"),
        (2, "2026-04-01", "2026-04-02"),
        (3, "2026-05-01", None),
        (4, "2036-05-01", None),
    ):
        Milestone.objects.create(program=program, title="M", weight=weight, due_on=due, done_on=done)
    (row,) = rows(world.lea, "milestones")
    assert (row["due"], row["in_time"], row["share"], row["earned"]) == (3, 1, 0.3333, 0.3)
    assert rows(world.lea, "milestones", **{"from": "2026-03-02", "to": "2026-05-01"})[0]["share"] == 0
    ((in_time, earned),) = sql(
        "select avg((done_on is not null and done_on <= due_on)::int) filter (where due_on < '2030-01-01'),"
        " sum(case when done_on is null then 0 else weight end)::float / sum(weight) from programs_milestone"
    )
    assert (round(float(in_time), 4), earned) == (row["share"], row["earned"])
    planned = answer("milestone-plan", {}, user=world.lea)
    assert [row["standing"] for row in planned.rows] == ["in_time", "late", "overdue", "open"]
    bar, *marks = planned.figure["data"]
    assert (bar["base"], bar["x"]) == (["2026-01-01"], [365 * 86_400_000]), "the days of the programme"
    assert {trace["name"]: list(trace["x"]) for trace in marks} == {
        "Reached late": ["2026-04-01"], "Reached in time": ["2026-03-01"],
        "Overdue": ["2026-05-01"], "Still to come": ["2036-05-01"],
    }  # fmt: skip
    led = [dict(parse_qsl(mark[0])) for trace in marks for mark in trace["customdata"]]
    assert len({mark["milestone"] for mark in led}) == 4, "each mark leads to its own milestone"


def test_spending_against_the_plan_to_date_at_booked_rates(world, program):
    """Half of the year is gone: of 1,000 planned 500 were due; 300 and 100 francs at 1.1 were spent."""
    line = BudgetLine.objects.create(program=program, category="Travel", planned=1000)
    for amount, currency, rate, day in (
        (300, "EUR", 1, "2026-02-01"),
        (100, "CHF", "1.1", "2026-03-01"),
        (999, "EUR", 1, "2026-09-01"),
    ):
        Expenditure.objects.create(
            line=line, amount=amount, currency=currency, rate=Decimal(rate), booked_on=day, by=world.ana
        )
    for in_kind, amount in ((False, 700), (True, 50)):
        Contribution.objects.create(
            program=program,
            organisation=world.org_a,
            in_kind=in_kind,
            amount=amount,
            currency="EUR",
            rate=1,
            booked_on="2026-02-01",
            by=world.ana,
        )
    (row,) = rows(world.lea, "budget", **{"from": "2026-01-01", "to": "2026-07-02"})
    to_date = 1000 * (date(2026, 7, 2) - date(2026, 1, 1)).days / 365
    assert (row["spent"], row["cash"], row["in_kind"]) == (410, 700, 50)
    assert row["planned_to_date"] == round(to_date, 4)
    assert (row["execution"], row["variance"]) == (round(410 / to_date, 4), round(to_date - 410, 4))
    assert answer("budget", {"to": "2026-07-02"}, user=world.lea).figure["data"][0]["type"] == "waterfall"


@pytest.mark.parametrize("name", ["budget", "milestones", "applications", "attendance", "participation"])
def test_plans_money_and_governance_are_for_leadership(world, name):
    client = Client()
    for user, status in ((world.lea, 200), (world.sec, 200), (world.bo, 403), (world.dan, 403)):
        client.force_login(user)
        assert client.get(f"/api/v1/reports/{name}").status_code == status
        assert client.get(f"/api/v1/reports/{name}.csv").status_code == status
    assert Client().get(f"/api/v1/reports/{name}").status_code == 403


def test_trainees_count_once_their_days_each_time_and_stays_are_cut(world, program):
    people = [make_user(f"t{n}", org) for n, org in enumerate((world.org_a, world.org_b, world.org_b, world.org_c))]
    for first, last, states in (
        ("2026-05-01", "2026-05-04", ("passed", "attended", "absent")),
        ("2026-06-01", "2026-06-02", ("passed", "withdrawn", "attended", "passed")),
    ):
        training = Training.objects.create(
            program=program, title="School", organisation=world.org_a, days=DateRange(first, last), capacity=9
        )
        for seat, (person, state) in enumerate(zip(people, states, strict=False), start=1):
            Enrolment.objects.create(
                training=training,
                person=person,
                state=state,
                seat=None if state == "withdrawn" else seat,
                asked_at=utc(2026, 4, 1),
            )
    for person, state, first, last in (
        (0, "done", "2025-12-01", "2026-02-01"),
        (1, "planned", "2026-05-01", "2026-06-01"),
    ):
        ExchangeStay.objects.create(
            program=program,
            person=people[person],
            home=world.org_a,
            host=world.org_b,
            state=state,
            purpose="Ions",
            period=DateRange(first, last),
        )
    (row,) = rows(world.lea, "capacity", **{"from": "2026-01-01", "to": "2027-01-01"})
    assert (row["trainees"], row["trainee_days"], row["countries"], row["guests"]) == (4, 9, 3, 1)
    assert (row["pass_rate"], row["person_months"]) == (0.6, round(31 / 30.44, 4))
    ((trainees, days),) = sql("""
        select count(distinct e.person_id), sum((select count(*) from generate_series(
            lower(t.days), upper(t.days) - 1, interval '1 day')))
        from programs_enrolment e, programs_training t
        where t.id = e.training_id and e.state in ('attended', 'passed')
    """)
    assert (trainees, days) == (row["trainees"], row["trainee_days"])


def test_members_by_class_on_the_last_day_of_each_year(world):
    Membership.objects.create(
        alliance=world.alliance,
        organisation=world.org_c,
        member_class="associate",
        joined_on="2025-06-01",
        left_on="2026-01-01",
    )
    found = {
        (row["period"], row["member_class"]): (row["members"], row["countries"])
        for row in rows(world.dan, "membership", by="year", **{"from": "2024-01-01", "to": "2027-01-01"})
    }
    assert found == {
        ("2024", "full"): (2, 2),
        ("2025", "full"): (2, 2),
        ("2025", "associate"): (1, 1),
        ("2026", "full"): (2, 2),
    }
    ((then,),) = sql(
        "select count(*) from alliance_membership"
        " where daterange(joined_on, left_on) @> date '2025-12-31' and member_class = 'associate'"
    )
    assert then == 1


def test_twelve_of_seventeen_voting_members_are_70_6_per_cent(world):
    """F2: seven in the hall, five online; an observer who came does not count."""
    body = Body.objects.create(alliance=world.alliance, name="Assembly", of_members=True)
    meeting = Meeting.objects.create(
        body=body,
        title="Second meeting",
        starts_at=utc(2021, 9, 25, 1),
        ends_at=utc(2021, 9, 25, 9),
        zone="Asia/Shanghai",
        state="closed",
    )
    members = list(Membership.objects.all())
    for n in range(16):
        organisation = Organisation.objects.create(slug=f"m{n}", name=f"Member {n}", country="CN")
        members.append(
            Membership.objects.create(
                alliance=world.alliance,
                organisation=organisation,
                joined_on="2019-10-17",
                member_class="observer" if n == 15 else "full",
            )
        )
    for n, member in enumerate([*members[:12], members[-1]]):
        Attendance.objects.create(
            meeting=meeting,
            name=f"Person {n}",
            membership=member,
            mode="onsite" if n < 7 else "online",
            from_at=utc(2021, 9, 25, 1),
            to_at=utc(2021, 9, 25, 9),
        )
    (row,) = rows(world.lea, "attendance")
    assert (row["voting"], row["present"], row["attendance"]) == (17, 12, 0.7059)
    assert (row["online"], row["online_share"]) == (5, round(5 / 12, 4))
    told = {"attended": 12}
    Meeting.objects.filter(pk=row["meeting_id"]).update(source="A report of that year", quorum_result=told)
    (row,) = rows(world.lea, "attendance")
    assert (row["voting"], row["present"], row["attendance"]) == (None, 12, None), "what no source says is a gap"


def test_participation_counts_members_that_voted_once(world):
    body = Body.objects.create(alliance=world.alliance, name="Assembly", of_members=True)
    motion = Motion.objects.create(
        alliance=world.alliance, body=body, title="A plan", text="Text", mover=world.lea, state="closed"
    )
    ballot = Ballot.objects.create(motion=motion, opened_at=utc(2026, 5, 1), is_secret=False, members=2)
    one, _other = (
        Voter.objects.create(ballot=ballot, membership=member, name=str(member))
        for member in Membership.objects.order_by("id")
    )
    for number in (1, 2):
        Vote.objects.create(voter=one, number=number, choice="for", cast_by=world.sig_a)
    Ballot.objects.update(closed_at=utc(2026, 5, 2))
    (row,) = rows(world.lea, "participation")
    assert (row["eligible"], row["cast_votes"], row["participation"], row["days"]) == (2, 1, 0.5, None)


def test_applications_by_state_with_the_days_to_the_charter(world):
    for n, (state, signed) in enumerate((("member", "2026-03-11"), ("checking", None), ("checking", None))):
        organisation = Organisation.objects.create(slug=f"a{n}", name=f"Applicant {n}", country="IT")
        member = signed and Membership.objects.create(alliance=world.alliance, organisation=organisation)
        MembershipApplication.objects.create(
            alliance=world.alliance,
            organisation=organisation,
            contact=world.dan,
            state=state,
            submitted_at=utc(2026, 3, 1),
            signed_on=signed,
            membership=member,
        )
    found = {row["state"]: (row["applications"], row["days"]) for row in rows(world.lea, "applications")}
    assert found == {"checking": (2, None), "member": (1, 10)}
