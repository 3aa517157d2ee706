"""What leadership keeps beside the figures: targets, a note on a number, saved views, one of them by mail."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from config.demo.people import People
from config.demo.places import Places
from reports.commands.said import set_target, write_note
from reports.commands.subscriptions import subscribe
from reports.commands.views import save_view

TARGETS = (
    ("K08", "0.60", "Charter of the alliance, work plan"),
    ("K16", "0.40", "Charter of the alliance, work plan"),
    ("K28", "0.80", "Annual meeting"),
)


def make_reading(places: Places, people: People, *, now: datetime) -> None:
    alliance, leader, diamond = places.alliances["gcasc"], people.named["leader"], places.facilities["diamond"]
    this_year = date(now.year - 1, 1, 1)
    for kpi, value, source in TARGETS:
        set_target(kpi, Decimal(value), of=alliance, first=this_year, source=source, by=leader)
    first = (now - timedelta(days=75)).date().replace(day=1)
    write_note(
        "delivered-time",
        "Diamond stood still for its long shutdown in these weeks; the other houses ran as planned.",
        first=first,
        until=first + timedelta(days=60),
        facility=diamond,
        by=people.named["manager"],
    )
    quarter = save_view("The quarter for the board", "/dashboards/leadership/", by=leader, moving=True)
    subscribe(quarter, "monthly", by=leader)
    save_view(
        "Use of Diamond", f"/dashboards/facility/?facility={diamond.slug}", by=people.named["manager"], moving=True,
        audience="facility", facility=diamond,
    )  # fmt: skip
