"""Saved views: found by whom they are shared with, changed by who saved them, and lending nobody a right."""

import json

import pytest
from django.test import Client

from accounts.commands import create_token
from core.errors import Invalid, NotPermitted
from reports.commands.views import delete_view, rename_view, save_view, share_view
from reports.models import SavedView
from reports.queries.views import views_visible_to

pytestmark = pytest.mark.django_db
FLOWS = "/reports/flows/?from=2026-05-01&to=2026-06-01"


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(user):
    return [view.name for view in views_visible_to(user)]


def test_a_view_keeps_path_and_query_without_what_is_about_the_moment(world):
    view = save_view("May", FLOWS + "&after=abc&present=1", by=world.lea)
    assert view.address == FLOWS
    assert save_view("Latest", "/overview/?period=2026-Q2&centre=fa", by=world.lea, moving=True).address == (
        "/overview/?centre=fa"
    )


@pytest.mark.parametrize(
    "address", ["https://evil.example/reports/flows/", "//evil.example/", "/account/", "/nowhere/"]
)
def test_only_pages_of_figures_of_this_site_are_saved(world, address):
    with pytest.raises(Invalid) as refused:
        save_view("Away", address, by=world.lea)
    assert refused.value.violations[0].field == "address"


def test_a_name_is_used_once_by_each_owner(world):
    save_view("Use", FLOWS, by=world.lea)
    save_view("Use", FLOWS, by=world.sec)
    with pytest.raises(Invalid):
        save_view("Use", FLOWS, by=world.lea)


def test_a_view_is_found_by_its_owner_and_by_whom_it_is_shared_with(world):
    view = save_view("Own", FLOWS, by=world.lea)
    assert (seen(world.lea), seen(world.sec), seen(world.bo)) == (["Own"], [], [])
    share_view(view, "alliance", by=world.lea, alliance=world.alliance)
    assert (seen(world.sec), seen(world.bo), seen(world.dan)) == (["Own"], [], [])
    share_view(view, "facility", by=world.lea, facility=world.facility_a)
    assert (seen(world.sec), seen(world.bo), seen(world.bob), seen(world.dan)) == (["Own"], ["Own"], [], [])
    share_view(view, "me", by=world.lea)
    assert seen(world.bo) == []


def test_one_shares_only_with_those_whose_figures_one_reads(world):
    with pytest.raises(NotPermitted):
        save_view("All", FLOWS, by=world.bo, audience="alliance", alliance=world.alliance)
    with pytest.raises(NotPermitted):
        save_view("Theirs", FLOWS, by=world.bo, audience="facility", facility=world.facility_b)
    with pytest.raises(Invalid):
        save_view("Nobody's", FLOWS, by=world.lea, audience="facility")
    assert not SavedView.objects.exists()


def test_only_its_owner_changes_a_view(world):
    view = save_view("Own", FLOWS, by=world.lea, audience="alliance", alliance=world.alliance)
    for change in (lambda: rename_view(view, "Mine", by=world.sec), lambda: delete_view(view, by=world.sec)):
        with pytest.raises(NotPermitted):
            change()
    rename_view(view, "Renamed", by=world.lea)
    delete_view(view, by=world.lea)
    delete_view(view, by=world.lea)
    assert not SavedView.objects.exists()


def test_a_shared_view_shows_each_reader_what_they_may_see(world):
    save_view("Budgets", "/reports/budget/", by=world.lea, audience="facility", facility=world.facility_a)
    (view,) = views_visible_to(world.bo)
    opened = signed_in(world.bo).get(f"/views/{view.pk}/")
    assert opened["Location"] == "/reports/budget/"
    assert signed_in(world.bo).get(opened["Location"]).status_code == 403
    assert signed_in(world.dan).get(f"/views/{view.pk}/").status_code == 404


def test_a_view_is_saved_found_changed_and_deleted_on_its_pages(world):
    client = signed_in(world.lea)
    page = client.get("/reports/flows/", {"from": "2026-05-01"}).content.decode()
    assert "/views/new/?at=%2Freports%2Fflows%2F%3Ffrom%3D2026-05-01" in page
    made = {"at": FLOWS, "name": "May", "audience": "alliance:alliance"}
    assert "May" in client.post("/views/new/", made, follow=True).content.decode()
    assert client.post("/views/new/", made).status_code == 422
    view = SavedView.objects.get()
    assert client.post(f"/views/{view.pk}/edit/", {"name": "June", "audience": "me"}).status_code == 302
    view.refresh_from_db()
    assert (view.name, view.audience, view.alliance) == ("June", "me", None)
    client.post(f"/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_the_api_saves_lists_shares_and_forgets(world):
    token = create_token(world.lea, by=world.lea, name="test", may_write=True, days=365)[1]
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def send(method, path, body):
        return getattr(client, method)(f"/api/v1/views{path}", json.dumps(body), content_type="application/json")

    made = send("post", "", {"name": "May", "address": FLOWS})
    assert (made.status_code, made.json()["address"], made.json()["mine"]) == (201, FLOWS, True)
    key = made.json()["id"]
    shared = send("patch", f"/{key}", {"audience": "facility", "facility": "fa", "name": "Flows"}).json()
    assert (shared["name"], shared["facility"], shared["audience"]) == ("Flows", "fa", "facility")
    assert [row["id"] for row in client.get("/api/v1/views").json()["results"]] == [key]
    assert send("post", "", {"name": "Away", "address": "/account/"}).json()["violations"][0]["field"] == "address"
    assert client.delete(f"/api/v1/views/{key}").status_code == 204
