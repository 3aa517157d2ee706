"""What the largest calendar costs: a facility's page with 5,000 bookings on 100 lines in two weeks."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from bench.client import spread

LINES, EACH = 100, 50
DAYS = 14
STAY = timedelta(hours=6)
NUMBERS_FROM = 10**9


def timeline(_stage: Any) -> Iterator[dict[str, Any]]:
    """The page as the web server makes it, in this process, on rows that are taken back afterwards."""
    from django.conf import settings
    from django.test import Client, override_settings

    from accounts.commands import grant_role
    from accounts.models import Organisation, User
    from accounts.queries import system_user

    system = system_user()
    unhashed = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with transaction.atomic(), override_settings(STORAGES={**settings.STORAGES, **unhashed}):
        facility = crowded(Organisation.objects.first(), system)
        manager = User.objects.create_user("timeline@bench.example", name="Timeline")
        grant_role(manager, "facility_manager", facility, by=system)
        with connection.cursor() as cursor:
            cursor.execute("analyze facilities_booking, facilities_claim")
        client = Client(headers={"host": "localhost"})
        client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
        address = f"/calendar/?facility={facility.slug}&days={DAYS}"
        rows = []
        for view, name in (("", "timeline"), ("&view=list", "list")):
            found = [_timed(client, address + view) for _turn in range(7)][2:]
            processor, size = min(each[1] for each in found), found[0][2]
            note = f"{size / 1e6:.1f} MB, {LINES * EACH:,} bookings, processor {processor:.0f} ms"
            rows.append(
                {
                    "measure": f"{name} of {LINES} instruments, two weeks",
                    **spread(each[0] for each in found),
                    "unit": "ms",
                    "aim": "1,000",
                    "note": note,
                }
            )
        transaction.set_rollback(True)
    yield from rows


def _timed(client: Any, address: str) -> tuple[float, float, int]:
    """Milliseconds that went by, those of the processor in this process, and the size of the page."""
    begun, worked = time.perf_counter(), time.process_time()
    answer = client.get(address)
    milliseconds, processor = (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000
    if answer.status_code != 200 or answer.content.count(b"data-move") + answer.content.count(b">Move<") < LINES:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return milliseconds, processor, len(answer.content)


def crowded(organisation: Any, by: Any) -> Any:
    """A facility with its lines, each booked every six and a half hours from this Monday on."""
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from bench.synthetic import copy
    from facilities.commands.calendar import add_block
    from facilities.commands.catalogue import create_facility, create_instrument
    from facilities.models import Booking, Claim

    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start = today - timedelta(days=today.weekday())
    facility = create_facility(by=by, name="Crowded", acronym="CR", organisation=organisation, country="DE")
    add_block(facility, None, "user", DateTimeTZRange(start - STAY, start + timedelta(days=DAYS + 1)), by=by)
    lines = [
        create_instrument(facility, by=by, code=f"C{number:03}", name=f"Line {number}", modes=["remote"], unit="hour")
        for number in range(LINES)
    ]
    stays: list[tuple[UUID, UUID, datetime]] = [
        (uuid7(), line.pk, start + place * timedelta(days=DAYS) / EACH) for line in lines for place in range(EACH)
    ]
    copy(
        Booking,
        (
            {
                "id": pk, "created_at": today, "updated_at": today, "number": NUMBERS_FROM + number,
                "instrument_id": line, "period": f"[{begin},{begin + STAY})", "title": f"Diffraction {number}",
                "state": "approved" if number % 3 else "requested", "requester_id": by.pk, "unit": "hour", "units": 6,
            }
            for number, (pk, line, begin) in enumerate(stays)
        ),
    )  # fmt: skip
    claims = ({"resource": line, "period": f"[{begin},{begin + STAY})", "booking_id": pk} for pk, line, begin in stays)
    copy(Claim, claims)
    return facility
