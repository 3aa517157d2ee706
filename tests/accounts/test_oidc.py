"""Signing in with OpenID Connect, against a provider that runs beside the test and checks what it is sent."""

import json
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from accounts.models import User
from core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def issuer():
    """The address of a provider that knows one person."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    person = {"sub": "mei", "name": "Mei Lin", "email": "mei@centre.example", "email_verified": True}
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--user-claims", json.dumps(person)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        with requests.Session() as patient:
            patient.mount("http://", HTTPAdapter(max_retries=Retry(connect=9, backoff_factor=0.1)))
            patient.get(f"http://localhost:{port}/.well-known/openid-configuration", timeout=5)
        yield f"http://localhost:{port}"
        process.terminate()


@pytest.fixture(autouse=True)
def _provider(settings, issuer):
    app = {
        "provider_id": "oidc",
        "name": "Centre login",
        "client_id": "yanqi",
        "secret": "told to both",
        "settings": {"server_url": issuer},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def sign_in(client, sub):
    asked = client.post("/accounts/oidc/oidc/login/")
    assert "code_challenge=" in asked.headers["Location"]
    answered = requests.post(asked.headers["Location"], data={"sub": sub}, allow_redirects=False, timeout=5)
    back = urlsplit(answered.headers["Location"])
    return client.get(f"{back.path}?{back.query}", follow=True)


def test_somebody_new_comes_in_with_the_name_and_address_that_the_provider_tells(client):
    assert "Centre login" in client.get("/accounts/login/").content.decode()
    sign_in(client, "mei")
    mei = User.objects.get(email="mei@centre.example")
    assert mei.name == "Mei Lin"
    assert client.get("/account/").context["user"] == mei
    assert AuditEntry.objects.filter(verb="sign-up", object_id=mei.pk).exists()


def test_the_same_person_comes_back_to_the_same_account(client):
    sign_in(client, "mei")
    client.post("/accounts/logout/")
    sign_in(client, "mei")
    assert User.objects.filter(email="mei@centre.example").count() == 1
    assert client.get("/account/").status_code == 200


def test_the_address_of_an_account_with_a_password_is_not_taken_over(client, world):
    world.ana.email = "mei@centre.example"
    world.ana.set_password("a long enough password")
    world.ana.save()
    sign_in(client, "mei")
    assert client.get("/account/").status_code == 302


def test_an_answer_nobody_asked_for_signs_nobody_in(client):
    answer = client.get("/accounts/oidc/oidc/login/callback/?code=guessed&state=guessed", follow=True)
    assert client.get("/account/").status_code == 302
    assert answer.status_code in (200, 401)
