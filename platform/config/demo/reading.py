"""What leadership keeps beside the figures: targets, a note on a number, saved views, one of them by mail."""

from datetime import date, datetime
from decimal import Decimal

from config.demo.calendars import shutdowns
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
    today = now.date()
    first, until, _reason = max(
        each for year in (today.year - 1, today.year) for each in shutdowns(year) if each[1] < today
    )
    write_note(
        "delivered-time",
        "The shutdown was taken for a new undulator as well: no user time on these days, as planned.",
        first=first,
        until=until,
        facility=diamond,
        by=people.named["manager"],
    )
    quarter = save_view("The quarter for the board", "/dashboards/leadership/", by=leader, moving=True)
    subscribe(quarter, "monthly", by=leader)
    save_view(
        "Use of Diamond", f"/dashboards/facility/?facility={diamond.slug}", by=people.named["manager"], moving=True,
        audience="facility", facility=diamond,
    )  # fmt: skip
