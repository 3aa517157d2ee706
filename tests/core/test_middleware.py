"""Each request has an id, in its answer, its log line and its audit entries; probes answer without a host name."""

from datetime import UTC, datetime, timedelta

import pytest
import structlog
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory

from core import audit, clock, health
from core.commands import beat_heart, clear_expired
from core.middleware import bind_request, request_context
from core.models import AuditEntry, IdempotentAnswer, new_id
from core.progress import start_job


@pytest.fixture(autouse=True)
def clean_context():
    yield
    structlog.contextvars.clear_contextvars()
    audit.request_id.set("")


def answer(**headers: str) -> HttpResponse:
    seen = []

    def view(request):
        seen.append(audit.request_id.get())
        return HttpResponse()

    response = request_context(view)(RequestFactory().get("/my-work/", headers=headers))
    assert seen == [response["X-Request-ID"]]
    return response


def test_a_usable_request_id_is_taken_and_echoed():
    assert answer(**{"X-Request-ID": "proxy-0123456789"})["X-Request-ID"] == "proxy-0123456789"


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "two\nlines-injected", "<script>alert</script>", "汉字汉字汉字汉字"]
)
def test_an_unusable_request_id_is_replaced(given):
    headers = {"X-Request-ID": given.encode().decode("latin-1")}
    made = answer(**headers)["X-Request-ID"]
    assert made != given
    assert len(made) == 32


def test_each_request_is_one_log_line():
    with structlog.testing.capture_logs() as lines:
        answer()
    (line,) = lines
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/my-work/", 200)


@pytest.mark.django_db
def test_audit_entries_carry_the_request_id():
    from accounts.queries import system_user

    bind_request("request-42")
    start_job("import_things", by=system_user())
    assert AuditEntry.objects.get().request_id == "request-42"


def test_healthz_answers_without_a_database_and_to_any_host(client):
    response = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.fixture
def broker_answers(monkeypatch):
    monkeypatch.setitem(health.CHECKS, "broker", lambda: None)


@pytest.mark.django_db
def test_readyz_says_what_is_missing(client, broker_answers):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready", "database": "ok", "migrations": "ok", "broker": "ok", "worker": "silent"
    }  # fmt: skip


@pytest.mark.django_db
def test_readyz_is_ready_while_the_worker_shows_signs_of_life(client, broker_answers):
    beat_heart("worker")
    assert client.get("/readyz").status_code == 200
    with time_machine.travel(clock.now() + health.WORKER_SILENT_AFTER + timedelta(seconds=1), tick=False):
        assert client.get("/readyz").json()["worker"] == "silent"


@pytest.mark.django_db
def test_readyz_keeps_the_reason_of_a_failure_to_the_log(client, monkeypatch):
    def refuse() -> None:
        raise OSError("redis at 10.1.2.3 refuses")

    monkeypatch.setitem(health.CHECKS, "broker", refuse)
    response = client.get("/readyz")
    assert response.json()["broker"] == "does not answer"
    assert b"10.1.2.3" not in response.content


@pytest.mark.django_db
def test_answers_kept_for_repeated_requests_are_cleared_when_too_old_to_come_back():
    now = datetime(2027, 1, 10, tzinfo=UTC)
    for days in (1, 3):
        IdempotentAnswer.objects.create(
            user_id=new_id(), key=str(days), path="/", body_sha256="", created_at=now - timedelta(days=days)
        )
    with time_machine.travel(now, tick=False):
        clear_expired()
    assert [kept.key for kept in IdempotentAnswer.objects.all()] == ["1"]


@pytest.fixture
def token(world) -> str:
    from accounts.commands import create_token

    return create_token(world.ana, by=world.ana)[1]


@pytest.mark.parametrize("address", ["me", "bookings", "nothing-is-here"])
def test_a_call_with_a_token_is_answered_as_it_is_behind_all_middleware(client, token, address):
    short, long = (
        client.get(f"/api/v1/{address}", headers={"Authorization": f"{scheme} {token}", "Accept-Language": "zh-hans"})
        for scheme in ("Bearer", "bearer")
    )
    assert (short.status_code, short.json()) == (long.status_code, long.json())
    kept = ("Content-Type", "Content-Length", "Content-Language", "X-Content-Type-Options")
    assert [short.get(name) for name in kept] == [long.get(name) for name in kept]
    assert not short.cookies


def test_a_session_counts_for_nothing_beside_a_token(client, world):
    client.force_login(world.ana)
    answered = client.get("/api/v1/me", headers={"Authorization": "Bearer of-somebody-else"})
    assert (answered.status_code, answered.json()["code"]) == (401, "not_authenticated")


def test_a_token_does_not_open_pages(client, token):
    assert client.get("/my-work/", headers={"Authorization": f"Bearer {token}"}).status_code == 302
