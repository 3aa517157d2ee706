"""The rush before a deadline: nothing late is accepted, nothing in time is lost, and nobody overwrites anybody."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.commands import create_token
from programs.commands.calls import close_due
from programs.models import Call, Proposal
from tests.programs import proposing
from tests.programs.asking import a_call
from tests.races.barrier import at_once, caller

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 16


def timed(call):
    """When a request was sent, its answer, and when that came, by the clock that the database on this machine has."""
    return lambda: (datetime.now(UTC), call(), datetime.now(UTC))


def test_in_the_rush_nothing_late_is_accepted_and_nothing_in_time_is_lost(world):
    call = a_call(world, needs_consent=False)
    drafts = [proposing.draft(world, call) for _n in range(CLIENTS)]
    submits = [timed(caller(world.ana, f"/proposals/{draft.pk}/submit", {})) for draft in drafts]
    deadline = datetime.now(UTC) + timedelta(milliseconds=400)
    Call.objects.filter(pk=call.pk).update(closes_at=deadline)

    def close():
        while datetime.now(UTC) <= deadline:
            pass
        return close_due()

    *answers, _closed = at_once([*submits, close])
    assert {answer.status_code for _sent, answer, _came in answers} <= {200, 422}
    for draft, (sent, answer, came) in zip(drafts, answers, strict=True):
        draft.refresh_from_db()
        if answer.status_code == 200:
            assert sent <= draft.submitted_at <= deadline
        else:
            assert came > deadline
            assert [row["rule"] for row in answer.json()["violations"]] == ["call_closed"]
            assert draft.state == "draft"
    assert Call.objects.get(pk=call.pk).state == "closed"


def test_of_two_submissions_of_one_proposal_one_is_frozen(world):
    proposal = proposing.draft(world)
    answers = at_once([caller(world.ana, f"/proposals/{proposal.pk}/submit", {}) for _n in range(4)])
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 3}
    assert proposal.versions.count() == 1


def writer(person, proposal, title):
    headers = {"Authorization": f"Bearer {create_token(person, by=person)[1]}"}
    body = {"version": proposal.version, "title": title}
    return lambda: Client().patch(f"/api/v1/proposals/{proposal.pk}", body, "application/json", headers=headers)


def test_of_two_people_who_write_the_same_field_at_once_one_is_told(world):
    proposal = proposing.with_member(proposing.draft(world), world.bo, by=world.ana)
    answers = at_once([writer(world.ana, proposal, "Hers"), writer(world.bo, proposal, "His")])
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 1}
    [winner] = [answer.json()["title"] for answer in answers if answer.status_code == 200]
    assert Proposal.objects.get().title == winner
