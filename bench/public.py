"""The alliance under load: public pages beside a static file, the search box over documents, a large vote closing.

python -m bench --only public

Makes its own organisations, as many as ROR's sample has, where the data is not there.
"""

import argparse
import http.client
import json
import os
import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from bench.client import spread, together
from bench.imports import DATA, fresh_database, manage
from bench.server import children, processor_time, serving

ORGANISATIONS, DOCUMENTS, NEWS, EVENTS, MEMBERS = 51_370, 10_000, 500, 60, 200
CLIENTS, EACH = 16, 40
ROR = DATA / "ror_organisations" / "ror_organisations_large.csv.gz"
PAGES = ("/", "/news/", "/documents/", "/about/members/", "/facilities/", "/search/?q=synchrotron")
TYPED = ("university", "synchrotron charter", "北京", "rare", "univercity")
DAY = date(2020, 1, 1)
WORDS = ("beam", "charter", "detector", "exchange", "laser", "member", "neutron", "plan", "report", "synchrotron")
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.public", description=__doc__.splitlines()[0])
    parser.add_argument("result", type=Path, nargs="?")
    parser.add_argument("--port", type=int, default=8140)
    given = parser.parse_args()
    os.environ["DATABASE_URL"] = fresh_database("bench_public")
    manage("migrate", "--verbosity", "0")
    manage("collectstatic", "--noinput", "--verbosity", "0")
    if ROR.is_file():
        manage("import_ror", str(ROR))
    import django

    django.setup()
    furnish()
    found = []
    for row in chain(searches(), votes(), pages(given.port)):
        found.append(row)
        print(f"  {row['measure']}: {row['p50']:,.1f} {row['unit']} {row.get('note', '')}", flush=True)
    if given.result:
        given.result.write_text(json.dumps(found))


def furnish() -> None:
    """Organisations where none were imported, an alliance with members, and texts of made-up words."""
    from django.db import connection

    from accounts.models import Organisation
    from alliance.models import Alliance, Document, DocumentVersion, Event, Membership, NewsItem
    from core import clock

    chance, now = random.Random(20191017), clock.now()
    if not Organisation.objects.exists():
        rows = (Organisation(slug=f"o{n}", name=f"{_words(chance, 3)} University {n}") for n in range(ORGANISATIONS))
        Organisation.objects.bulk_create(rows, batch_size=2000)
    alliance = Alliance.objects.create(slug="aoc", name="Alliance", acronym="AOC", is_main=True, zone="Asia/Shanghai")
    homes = list(Organisation.objects.order_by("id")[:MEMBERS])
    Membership.objects.bulk_create(Membership(alliance=alliance, organisation=home, joined_on=DAY) for home in homes)
    documents = [
        Document(
            alliance=alliance, slug=f"d{n}", kind="report", title=f"{_words(chance, 4)} {n}", access="public",
            needs_resolution=False,
        )
        for n in range(DOCUMENTS)
    ]  # fmt: skip
    Document.objects.bulk_create(documents, batch_size=1000)
    versions = (
        DocumentVersion(
            document=row, number=1, state="in_force", adopted_on=DAY, effective_from=DAY,
            text=f"{_words(chance, 300)} {'rare' if n % 1000 == 0 else ''} 北京科学城",
        )
        for n, row in enumerate(documents)
    )  # fmt: skip
    DocumentVersion.objects.bulk_create(versions, batch_size=500)
    NewsItem.objects.bulk_create(
        NewsItem(alliance=alliance, slug=f"n{n}", title=_words(chance, 6), body=_words(chance, 200),
                 published_at=now - timedelta(days=n))
        for n in range(NEWS)
    )  # fmt: skip
    Event.objects.bulk_create(
        Event(alliance=alliance, slug=f"e{n}", kind="workshop", title=_words(chance, 5), zone="Europe/Berlin",
              starts_at=now + timedelta(days=n), ends_at=now + timedelta(days=n, hours=8))
        for n in range(EVENTS)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def searches(times: int = 15) -> Iterator[Row]:
    """The one box as a visitor asks it, without HTTP."""
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Organisation
    from programs.queries.finding import find_everything

    among = f"among {Organisation.objects.count():,} organisations and {DOCUMENTS:,} documents"
    for typed in TYPED:
        find_everything(AnonymousUser(), typed)
        taken = []
        for _number in range(times):
            began = time.perf_counter()
            found = find_everything(AnonymousUser(), typed, limit=60)
            taken.append((time.perf_counter() - began) * 1000)
        yield {
            "measure": f"everything “{typed}”", **spread(taken), "unit": "ms", "aim": "100",
            "note": f"{len(found)} found {among}",
        }  # fmt: skip


def votes() -> Iterator[Row]:
    """A vote in writing of 200 members, open and secret, from the last vote to its resolution."""
    from accounts.commands import grant_role
    from accounts.models import User
    from accounts.queries import system_user
    from alliance.commands.voting import Draft, cast_vote, close_vote, draft_motion, open_vote, table_motion
    from alliance.models import Alliance, Body, Membership, Motion, Representative
    from core import clock

    alliance = Alliance.objects.get()
    body = Body.objects.create(alliance=alliance, slug="all", kind="assembly", name="Assembly", of_members=True)
    members = list(Membership.objects.order_by("id"))
    people = User.objects.bulk_create(
        User(email=f"{n}@bench.example", name=f"Person {n}", password="!") for n in range(len(members) + 1)
    )
    chair = people.pop()
    grant_role(chair, "chair", alliance, by=system_user())
    Representative.objects.bulk_create(
        Representative(membership=row, person=person, name=person.name, kind="delegate", starts_on=DAY)
        for row, person in zip(members, people, strict=True)
    )
    for is_secret in (False, True):
        draft = Draft(title=f"Share more ({is_secret})", text="We share more.", body=body)
        motion = table_motion(draft_motion(alliance, draft, by=chair), by=chair)
        open_vote(motion, by=chair, closes_at=clock.now() + timedelta(hours=1), secret=is_secret)
        motion = Motion.objects.get(pk=motion.pk)
        taken = []
        for person in people:
            began = time.perf_counter()
            cast_vote(motion, "for", by=person)
            taken.append((time.perf_counter() - began) * 1000)
        kind = "secret" if is_secret else "open"
        yield {"measure": f"a vote, {kind}", **spread(taken), "unit": "ms", "note": f"each of {len(people)} members"}
        began = time.perf_counter()
        close_vote(motion, by=chair)
        took = (time.perf_counter() - began) * 1000
        yield {
            "measure": f"closing a vote, {kind}",
            "p50": took,
            "p95": took,
            "unit": "ms",
            "aim": "1000",
            "note": f"{len(people)} members, {Motion.objects.get(pk=motion.pk).state}",
        }


def pages(port: int) -> Iterator[Row]:
    """Public pages a second at 16 clients, beside a static file from the same server."""
    from django.templatetags.static import static

    with serving(port) as server:
        pids = [server.pid, *children(server.pid)]
        floor = 0.0
        for path in (static("css/public.css"), *PAGES):
            before = processor_time(pids)
            found = rate(port, path)
            each = (processor_time(pids) - before) / (CLIENTS * EACH + EACH)
            note = f"{CLIENTS} clients, {each:.1f} ms of the server's processor each"
            yield {"measure": path, "p50": found, "unit": "/s", "floor": floor or None, "note": note}
            floor = floor or found


def rate(port: int, path: str) -> float:
    """Answers a second to clients with a connection each. Raises RuntimeError for an answer that is not 200.

    One client asks alone before, uncounted, so that all statements are prepared.
    """

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _turn in range(EACH):
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path} answered {answer.status}")
        connection.close()

    ask()
    return CLIENTS * EACH / together([ask] * CLIENTS)


def _words(chance: random.Random, number: int) -> str:
    return " ".join(f"{chance.choice(WORDS)}{chance.choice(('', '', 's', 'ing'))}" for _ in range(number)).capitalize()


if __name__ == "__main__":
    main()
