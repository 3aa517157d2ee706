"""Bookings asked for together: a series of 26 weeks and a campaign of ten legs, each beside its rows alone."""

import json
import os
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from bench import floor
from bench.client import Client, spread

Row = dict[str, Any]
WEEKS, LEGS = 26, 10


def several(stage: Any, times: int = 12) -> Iterator[Row]:
    """One client, each request withdrawn again so that the next finds the time free."""
    yield from _measured(stage, "series", f"a series of {WEEKS} weeks", _series, times)
    yield from _measured(stage, "campaigns", f"a campaign of {LEGS} legs", _campaign, times)


def _measured(stage: Any, path: str, name: str, body_of: Any, times: int) -> Iterator[Row]:
    taken: list[float] = []
    rows: floor.Rows = {}
    number = 0
    for turn in range(times + 3):
        body, person = body_of(stage)
        client: Client = stage.client(person)
        status, content, milliseconds = client.post(f"/{path}", body)
        if status != 201:
            raise RuntimeError(f"{status}: {content.decode()[:2000]}")
        made = json.loads(content)
        bookings = [UUID(each["booking"]) for each in made.get("dates") or made["legs"]]
        if turn >= 3:
            taken.append(milliseconds)
        if not rows:
            with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
                rows, number = floor.rows_of(connection, bookings[0]), len(bookings)
        status, content, _milliseconds = client.post(f"/{path}/{made['id']}/withdraw", {"note": "Measured"})
        if status != 200:
            raise RuntimeError(f"{status}: {content.decode()[:2000]}")
    base = spread(_floor(rows, number, times))
    yield {
        "measure": f"{name}, 1 client",
        **spread(taken),
        "unit": "ms",
        "floor": base["p50"],
        "note": f"{spread(taken)['p50'] / base['p50']:.1f} x floor; {spread(taken)['p50'] / number:.1f} ms a booking",
    }


def _series(stage: Any) -> tuple[Row, int]:
    person, body = stage.request()
    starts_at = _on_the_hour(body)
    body |= {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=1)).isoformat()}
    return body | {"mode": "remote", "rule": f"FREQ=WEEKLY;COUNT={WEEKS}"}, person


def _campaign(stage: Any) -> tuple[Row, int]:
    """Ten instruments in a row from one free slot on, each leg after the one before; on nobody's account."""
    person, body = stage.request()
    begin = _on_the_hour(body) + timedelta(days=200)
    first = stage.facts.slugs.index(body["instrument"])
    legs = []
    for n in range(LEGS):
        starts_at = begin + timedelta(hours=2 * n)
        legs.append(
            {
                "instrument": stage.facts.slugs[(first + n) % len(stage.facts.slugs)],
                "starts_at": starts_at.isoformat(),
                "ends_at": (starts_at + timedelta(hours=1)).isoformat(),
                "purpose": "Measured",
                "mode": "remote",
                "after": n or None,
            }
        )
    return {"title": "Measured", "legs": legs}, person


def _on_the_hour(body: Row) -> datetime:
    """The first full hour of a slot of two: where the stock of bookings ends depends on its size."""
    starts_at = datetime.fromisoformat(body["starts_at"])
    return starts_at + timedelta(minutes=-starts_at.minute % 60)


def _floor(rows: floor.Rows, number: int, times: int) -> list[float]:
    """Milliseconds for the rows of so many bookings in one transaction, without those of the whole."""
    taken = []
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        for _turn in range(times):
            start = floor.FAR + timedelta(days=60 * random.randrange(40_000) + 10)
            began = time.perf_counter()
            for each in range(number):
                floor.write(connection, rows, start + timedelta(hours=each))
            connection.commit()
            taken.append((time.perf_counter() - began) * 1000)
    return taken
