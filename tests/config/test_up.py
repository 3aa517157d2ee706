"""`manage.py up` with everything real: it starts, survives the death of its parts, refuses clearly, leaves nothing."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from config.embedded import Server
from tests.config.leftovers import end_everything, processes_of

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90  # seconds


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for what happens in other processes."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Copy:
    """One running copy of Yanqi."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.process = run(home, port)
        self.said: list[str] = []

    def wait_until_ready(self) -> None:
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C ends everything" in line:
                return
        raise AssertionError("".join(self.said) + self.process.stderr.read())

    def wait_for_words(self, words: str) -> None:
        assert any(words in line for line in self.process.stdout)

    def get(self, path: str) -> tuple[int, dict]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, json.load(answer)
        except OSError as error:
            return 0, {"error": str(error)}

    def is_ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def child(self, word: str) -> psutil.Process:
        return next(each for each in psutil.Process(self.process.pid).children() if word in each.cmdline())

    def processes(self) -> list[psutil.Process]:
        return processes_of(self.home)

    def close(self) -> None:
        self.process.stdout.close()
        self.process.stderr.close()


def environment(home: Path, **more: str) -> dict[str, str]:
    dropped = ("YANQI_", "DEBUG", "PORT", "DATABASE_URL", "BROKER_URL", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "YANQI_HOME": str(home), **more}


def run(home: Path, port: int, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, ROOT / "manage.py", "up", "--no-demo", "--port", str(port)],
        env=environment(home, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("yanqi") / "home", free_port())
    try:
        copy.wait_until_ready()
        yield copy
        copy.process.terminate()
        copy.process.communicate(timeout=PATIENCE)
        assert copy.processes() == []
    finally:
        copy.close()
        end_everything(copy.home)


def refusal(home: Path, port: int, **more: str) -> str:
    """The one sentence with which `up` refuses to start."""
    process = run(home, port, **more)
    try:
        _, complaint = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode not in (0, None)
    sentences = [line for line in complaint.splitlines() if not line.startswith("Creating the database server")]
    assert len(sentences) == 1, complaint
    return sentences[0]


def test_it_answers_and_all_its_parts_are_ready(copy):
    assert copy.get("/healthz") == (200, {"status": "ok"})
    eventually(copy.is_ready)
    parts = ["status", "database", "migrations", "broker", "worker"]
    assert copy.get("/readyz")[1] == dict.fromkeys(parts, "ok")
    assert any(f"http://localhost:{copy.port}" in line for line in copy.said)


@pytest.mark.parametrize("part", ["granian", "worker", "beat"])
def test_a_part_that_is_killed_is_started_again(copy, part):
    killed = copy.child(part)
    killed.kill()
    copy.wait_for_words("was killed by SIGKILL; starting it again")
    eventually(lambda: any(part in each.cmdline() for each in psutil.Process(copy.process.pid).children()))
    assert copy.child(part).pid != killed.pid
    eventually(copy.is_ready)


def test_a_web_process_that_is_killed_is_replaced(copy):
    copy.child("granian").children()[-1].kill()
    eventually(lambda: len(copy.child("granian").children()) >= 2)
    eventually(copy.is_ready)


def test_a_database_server_that_is_killed_is_started_again(copy):
    postmaster = int((copy.home / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    copy.wait_for_words("The database server does not answer; starting it again.")
    eventually(copy.is_ready)


def test_a_second_copy_in_the_same_home_is_refused(copy):
    assert f"Yanqi already runs from {copy.home}" in refusal(copy.home, free_port())


def test_a_taken_port_is_refused(copy, tmp_path):
    address = Server(copy.home).url("yanqi")
    assert f"Port {copy.port} cannot be used" in refusal(tmp_path / "other", copy.port, DATABASE_URL=address)


def test_a_database_from_a_newer_version_is_refused(copy, tmp_path):
    address = Server(copy.home).url("yanqi")
    newer = "insert into django_migrations (app, name, applied) values ('facilities', '9999_tides', now())"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(newer)
        try:
            sentence = refusal(tmp_path / "other", free_port(), DATABASE_URL=address)
        finally:
            connection.execute("delete from django_migrations where name = '9999_tides'")
    assert "made by a newer version of Yanqi, which knows facilities.9999_tides" in sentence


def test_a_database_from_before_the_first_release_that_stopped_on_the_way_is_refused(copy, tmp_path):
    address = Server(copy.home).url("yanqi")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("delete from django_migrations where app = 'notifications' and name = '0002_strangers'")
        try:
            sentence = refusal(tmp_path / "other", free_port(), DATABASE_URL=address)
        finally:
            connection.execute(
                "insert into django_migrations (app, name, applied) values ('notifications', '0002_strangers', now())"
            )
    assert "older than every release of Yanqi and lacks notifications.0002_strangers" in sentence


def test_a_database_that_does_not_answer_is_refused(tmp_path):
    address = f"postgresql://nobody@127.0.0.1:{free_port()}/yanqi"
    assert "The database does not answer" in refusal(tmp_path / "home", free_port(), DATABASE_URL=address)


def test_an_unwritable_home_is_refused(tmp_path):
    (tmp_path / "file").touch()
    assert "cannot be made" in refusal(tmp_path / "file" / "home", free_port())


def test_sigterm_leaves_no_process_and_the_next_start_works_also_after_kill_9_and_ctrl_c(copy):
    copy.process.send_signal(signal.SIGTERM)
    assert copy.process.wait(PATIENCE) == 0
    assert copy.processes() == []

    again = Copy(copy.home, copy.port)
    again.wait_until_ready()
    again.process.kill()
    again.process.wait(PATIENCE)
    again.close()
    eventually(lambda: {each.name() for each in copy.processes()} <= {"postgres"})

    third = Copy(copy.home, copy.port)
    third.wait_until_ready()
    eventually(third.is_ready)
    third.process.send_signal(signal.SIGINT)
    assert third.process.wait(PATIENCE) == 0
    third.close()
    assert copy.processes() == []
