"""API of membership: an application from the draft to the member, standing, representatives; nothing for others."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from alliance.commands import applications as apply
from alliance.models import Membership, MembershipApplication
from tests.alliance.joining import chair, head, in_state, member, paper, resolution, today

pytestmark = pytest.mark.django_db
API = "/api/v1"


def call(client, by, method, path, **body):
    client.force_login(by)
    sent = {"data": json.dumps(body), "content_type": "application/json"} if method != "get" else {}
    return getattr(client, method)(f"{API}{path}", **sent)


def count(client, by, path):
    client.force_login(by)
    return client.get(f"{API}{path}?count=true").json()["count"]


def test_a_centre_applies_is_checked_admitted_and_signs_over_the_api(world, client):
    begun = call(client, world.dan, "post", "/applications", alliance="alliance", organisation="org-c", motivation="x")
    assert (begun.status_code, begun.json()["moves"]) == (201, ["edit", "submit", "withdraw"])
    path = f"/applications/{begun.json()['id']}"
    assert "head_name_missing" in {
        each["rule"] for each in call(client, world.dan, "post", f"{path}/submit").json()["violations"]
    }
    said = {"facilities_offered": "A laser", "head_name": "Prof Head", "head_email": "head@test.example"}
    stale = call(client, world.dan, "patch", path, **said, version=99)
    assert (stale.status_code, stale.json()["code"]) == (409, "edited_meanwhile")
    kept = call(client, world.dan, "patch", path, **said, sponsors=["org-a"]).json()
    assert (kept["motivation"], kept["head_name"], kept["sponsors"]) == ("x", "Prof Head", ["org-a"])
    file = client.post(f"{API}{path}/files", {"file": paper()})
    assert file.status_code == 201
    assert call(client, world.sec, "get", path).status_code == 404
    assert call(client, world.dan, "post", f"{path}/submit").json()["state"] == "submitted"
    assert call(client, world.dan, "post", f"{path}/check").status_code == 403
    assert call(client, world.sec, "post", f"{path}/check").json()["state"] == "checking"
    assert call(client, world.sec, "post", f"{path}/return").json()["violations"][0]["field"] == "points"
    returned = call(client, world.sec, "post", f"{path}/return", points=[{"about": "head", "text": "Who?"}])
    assert returned.json()["points"] == [{"about": "head", "text": "Who?"}]
    assert call(client, world.dan, "post", f"{path}/submit").status_code == 200
    call(client, world.sec, "post", f"{path}/check")
    call(client, world.sec, "post", f"{path}/plan-visit", on=today().isoformat())
    seen = call(client, world.sec, "post", f"{path}/report-visit", report="Sound").json()
    assert seen["visit_report"] == "Sound"
    assert call(client, world.dan, "get", path).json()["visit_report"] is None
    assert call(client, chair(world), "post", f"{path}/put-to-vote").json()["state"] == "voting"
    row = MembershipApplication.objects.get()
    apply.admit_by_resolution(row, resolution(world), by=world.system)
    signed = call(client, head(world), "post", f"{path}/sign").json()
    assert (signed["state"], signed["signed_by"]) == ("member", "Head")
    assert Membership.objects.get(organisation=world.org_c).joined_on == today()


def test_an_application_is_nobodys_but_its_applicants_heads_and_offices(world, client):
    row = in_state(world, "checking")
    file = row.files.get()
    for stranger in (world.ana, world.bo, world.sig_a, world.lea, head(world)):
        assert count(client, stranger, "/applications") == 0
        for path in (f"/applications/{row.pk}", f"/applications/{row.pk}/files/{file.pk}"):
            assert call(client, stranger, "get", path).status_code == 404
        assert call(client, stranger, "post", f"/applications/{row.pk}/check").status_code == 404
    assert count(client, world.sec, "/applications") == count(client, world.dan, "/applications") == 1
    client.logout()
    assert client.get(f"{API}/applications").status_code == 401


def test_the_inside_of_a_membership_is_for_who_speaks_for_it_and_the_secretariat(world, client):
    row = member(world)
    listed = "/alliances/alliance/memberships"
    assert count(client, world.sec, listed) == 2
    for stranger in (world.dan, world.bo, world.ana):
        assert count(client, stranger, listed) == 0
        assert call(client, stranger, "get", f"/memberships/{row.pk}").status_code == 404
        assert call(client, stranger, "get", f"/memberships/{row.pk}/representatives").status_code == 404
    told = call(client, world.sec, "post", f"/memberships/{row.pk}/representatives", kind="head", email=world.bo.email)
    assert (told.status_code, told.json()["name"]) == (201, "Bo")
    assert count(client, world.bo, listed) == 1
    named = call(client, world.bo, "post", f"/memberships/{row.pk}/representatives", kind="delegate", name="Eve")
    assert named.status_code == 201
    ended = call(client, world.bo, "post", f"/representatives/{told.json()['id']}/end")
    assert ended.status_code == 403
    later = (today() + timedelta(days=3)).isoformat()
    ended = call(client, world.bo, "post", f"/representatives/{named.json()['id']}/end", on=later)
    assert ended.json()["ends_on"] == later
    assert call(client, world.dan, "post", f"/representatives/{named.json()['id']}/end").status_code == 404


def test_standing_and_class_are_entries_that_a_correction_replaces(world, client):
    row = member(world)
    path = f"/memberships/{row.pk}"
    assert (
        call(client, world.sec, "post", f"{path}/set-standing", reason="x").json()["violations"][0]["field"]
        == "good_standing"
    )
    told = call(client, world.sec, "post", f"{path}/set-standing", reason="No fee", good_standing=False).json()
    assert (told["good_standing"], told["changes"][-1]["reason"]) == (False, "No fee")
    wrong = told["changes"][-1]["id"]
    mended = call(
        client, world.sec, "post", f"{path}/changes/{wrong}/correct", reason="It was paid", good_standing=True
    )
    assert mended.json()["good_standing"] is True
    assert [each["corrected_by"] is not None for each in mended.json()["changes"]][-2:] == [True, False]
    assert (
        call(client, world.sec, "post", f"{path}/change-class", reason="x", member_class="founding").status_code == 422
    )
    assert call(client, world.sec, "post", f"{path}/suspend", reason="x").status_code == 409
    then = client.get(f"{API}/alliances/alliance/memberships?on=2019-01-01").json()["results"]
    assert then == []


def test_rights_of_classes_are_public_and_the_secretariat_sets_them(world, client):
    path = "/alliances/alliance/class-rights"
    rights = {row["member_class"]: row for row in client.get(f"{API}{path}").json()}
    assert (rights["full"]["votes"], rights["observer"]["votes"]) == (True, False)
    told = {"votes": True, "speaks": True, "stands": False, "sponsors": False, "proposes": False}
    assert call(client, world.bo, "put", f"{path}/observer", **told).status_code == 403
    assert call(client, world.sec, "put", f"{path}/senator", **told).status_code == 400
    after = call(client, world.sec, "put", f"{path}/observer", **told).json()
    assert {row["member_class"]: row["votes"] for row in after}["observer"] is True


def test_lists_cost_the_same_for_one_and_for_three(world, client):
    client.force_login(world.sec)

    def costs():
        found = []
        for path in ("/applications", "/alliances/alliance/memberships"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(f"{API}{path}").status_code == 200
            found.append(len(asked))
        return found

    in_state(world, "submitted")
    costs()
    one = costs()
    for name in "de":
        centre = Organisation.objects.create(slug=f"org-{name}", name=f"Centre {name}")
        Membership.objects.create(alliance=world.alliance, organisation=centre, joined_on=today())
        other = Organisation.objects.create(slug=f"other-{name}", name=f"Other {name}")
        MembershipApplication.objects.create(
            alliance=world.alliance, organisation=other, contact=world.dan, state="submitted", submitted_at=world.monday
        )
    assert costs() == one
