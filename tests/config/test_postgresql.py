"""A kept connection is looked at without asking the server, and one that has ended is noticed all the same."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.db.backends.postgresql import base

from config.postgresql.base import DatabaseWrapper
from core.rows import fetch


@pytest.fixture
def kept(db) -> Iterator[DatabaseWrapper]:
    """A second connection, as it is when a request comes."""
    second = connection.copy()
    second.connect()
    second.close_if_unusable_or_obsolete()
    yield second
    second.close()


def end(other: DatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 10000)", [other.connection.info.backend_pid])
        assert cursor.fetchone() == (True,)


def test_a_quiet_connection_is_good_without_a_round_trip(kept, monkeypatch):
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: pytest.fail("the server was asked"))
    assert kept.is_usable()


def test_a_connection_that_the_server_ended_is_not(kept):
    end(kept)
    assert not kept.is_usable()


def test_after_an_error_the_server_is_asked(kept, monkeypatch):
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: False)
    kept.errors_occurred = True
    assert not kept.is_usable()


def test_the_first_statement_of_a_request_finds_a_fresh_connection(kept):
    used = connections["default"]
    end(kept)
    connections["default"] = kept
    try:
        assert fetch("select 1") == [(1,)]
    finally:
        connections["default"] = used
