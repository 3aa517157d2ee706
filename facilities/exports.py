"""A cycle's blocks as files, in the forms that the import reads again: CSV, and iCalendar."""

import csv
from collections.abc import Iterable
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from core.times import iso, zone_of
from facilities.models import Block, Cycle
from facilities.queries.planning import InstrumentPlan
from notifications.invitations import empty_calendar, event_of, finished

COLUMNS = ("cycle", "kind", "instrument", "begin", "end", "reason", "planned")


def blocks_of(cycle: Cycle) -> QuerySet[Block]:
    """Blocks that touch a cycle, of the facility and of its instruments, by start."""
    rows = Block.objects.filter(facility=cycle.facility_id, period__overlap=cycle.period)
    return rows.select_related("instrument").order_by("period", "id")


def cycle_csv(cycle: Cycle) -> str:
    """The cycle in the first row, without a kind, then its blocks; times on the facility's clock with their offset."""
    zone = zone_of(cycle.facility.zone)
    text = StringIO()
    sheet = csv.writer(text)
    sheet.writerow(COLUMNS)
    sheet.writerow([cycle.name, "", "", *(_local(each, zone) for each in _ends(cycle)), "", ""])
    for block in blocks_of(cycle):
        code = block.instrument.code if block.instrument else ""
        ends = [_local(each, zone) for each in _ends(block)]
        sheet.writerow([cycle.name, block.kind, code, *ends, block.reason, "yes" if block.planned else "no"])
    return text.getvalue()


def cycle_ics(cycle: Cycle) -> bytes:
    """An event for each block: CATEGORIES says what for, LOCATION the instrument, where it is of one."""
    calendar = empty_calendar(x_wr_calname=f"{cycle.facility} {cycle.name}")
    for block in blocks_of(cycle):
        event = event_of(
            {
                "uid": str(block.pk),
                "sequence": block.version - 1,
                "starts_at": iso(block.period.lower),
                "ends_at": iso(block.period.upper),
                "zone": cycle.facility.zone,
                "summary": str(block.get_kind_display()),
                "location": block.instrument.code if block.instrument else "",
            },
            stamp=block.updated_at,
            status="CONFIRMED",
        )
        event.add("categories", [block.kind])
        if block.reason:
            event.add("description", block.reason)
        calendar.add_component(event)
    return finished(calendar)


def plan_csv(plans: Iterable[InstrumentPlan]) -> str:
    """The planning table: a row for each instrument, hours by kind of block."""
    text = StringIO()
    sheet = csv.writer(text)
    kinds = Block.Kind.values
    sheet.writerow(["instrument", "places", *(f"{kind}_hours" for kind in kinds), "other_hours", "user_units", "unit"])
    for plan in plans:
        hours = [plan.hours.get(kind, 0) for kind in kinds]
        row = [plan.instrument.code, plan.places, *hours, plan.other_hours, plan.user_units, plan.instrument.unit]
        sheet.writerow(row)
    return text.getvalue()


def _ends(row: Cycle | Block) -> tuple[datetime, datetime]:
    return row.period.lower, row.period.upper


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).isoformat(sep=" ")
