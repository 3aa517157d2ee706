"""Signing in with ORCID; ORCID itself is the world outside, so its documented answers come from an adapter here."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from requests.adapters import BaseAdapter

from accounts.models import User
from core.models import AuditEntry

pytestmark = pytest.mark.django_db

MEI = "0000-0002-1825-0097"


class Orcid(BaseAdapter):
    """Answers the two addresses of ORCID's public API 3.0 that a login asks."""

    def __init__(self, emails=()):
        super().__init__()
        self.asked = []
        name = {"given-names": {"value": "Mei"}, "family-name": {"value": "Lin"}}
        person = {"name": name, "emails": {"email": [{"email": each, "verified": True} for each in emails]}}
        record = {"orcid-identifier": {"path": MEI, "uri": f"https://orcid.org/{MEI}"}, "person": person}
        token = {"access_token": "t", "token_type": "bearer", "expires_in": 3600, "orcid": MEI, "name": "Mei Lin"}
        self.answers = {
            "https://pub.orcid.org/oauth/token": token,
            f"https://pub.orcid.org/v3.0/{MEI}/record": record,
        }

    def send(self, request, *args, **kwargs):
        self.asked.append(request)
        answer = requests.Response()
        answer.request, answer.url, answer.status_code = request, request.url, 200
        answer.headers["Content-Type"] = "application/json"
        answer._content = json.dumps(self.answers[request.url]).encode()
        return answer

    def close(self):
        pass


@pytest.fixture
def orcid(settings, monkeypatch):
    app = {"client_id": "APP-YANQI", "secret": "told to both", "key": ""}
    settings.SOCIALACCOUNT_PROVIDERS = {"orcid": {"BASE_DOMAIN": "orcid.org", "MEMBER_API": False, "APPS": [app]}}

    def made(*emails):
        there = Orcid(emails)

        def session(adapter):
            session = requests.Session()
            session.mount("https://", there)
            return session

        monkeypatch.setattr(DefaultSocialAccountAdapter, "get_requests_session", session)
        return there

    return made


def sign_in(client, way="login"):
    asked = urlsplit(client.post(f"/accounts/orcid/login/?process={way}").headers["Location"])
    query = parse_qs(asked.query)
    assert (asked.netloc, query["client_id"], query["scope"]) == ("orcid.org", ["APP-YANQI"], ["/authenticate"])
    return client.get(f"/accounts/orcid/login/callback/?code=c&state={query['state'][0]}", follow=True)


def test_somebody_new_gives_an_address_and_comes_in_with_a_proved_orcid(client, orcid):
    there = orcid()
    form = sign_in(client)
    assert [request.url for request in there.asked] == list(there.answers)
    assert b'value="Mei Lin"' in form.content
    client.post(form.redirect_chain[-1][0], {"email": "mei@centre.example", "name": "Mei Lin"}, follow=True)
    mei = User.objects.get(email="mei@centre.example")
    assert (mei.orcid, mei.name) == (MEI, "Mei Lin")
    assert AuditEntry.objects.filter(verb="sign-up", object_id=mei.pk).exists()


def test_the_same_person_comes_back_to_the_same_account(client, orcid):
    orcid("mei@centre.example")
    sign_in(client)
    client.post("/accounts/logout/")
    sign_in(client)
    assert User.objects.filter(orcid=MEI).count() == 1
    assert client.get("/account/").status_code == 200


def test_an_account_that_has_this_orcid_already_is_neither_doubled_nor_taken_over(client, world, orcid):
    world.ana.orcid = MEI
    world.ana.save()
    orcid("mei@centre.example")
    answer = sign_in(client)
    assert answer.status_code == 200
    assert f"Another account has the ORCID iD {MEI}" in answer.content.decode()
    assert client.get("/account/").status_code == 302
    assert not User.objects.filter(email="mei@centre.example").exists()


def test_orcid_linked_to_an_account_is_proved_on_its_profile_and_signs_in_from_then_on(client, world, orcid):
    orcid()
    client.force_login(world.ana, backend="django.contrib.auth.backends.ModelBackend")
    assert "Linked sign-ins" in client.get("/account/").content.decode()
    sign_in(client, "connect")
    world.ana.refresh_from_db()
    assert world.ana.orcid == MEI
    client.post("/accounts/logout/")
    sign_in(client)
    assert client.get("/account/").context["user"] == world.ana
