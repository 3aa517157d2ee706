"""Reviews: who is asked and how often, what is hidden from whom, every move by everyone."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.commands import grant_role
from core import clock
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, WrongState
from core.models import AuditEntry
from notifications.models import Message
from programs.commands import reviews
from programs.commands.reviews import Written
from programs.models import Review
from programs.permissions.reviews import review_parties, reviews_visible_to
from programs.queries.reviews import meeting_of, ranking_visible_to
from programs.workflows.reviews import REVIEW
from tests.programs.asking import a_call, a_proposal
from tests.programs.reviewing import a_panel, a_review, before, criteria, seat
from tests.world import make_user

pytestmark = pytest.mark.django_db
FOUR = Written({"overall": Decimal(4)}, "Good.", "Fund it.")


@pytest.fixture
def scene(world):
    """A call in review; dan and eve of centre C and cleo of A on its panel, zoe its chair; Ana's proposal before it."""
    call = a_call(world, state="in_review", reviews_wanted=2, internal_wanted=0)
    criteria(call)
    eve, zoe, fay = (make_user(name, world.org_c) for name in ("eve", "zoe", "fay"))
    panel = a_panel(world, call, world.dan, eve, chair=zoe)
    row = before(panel, a_proposal(world, call, state="review"))
    return type("Scene", (), {"call": call, "panel": panel, "row": row, "eve": eve, "zoe": zoe, "fay": fay})


def test_a_declined_review_asks_exactly_one_other_and_again_asks_nobody(world, scene):
    """Scenario 6."""
    review = reviews.ask_reviewer(scene.row, world.dan, by=scene.zoe)
    assert reviews.ask_reviewer(scene.row, world.dan, by=scene.zoe) == review
    reviews.decline_review(review, by=world.dan, note="No time.")
    reviews.decline_review(review, by=world.dan, note="No time.")
    [asked] = Review.objects.exclude(pk=review.pk)
    assert asked.replaces == review
    assert asked.reviewer in (scene.eve, scene.zoe)
    assert Message.objects.filter(kind="review_asked", recipient=asked.reviewer).count() == 1
    first = reviews.assign_reviewers(scene.call, by=world.system)
    assert {pair.reviewer for pair in first.new} == {scene.eve.pk, scene.zoe.pk} - {asked.reviewer_id}
    assert reviews.assign_reviewers(scene.call, by=world.system).new == ()
    assert world.dan.pk not in set(Review.objects.exclude(state="declined").values_list("reviewer", flat=True))


def test_past_the_end_of_the_window_people_are_reminded_once_and_nothing_moves(world, scene):
    review = a_review(scene.row, world.dan, due_at=clock.now() - timedelta(days=1))
    assert (reviews.remind_due(), reviews.remind_due()) == (1, 0)
    assert Message.objects.filter(kind="review_due", recipient=world.dan).count() == 1
    review.refresh_from_db()
    scene.row.proposal.refresh_from_db()
    assert (review.state, scene.row.proposal.state) == ("asked", "review")


def test_when_nobody_is_left_the_office_is_told_unless_it_is_in_conflict(world, scene):
    scene.panel.members.exclude(person=world.dan).delete()
    review = a_review(scene.row, world.dan)
    reviews.decline_review(review, by=world.dan, note="No time.")
    told = set(Message.objects.filter(kind="review_lacking").values_list("recipient__name", flat=True))
    assert Review.objects.count() == 1
    assert told == set()
    world.sec.affiliations.update(organisation=world.org_c)
    second = a_review(scene.row, scene.eve)
    reviews.decline_review(second, by=scene.eve, note="No time.")
    assert Message.objects.filter(kind="review_lacking", recipient=world.sec).exists()


def test_scores_off_the_scale_are_all_named_and_nothing_is_written(world, scene):
    criteria(scene.call, overall=1, plan=1)
    review = a_review(scene.row, world.dan)
    wrong = Written({"overall": Decimal("5.5"), "plan": Decimal("3.05"), "beauty": Decimal(3)})
    with pytest.raises(Invalid) as refused:
        reviews.submit_review(review, wrong, by=world.dan)
    assert {row.field for row in refused.value.violations} == {"scores.overall", "scores.plan", "scores.beauty"}
    with pytest.raises(Invalid):
        reviews.submit_review(review, Written({}), by=world.dan)
    assert review.scores.count() == 0


def test_a_draft_is_kept_counts_for_nothing_and_is_handed_in_later(world, scene):
    review = reviews.save_review(a_review(scene.row, world.dan), FOUR, by=world.dan)
    assert (review.state, review.scores.get().value) == ("accepted", 4)
    assert ranking_visible_to(scene.zoe, scene.call).lines[0].native is None
    reviews.submit_review(review, FOUR, by=world.dan)
    assert ranking_visible_to(scene.zoe, scene.call).lines[0].native == 4
    with pytest.raises(WrongState):
        reviews.submit_review(review, FOUR, by=world.dan)


def test_who_is_in_conflict_is_neither_asked_nor_heard(world, scene):
    seat(scene.panel, world.bob)
    with pytest.raises(RulesRefuse) as refused:
        reviews.ask_reviewer(scene.row, world.bob, by=scene.zoe)
    assert [row.source for row in refused.value.violations] == ["R-07"]
    review = a_review(scene.row, world.bob)
    for command in (reviews.accept_review, lambda row, by: reviews.submit_review(row, FOUR, by=by)):
        with pytest.raises(RulesRefuse):
            command(review, by=world.bob)
    assert reviews.decline_review(review, by=world.bob, note="Same house.").state == "declined"


def test_others_are_read_only_when_ones_own_is_in(world, scene):
    theirs = a_review(scene.row, scene.eve, 3)
    own = a_review(scene.row, world.dan)
    assert set(reviews_visible_to(world.dan)) == {own}
    assert ranking_visible_to(world.dan, scene.call).lines == ()
    reviews.submit_review(own, FOUR, by=world.dan)
    assert set(reviews_visible_to(world.dan)) == {own, theirs}


def test_the_chair_with_an_own_review_to_write_waits_too(world, scene):
    theirs = a_review(scene.row, scene.eve, 3)
    assert set(reviews_visible_to(scene.zoe)) == {theirs}
    own = a_review(scene.row, scene.zoe)
    assert set(reviews_visible_to(scene.zoe)) == {own}


def test_a_member_without_a_review_reads_them_when_the_panel_meets(world, scene):
    theirs = a_review(scene.row, scene.eve, 3)
    assert not reviews_visible_to(world.dan).exists()
    reviews.forward_to_panel(scene.row.proposal, by=world.system)
    assert set(reviews_visible_to(world.dan)) == {theirs}
    assert not reviews_visible_to(world.ana).exists()
    assert not reviews_visible_to(scene.fay).exists()


def test_a_declared_conflict_is_taken_back_by_who_made_it_or_the_office_and_by_nobody_it_is_about(world, scene):
    office = make_user("olga", world.org_c)
    grant_role(office, "secretariat", world.alliance, by=world.adm)
    a_review(scene.row, scene.eve, 5)
    reviews.declare_conflict(scene.row, scene.zoe, by=office, reason="They share a grant.")
    for person in (scene.zoe, world.dan, world.ana):
        with pytest.raises(NotPermitted):
            reviews.withdraw_conflict(scene.row, scene.zoe, by=person, reason="No.")
    with pytest.raises(Invalid):
        reviews.withdraw_conflict(scene.row, scene.zoe, by=office, reason=" ")
    assert not reviews_visible_to(scene.zoe).exists()
    reviews.withdraw_conflict(scene.row, scene.zoe, by=office, reason="The grant ended.")
    reviews.withdraw_conflict(scene.row, scene.zoe, by=office, reason="Again.")
    assert reviews_visible_to(scene.zoe).exists()
    told = AuditEntry.objects.get(verb="withdraw-conflict")
    assert (told.note, told.data["declared"]) == ("The grant ended.", "They share a grant.")
    reviews.declare_conflict(scene.row, scene.zoe, by=scene.zoe, reason="Friends.")
    reviews.withdraw_conflict(scene.row, scene.zoe, by=scene.zoe, reason="It was another Ana.")
    assert reviews_visible_to(scene.zoe).exists()


def test_a_conflicted_chair_sees_no_reviewer_score_comment_or_aggregate(world, scene):
    """Scenario 9: what a chair in conflict is shown does not depend on what the reviewers said."""
    other = before(scene.panel, a_proposal(world, scene.call, state="review"))
    a_review(other, scene.eve, 2)
    a_review(scene.row, scene.eve, 5)
    reviews.declare_conflict(scene.row, scene.zoe, by=scene.zoe, reason="We publish together.")

    def seen():
        lines = ranking_visible_to(scene.zoe, scene.call)
        docket = meeting_of(scene.zoe, scene.panel, scene.call)
        return (
            [(line.assessment.pk, line.rank, line.native_rank, line.merit, line.stays_in) for line in lines.lines],
            lines.cut,
            [(row.assessment.pk, row.line and row.line.native, len(row.reviews), row.in_conflict) for row in docket],
            set(reviews_visible_to(scene.zoe)),
        )

    shown = seen()
    assert [row[0] for row in shown[0]] == [other.pk]
    assert shown[2][-1] == (scene.row.pk, None, 0, True)
    a_review(scene.row, world.dan, 1)
    assert seen() == shown
    with pytest.raises(NotPermitted):
        reviews.record_discussion(scene.row, by=scene.zoe, version=scene.row.version, comment_to_management="x")


def test_the_chair_sets_a_score_with_its_reason_and_overwrites_nobody(world, scene):
    with pytest.raises(Invalid):
        reviews.record_discussion(scene.row, by=scene.zoe, version=1, final_score=Decimal(9))
    row = reviews.record_discussion(
        scene.row, by=scene.zoe, version=1, final_score=Decimal("4.5"), final_reason="Stronger than the mean."
    )
    assert (row.final_score, row.version) == (Decimal("4.5"), 2)
    with pytest.raises(DomainError) as refused:
        reviews.record_discussion(scene.row, by=scene.zoe, version=1)
    assert refused.value.status == 409
    with pytest.raises(NotPermitted):
        reviews.record_discussion(scene.row, by=world.dan, version=2)


PEOPLE = {
    "dan": {"reviewer"},
    "zoe": {"chair"},
    "sec": {"office"},
    "system": {"system"},
    "lea": set(),
    "ana": set(),
    "bob": set(),
    "eve": set(),
}


def perform(move, review, by):
    if move == "submit":
        return reviews.submit_review(review, FOUR, by=by)
    command = {
        "accept": reviews.accept_review,
        "decline": reviews.decline_review,
        "reopen": reviews.reopen_review,
        "call-off": reviews.call_off_review,
    }[move]
    return command(review, by=by, note="because")


@pytest.mark.parametrize("state", REVIEW.states)
def test_every_move_from_every_state_by_everyone(world, scene, state):
    world.sec.affiliations.update(organisation=world.org_c)
    people = {name: getattr(world, name, None) or getattr(scene, name) for name in PEOPLE}
    assert set().union(*PEOPLE.values()) == REVIEW.parties, "every party is tried"
    for move in REVIEW.moves:
        for name, person in people.items():
            Review.objects.exclude(replaces=None).delete()
            Review.objects.all().delete()
            handed_in = clock.now() if state == "submitted" else None
            review = a_review(scene.row, world.dan, state=state, submitted_at=handed_in)
            assert review_parties(person, review) == PEOPLE[name]
            if not move.who & PEOPLE[name]:
                with pytest.raises(NotPermitted):
                    perform(move.name, review, person)
            elif state in move.sources:
                assert perform(move.name, review, person).state == move.target
            elif move.target == state and move.name in ("decline", "call-off"):
                assert perform(move.name, review, person).state == state
            else:
                with pytest.raises(WrongState):
                    perform(move.name, review, person)
