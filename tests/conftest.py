"""What every test stands on: its own home folder, a cloned database, and in CI no test that silently did not run."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
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
    """Replaces pytest-django's: a clone of one migrated template, restored whole after each transactional test."""
    from django.test import TransactionTestCase

    from tests import database

    with django_db_blocker.unblock():
        template = database.ensure_template()
        database.clone(template, database_name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: database.clone(template, database_name))
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


@pytest.fixture
def world(db) -> "World":
    """The cast of `tests/world.py`."""
    from tests.world import make_world

    return make_world()


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
