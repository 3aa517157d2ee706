"""Events of the demonstration: what is known of the past ones, and one ahead with a programme and registrations."""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Organisation
from alliance.commands import events
from alliance.models import Event
from config.demo.people import People
from config.demo.places import Places

KNOWN = Path(__file__).with_name("events.toml")
ZONE = "Asia/Shanghai"
UNKNOWN = "The sources name neither its title, nor who gave it, nor in which of the two sessions."
DAY = timedelta(days=1)


def make_events(places: Places, people: People, *, by: Any, now: datetime) -> None:
    """All of it through the commands that the secretariat's pages call."""
    known = tomllib.loads(KNOWN.read_text("utf-8"))
    for name, name_zh in known["series"].items():
        events.make_series(places.alliances["gcasc"], name, by=by, name_zh=name_zh)
    partners = _partners(known["partners"])
    made: dict[str, Event] = {}
    for row in known["events"]:
        made[row["slug"]] = _known(places, dict(row), partners, made, by)
    _fourth_conference(places, by)
    _ahead(places, people, by=by, now=now)


def days(first: date, last: date | None = None) -> dict[str, Any]:
    """Whole days in the zone of the secretariat."""
    zone = ZoneInfo(ZONE)
    starts, ends = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, (last or first) + DAY))
    return {"starts_at": starts, "ends_at": ends, "by_day": True}


def _partners(rows: dict[str, list[str]]) -> dict[str, Organisation]:
    found = {}
    for slug, (name, local, acronym, kind) in rows.items():
        known = {"name": name, "name_local": local, "acronym": acronym, "kind": kind, "country": "CN", "is_demo": True}
        found[slug] = Organisation.objects.get_or_create(slug=slug, defaults=known)[0]
    return found


def _known(
    places: Places, row: dict[str, Any], partners: dict[str, Organisation], made: dict[str, Event], by: Any
) -> Event:
    alliance, slug = places.alliances[row.pop("alliance")], row.pop("slug")
    editions, chairs, roles = row.pop("editions", {}), row.pop("chairs", []), row.pop("partners", {})
    announced = row.pop("state", "held") == "announced"
    if first := row.pop("first_day", None):
        row |= days(first, row.pop("last_day", None))
    row = {"mode": "onsite", "zone": ZONE, **row, "parent": made.get(row.get("parent", ""))}
    event = events.plan_event(alliance, row, by=by, held=not announced, slug=slug, is_demo=True)
    if announced:
        events.move_event(event, "announce", by=by)
    if editions:
        series = {events.make_series(alliance, name, by=by): number for name, number in editions.items()}
        events.set_editions(event, series, by=by)
    if chairs:
        events.set_chairs(event, [(name, local, None, None) for name, local in chairs], by=by)
    if roles:
        named = [(partners[slug], role) for role, slugs in roles.items() for slug in slugs]
        events.set_partners(event, named, by=by)
    return event


def _fourth_conference(places: Places, by: Any) -> None:
    """Announced for 2020 as the second of the alliance, held in 2021: postponed, and the same event all the time."""
    alliance = places.alliances["gcasc"]
    plan = {
        "kind": "conference",
        "title": "Fourth Conference",
        "title_zh": "第四届大会",
        "planned_for": "2020",
        "venue": "Beijing, within the Zhongguancun Forum, and online",
        "venue_zh": "北京，中关村论坛期间，线上线下结合",
        "mode": "hybrid",
        "attendance_told": "About 100 on site; members from seven countries online",
        "attendance_told_zh": "现场约100人；七国成员线上参会",
        "zone": ZONE,
    }
    event = events.plan_event(alliance, plan, by=by, slug="fourth-conference", is_demo=True)
    series = {events.make_series(alliance, "Conferences", by=by): 4}
    series[events.make_series(alliance, "Conferences of the alliance", by=by)] = 2
    events.set_editions(event, series, by=by)
    events.move_event(event, "announce", by=by)
    events.move_event(event, "postpone", by=by, note="Planned for 2020, held in 2021.")
    event = events.edit_event(event, days(date(2021, 9, 26)), by=by)
    events.move_event(event, "announce", by=by)
    for position, (kind, title, title_zh) in enumerate(
        [("opening", "Opening ceremony", "开幕式"), ("keynote", "Keynotes", "主旨报告")], start=1
    ):
        events.save_session(event, {"kind": kind, "title": title, "title_zh": title_zh, "position": position}, by=by)
    numbers = iter(range(1, 10))
    for place, reports in ((1, 5), (2, 4)):
        part: dict[str, Any] = {"kind": "parallel", "track": f"Session {place}", "position": 3}
        part |= {"title": f"Parallel session {place}", "title_zh": f"平行分会{place}"}
        session = events.save_session(event, part, by=by)
        for number in [next(numbers) for _report in range(reports)]:
            talk = {"kind": "theme_report", "title": f"Theme report {number}", "title_zh": f"专题报告{number}"}
            events.save_talk(session, {**talk, "abstract": UNKNOWN, "position": number}, by=by)
    events.move_event(event, "finish", by=by)


def _ahead(places: Places, people: People, *, by: Any, now: datetime) -> None:
    """A made-up meeting in some weeks, with two halls and more people than places on site."""
    secretary = people.named["secretary"]
    day = (now + timedelta(days=19)).astimezone(ZoneInfo(ZONE)).date()
    starts = datetime.combine(day, time(15), ZoneInfo(ZONE)).astimezone(UTC)
    plan = {
        "kind": "annual_meeting",
        "title": "Annual Meeting",
        "title_zh": "联盟年会",
        "theme": "Reports on shared use of facilities and the cooperation plan of next year.",
        "theme_zh": "共享装置使用情况报告与下一年度合作计划。",
        "venue": "Yanqi Lake, Huairou, and online",
        "venue_zh": "怀柔雁栖湖，线上线下结合",
        "zone": ZONE,
        "mode": "hybrid",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=3),
        "places_onsite": 12,
        "places_per_member": 3,
    }
    event = events.plan_event(
        places.alliances["gcasc"], plan, by=secretary, slug="annual-meeting-demonstration", is_demo=True
    )
    hour = timedelta(hours=1)
    for hall, title, title_zh in (("Hall A", "Shared use", "共享使用"), ("Hall B", "Cooperation plan", "合作计划")):
        part = {"kind": "parallel", "track": hall, "title": title, "title_zh": title_zh}
        events.save_session(event, {**part, "starts_at": starts + hour, "ends_at": starts + 3 * hour}, by=secretary)
    opening = {"kind": "opening", "title": "Opening", "title_zh": "开幕", "starts_at": starts, "ends_at": starts + hour}
    events.save_session(event, opening, by=secretary)
    events.move_event(event, "announce", by=secretary)
    events.circulate(event, by=secretary)
    events.move_event(event, "open-registration", by=secretary)
    for number, person in enumerate(people.scientists[:15]):
        events.register(event, "online" if number % 6 == 5 else "onsite", by=person)
