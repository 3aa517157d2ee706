"""Motions in the browser and in the API: the whole way, who sees what, and what an open vote never tells."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.commands import create_token
from alliance.commands import voting
from alliance.models import Ballot, Body, Motion, Paper
from alliance.rules.voting import Rule
from core import clock
from core.models import IdempotentAnswer
from tests.alliance.voting import DAY, Voting

pytestmark = pytest.mark.django_db


@pytest.fixture
def aoc():
    return Voting(3)


@pytest.fixture
def as_(client):
    def call(user, method, address, headers=None, **body):
        _token, text = create_token(user, by=user)
        given = {"Authorization": f"Bearer {text}", **(headers or {})}
        if method == "get":
            return client.get(f"/api/v1{address}", body, headers=given)
        return client.post(f"/api/v1{address}", body, "application/json", headers=given)

    return call


def page(name, motion, *more):
    return reverse(name, args=[motion.alliance.slug, motion.pk, *more])


def test_a_motion_goes_from_draft_to_resolution_on_its_pages(client, aoc):
    slug = aoc.alliance.slug
    client.force_login(aoc.people[0])
    empty = Body.objects.create(alliance=aoc.alliance, slug="office", kind="office", name="Nobody sits on it")
    assert str(empty) not in client.get(reverse("new_motion", args=[slug])).content.decode()
    made = client.post(
        reverse("new_motion", args=[slug]), {"title": "Share", "text": "We share.", "body": aoc.assembly.pk}
    )
    motion = Motion.objects.get()
    assert made.url == page("alliance_motion", motion)
    client.force_login(aoc.people[1])
    assert client.get(page("alliance_motion", motion)).status_code == 404
    client.force_login(aoc.people[0])
    client.post(page("edit_motion", motion), {"title": "Share all", "text": "We share.", "body": aoc.assembly.pk})
    client.post(page("motion_move", motion, "table"))
    client.force_login(aoc.chair)
    refused = client.post(page("motion_move", motion, "open"), {})
    assert refused.status_code == 422
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    client.post(page("motion_move", motion, "open"), {"day": tomorrow, "at": "18:00"})
    for person, choice in zip(aoc.people, ("for", "for", "against"), strict=True):
        client.force_login(person)
        assert client.post(page("motion_vote", motion), {"choice": choice}).status_code == 302
        shown = client.get(page("alliance_motion", motion)).content.decode()
        assert 'id="result"' not in shown
        client.force_login(aoc.chair)
        offered = page("motion_move", motion, "close") in client.get(page("alliance_motion", motion)).content.decode()
        assert offered is (person == aoc.people[2]), "a vote in writing is closed once all have voted"
    client.post(page("motion_move", motion, "close"))
    motion.refresh_from_db()
    assert motion.state == "carried"
    assert motion.title == "Share all"
    shown = client.get(page("alliance_motion", motion)).content.decode()
    assert "2 of 3; more than 1/2 is 2: reached" in shown
    told = shown[shown.index('id="history"') :]
    assert all(words in told for words in ("Drafted", "Vote opened", "Vote closed", "Carried"))
    assert "Open the vote" not in shown
    assert motion.resolution.reference in client.get(reverse("resolutions", args=[slug])).content.decode()
    assert "Share all" in client.get(reverse("resolution", args=[slug, motion.resolution.pk])).content.decode()
    assert "The recount agrees." in client.get(page("motion_recount", motion)).content.decode()
    lines = client.get(page("motion_csv", motion)).content.decode().splitlines()
    assert lines[0] == "member,country,choice"
    assert lines[1].endswith(",DE,for")
    assert client.get(page("motion_json", motion)).json()["agrees"]
    assert client.get(reverse("motion", args=[motion.pk])).url == page("alliance_motion", motion)


def test_the_receipt_of_a_secret_vote_is_shown_once_and_found_on_the_list(client, aoc):
    motion = aoc.opened(secret=True)
    client.force_login(aoc.people[0])
    answer = client.post(page("motion_vote", motion), {"choice": "against"})
    receipt = answer.context["page"].receipt
    assert len(receipt) == 24
    assert receipt in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    shown = client.get(page("alliance_motion", motion)).content.decode()
    assert receipt not in shown
    assert "voted, secretly" in shown
    for person in aoc.people[1:]:
        voting.cast_vote(motion, "for", by=person)
    voting.close_vote(motion, by=aoc.chair)
    assert receipt in client.get(page("alliance_motion", motion)).content.decode()
    assert f"{receipt},,against" in client.get(page("motion_csv", motion)).content.decode()


@pytest.mark.parametrize("secret", [False, True])
def test_an_open_vote_tells_how_many_voted_and_never_what(client, aoc, as_, secret):
    motion = aoc.opened(secret=secret)
    voting.cast_vote(motion, "against", by=aoc.people[0])
    for person in (aoc.people[1], aoc.chair, aoc.secretary):
        seen = as_(person, "get", f"/motions/{motion.pk}").json()
        assert (seen["vote"]["voted"], seen["vote"]["voters"]) == (1, 3)
        assert "against" not in str({**seen, "rule": None})
        assert as_(person, "get", f"/motions/{motion.pk}/result").status_code == 409
        client.force_login(person)
        for name in ("motion_recount", "motion_csv", "motion_json"):
            assert client.get(page(name, motion)).status_code == 404


def test_a_vote_through_the_api_leaves_no_trace_of_the_choice_beside_the_paper(aoc, as_):
    motion = aoc.opened(secret=True)
    key = {"Idempotency-Key": "one"}
    cast = as_(aoc.people[0], "post", f"/motions/{motion.pk}/vote", key, choice="for")
    assert cast.status_code == 201
    assert not IdempotentAnswer.objects.exists()
    again = as_(aoc.people[0], "post", f"/motions/{motion.pk}/vote", key, choice="against")
    assert (again.json()["number"], len(again.json()["receipt"])) == (2, 24)
    assert as_(aoc.people[0], "post", f"/motions/{motion.pk}/vote", choice="perhaps").status_code == 400


def test_a_motion_goes_the_whole_way_in_the_api(aoc, as_):
    at = f"/alliances/{aoc.alliance.slug}"
    made = as_(aoc.secretary, "post", f"{at}/motions", title="Share", text="We share.")
    assert (made.status_code, made.json()["moves"]) == (201, ["edit", "table", "withdraw"])
    key = made.json()["id"]
    as_(aoc.secretary, "post", f"/motions/{key}/table")
    ends = (clock.now() + timedelta(hours=1)).isoformat()
    opened = as_(aoc.chair, "post", f"/motions/{key}/open", closes_at=ends).json()
    assert (opened["state"], opened["rule"]["threshold"]) == ("open", "simple")
    for person in aoc.people:
        as_(person, "post", f"/motions/{key}/vote", choice="for")
    closed = as_(aoc.chair, "post", f"/motions/{key}/close").json()
    assert closed["agrees"]
    assert closed["sheet"]["outcome"] == "carried"
    assert len(closed["papers"]) == 3
    listed = as_(aoc.people[0], "get", f"{at}/resolutions").json()["results"]
    assert [row["reference"] for row in listed] == [closed["sheet"]["resolution"]]
    assert as_(aoc.people[0], "get", f"/resolutions/{listed[0]['id']}").json()["motion"] == key
    rules = as_(aoc.people[0], "get", f"{at}/voting-rules").json()
    assert {row["kind"]: row["rule"]["threshold"] for row in rules}["exclude"] == "three_quarters"
    told = {"name": "Harder", "kind": "exclude", "threshold": "unanimous"}
    assert as_(aoc.people[0], "post", f"{at}/voting-rules", **told).status_code == 403
    assert as_(aoc.secretary, "post", f"{at}/voting-rules", **told).json()["rule"]["threshold"] == "unanimous"


def test_what_is_not_theirs_leaves_no_trace_for_strangers(client, aoc, as_):
    other = Voting(1, slug="other")
    motion = aoc.opened()
    voting.record_resolution(
        aoc.alliance, by=aoc.secretary, title="Old", text="Old.", decided_on=DAY, source="A letter"
    )
    at = f"/alliances/{aoc.alliance.slug}"
    for person in (aoc.guest, other.people[0], other.chair, other.secretary):
        for address in (f"{at}/motions", f"{at}/resolutions", f"{at}/voting-rules", f"/motions/{motion.pk}"):
            assert as_(person, "get", address).status_code == 404
        assert as_(person, "post", f"/motions/{motion.pk}/vote", choice="for").status_code == 404
        client.force_login(person)
        for name in ("motions", "resolutions", "voting_rules"):
            assert client.get(reverse(name, args=[aoc.alliance.slug])).status_code == 404
        assert client.get(page("alliance_motion", motion)).status_code == 404
        assert client.post(page("motion_vote", motion), {"choice": "for"}).status_code == 404
    client.logout()
    assert client.get(page("alliance_motion", motion)).status_code == 302


def test_a_rule_is_set_on_its_page_and_kept_by_votes_opened_from_then_on(client, aoc):
    client.force_login(aoc.secretary)
    address = reverse("voting_rule", args=[aoc.alliance.slug, "other"])
    given = {
        "name": "Two thirds", "threshold": "two_thirds", "base": "cast", "quorum_numerator": 2,
        "quorum_denominator": 3, "quorum_base": "voting", "proxies_max": 0, "is_electronic": "on",
    }  # fmt: skip
    assert client.get(address).status_code == 200
    assert client.post(address, {**given, "quorum_numerator": 4}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert "Two thirds" in client.get(reverse("voting_rules", args=[aoc.alliance.slug])).content.decode()
    assert Rule.from_dict(aoc.opened().rule) == Rule(threshold="two_thirds", quorum_numerator=2, quorum_denominator=3)
    client.force_login(aoc.people[0])
    assert client.post(address, given).status_code == 403


def test_a_resolution_from_before_is_recorded_on_its_page(client, aoc):
    client.force_login(aoc.secretary)
    address = reverse("new_resolution", args=[aoc.alliance.slug])
    given = {"title": "Charter", "text": "Passed.", "decided_on": "2019-10-17", "source": "Home page"}
    assert client.post(address, {**given, "source": ""}).status_code == 422
    shown = client.post(address, given, follow=True).content.decode()
    assert "The votes are not kept here" in shown
    assert "Home page" in shown


def test_the_lists_cost_the_same_with_more_rows(client, aoc):
    client.force_login(aoc.people[0])

    def cost(name):
        address = reverse(name, args=[aoc.alliance.slug])
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    def carry():
        motion = aoc.opened()
        for person in aoc.people:
            voting.cast_vote(motion, "for", by=person)
        voting.close_vote(motion, by=aoc.chair)

    carry()
    before = [cost(name) for name in ("motions", "resolutions")]
    carry()
    aoc.opened()
    assert [cost(name) for name in ("motions", "resolutions")] == before
    assert Ballot.objects.count() == 3
    assert not Paper.objects.exists()
