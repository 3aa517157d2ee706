"""K09–K12 and K21–K23: demand, success, cut-off and timeliness of calls, by hand and by a second computation in SQL."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.utils.translation import override

from core.errors import NotFound
from core.lookup import find
from programs.models import Assessment, Call, ConflictDeclaration, Leg, Panel
from reports import metrics
from reports.commands.snapshots import freeze_report
from reports.queries.answers import answer
from reports.queries.snapshots import snapshots_visible_to
from reports.words import named_text
from tests.programs.asking import a_call, a_proposal, a_scale
from tests.reports.calls import calls_at_random
from tests.reports.history import used
from tests.world import make_user

pytestmark = pytest.mark.django_db


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def rows(user, name, **asked):
    return answer(name, asked, user=user).rows


def sql(statement, **parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


@pytest.fixture
def told(world):
    """A call told in March: A1 offers 60; eight leaders ask for six units each, two are given six and three."""
    call = a_call(
        world, state="notified", opens_at=utc(2026, 1, 1), closes_at=utc(2026, 2, 1, 16), notify_at=utc(2026, 3, 1)
    )
    panel = Panel.objects.create(alliance=world.alliance, name="Panel", scale=a_scale())
    states = ["accepted", "partially_accepted", "rejected", "rejected", "reserve", "withdrawn", "panel", "draft"]
    for n, state in enumerate(states):
        is_told = state in {"accepted", "partially_accepted", "rejected", "reserve"}
        proposal = a_proposal(
            world, call, pi=make_user(f"pi{n}", world.org_b), state=state,
            notified_at=utc(2026, 3, 13, 16) if is_told else None, submitted_at=utc(2026, 1, 20),
        )  # fmt: skip
        if state in {"accepted", "partially_accepted"}:
            proposal.legs.update(granted=6 if state == "accepted" else 3)
        Assessment.objects.create(
            proposal=proposal, panel=panel, final_score=Decimal("4.5") - Decimal(n) / 2, final_reason="Agreed"
        )
    return call


def test_demand_divides_what_was_asked_for_by_what_was_on_offer_and_given_by_asked(told, world):
    one, other = rows(world.lea, "demand")
    assert (one["available_units"], one["requested_units"], one["allocated_units"]) == (60, 36, 9)
    assert one["oversubscription"] == 0.6
    assert one["allocation_ratio"] == 0.3
    assert (other["instrument"], other["requested_units"], other["oversubscription"]) == ("B1", 0, 0)
    assert other["allocated_units"] is other["allocation_ratio"] is None


def test_calls_and_panels_have_their_chinese_names_in_figures(told, world):
    Call.objects.update(name_zh="常规征集")
    Panel.objects.update(name_zh="评审组")
    with override("zh-hans"):
        shown = answer("cut-off", {}, user=world.lea)
        assert {named_text(row, "panel", "text") for row in shown.rows} == {"评审组"}
        for name in ("demand", "success-rate", "cut-off", "notification-time"):
            seen = answer(name, {}, user=world.lea)
            figure = str(seen.report.figure([{**row, "mark": place} for place, row in enumerate(seen.rows)]))
            assert "常规征集" in figure, name
            assert told.name not in figure, name


def test_success_leaves_out_withdrawn_and_undecided_and_has_its_interval(told, world):
    (row,) = rows(world.lea, "success-rate")
    assert (row["decided"], row["accepted"], row["success_rate"]) == (5, 2, 0.4)
    assert (row["low"], row["high"]) == tuple(round(end, 4) for end in metrics.wilson(2, 5))


def test_the_day_of_a_notification_is_that_of_the_call(told, world):
    """16:00 UTC on the 13th is the beginning of the 14th in Shanghai."""
    assert rows(world.lea, "success-rate", **{"from": "2026-03-14", "to": "2026-03-15"})
    assert rows(world.lea, "success-rate", **{"from": "2026-03-13", "to": "2026-03-14"}) == []


def test_the_cut_off_is_the_worst_score_with_time(told, world):
    (row,) = rows(world.lea, "cut-off")
    assert (row["instrument"], row["cut_off"], row["proposals"]) == ("A1", 4.0, 2)


def test_who_is_in_conflict_gets_a_cut_off_without_that_proposal_and_no_snapshot_of_another_reader(told, world):
    """lea is told by a declaration that she must not judge the proposal that set the cut-off."""
    before = freeze_report("cut-off", {}, by=world.sec)
    worst = Leg.objects.get(granted=3).proposal
    ConflictDeclaration.objects.create(proposal=worst, person=world.lea, reason="Brother", by=world.sec)
    (row,) = rows(world.lea, "cut-off")
    assert (row["cut_off"], row["proposals"]) == (4.5, 1)
    with pytest.raises(NotFound):
        find(snapshots_visible_to(world.lea), before.pk)
    assert find(snapshots_visible_to(world.sec), before.pk) == before


def test_a_small_call_tells_the_public_nothing(told, world):
    (row,) = rows(world.dan, "cut-off")
    assert row["cut_off"] is None
    (row,) = rows(world.dan, "success-rate", by="country")
    assert row["decided"] == 5


def test_days_from_the_deadline_to_the_notification(told, world):
    (row,) = rows(world.lea, "notification-time")
    assert (row["decided"], row["median"]) == (5, 40)


def test_a_leader_of_an_alliance_may_see_the_rows_only_of_proposals_that_are_theirs_to_see(told, world):
    client = Client()
    client.force_login(world.dan)
    assert client.get("/api/v1/reports/success-rate/rows").json()["results"] == []
    client.force_login(world.adm)
    found = client.get("/api/v1/reports/success-rate/rows").json()["results"]
    assert {row["kind"] for row in found} <= {"proposal"}


SEEDS = pytest.mark.parametrize("seed", [11, 12])
YEAR = {"from": "2024-03-01", "to": "2025-03-01"}
DAYS = "between date '2024-03-01' and date '2025-02-28'"


@SEEDS
def test_demand_of_a_random_history_is_what_a_walk_over_the_legs_says(world, seed):
    calls_at_random(world, seed)
    second = {
        (call, code): tuple(None if each is None else float(each) for each in found)
        for call, code, *found in sql(f"""
            with legs as (
                select c.name as call, c.closes_at, x.code as wish, y.code as at, l.units, l.granted, p.state,
                    (case when c.closes_at is null then p.submitted_at else c.closes_at end
                        at time zone 'Asia/Shanghai')::date {DAYS} as counts
                from programs_call c, programs_proposal p, programs_leg l, facilities_instrument x,
                    facilities_instrument y
                where p.call_id = c.id and l.proposal_id = p.id and x.id = l.preferred_id and y.id = l.instrument_id
                    and p.state not in ('withdrawn', 'draft', 'returned')
            )
            select c.name, i.code,
                (select sum(o.units) from programs_offer o where o.call_id = c.id and o.instrument_id = i.id
                    and (coalesce(c.closes_at, c.opens_at) at time zone 'Asia/Shanghai')::date {DAYS}),
                (select coalesce(sum(units), 0) from legs where call = c.name and wish = i.code and counts),
                (select sum(coalesce(granted, 0)) from legs where call = c.name and at = i.code and counts
                    and state not in ('submitted', 'review')),
                (select sum(units) from legs where call = c.name and wish = i.code and counts
                    and state not in ('submitted', 'review'))
            from programs_call c cross join facilities_instrument i
        """)
    }
    first = rows(world.lea, "demand", **YEAR)
    assert first
    for row in first:
        offered, asked, given, decided = second[row["call"], row["instrument"]]
        assert (row["available_units"], row["requested_units"]) == (offered, asked)
        assert row["oversubscription"] == (None if not offered else round(asked / offered, 4))
        assert row["allocation_ratio"] == (None if not decided else round((given or 0) / decided, 4))


@SEEDS
@pytest.mark.parametrize(("by", "column"), [("country", "country"), ("lineage", "lineage"), ("call", "name")])
def test_success_of_a_random_history_is_what_counting_proposal_by_proposal_says(world, seed, by, column):
    calls_at_random(world, seed)
    second = {
        key: (len(found), sum(found))
        for key, found in sql(f"""
            select {column}, array_agg(good::int) from (
                select m.country, p.lineage, c.name, p.state in ('accepted', 'partially_accepted')
                    or (p.state = 'expired' and coalesce((select max(granted) from programs_leg
                        where proposal_id = p.id), 0) > 0) as good
                from programs_proposal p join programs_call c on c.id = p.call_id
                left join programs_proposalmember m on m.proposal_id = p.id
                where p.state in ('accepted', 'partially_accepted', 'reserve', 'rejected', 'expired')
                    and (p.notified_at at time zone 'Asia/Shanghai')::date {DAYS}
            ) one group by 1
        """)
    }
    first = {row["label"]: (row["decided"], row["accepted"]) for row in rows(world.lea, "success-rate", by=by, **YEAR)}
    assert first == second


@SEEDS
def test_reviews_and_notifications_of_a_random_history(world, seed):
    calls_at_random(world, seed)
    second = dict(
        sql(f"""
            select c.name, avg(case when r.submitted_at is not null and r.submitted_at <= r.due_at then 1.0 else 0 end)
            from programs_call c join programs_proposal p on p.call_id = c.id
            join programs_assessment a on a.proposal_id = p.id join programs_review r on r.assessment_id = a.id
            where r.state not in ('declined', 'cancelled') and (r.due_at at time zone 'Asia/Shanghai')::date {DAYS}
            group by 1
        """)
    )
    first = {row["call"]: row["share"] for row in rows(world.system, "review-timeliness", **YEAR)}
    assert first == {call: pytest.approx(float(share), abs=1e-4) for call, share in second.items()}
    days = dict(
        sql(f"""
            select c.name, array_agg(extract(epoch from (p.notified_at
                - case when c.closes_at is null then p.submitted_at else c.closes_at end)) / 86400)
            from programs_call c join programs_proposal p on p.call_id = c.id
            where p.notified_at is not null and (p.notified_at at time zone 'Asia/Shanghai')::date {DAYS} group by 1
        """)
    )
    for row in rows(world.lea, "notification-time", **YEAR):
        found = metrics.decision_time(float(each) for each in days[row["call"]])
        assert (row["decided"], row["median"], row["p90"]) == (
            found.decided, pytest.approx(found.median, abs=1e-3), pytest.approx(found.p90, abs=1e-3)
        )  # fmt: skip


@SEEDS
def test_the_cut_off_of_a_random_history(world, seed):
    calls_at_random(world, seed)
    second = {
        (call, code): float(worst)
        for call, code, worst in sql(f"""
            select c.name, i.code, min(native.mean) from programs_call c join programs_proposal p on p.call_id = c.id
            join programs_leg l on l.proposal_id = p.id and l.granted > 0
            join facilities_instrument i on i.id = l.instrument_id
            join (
                select a.proposal_id, avg(s.value) as mean from programs_assessment a
                join programs_review r on r.assessment_id = a.id join programs_score s on s.review_id = r.id group by 1
            ) native on native.proposal_id = p.id
            where (p.notified_at at time zone 'Asia/Shanghai')::date {DAYS} group by 1, 2
        """)
    }
    found = rows(world.dan, "cut-off", **YEAR)
    assert len(found) >= len(second) > 0
    for row in rows(world.system, "cut-off", **YEAR):
        worst = second.get((row["call"], row["instrument"]))
        assert row["cut_off"] == (None if worst is None else pytest.approx(worst, abs=1e-4))


def test_time_to_beam_is_from_the_notification_to_the_first_session_there(told, world):
    proposal = Leg.objects.get(granted=6).proposal
    for day in (20, 12):
        booking = used(world.instrument_a, proposal.pi, world.org_b, day)
        booking.team = proposal.team
        booking.save(update_fields=["team"])
    (row,) = rows(world.lea, "time-to-beam", **{"from": "2026-05-01", "to": "2026-06-01"})
    days = (utc(2026, 5, 12, 8) - utc(2026, 3, 13, 16)) / timedelta(days=1)
    assert (row["proposals"], row["median"]) == (1, round(days, 4))
    assert rows(world.lea, "time-to-beam", **{"from": "2026-05-13", "to": "2026-06-01"}) == []
