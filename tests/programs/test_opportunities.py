"""Places that programmes offer in public: who reads them, who applies, how they are given, and what comes of it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.commands import grant_role
from core import clock
from core.errors import DomainError, Invalid, NotFound, NotPermitted, RulesRefuse, WrongState
from notifications.models import Message
from programs.commands import opportunities
from programs.commands.cooperation.training import enrol
from programs.models import Candidacy, Opportunity
from programs.permissions.opportunities import candidacies_visible_to, candidacy_parties, opportunities_visible_to
from programs.queries.opportunities import (
    candidacies_listed,
    candidacies_waiting_for,
    find_opportunity,
    opportunities_listed,
    opportunities_public,
)
from programs.workflows.opportunities import CANDIDACY, OPPORTUNITY
from tests.moves import undone
from tests.programs import cast
from tests.programs.offering import begun, in_state, perform, places, published
from tests.world import make_user

pytestmark = pytest.mark.django_db
PEOPLE = {"dan": {"applicant"}, "sec": {"office"}, "sig_c": {"centre"}, "bo": set()}


def test_every_move_from_every_state_by_everyone_does_what_the_table_says(world):
    world.sig_c = make_user("sig_c", world.org_c)
    grant_role(world.sig_c, "partner_signatory", world.org_c, by=world.system)
    offer = published(world)
    for state in CANDIDACY.states:
        with undone():
            row = in_state(world, state, offer)
            for name, parties in PEOPLE.items():
                person = getattr(world, name)
                assert candidacy_parties(person, row) == parties
                for move in CANDIDACY.moves if parties else CANDIDACY.moves[:1]:
                    expected = listed(CANDIDACY, move, state, parties)
                    with undone():
                        assert what_happens(move.name, row, person) == expected


def what_happens(move, row, by):
    """The state after the move, or the kind of its refusal."""
    try:
        return perform(move, row, by).state
    except DomainError as refusal:
        return type(refusal)


def listed(workflow, move, state, parties):
    """What the table says of it."""
    if not move.who & parties:
        return NotPermitted
    return (move.target or state) if state in move.sources else WrongState


def test_every_move_of_an_offer_is_the_offices_and_starts_where_the_table_says(world):
    draft = opportunities.draft_opportunity(cast.active(world), places(world), by=world.ana)
    commands = {
        "edit": lambda row, by: opportunities.edit_opportunity(row, places(world), by=by),
        "publish": lambda row, by: opportunities.publish_opportunity(row, by=by),
        "finish": lambda row, by: opportunities.finish_opportunity(row, by=by),
        "take-down": lambda row, by: opportunities.take_down_opportunity(row, by=by, note="no money"),
    }
    ways = {"draft": [], "published": ["publish"], "finished": ["publish", "finish"]}
    ways["taken_down"] = ["publish", "take-down"]
    for state in OPPORTUNITY.states:
        with undone():
            row = draft
            for name in ways[state]:
                row = commands[name](row, world.sec)
            for move in OPPORTUNITY.moves:
                with pytest.raises(NotPermitted):
                    commands[move.name](row, world.dan)
                with undone():
                    try:
                        assert commands[move.name](row, world.ana).state == (move.target or state)
                        assert state in move.sources
                    except WrongState:
                        assert state not in move.sources


def test_an_offer_lacks_everything_at_once_before_it_is_published(world):
    row = opportunities.draft_opportunity(
        cast.active(world),
        places(world, text="", pays="", eligibility="", starts_on=clock.now().date()),
        by=world.ana,
    )
    with pytest.raises(RulesRefuse) as refusal:
        opportunities.publish_opportunity(row, by=world.ana)
    assert [each.rule for each in refusal.value.violations] == [
        "text_missing",
        "pays_missing",
        "eligibility_missing",
        "begins_too_early",
    ]
    with pytest.raises(Invalid) as refusal:
        opportunities.edit_opportunity(
            row, places(world, title=" ", places=0, ends_on=clock.now().date()), by=world.ana
        )
    assert {each.field for each in refusal.value.violations} == {"title", "places", "ends_on"}


def test_a_draft_leaves_no_trace_for_others_and_a_published_offer_is_everybodys(world):
    row = opportunities.draft_opportunity(cast.active(world), places(world), by=world.ana)
    for person in (world.dan, world.bo):
        assert not opportunities_listed(person, search="months").exists()
        with pytest.raises(NotFound):
            find_opportunity(person, row.slug)
    assert not opportunities_public(world.alliance).exists()
    assert opportunities_visible_to(world.sec).get() == row
    opportunities.publish_opportunity(row, by=world.ana)
    assert opportunities_listed(world.dan, kind="exchange", country="DE", search="months", when="open").get() == row
    assert not opportunities_listed(world.dan, when="over").exists()
    assert opportunities_public(world.alliance).get() == row


def test_an_application_is_its_applicants_until_it_is_submitted_and_never_another_applicants(world):
    offer = published(world)
    row = begun(offer, world.dan)
    assert begun(offer, world.dan) == row
    other = in_state(world, "submitted", offer, world.bob)
    assert set(candidacies_visible_to(world.dan)) == {row}
    assert set(candidacies_visible_to(world.bob)) == {other}
    assert set(candidacies_listed(world.ana, offer)) == {other}
    for stranger in (world.bo, world.sig_a, world.sig_b):
        assert not candidacies_visible_to(stranger).exists()
    opportunities.withdraw_candidacy(row, by=world.dan)
    assert set(candidacies_listed(world.sec, offer)) == {other}


def test_it_is_submitted_whole_inside_its_window_and_its_deadline_is_inclusive(world):
    offer = published(world, members_only=True)
    row = opportunities.start_candidacy(offer, by=world.dan)
    with pytest.raises(RulesRefuse) as refusal:
        opportunities.submit_candidacy(row, by=world.dan)
    assert {each.rule for each in refusal.value.violations} == {
        "statement_missing",
        "supervisor_missing",
        "files_missing",
        "members_only",
    }
    with pytest.raises(Invalid):
        opportunities.add_candidacy_file(row, SimpleUploadedFile("cv.pdf", b"plain text"), by=world.dan)
    mine, late = begun(offer, world.bob), begun(offer, world.bo)
    with clock.standing_at(offer.closes_at):
        submitted = opportunities.submit_candidacy(mine, by=world.bob)
    assert (submitted.country, submitted.submitted_at) == ("CN", offer.closes_at)
    with clock.standing_at(offer.closes_at + timedelta(seconds=1)), pytest.raises(WrongState):
        opportunities.submit_candidacy(late, by=world.bo)
    with clock.standing_at(offer.opens_at - timedelta(seconds=1)), pytest.raises(WrongState):
        opportunities.start_candidacy(offer, by=world.cleo)


def test_where_the_centre_must_nominate_it_is_asked_and_the_check_waits_for_it(world):
    offer = published(world, nomination_needed=True)
    row = in_state(world, "submitted", offer, world.bob)
    assert Message.objects.filter(kind="candidacy_moved", recipient=world.sig_b).exists()
    assert candidacies_waiting_for(world.sig_b) == [row]
    assert not candidacies_visible_to(world.sig_a).exists()
    with pytest.raises(RulesRefuse):
        opportunities.check_candidacy(row, by=world.ana)
    first = opportunities.nominate(row, by=world.sig_b)
    assert opportunities.nominate(first, by=world.sig_b).nominated_at == first.nominated_at
    assert candidacies_waiting_for(world.sig_b) == []
    assert opportunities.check_candidacy(row, by=world.ana).state == "checked"


def test_who_applies_is_never_the_office_of_the_own_application(world):
    row = in_state(world, "submitted", published(world), world.sec)
    assert candidacy_parties(world.sec, row) == {"applicant"}
    with pytest.raises(NotPermitted):
        opportunities.check_candidacy(row, by=world.sec)


def test_an_accepted_exchange_is_a_stay_that_its_host_confirms_and_is_free_again_when_given_back(world):
    row = in_state(world, "accepted")
    assert row.stay is not None
    assert (row.stay.state, row.stay.home, row.stay.host) == ("planned", world.org_c, world.org_a)
    assert row.stay.period == row.opportunity.days
    given = opportunities.give_place_back(row, by=world.sec, note="Ill")
    given.stay.refresh_from_db()
    assert (given.state, given.place, given.stay.state) == ("declined", None, "cancelled")


def test_a_scholarship_enrols_in_the_programmes_training_and_nobody_enrols_beside_it(world):
    offer = published(world, kind="scholarship", places=2)
    assert (offer.training.capacity, offer.training.kind) == (2, "scholarship")
    with pytest.raises(WrongState):
        enrol(offer.training, by=world.cleo)
    row = in_state(world, "accepted", offer)
    assert (row.enrolment.training, row.enrolment.seat, row.enrolment.state) == (offer.training, 1, "enrolled")
    given = opportunities.give_place_back(row, by=world.dan, note="Ill")
    given.enrolment.refresh_from_db()
    assert given.enrolment.state == "withdrawn"


def test_who_stays_elsewhere_in_these_days_cannot_accept(world):
    program = cast.active(world)
    in_state(world, "accepted", published(world, program))
    second = in_state(world, "offered", published(world, program, title="Another"))
    with pytest.raises(DomainError) as refusal:
        opportunities.accept_place(second, by=world.dan)
    assert (refusal.value.code, refusal.value.status) == ("stays_elsewhere", 409)
    assert Candidacy.objects.get(pk=second.pk).state == "offered"


def test_the_last_place_is_offered_once_and_goes_to_the_best_of_the_reserve_when_it_comes_free(world):
    offer = published(world)
    holder = in_state(world, "offered", offer, world.dan)
    second, third = (in_state(world, "ranked", offer, person) for person in (world.bob, world.cleo))
    with pytest.raises(DomainError) as refusal:
        opportunities.offer_place(second, by=world.ana)
    assert (refusal.value.code, refusal.value.status) == ("no_place_left", 409)
    second = opportunities.rank_candidacy(second, 2, by=world.ana)
    third = opportunities.rank_candidacy(third, 3, by=world.ana)
    for row in (third, second):
        opportunities.reserve_candidacy(row, by=world.ana)
    with pytest.raises(WrongState):
        opportunities.finish_opportunity(offer, by=world.ana)
    with clock.standing_at(holder.answer_by + timedelta(minutes=1)):
        assert (opportunities.lapse_offers(), opportunities.lapse_offers()) == (1, 0)
    states = dict(Candidacy.objects.values_list("person__name", "state"))
    assert states == {"Dan": "declined", "Bob": "offered", "Cleo": "reserve"}
    assert [row.person for row in candidacies_waiting_for(world.bob)] == [world.bob]


def test_only_approved_programmes_offer_places_and_only_by_their_office(world):
    with pytest.raises(WrongState):
        opportunities.draft_opportunity(cast.draft(world), places(world), by=world.ana)
    with pytest.raises(NotPermitted):
        opportunities.draft_opportunity(cast.active(world), places(world), by=world.bob)
    assert not Opportunity.objects.exists()


def test_an_offer_with_a_promised_place_is_not_taken_down(world):
    offer = published(world)
    in_state(world, "offered", offer)
    with pytest.raises(WrongState):
        opportunities.take_down_opportunity(offer, by=world.ana, note="no money")
