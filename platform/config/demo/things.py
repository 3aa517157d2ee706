"""Shared equipment at two facilities, notes between crews, and a booking of the scientist's that is not ready."""

from datetime import datetime, timedelta
from typing import Any

from config.demo.people import People
from config.demo.places import Places
from core import clock
from core.errors import DomainError
from facilities.commands.bookings import request_time
from facilities.commands.equipment import add_equipment
from facilities.commands.readiness import set_run_terms
from facilities.commands.running import leave_note
from facilities.models import Equipment
from facilities.queries.availability import free_slots
from facilities.rules import BookingRequest

Kind = Equipment.Kind
THINGS: dict[str, list[dict[str, Any]]] = {
    "diamond": [
        {
            "code": "CRYO-1",
            "name": "Helium cryostat, 2–300 K",
            "name_zh": "氦低温恒温器，2–300 K",
            "turnaround_minutes": 240,
            "at": ("B18", "I11", "I15-1"),
        },
        {
            "code": "FURN-2",
            "name": "Capillary furnace, to 1100 °C",
            "name_zh": "毛细管炉，最高 1100 °C",
            "at": ("I11", "I15-1"),
        },
        {
            "code": "LAB-C",
            "name": "Chemistry laboratory",
            "name_zh": "化学实验室",
            "kind": Kind.LABORATORY,
            "capacity": 3,
        },
        {
            "code": "LC-1",
            "name": "Local contact, spectroscopy",
            "name_zh": "谱学本地联系人",
            "kind": Kind.SUPPORT,
            "at": ("B18",),
        },
    ],
    "spring8": [
        {"code": "DAC", "name": "Diamond anvil cell", "name_zh": "金刚石对顶砧"},
        {"code": "GLOVE", "name": "Glove box", "name_zh": "手套箱", "kind": Kind.LABORATORY, "capacity": 2},
    ],
}
NOTES = (
    ("B18", 30, "Ion chamber 2 was filled at six this morning; it lasts until tomorrow noon."),
    ("B18", 8, "Shutter 1 sticks: close it twice and look at the lamp."),
    ("I15-1", 5, "The sample changer loses position 14. Leave it empty until Thursday."),
)


def make_things(places: Places, people: People, *, now: datetime) -> None:
    """Through the commands that the pages use."""
    by_code = {row.code: row for row in places.instruments}
    things = {}
    for slug, rows in THINGS.items():
        for row in rows:
            fields = {name: value for name, value in row.items() if name != "at"}
            at = [by_code[code] for code in row.get("at", ())]
            things[row["code"]] = add_equipment(
                places.facilities[slug], by=places.by, instruments=at, is_demo=True, **fields
            )
    set_run_terms(places.facilities["spring8"], by=places.by, team_form=True)
    for code, hours, text in NOTES:
        with clock.standing_at(now - timedelta(hours=hours)):
            leave_note(by_code[code], by=people.named["operator"], text=text)
    _asked(by_code["B18"], things["CRYO-1"], people.scientists[3], now)


def _asked(instrument: Any, thing: Equipment, person: Any, now: datetime) -> None:
    """Somebody asks for the cryostat, so that the calendar shows who has it."""
    minutes = 2 * instrument.unit_minutes
    for slot in free_slots(instrument, now + timedelta(days=4), now + timedelta(days=40), minutes)[:6]:
        request = BookingRequest(
            instrument=instrument,
            starts_at=slot.starts_at,
            ends_at=slot.starts_at + timedelta(minutes=minutes),
            purpose="Spin crossover at low temperature, two samples.",
            title="Spin crossover at low temperature",
            mode="onsite",
            equipment=(thing,),
        )
        try:
            booking = request_time(request, by=person)
        except DomainError:
            continue
        type(booking).objects.filter(pk=booking.pk).update(is_demo=True)
        return
