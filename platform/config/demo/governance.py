"""Bodies, offices and meetings of both alliances as their published reports tell them, and one meeting to come.

What no report says stays empty: hours of a day, the number of voting members in 2021, the names of a board.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from alliance.commands import actions, agenda, bodies, meetings, offices
from alliance.commands.term_alerts import alert_ends
from alliance.models import Alliance, Body, Office, OfficeTerm
from alliance.rules.terms import end_of_term
from config.demo.people import People
from config.demo.places import Places

ZONE = ZoneInfo("Asia/Shanghai")
FOUNDED, ANNUAL = date(2019, 10, 17), date(2021, 9, 25)
HOME, REPORT = "Home page of the alliance, 2019", "Report of the annual meeting, 25 September 2021"
LETTER = "New Year letter of the Secretary Office, 2019"
BOARD = "Published lists of the Governing Board"
FIVE_YEARS = 60


def make_governance(places: Places, people: People, *, now: datetime) -> None:
    """Both alliances, written by the secretariat."""
    secretary = people.named["secretary"]
    main, other = places.alliances["gcasc"], places.alliances["anso"]
    members = _gcasc(main, secretary)
    _anso(other, secretary)
    offices.follow_terms()
    alert_ends()
    _ahead(members, secretary, now)


def _gcasc(alliance: Alliance, by: User) -> Body:
    members = bodies.create_body(
        alliance,
        by=by,
        name="Meeting of the members",
        name_zh="成员会议",
        kind="assembly",
        of_members=True,
        source=HOME,
    )
    office = bodies.create_body(
        alliance, by=by, name="Secretary Office", name_zh="秘书处", kind="office",
        seat="Huairou Science City, Beijing", seat_zh="北京怀柔科学城", source=REPORT,
    )  # fmt: skip
    chairman = offices.create_office(alliance, by=by, title="Chairman", title_zh="主席", order=1)
    general = offices.create_office(alliance, by=by, title="Secretary General", title_zh="秘书长", order=2, body=office)
    wang = _elected(chairman, by, "Wang Enge", "王恩哥", FOUNDED, HOME, ordinal=1)
    offices.take_office(wang, by=by, on=FOUNDED)
    _elected(chairman, by, "Jan Lüning", "", FOUNDED, HOME, ordinal=2)
    _elected(chairman, by, "Bao Xinhe", "包信和", ANNUAL, REPORT, ordinal=3)
    offices.take_office(_elected(general, by, "Ding Hong", "丁洪", FOUNDED, LETTER), by=by, on=FOUNDED)
    again = _elected(general, by, "Ding Hong", "丁洪", ANNUAL, REPORT)
    offices.take_office(again, by=by, on=ANNUAL, ends_on=end_of_term(ANNUAL, FIVE_YEARS))
    _held(members, by, FOUNDED, "Roundtable of the founding members", "创始成员圆桌会议", "onsite", HOME,
          {"voting": 17, "attended": 17, "countries": 8})  # fmt: skip
    _held(members, by, ANNUAL, "Annual Meeting 2021", "2021年年会", "hybrid", REPORT, {"attended": 12})
    return members


def _anso(alliance: Alliance, by: User) -> None:
    bodies.create_body(
        alliance, by=by, name="General Assembly", name_zh="全体大会", kind="assembly", of_members=True, source=BOARD
    )
    board = bodies.create_body(
        alliance, by=by, name="Governing Board", name_zh="理事会", kind="board", places=9, source=BOARD
    )
    bodies.create_body(
        alliance, by=by, name="Secretariat", name_zh="秘书处", kind="office",
        seat="Huairou Science City, Beijing", seat_zh="北京怀柔科学城", source="ANSO, 7 November 2019",
    )  # fmt: skip
    offices.create_office(alliance, by=by, title="President", title_zh="主席", order=1, body=board)
    offices.create_office(
        alliance, by=by, title="Vice-President", title_zh="副主席", order=2, body=board, single_holder=False
    )


def _elected(
    office: Office, by: User, name: str, local: str, on: date, source: str, ordinal: int | None = None
) -> OfficeTerm:
    term = offices.nominate(office, by=by, name=name, name_local=local, ordinal=ordinal)
    return offices.record_election(term, by=by, decided_on=on, source=source)


def _held(
    body: Body, by: User, day: date, title: str, title_zh: str, mode: str, source: str, attendance: dict[str, int]
) -> None:
    begins = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    meetings.record_meeting(
        body, by=by, title=title, title_zh=title_zh, starts_at=begins, ends_at=begins + timedelta(days=1),
        zone=ZONE.key, mode=mode, source=source, attendance={**attendance},
    )  # fmt: skip


def _ahead(body: Body, by: User, now: datetime) -> None:
    """A meeting for the demonstration that decides on the vacant office."""
    day = (now + timedelta(days=45)).astimezone(ZONE)
    begins = day.replace(hour=15, minute=0, second=0, microsecond=0)
    meeting = meetings.plan_meeting(
        body, by=by, title="Members' meeting of the demonstration", title_zh="演示成员会议", starts_at=begins,
        ends_at=begins + timedelta(hours=3), zone=ZONE.key, venue="Yanqi Lake, Huairou",
        link="https://meet.demo.yanqi.example/members",
    )  # fmt: skip
    items = [
        agenda.add_agenda_item(meeting, by=by, title=title, title_zh=local)
        for title, local in (
            ("Opening and quorum", "开幕与法定人数"),
            ("The office of Secretary General", "秘书长职务"),
        )
    ]
    meetings.call_meeting(meeting, by=by)
    meetings.circulate_agenda(meeting, by=by)
    actions.promise_action(
        body.alliance, by=by, title="Ask the members for nominations: Secretary General", owner=by,
        due_on=day.date() - timedelta(days=10), agenda_item=items[1],
    )  # fmt: skip
