"""The rush before a deadline: 200 clients submit a proposal each within the last minute, some of them too late."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bench.client import Client, spread

Row = dict[str, Any]
CLIENTS = 200
SECONDS = 60
LATE = 0.05
"""So large a part of them comes after the deadline."""


def rush(stage: Any) -> Iterator[Row]:
    """Requests are spread over the minute, ever denser towards its end. Lost is who was refused although the answer
    came before the deadline; late accepted is who was let in although the request was sent after it."""
    from programs.models import Call, Proposal

    call, drafts = _stock()
    deadline = datetime.now(UTC) + timedelta(seconds=SECONDS)
    Call.objects.filter(pk=call.pk).update(closes_at=deadline)
    answers: list[tuple[datetime, int, datetime, float]] = []
    kept = threading.Lock()

    def submit(place: int, token: str, key: str) -> None:
        ahead = SECONDS * (1 - (place / (CLIENTS * (1 - LATE))) ** 2)
        time.sleep(max(0.0, (deadline - datetime.now(UTC)).total_seconds() - ahead))
        client = Client(stage.port, token)
        sent = datetime.now(UTC)
        status, content, milliseconds = client.post(f"/proposals/{key}/submit", {})
        client.close()
        if status not in (200, 422):
            raise RuntimeError(f"{status}: {content.decode()[:2000]}")
        with kept:
            answers.append((sent, status, datetime.now(UTC), milliseconds))

    works = [threading.Thread(target=submit, args=(place, *each)) for place, each in enumerate(drafts)]
    for work in works:
        work.start()
    for work in works:
        work.join()
    late = sum(sent > deadline and status == 200 for sent, status, _came, _ms in answers)
    lost = sum(came <= deadline and status == 422 for _sent, status, came, _ms in answers)
    counted = Counter(status for _sent, status, _came, _ms in answers)
    submitted = Proposal.objects.filter(call=call, state="submitted").count()
    yield {
        "measure": f"{CLIENTS} clients in the last minute: submit",
        **spread(ms for *_rest, ms in answers),
        "unit": "ms",
        "note": f"answers {json.dumps(dict(sorted(counted.items())))}, {submitted} submitted",
    }
    yield {
        "measure": f"{CLIENTS} clients in the last minute: lost or accepted late",
        "p50": lost + late,
        "unit": "proposals",
        "aim": "0",
        "note": f"{lost} lost, {late} late, {CLIENTS - len(answers)} without an answer",
    }


def _stock() -> tuple[Any, list[tuple[str, str]]]:
    """An open call and a complete draft for each client, with a token of its author."""
    from accounts.commands import affiliate, create_token
    from accounts.models import Organisation, User
    from accounts.queries import system_user
    from alliance.models import Alliance
    from core import clock
    from core.models import new_id
    from facilities.models import Instrument
    from programs.commands import proposals
    from programs.models import Call, Offer

    alliance, _made = Alliance.objects.get_or_create(slug="rush", defaults={"name": "Rush", "zone": "UTC"})
    home, _made = Organisation.objects.get_or_create(slug="rush", defaults={"name": "Rush", "country": "CN"})
    now, instrument, system = clock.now(), Instrument.objects.filter(is_bookable=True).order_by("pk")[0], system_user()
    call = Call.objects.create(
        alliance=alliance,
        slug=f"rush-{new_id().hex[-8:]}",
        name="Rush",
        state="open",
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=1),
    )
    Offer.objects.create(call=call, instrument=instrument, units=1000)
    changes = {
        "title": "Rush",
        "public_title": "Rush",
        "abstract": "Measured in the last minute.",
        "peaceful_use": True,
        "legs": [proposals.LegPart(instrument, Decimal(1), mode=instrument.modes[0])],
    }
    drafts = []
    for _n in range(CLIENTS):
        person = User.objects.create(email=f"rush-{new_id().hex}@bench.example", name="Rush")
        affiliate(person, home, by=system, starts_on=(now - timedelta(days=400)).date())
        draft = proposals.draft_proposal(call, changes, by=person)
        drafts.append((create_token(person, by=person)[1], str(draft.pk)))
    return call, drafts
