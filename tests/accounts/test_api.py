"""The account API: login, oneself, tokens, the directory."""

import time_machine
from django.core.cache import cache
from django.test import Client

from accounts.commands import create_token
from accounts.models import ApiToken, User
from core import clock


def bearer(user, **fields) -> dict[str, str]:
    _token, text = create_token(user, by=user, **fields)
    return {"Authorization": f"Bearer {text}"}


def test_login_gives_a_token_that_works_and_logout_takes_it_away(world):
    world.ana.set_password("a long password")
    world.ana.save()
    client = Client()
    answer = client.post(
        "/api/v1/auth/login", {"email": "ANA@test.example", "password": "a long password"}, "application/json"
    )
    assert answer.status_code == 200
    assert set(answer.json()) == {"token", "expires_at", "user"}
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert client.get("/api/v1/me", headers=headers).json()["email"] == "ana@test.example"
    assert client.post("/api/v1/auth/logout", headers=headers).status_code == 204
    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_wrong_password_is_a_problem_that_does_not_say_which_part_is_wrong(world):
    for email in ("ana@test.example", "nobody@test.example", "system@yanqi.invalid"):
        answer = Client().post("/api/v1/auth/login", {"email": email, "password": "x"}, "application/json")
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "bad_credentials"


def test_who_tries_passwords_is_told_to_wait_and_another_account_still_signs_in(world):
    for person in (world.ana, world.bo):
        person.set_password("a long password")
        person.save()
    tried = [sign_in("ana", "a wrong one") for _time in range(6)]
    assert [answer.status_code for answer in tried] == [401] * 5 + [429]
    assert (tried[-1].json()["code"], tried[-1].headers["Retry-After"]) == ("too_many", "300")
    assert sign_in("ana", "a long password").status_code == 429
    assert {sign_in("bo", "a long password").status_code for _time in range(6)} == {200}


def sign_in(name, password, **more):
    given = {"email": f"{name}@test.example", "password": password, **more}
    return Client().post("/api/v1/auth/login", given, "application/json")


def test_without_a_token_the_answer_is_401_with_a_problem(client, db):
    answer = client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"


def test_a_token_is_kept_as_a_hash_and_expires(world, client):
    headers = bearer(world.ana, days=1)
    text = headers["Authorization"].split()[1]
    assert not ApiToken.objects.filter(digest=text).exists()
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    from datetime import timedelta

    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_read_token_reads_and_does_not_write(world, client):
    headers = bearer(world.ana, may_write=False)
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    answer = client.patch("/api/v1/me", {"name": "Other"}, "application/json", headers=headers)
    assert answer.status_code == 403
    assert User.objects.get(pk=world.ana.pk).name == "Ana"


def test_me_shows_roles_with_their_scope_and_affiliations(world, client):
    me = client.get("/api/v1/me", headers=bearer(world.bo)).json()
    assert me["roles"] == [
        {
            "role": "facility_manager",
            "label": "Facility manager",
            "scope_type": "facilities.facility",
            "scope_id": str(world.facility_a.pk),
        }
    ]
    assert me["open_tasks"] == 0
    assert me["affiliations"][0]["organisation"]["slug"] == "org-a"


def test_a_bad_orcid_is_refused_with_its_field(world, client):
    answer = client.patch("/api/v1/me", {"orcid": "0000-0002-1825-0096"}, "application/json", headers=bearer(world.ana))
    assert answer.status_code == 400
    assert answer.json()["violations"][0]["field"] == "orcid"


def test_tokens_of_others_are_absent(world, client):
    token, _text = create_token(world.bo, by=world.bo, name="script")
    headers = bearer(world.dan)
    names = [row["name"] for row in client.get("/api/v1/auth/tokens", headers=headers).json()["results"]]
    assert names == [""]
    assert client.delete(f"/api/v1/auth/tokens/{token.token_key}", headers=headers).status_code == 404
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_the_directory_is_public_filtered_and_counted_only_when_asked(world, client):
    page = client.get("/api/v1/organisations?page_size=2").json()
    assert [row["slug"] for row in page["results"]] == ["org-a", "org-b"]
    assert "count" not in page
    assert [row["slug"] for row in client.get(page["next"]).json()["results"]] == ["org-c"]
    counted = client.get("/api/v1/organisations?country=CN&count=true").json()
    assert (counted["count"], counted["results"][0]["slug"]) == (1, "org-b")
    assert client.get("/api/v1/organisations?alliance=alliance&count=true").json()["count"] == 2
    assert client.get("/api/v1/organisations/org-a").json()["id"] == str(world.org_a.pk)
    assert client.get("/api/v1/organisations/nothing").status_code == 404


def test_withdrawn_organisations_are_not_in_the_directory(world, client):
    world.org_c.status = "withdrawn"
    world.org_c.save()
    assert client.get("/api/v1/organisations?count=true").json()["count"] == 2
    assert client.get("/api/v1/organisations/org-c").status_code == 404


def test_the_same_key_and_body_replays_the_first_answer(world, client):
    headers = {**bearer(world.ana), "Idempotency-Key": "k1"}
    first = client.post("/api/v1/auth/tokens", {"name": "one"}, "application/json", headers=headers)
    again = client.post("/api/v1/auth/tokens", {"name": "one"}, "application/json", headers=headers)
    other = client.post("/api/v1/auth/tokens", {"name": "two"}, "application/json", headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.json() == first.json()
    assert ApiToken.objects.filter(user=world.ana, name="one").count() == 1


def test_a_role_that_needs_a_second_factor_signs_in_only_after_setting_one_up(world, client, settings):
    settings.SECOND_FACTOR_FOR = ["facility_manager"]
    world.bo.set_password("a long password")
    world.bo.save()
    given = {"email": "bo@test.example", "password": "a long password"}
    assert client.post("/api/v1/auth/login", given, "application/json").json()["code"] == "second_factor_needed"
    client.force_login(world.bo)
    assert client.get("/my-work/").headers["Location"] == "/accounts/2fa/"
    client.force_login(world.ana)
    assert client.get("/my-work/").headers.get("Location") != "/accounts/2fa/"


def test_with_a_second_factor_the_password_alone_gives_no_token(world, client):
    from allauth.mfa.totp.internal import auth as totp

    world.bo.set_password("a long password")
    world.bo.save()
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(world.bo, secret)
    given = {"email": "bo@test.example", "password": "a long password"}
    assert client.post("/api/v1/auth/login", given, "application/json").json()["code"] == "second_factor_required"
    wrong = client.post("/api/v1/auth/login", {**given, "code": "000000"}, "application/json")
    assert wrong.json()["code"] == "second_factor_wrong"
    assert [sign_in("bo", "a long password", code="000000").status_code for _time in range(5)] == [401] * 4 + [429]
    cache.clear()
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    assert client.post("/api/v1/auth/login", {**given, "code": code}, "application/json").status_code == 200


def test_an_address_that_names_nothing_is_a_problem_too(client, db):
    for answer in (client.get("/api/v1/nothing"), client.post("/api/v2/bookings", {}, "application/json")):
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "not_found"
