"""What every test stands on: its own home folder, a cloned database, and in CI no test that silently did not run."""

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.world import World

ROOT = Path(__file__).resolve().parents[1]

# Before Django reads its settings: run-time state of tests lives apart from that of `make run`.
os.environ.setdefault("YANQI_TEST_HOME", str(Path(os.environ.get("YANQI_HOME", ROOT / "var")) / "test"))
os.environ["YANQI_HOME"] = os.environ["YANQI_TEST_HOME"]
os.environ["EMBEDDED_POSTGRES_OPTIONS"] = "-c fsync=off -c full_page_writes=off -c max_connections=200"
os.environ["DEBUG"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

did_not_run: list[str] = []


def pytest_configure() -> None:
    """Read the settings now, in the test home; pytest-django sets Django up right after. Properties are not timed."""
    import hypothesis
    from django.conf import settings

    from config import translations

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    translations.compile_stale()
    hypothesis.settings.register_profile(
        "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def database_name(request: pytest.FixtureRequest) -> str:
    """The database of this test process."""
    return f"test_yanqi_{getattr(request.config, 'workerinput', {}).get('workerid', 'main')}"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, database_name) -> Iterator[None]:
    """Replaces pytest-django's: a clone of one migrated template, brought back to it after each transactional test."""
    from django.test import TransactionTestCase

    from tests import database

    with django_db_blocker.unblock():
        template = database.ensure_template()
        database.clone(template, database_name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: database.restore())
        yield
    with django_db_blocker.unblock():
        database.drop(database_name)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the clone (or YANQI_SHARED_DATA); mark such tests `data`."""
    folder = Path(os.environ.get("YANQI_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"real data not found in {folder}; set YANQI_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def casts() -> list["World"]:
    """The cast that stands in the database, if it does."""
    return []


@pytest.fixture
def ground(request: pytest.FixtureRequest, django_db_setup, django_db_blocker, casts: list["World"]) -> None:
    """What a test begins on, before its transaction: the cast if it asks for it, otherwise what migrations leave.

    Making the cast takes a quarter of a second of processor time, so it stays for as many tests as ask for it in a row.
    """
    from tests import database
    from tests.world import make_world

    wanted = uses(request.node) is Uses.CAST
    with django_db_blocker.unblock():
        if casts and not wanted:
            database.restore()
            casts.clear()
        elif wanted and not casts:
            casts.append(make_world())


@pytest.fixture
def world(db, casts: list["World"]) -> "World":
    """The cast of `tests/world.py`, this test's own copy."""
    from tests.world import make_world
    from workflow.approvals.routes import steps_of

    steps_of.cache_clear()  # a test that is undone may have read other steps of the same route
    return deepcopy(casts[0]) if casts else make_world()


class Uses(IntEnum):
    """What a test does with the database, in the order in which tests are run: those that may take long first."""

    NOTHING = 0
    COMMITS = 1
    EMPTY = 2
    CAST = 3


def uses(item: pytest.Item) -> Uses:
    marker, fixtures = item.get_closest_marker("django_db"), item.fixturenames
    if "live_server" in fixtures or "transactional_db" in fixtures or (marker and marker.kwargs.get("transaction")):
        return Uses.COMMITS
    if "world" in fixtures:
        return Uses.CAST
    return Uses.EMPTY if marker or "db" in fixtures else Uses.NOTHING


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=uses)
    for item in items:
        if uses(item) is not Uses.NOTHING:
            item.fixturenames.insert(0, "ground")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        did_not_run.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("CI") and did_not_run and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("CI") and did_not_run:
        terminalreporter.section("skipped, which CI does not accept", red=True)
        for nodeid in did_not_run:
            terminalreporter.write_line(nodeid)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Move the clock of the product: `at(instant)`."""
    from core import clock

    return lambda instant: monkeypatch.setattr(clock, "now", lambda: instant)
