"""The reader's own account: profile, language, tokens, second factor, and the way in."""

import pytest
from django.test import override_settings

from accounts.models import ApiToken, User
from core.models import AuditEntry


@pytest.fixture
def ana(client, world):
    client.force_login(world.ana, backend="django.contrib.auth.backends.ModelBackend")
    return world.ana


@pytest.mark.parametrize(
    "address",
    [
        "/account/",
        "/account/tokens/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/logout/",
    ],
)
def test_every_account_page_stands_in_the_frame_with_tabs(client, ana, address):
    answer = client.get(address, follow=True)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.count("<h1") == 1
    assert 'class="tabs"' in html
    assert 'href="/account/tokens/"' in html


@pytest.mark.parametrize("address", ["/account/", "/account/tokens/"])
def test_a_visitor_is_sent_to_sign_in(client, db, address):
    assert client.get(address).headers["Location"].startswith("/accounts/login/?next=")


def test_the_frame_names_person_role_organisation_and_zone(client, ana):
    html = client.get("/account/").content.decode()
    for words in ("Ana", "Scientist", "Centre B", "Shanghai, CST"):
        assert words in html


def test_a_profile_is_changed_through_its_command_and_recorded(client, ana):
    answer = client.post(
        "/account/",
        {"name": "Ana B", "name_local": "安娜", "orcid": "", "locale": "zh-hans", "time_zone": "Europe/Berlin"},
    )
    ana.refresh_from_db()
    assert answer.status_code == 302
    assert (ana.name, ana.name_local, ana.locale, ana.time_zone) == ("Ana B", "安娜", "zh-hans", "Europe/Berlin")
    assert AuditEntry.objects.filter(object_id=ana.pk, verb="change").exists()


def test_a_wrong_orcid_is_refused_beside_what_was_typed(client, ana):
    answer = client.post(
        "/account/", {"name": "Typed", "orcid": "0000-0002-1825-0098", "locale": "en", "time_zone": "UTC"}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Typed"' in html
    assert 'href="#id_orcid"' in html
    ana.refresh_from_db()
    assert ana.name == "Ana"


def test_switching_the_language_is_remembered_by_browser_and_account(client, ana):
    answer = client.post("/language/", {"language": "zh-hans", "next": "/account/"})
    assert answer.headers["Location"] == "/account/"
    assert client.cookies["django_language"].value == "zh-hans"
    ana.refresh_from_db()
    assert ana.locale == "zh-hans"
    assert 'lang="zh-Hans"' in client.get("/account/").content.decode()


def test_the_account_decides_the_language_over_the_browser(client, ana):
    client.cookies["django_language"] = "zh-hans"
    assert 'lang="en-GB"' in client.get("/account/").content.decode()


def test_the_language_switch_leads_nowhere_else(client, db):
    answer = client.post("/language/", {"language": "zh-hans", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    assert client.get("/language/").status_code == 405


def test_a_token_is_shown_once_and_works_until_revoked(client, ana):
    answer = client.post("/account/tokens/", {"name": "script", "days": "30"})
    token = ApiToken.objects.get(user=ana)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not token.may_write
    fresh = answer.content.decode().split('class="token">')[1].split("<")[0]
    assert fresh.startswith(token.token_key)
    assert fresh not in client.get("/account/tokens/").content.decode()
    client.post(f"/account/tokens/{token.token_key}/revoke/")
    assert not ApiToken.objects.filter(user=ana).exists()


def test_a_token_for_ten_years_is_refused(client, ana):
    answer = client.post("/account/tokens/", {"name": "script", "days": "3650"})
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_nobody_revokes_or_sees_anothers_token(client, ana, world):
    token, _text = ApiToken.objects.create(world.bo, name="bo's own")
    assert client.post(f"/account/tokens/{token.token_key}/revoke/").status_code == 404
    assert "bo&#x27;s own" not in client.get("/account/tokens/").content.decode()
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_the_sign_in_page_offers_demonstration_accounts_only_where_there_are_some(client, world):
    assert "Demonstration accounts" not in client.get("/accounts/login/").content.decode()
    User.objects.create(email="scientist@demo.yanqi.example", name="Scientist", is_demo=True)
    User.objects.create(email="scientist01@demo.yanqi.example", name="Scientist 01", is_demo=True)
    html = client.get("/accounts/login/").content.decode()
    assert "scientist@demo.yanqi.example" in html
    assert "yanqi-demo" in html
    assert "scientist01@" not in html


def test_signing_in_and_out_with_a_password(client, world):
    world.ana.set_password("a long password")
    world.ana.save()
    wrong = client.post("/accounts/login/", {"login": world.ana.email, "password": "no"})
    assert "data-errors" in wrong.content.decode()
    answer = client.post("/accounts/login/", {"login": world.ana.email, "password": "a long password"})
    assert answer.headers["Location"] == "/start/"
    assert client.get("/start/").headers["Location"] == "/my-work/"
    client.post("/accounts/logout/")
    assert client.get("/account/").status_code == 302


@override_settings(SIGNUP_OPEN=False)
def test_with_sign_up_closed_the_page_says_so(client, db):
    assert "Create one" not in client.get("/accounts/login/").content.decode()
    assert client.get("/accounts/signup/").status_code == 200
