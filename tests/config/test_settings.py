"""Environment readers say what is wrong in one sentence, and unsafe defaults refuse to start when DEBUG is off."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import environment, settings

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of its own, as every start does."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**kept, "YANQI_HOME": str(tmp_path / "home"), "DATABASE_URL": "postgresql://nowhere/yanqi", **variables}
    env["PYTHONPATH"] = str(ROOT / "platform")
    return subprocess.run([sys.executable, "-c", "import config.settings"], env=env, capture_output=True, text=True)


def assert_one_sentence(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for part in parts:
        assert part in done.stderr


def test_without_any_variable_it_starts_for_development(tmp_path):
    assert start(tmp_path).returncode == 0
    assert (tmp_path / "home" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_with_debug_off_every_unsafe_default_is_named_at_once(tmp_path):
    done = start(tmp_path, DEBUG="0", PUBLIC_URL="http://yanqi.example")
    assert_one_sentence(done, "SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL")


@pytest.mark.parametrize("hosts", ["*", ""])
def test_with_debug_off_hosts_must_be_listed(tmp_path, hosts):
    done = start(tmp_path, DEBUG="0", SECRET_KEY="x" * 50, ALLOWED_HOSTS=hosts, PUBLIC_URL="https://yanqi.example")
    assert_one_sentence(done, "ALLOWED_HOSTS")
    assert "SECRET_KEY" not in done.stderr


def test_with_debug_off_and_everything_given_it_starts(tmp_path):
    safe = {"SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "yanqi.example", "PUBLIC_URL": "https://yanqi.example"}
    assert start(tmp_path, DEBUG="0", **safe).returncode == 0


def test_a_home_that_cannot_be_made_is_one_clear_sentence(tmp_path):
    (tmp_path / "file").touch()
    done = start(tmp_path, YANQI_HOME=str(tmp_path / "file" / "home"))
    assert_one_sentence(done, "home folder", "set YANQI_HOME")


def test_a_home_of_somebody_else_is_one_clear_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setenv("YANQI_HOME", str(tmp_path))
    with pytest.raises(environment.BadEnvironment, match="may not write to the home folder"):
        environment.home("YANQI_HOME", tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eight"),
        ("DEBUG", "perhaps"),
        ("DATABASE_URL", "mysql://x/y"),
        ("LOG_FORMAT", "xml"),
        ("EMAIL_URL", "x"),
    ],
)
def test_a_value_that_cannot_be_used_is_one_clear_sentence(tmp_path, name, value):
    assert_one_sentence(start(tmp_path, **{name: value}), name)


def test_a_database_address_becomes_persistent_connections_with_prepared_statements():
    found = settings.database("postgresql://us%40er:p%3Aw@db.example:5433/yanqi?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("us@er", "p:w", "db.example", "5433")
    assert found["CONN_MAX_AGE"] is None
    assert found["OPTIONS"] == {
        "prepare_threshold": 5,
        "application_name": "yanqi",
        "options": "-c plan_cache_mode=force_generic_plan",
        "sslmode": "require",
    }


def test_a_socket_folder_in_a_database_address_is_the_host():
    assert settings.database("postgresql://postgres@/yanqi?host=%2Ftmp%2Fa%20b")["HOST"] == "/tmp/a b"


def test_mail_goes_to_files_until_a_server_is_named():
    assert settings.mail("")["EMAIL_BACKEND"].endswith("filebased.EmailBackend")
    found = settings.mail("smtps://user:p%40ss@mail.example")
    assert (found["EMAIL_PORT"], found["EMAIL_USE_SSL"], found["EMAIL_HOST_PASSWORD"]) == (465, True, "p@ss")


def test_every_variable_that_is_read_is_listed_in_the_example():
    read = set()
    for path in (ROOT / "platform" / "config").rglob("*.py"):
        read.update(re.findall(r'\b(?:text|flag|number|words|one_of|home)\(\s*"([A-Z_]+)"', path.read_text()))
    listed = set(re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read - listed == set()
