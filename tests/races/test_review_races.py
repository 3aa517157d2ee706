"""Two at once: a declined review has one replacement, nobody is asked twice, results are announced once."""

from collections import Counter
from datetime import timedelta

import pytest

from facilities.models import Allocation
from notifications.models import Message
from programs.commands import reviews
from programs.commands.reviews.asking import ask_reviewer
from programs.models import Review
from tests.programs.allocating import allocating, proposed, scored
from tests.programs.asking import a_call, a_proposal
from tests.programs.reviewing import a_panel, a_review, before, criteria
from tests.races.barrier import at_once, caller
from tests.world import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(world):
    """A call in review for two reviews each: Ana's two proposals before a panel of six of centre C."""
    world.sec.affiliations.update(organisation=world.org_c)
    call = a_call(world, state="in_review", reviews_wanted=2, internal_wanted=0)
    criteria(call)
    panel = a_panel(world, call, world.dan, *(make_user(f"judge{n}", world.org_c) for n in range(5)))
    rows = [before(panel, a_proposal(world, call, state="review")) for _n in range(2)]
    return type("Scene", (), {"call": call, "panel": panel, "rows": rows})


def test_declines_at_once_ask_exactly_one_other_for_each_review(world, scene):
    """Scenario 6: one review declined three times, and another of the same proposal, all at the same moment."""
    colleague = scene.panel.members.exclude(person=world.dan).order_by("id")[0].person
    own, other = a_review(scene.rows[0], world.dan), a_review(scene.rows[0], colleague)
    declines = [caller(world.dan, f"/reviews/{own.pk}/decline", {"reason": "No time."}) for _n in range(3)]
    answers = at_once([*declines, caller(colleague, f"/reviews/{other.pk}/decline", {"reason": "No time."})])
    assert {answer.status_code for answer in answers} == {200}
    asked = Review.objects.filter(state="asked")
    assert {row.replaces for row in asked} == {own, other}
    assert len(asked) == len({row.reviewer_id for row in asked} - {world.dan.pk, colleague.pk}) == 2
    assert Message.objects.filter(kind="review_asked").count() == 2


def test_two_simultaneous_assignments_ask_nobody_twice_and_nobody_too_many(world, scene):
    chosen = scene.panel.members.order_by("-id").first().person
    by_hand = scene.rows[0]

    def by_the_office():
        return ask_reviewer(by_hand, chosen, by=world.sec)

    answers = at_once([*(caller(world.sec, f"/calls/{scene.call.slug}/assign", {}) for _n in range(3)), by_the_office])
    assert {answer.status_code for answer in answers[:3]} == {200}
    assert sum(len(answer.json()["asked"]) for answer in answers[:3]) + 1 >= Review.objects.count() >= 4
    held = Counter(Review.objects.values_list("assessment", flat=True))
    assert held[scene.rows[1].pk] == 2
    assert held[by_hand.pk] in (2, 3)
    assert Message.objects.filter(kind="review_asked").count() == Review.objects.count()
    reviews.assign_reviewers(scene.call, by=world.sec)
    assert Counter(Review.objects.values_list("assessment", flat=True)) == held


def test_two_simultaneous_announcements_grant_once_and_tell_everyone_once(world):
    """Scenario 7."""
    call = allocating(world, sealed_for=timedelta(minutes=-1))
    scored(world, call, 4.5, pi=world.ana)
    proposed(world, call)
    answers = at_once([caller(world.lea, f"/calls/{call.slug}/announce", {}) for _n in range(4)])
    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(200, "notified")] * 4
    [given] = Allocation.objects.all()
    assert given.granted == 6
    assert given.entries.count() == 1
    assert Message.objects.filter(kind="proposal_result", recipient=world.ana).count() == 1
