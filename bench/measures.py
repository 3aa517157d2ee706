"""What is measured, each as a function of a stage: creating, reading, searching, racing."""

import json
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection

from bench import floor
from bench.client import Client, spread, together
from bench.figures import figures
from bench.rush import rush
from bench.server import children, memory, processor_time
from bench.several import several
from bench.stock import Filling
from bench.timeline import timeline

Row = dict[str, Any]
BACKENDS = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"


class Stage:
    """A database of a size and the server in front of it; hands out free slots, each once."""

    def __init__(self, filling: Filling, port: int, server: subprocess.Popen[bytes]) -> None:
        self.facts = filling.stocked()
        self.port, self.server = port, server
        self._slots = count(self._used())

    def _used(self) -> int:
        """Slots behind the last booking that earlier runs have taken."""
        with connection.cursor() as cursor:
            cursor.execute("select max(upper(period)) from facilities_claim where upper(period) < %s", [floor.FAR])
            last = cursor.fetchone()[0]
        begin = datetime.fromisoformat(self.facts.free_from)
        return max(0, -(-(last - begin) // timedelta(hours=2))) * len(self.facts.instruments)

    def client(self, number: int = 0) -> Client:
        return Client(self.port, self.facts.tokens[number % len(self.facts.tokens)])

    def processor_time(self) -> tuple[float, float]:
        """Of the web server and of the database's processes that serve it."""
        with connection.cursor() as cursor:
            cursor.execute(BACKENDS)
            backends = [pid for (pid,) in cursor.fetchall()]
        return processor_time([self.server.pid, *children(self.server.pid)]), processor_time(backends)

    def manager(self) -> Client:
        return Client(self.port, self.facts.manager_token)

    def request(self) -> tuple[int, Row]:
        """The person's number and the body of a request for the next free slot of that person's instrument."""
        round_, number = divmod(next(self._slots), len(self.facts.instruments))
        starts_at = datetime.fromisoformat(self.facts.free_from) + round_ * timedelta(hours=2)
        body = {
            "instrument": self.facts.slugs[number],
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=1)).isoformat(),
            "purpose": "Measured",
            "mode": "onsite",
            "program": self.facts.teams[number],
        }
        return number, body


def create(stage: Stage, times: int = 300) -> Iterator[Row]:
    """One client: rules, claims, ledger, task, audit, outbox."""
    clients: dict[int, Client] = {}
    taken = []
    before: tuple[float, float] | None = None
    for turn in range(times + 60):
        if turn == 60:
            before = stage.processor_time()
        number, body = stage.request()
        client = clients.setdefault(number, stage.client(number))
        status, content, milliseconds = client.post("/bookings", body)
        if status != 201:
            raise RuntimeError(f"{status}: {content.decode()}")
        if turn >= 60:
            taken.append(milliseconds)
    assert before is not None
    server, database = ((after - then) / times for after, then in zip(stage.processor_time(), before, strict=True))
    base = spread(floor.insert_bookings(times))
    yield {
        "measure": "create a booking, 1 client",
        **spread(taken),
        "unit": "ms",
        "aim": "6 / 10, at most 6 x floor",
        "floor": base["p50"],
        "note": f"{spread(taken)['p50'] / base['p50']:.1f} x floor; CPU {server:.1f} + {database:.1f} ms",
    }


def throughput(stage: Stage, clients: int = 8, each: int = 150) -> Iterator[Row]:
    """Eight clients at once."""
    bodies = [[stage.request() for _turn in range(each)] for _client in range(clients)]
    wrong: Counter[int] = Counter()

    def work(mine: list[tuple[int, Row]]) -> Callable[[], None]:
        people = {number: stage.client(number) for number, _body in mine}

        def run() -> None:
            for number, body in mine:
                status, _content, _milliseconds = people[number].post("/bookings", body)
                if status != 201:
                    wrong[status] += 1

        return run

    seconds = together([work(mine) for mine in bodies])
    yield {
        "measure": f"create bookings, {clients} clients",
        "p50": clients * each / seconds,
        "unit": "per second",
        "aim": "250",
        "floor": floor.throughput(clients, each),
        "note": f"wrong answers {dict(wrong)}" if wrong else "",
    }


def reads(stage: Stage) -> Iterator[Row]:
    """Calendar of one instrument's week and of all instruments' month, a page of 100, availability.

    A free day is found within the first weeks; for two days the search reads all of the half year.
    """
    now = datetime.fromisoformat(stage.facts.made_at + "T00:00:00+00:00")
    week = f"from={at(now)}&to={at(now + timedelta(days=7))}"
    month = f"from={at(now - timedelta(days=15))}&to={at(now + timedelta(days=15))}"
    half_year = f"from={at(now)}&to={at(now + timedelta(days=183))}"
    client = stage.client()
    for measure, path, aim, times in (
        ("one instrument's week", f"/instruments/{stage.facts.slugs[0]}/calendar?{week}", "5", 100),
        ("all instruments' month", f"/calendar?{month}", "30", 30),
        ("a page of 100 bookings", "/bookings?page_size=100", "10", 100),
        ("availability, 50 instruments, 6 months", f"/availability?hours=24&limit=20&{half_year}", "40 (80 at 1M)", 40),
        ("the same for two days at once", f"/availability?hours=48&limit=20&{half_year}", "40 (80 at 1M)", 40),
    ):
        yield read(client, measure, path, aim, times)
    yield read(
        stage.manager(),
        "a page of 100, a manager who sees all",
        "/bookings?page_size=100",
        "10",
        100,
    )
    yield {"measure": "availability, SQL alone", **spread(floor.availability(stage, now)), "unit": "ms"}


def read(client: Client, measure: str, path: str, aim: str, times: int) -> Row:
    for _turn in range(8):
        status, content, _milliseconds = client.get(path)
        if status != 200:
            raise RuntimeError(f"{path}: {status}: {content.decode()[:500]}")
    taken = [client.get(path)[2] for _turn in range(times)]
    found = json.loads(content)
    rows = len(found["results"] if isinstance(found, dict) else found)
    return {"measure": measure, **spread(taken), "unit": "ms", "aim": aim, "note": f"{rows:,} rows"}


def technique(stage: Stage) -> Iterator[Row]:
    """Availability for a technique, asked for by a broader one, over a year of everything that offers it.

    A free day is found within weeks; two days are free only behind the last booking, so the search reads everything.
    """
    now = datetime.fromisoformat(stage.facts.made_at + "T00:00:00+00:00")
    asked = f"/availability?technique=BENCH&limit=20&from={at(now)}&to={at(now + timedelta(days=365))}"
    named = f"availability for a technique, {len(stage.facts.instruments)} instruments, 1 year"
    plain = spread(floor.availability(stage, now, times=20, days=365))
    yield read(stage.client(), named, f"{asked}&hours=24", "", 40)
    whole = read(stage.client(), "the same, free behind all bookings only", f"{asked}&hours=48", "", 20)
    yield {**whole, "floor": plain["p50"], "note": "floor: the SQL alone over the whole year"}


def race(stage: Stage, people: int = 32, slots: int = 50) -> Iterator[Row]:
    """32 clients at a barrier ask for the same slot, 50 times."""
    answers: Counter[int] = Counter()
    winners: list[int] = []
    clients = [stage.client(number) for number in range(people)]
    lock = threading.Lock()
    for _slot in range(slots):
        _number, body = stage.request()
        del body["program"]
        body["mode"] = "remote"
        won: list[int] = []

        def ask(client: Client, body: Row = body, won: list[int] = won) -> None:
            status, _content, _milliseconds = client.post("/bookings", body)
            with lock:
                answers[status] += 1
                if status == 201:
                    won.append(1)

        together([lambda client=client: ask(client) for client in clients])
        winners.append(len(won))
    twice = sum(number > 1 for number in winners)
    yield {
        "measure": f"race of {people} on each of {slots} slots: booked twice",
        "p50": twice,
        "unit": "slots",
        "aim": "0, only 201 and 409",
        "note": f"answers {dict(sorted(answers.items()))}, slots without a winner {winners.count(0)}",
    }


def recompute(stage: Stage, bookings: int = 5000, times: int = 5) -> Iterator[Row]:
    """Maintenance over a cycle of 5,000 bookings: the open calendar anew, who is hit, everything but telling them."""
    from accounts.queries import system_user
    from facilities.commands.calendar import Plan, Window, review_block_change

    facility, period, count = floor.crowded(bookings)
    plan = Plan(facility, None, "maintenance", period, "Measured")
    by = system_user()
    taken = []
    for _turn in range(times):
        began = time.perf_counter()
        found = review_block_change(plan, by=by, window=Window(size=0))
        taken.append((time.perf_counter() - began) * 1000)
    yield {
        "measure": "maintenance over a cycle of 5,000 bookings",
        **spread(taken),
        "unit": "ms",
        "floor": spread(floor.recompute(facility, period, times))["p50"],
        "note": f"{len(found):,} of {count:,} bookings would not be open any more",
    }


def processes(stage: Stage) -> Iterator[Row]:
    """Memory of the server's processes after everything."""
    found = memory(stage.server)
    yield {
        "measure": "memory of the server's processes",
        "p50": sum(found),
        "unit": "MB",
        "note": " + ".join(f"{each:.0f}" for each in found),
    }


def at(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


MEASURES: dict[str, Callable[[Stage], Iterator[Row]]] = {
    "create": create,
    "throughput": throughput,
    "reads": reads,
    "figures": figures,
    "several": several,
    "timeline": timeline,
    "race": race,
    "recompute": recompute,
    "rush": rush,
    "memory": processes,
    "technique": technique,
}
