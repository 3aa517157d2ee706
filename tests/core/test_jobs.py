"""Work is sent after commit, through either broker to a real worker, and a dead broker never breaks a request."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from config.schedule import SCHEDULE
from core.jobs import enqueue
from core.models import Heartbeat

ROOT = Path(__file__).resolve().parents[2]
SEND = "from core.jobs import enqueue; enqueue('core.heartbeat')"
PREPARE = "from config.celery import prepare_broker; prepare_broker()"
CELERY = [sys.executable, "-m", "celery", "--app", "config.celery"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def filesystem_broker():
    return "filesystem://"


@pytest.fixture
def redis_broker(tmp_path):
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(["redis-server", *options], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert any("Ready to accept connections" in line for line in server.stdout)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()


def environment(home: Path, broker: str) -> dict[str, str]:
    """Processes that work on this test's database with their own home."""
    database = settings.DATABASES["default"]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT)]),
        "YANQI_HOME": str(home),
        "BROKER_URL": broker,
        "DATABASE_URL": f"postgresql://{database['USER']}@/{connection.settings_dict['NAME']}?host={database['HOST']}",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
    }


def shell(code: str, variables: dict[str, str]) -> str:
    """Run code as an ordinary process of Yanqi would; what it logged."""
    command = [sys.executable, ROOT / "manage.py", "shell", "--verbosity", "0", "--command", code]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "broker", ["filesystem_broker", pytest.param("redis_broker", marks=pytest.mark.redis)], ids=["filesystem", "redis"]
)
def test_a_job_sent_through_the_broker_is_done_by_a_worker(broker, request, tmp_path):
    variables = environment(tmp_path, request.getfixturevalue(broker))
    shell(PREPARE, variables)
    assert "job not sent" not in shell(SEND, variables)
    assert not Heartbeat.objects.exists()
    worker = [*CELERY, "worker", "--pool", "threads", "--concurrency", "1", "--loglevel", "INFO", "--without-mingle"]
    with subprocess.Popen(
        worker, env=variables, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert any('"task": "core.heartbeat", "state": "SUCCESS"' in line for line in process.stderr)
        finally:
            process.terminate()
            process.communicate(timeout=60)
    assert Heartbeat.objects.get().name == "worker"


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_logged_and_breaks_nothing(tmp_path):
    log = shell(SEND, environment(tmp_path, f"redis://127.0.0.1:{free_port()}/0"))
    assert '"event": "job not sent"' in log
    assert "Traceback" not in log


@pytest.fixture
def sent(monkeypatch):
    jobs = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: jobs.append((name, options["kwargs"])))
    return jobs


@pytest.mark.django_db(transaction=True)
def test_work_is_sent_after_commit_and_not_at_all_after_rollback(sent):
    with transaction.atomic():
        enqueue("facilities.tick", booking=7)
        assert sent == []
    assert sent == [("facilities.tick", {"booking": "7"})]

    class Refused(Exception):
        pass

    with pytest.raises(Refused), transaction.atomic():
        enqueue("facilities.tick", booking=8)
        raise Refused
    assert len(sent) == 1


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_sent_is_logged_with_its_identifiers(monkeypatch):
    def away(*_, **__):
        raise OperationalError("Connection refused")

    monkeypatch.setattr(current_app, "send_task", away)
    with structlog.testing.capture_logs() as lines:
        enqueue("facilities.tick", booking=7)
    (line,) = lines
    assert (line["event"], line["task"], line["booking"]) == ("job not sent", "facilities.tick", "7")


def test_every_scheduled_task_exists():
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(current_app.tasks)
