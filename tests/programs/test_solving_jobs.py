"""Assigning and allocating as jobs: a small call at once, a large one by a worker, with what came of it kept."""

from decimal import Decimal

import pytest

from accounts.commands import create_token
from core.commands import start_job
from core.errors import NotPermitted, WrongState
from core.models import AuditEntry, Job, new_id
from programs.commands import reviews, rounds
from programs.models import Call, Review, Round
from programs.queries.assigning import ASSIGNMENT, assigned_by, last_assignment
from programs.queries.forwarding import last_forwarding
from programs.queries.rounds.trials import SOLVING, last_solving, trial_of
from programs.rules.assignment import Judge, Pair, Problem, Task, still_wanted
from programs.tasks import assign_reviewers, forward_call, solve_allocation
from tests.programs.allocating import allocating, scored
from tests.programs.asking import a_call, a_proposal
from tests.programs.reviewing import a_panel, before, criteria
from tests.world import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(world):
    """In review: dan, eve and zoe of centre C are to review Ana's proposal, two of them."""
    call = a_call(world, state="in_review", reviews_wanted=2, internal_wanted=0)
    criteria(call)
    world.sec.affiliations.update(organisation=world.org_c)
    panel = a_panel(world, call, world.dan, *(make_user(name, world.org_c) for name in ("eve", "zoe")))
    before(panel, a_proposal(world, call, state="review"))
    return call


def test_a_small_call_is_assigned_at_once_and_a_trial_asks_nobody(world, call):
    job = reviews.start_assignment(call, by=world.sec, dry_run=True)
    assert (job.state, job.done, len(assigned_by(job).new), Review.objects.count()) == ("done", 3, 2, 0)
    again = reviews.start_assignment(call, by=world.sec)
    assert (last_assignment(call), Review.objects.count()) == (again, 2)
    assert assigned_by(reviews.start_assignment(call, by=world.sec)).new == ()
    with pytest.raises(NotPermitted):
        reviews.start_assignment(call, by=world.dan)


def test_a_large_call_waits_for_the_worker_who_may_come_twice(world, call, settings):
    settings.SOLVED_AT_ONCE = 0
    job = reviews.start_assignment(call, by=world.sec)
    assert (job.state, Review.objects.count()) == ("running", 0)
    assert assigned_by(job).new == ()
    assign_reviewers(str(job.pk))
    assign_reviewers(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result["asked"], Review.objects.count()) == ("done", 2, 2)
    assert set(Review.objects.values_list("reviewer", flat=True)) == {row.reviewer for row in assigned_by(job).new}


def test_a_large_call_is_forwarded_by_the_worker_and_tells_what_stays_and_why(world, client, settings):
    settings.SOLVED_AT_ONCE = 1
    call = a_call(world)
    a_panel(world, call)
    ready, stays = (a_proposal(world, call, state="feasibility") for _n in range(2))
    ready.legs.update(state="feasible")
    client.force_login(world.sec)
    url = f"/api/v1/calls/{call.slug}/forward"
    assert client.get(url).status_code == 404
    answer = client.post(url, {"to": "review"}, "application/json")
    assert (answer.status_code, answer.json()["forwarded"]) == (202, [])
    job = last_forwarding(call, "review")
    page = f"/office/calls/{call.pk}/forward/review/"
    assert "forwarding the proposals" in client.get(page).content.decode()
    forward_call(str(job.pk))
    forward_call(str(job.pk))
    told = client.get(url).json()
    assert (told["state"], told["forwarded"]) == ("done", [ready.reference])
    assert [row["proposal"] for row in told["held"]] == [stays.reference]
    html = client.get(page).content.decode()
    assert "1 proposal went on." in html
    assert stays.reference in html
    client.force_login(world.ana)
    assert (client.get(page).status_code, client.get(url).status_code) == (403, 404), "the office's alone"


def test_the_trail_of_a_job_keeps_counts_and_no_names(world, call):
    job = reviews.start_assignment(call, by=world.sec)
    entry = AuditEntry.objects.get(object_id=job.pk, verb="end")
    assert entry.data["asked"] == 2
    assert "new" not in entry.data


def test_what_changed_while_it_was_solved_is_not_asked():
    """Of three pairs solved for: the first declined meanwhile, the second got into conflict, the fourth is one too
    many because somebody was asked by hand."""
    problem = Problem(
        tasks=[Task("p", "m", 3, 0, kept=frozenset({"hand"}), gone=frozenset({"a"})), Task("q", "m", 1, 0)],
        judges=[Judge(key, "m", 1) for key in ("a", "b", "c", "d", "e", "hand")],
        barred=frozenset({("b", "p")}),
    )
    pairs = [Pair("p", key, 1, False) for key in "abcde"]
    assert [row.reviewer for row in still_wanted(problem, pairs)] == ["c", "d"]
    full = [Pair("p", "c", 1, False), Pair("q", "c", 1, False), Pair("gone", "d", 1, False)]
    assert still_wanted(problem, full) == (full[0],)


def test_a_trial_of_a_round_is_kept_with_its_lines_and_writes_no_round(world):
    call = allocating(world)
    best = scored(world, call, 5)
    limits = {"units": {str(world.instrument_a.pk): "6"}, "categories": {"general": [0, 50]}}
    trial = trial_of(rounds.start_solving(call, by=world.lea, limits=limits, dry_run=True))
    direct = rounds.try_round(call, by=world.lea, limits=limits)
    assert not Round.objects.exists()
    assert trial.limits == direct.limits
    [kept], [line] = trial.lines, direct.lines
    assert (kept.leg.proposal, kept.verdict, kept.units, kept.reason) == (best, line.verdict, line.units, line.reason)
    assert kept.merit == line.merit


def test_a_large_round_is_proposed_by_the_worker_and_a_closed_call_says_why_not(world, settings):
    settings.SOLVED_AT_ONCE = 0
    call = allocating(world)
    scored(world, call, 5)
    first, late = (rounds.start_solving(call, by=world.lea) for _n in range(2))
    solve_allocation(str(first.pk))
    first.refresh_from_db()
    assert (first.state, first.result["round"], trial_of(first)) == ("done", 1, None)
    call = rounds.announce_results(call, by=world.lea)
    solve_allocation(str(late.pk))
    late.refresh_from_db()
    assert (late.state, "in allocation" in late.message) == ("failed", True)
    assert last_solving(call) == late
    with pytest.raises(WrongState):
        rounds.start_solving(call, by=world.lea)


def test_the_api_answers_202_for_a_large_call_and_then_tells_what_came_of_it(world, call, settings, client):
    def caller(person):
        headers = {"Authorization": f"Bearer {create_token(person, by=person)[1]}"}
        return lambda method, address: getattr(client, method)(
            f"/api/v1/calls/{address}", content_type="application/json", headers=headers
        )

    settings.SOLVED_AT_ONCE = 0
    office = caller(world.sec)
    assert office("get", f"{call.slug}/assign").status_code == 404
    started = office("post", f"{call.slug}/assign")
    assert (started.status_code, started.json()["state"], started.json()["asked"]) == (202, "running", [])
    assign_reviewers(str(Job.objects.get().pk))
    told = office("get", f"{call.slug}/assign")
    assert (told.status_code, told.json()["state"], len(told.json()["asked"])) == (200, "done", 2)
    assert caller(world.dan)("get", f"{call.slug}/assign").status_code == 404
    giving = allocating(world)
    scored(world, giving, 5)
    manager = caller(world.lea)
    started = manager("post", f"{giving.slug}/allocate")
    assert (started.status_code, started.json()["state"], started.json()["lines"]) == (202, "running", [])
    solve_allocation(str(Job.objects.filter(kind="solve_allocation").get().pk))
    told = manager("get", f"{giving.slug}/allocate")
    assert (told.status_code, told.json()["number"], len(told.json()["lines"])) == (200, 1, 1)
    assert Decimal(told.json()["lines"][0]["units"]) == 6
    assert caller(world.ana)("get", f"{giving.slug}/allocate").status_code == 404


@pytest.mark.parametrize(("kind", "work"), [(ASSIGNMENT, reviews.run_assignment), (SOLVING, rounds.run_solving)])
def test_a_job_that_breaks_says_so_and_does_not_run_for_ever(world, kind, work):
    job = start_job(kind, by=world.sec, about={"call": str(new_id()), "dry_run": True})
    with pytest.raises(Call.DoesNotExist):
        work(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message[:20]) == ("failed", "Something went wrong")
