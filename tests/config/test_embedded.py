"""The embedded server stops with its last user, is adopted after `kill -9`, and copes with odd folder names."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from config.embedded import CannotStart, Server
from tests.config.leftovers import end_everything

ROOT = Path(__file__).resolve().parents[2]
USER = """
import sys
from pathlib import Path
from config.embedded import database_url
print(database_url(Path(sys.argv[1])), flush=True)
sys.stdin.readline()
"""


class User:
    """A process that uses the server of a home until it is told to end."""

    def __init__(self, home: Path) -> None:
        (home / "run").mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(home)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "platform")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = self.process.stdout.readline().strip()

    def value(self, query: str) -> object:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchone()[0]

    def end(self) -> None:
        self.process.communicate("\n", timeout=60)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def home(tmp_path):
    home = tmp_path / ("a long name with spaces and an ö " * 4)
    yield home
    end_everything(home)


def test_the_server_serves_all_its_users_and_stops_with_the_last(home):
    first, second = User(home), User(home)
    started = second.value("select pg_postmaster_start_time()")
    first.end()
    assert second.value("select pg_postmaster_start_time()") == started
    second.end()
    assert not (home / "postgres" / "postmaster.pid").exists()
    assert not Server(home).answers()


def test_a_server_left_by_a_killed_process_is_adopted(home):
    killed = User(home)
    started = killed.value("select pg_postmaster_start_time()")
    killed.kill()
    heir = User(home)
    assert heir.value("select pg_postmaster_start_time()") == started
    assert heir.value("select lower('ÄΩ')") == "äω"
    heir.end()
    assert not Server(home).answers()


def test_a_server_that_was_killed_starts_again_and_keeps_what_was_committed(home):
    user = User(home)
    with psycopg.connect(user.url, autocommit=True) as connection:
        connection.execute("create table kept (value int)")
        connection.execute("insert into kept values (7)")
        os.kill(int((home / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        Server(home).ensure_running()
    assert user.value("select value from kept") == 7
    user.end()


def test_data_of_another_postgresql_is_refused_in_one_sentence(home):
    server = Server(home)
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(CannotStart, match="made by PostgreSQL 12"):
        server.ensure_running()
