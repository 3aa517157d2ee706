"""Registering for an event: places, waiting list, guests, invitations, attendance, figures, and who sees names."""

import io
from collections import Counter
from datetime import timedelta

import icalendar
import pytest
import xlsxwriter
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command

from alliance.calendars import calendar_of
from alliance.commands.events import (
    answer_invitation,
    cancel_registration,
    edit_event,
    invite,
    move_event,
    record_attendance,
    register,
)
from alliance.commands.events.registering import Guest
from alliance.imports.registrations import country_code
from alliance.models import Invitation, Registration
from alliance.permissions.events import invitations_visible_to, registrations_visible_to
from alliance.queries.events import figures_of, public_figures
from alliance.queries.events.figures import Country, Figures, suppressed
from core import clock
from core.errors import Invalid, NotPermitted, RulesRefuse, WrongState
from notifications.invitations import invitations_of
from notifications.models import Message
from tests.alliance.hosting import an_event, speaks
from tests.world import make_user

pytestmark = pytest.mark.django_db


def test_places_run_out_the_next_wait_and_who_waits_longest_moves_up_and_is_told(world):
    event = an_event(world, places_onsite=1)
    first = register(event, "onsite", by=world.ana)
    second, third = register(event, "onsite", by=world.dan), register(event, "onsite", by=world.bo)
    assert [row.is_waiting for row in (first, second, third)] == [False, True, True]
    assert register(event, "online", by=world.bob).is_waiting is False
    assert register(event, "onsite", by=world.dan) == second
    cancel_registration(first, by=world.ana)
    assert [Registration.objects.get(pk=row.pk).is_waiting for row in (second, third)] == [False, True]
    assert Message.objects.filter(recipient=world.dan).latest("created_at").kind == "event_place"
    edit_event(event, {"places_onsite": 5}, by=world.sec)
    assert not Registration.objects.filter(is_waiting=True).exists()


def test_a_registration_keeps_the_organisation_and_country_of_its_day_and_is_confirmed_with_the_calendar(world):
    event = an_event(world, online_link="https://meet.example/1", is_link_public=False, mode="hybrid")
    row = register(event, "online", by=world.dan)
    assert (row.organisation_name, row.country) == ("Centre C", "FR")
    message = Message.objects.get(recipient=world.dan)
    (text,) = invitations_of(message)
    entry = icalendar.Calendar.from_ical(text).events[0]
    assert str(entry["UID"]) == f"{event.pk}@yanqi"
    assert entry.conferences[0].uri == "https://meet.example/1"
    assert b"meet.example" not in calendar_of([event])
    edit_event(event, {"is_link_public": True}, by=world.sec)
    event.refresh_from_db()
    assert b"CONFERENCE" in calendar_of([event])


def test_a_guest_without_account_is_written_to_and_only_organisers_enter_others(world):
    event = an_event(world)
    guest = Guest("Guest", "guest@else.example", "Elsewhere", "JP")
    row = register(event, "online", by=world.system, guest=guest)
    assert (row.person, row.country) == (None, "JP")
    assert Message.objects.get(address="guest@else.example").calendar["method"] == "REQUEST"
    with pytest.raises(NotPermitted):
        register(event, "online", by=world.dan, guest=Guest("Other", "other@else.example"))
    with pytest.raises(NotPermitted):
        cancel_registration(row, by=world.dan)
    cancel_registration(row, by=world.system, with_link=True)
    again = register(event, "online", by=world.system, guest=guest)
    assert again.pk != row.pk


def test_registration_says_why_it_is_closed_and_which_way_is_not_possible(world):
    early = an_event(world, title="Early", registration_from=clock.now() + timedelta(days=1))
    idea = an_event(world, "announced", title="Announced", mode="online")
    for event, rules in ((early, {"registration_not_yet"}), (idea, {"registration_closed", "mode_refused"})):
        with pytest.raises(RulesRefuse) as refused:
            register(event, "onsite", by=world.dan)
        assert {row.rule for row in refused.value.violations} == rules


def test_a_representative_invites_within_the_places_of_the_member_and_nobody_for_another(world):
    event = an_event(world, "announced", places_per_member=2)
    membership = speaks(world.bo, world.org_a)
    for number in (1, 2):
        invite(event, f"Guest {number}", f"g{number}@else.example", by=world.bo, membership=membership)
    with pytest.raises(RulesRefuse) as full:
        invite(event, "Guest 3", "g3@else.example", by=world.bo, membership=membership)
    assert full.value.violations[0].rule == "places_per_member"
    other = speaks(world.ana, world.org_b)
    for person, whose in ((world.bo, other), (world.bo, None), (world.dan, membership)):
        with pytest.raises(NotPermitted):
            invite(event, "Guest 4", "g4@else.example", by=person, membership=whose)
    assert set(invitations_visible_to(world.bo)) == set(event.invitations.all())
    for person in (world.dan, world.ana, world.lea, AnonymousUser()):
        assert not invitations_visible_to(person).exists()
    assert not Message.objects.exists()
    event = move_event(event, "invite", by=world.sec)
    assert Counter(Message.objects.values_list("kind", flat=True)) == {"event_invited": 2}
    first = event.invitations.order_by("name").first()
    answer_invitation(first, False, by=world.system, with_link=True)
    invite(event, "Guest 3", "g3@else.example", by=world.bo, membership=membership)
    assert Message.objects.filter(address="g3@else.example").count() == 1


def test_an_invitation_is_answered_by_whom_it_names_or_by_its_link_alone(world):
    event = an_event(world, "invited")
    mine = invite(event, "Dan", world.dan.email, by=world.sec)
    with pytest.raises(NotPermitted):
        answer_invitation(mine, True, by=world.ana)
    assert answer_invitation(mine, True, by=world.dan).state == Invitation.State.ACCEPTED
    assert answer_invitation(mine, False, by=world.dan).state == Invitation.State.DECLINED
    move_event(event, "cancel", by=world.sec, note="No hall")
    with pytest.raises(WrongState):
        answer_invitation(mine, True, by=world.dan)


def test_names_and_addresses_are_for_organisers_and_oneself(world):
    event = an_event(world)
    own = register(event, "online", by=world.dan)
    register(event, "online", by=world.ana)
    assert list(registrations_visible_to(world.dan)) == [own]
    for person in (world.lea, world.bo, AnonymousUser()):
        assert not registrations_visible_to(person).exists()
    assert registrations_visible_to(world.sec).count() == 2


def test_attendance_is_recorded_by_organisers_once_the_event_has_begun(world):
    event = an_event(world)
    row = register(event, "online", by=world.dan)
    with pytest.raises(WrongState):
        record_attendance(row, by=world.sec, attended=True)
    edit_event(event, {"starts_at": clock.now() - timedelta(hours=1)}, by=world.sec)
    move_event(event, "start", by=world.sec)
    with pytest.raises(NotPermitted):
        record_attendance(row, by=world.dan, attended=True)
    with pytest.raises(Invalid):
        record_attendance(row, by=world.sec, attended=False, minutes=10)
    record_attendance(row, by=world.sec, attended=True, minutes=95)
    found = figures_of(event)
    assert (found.registered, found.attended, found.attended_online, found.minutes) == (1, 1, 1, 95)


def figures(**countries: int) -> Figures:
    total = sum(countries.values())
    lines = [Country(code, people, 0, people, 0) for code, people in countries.items()]
    return Figures(total, total, 0, 0, 0, 0, 0, 0, None, len(lines), lines)


@pytest.mark.parametrize(
    ("countries", "shown"),
    [
        ({"DE": 9, "FR": 5}, {"DE": 9, "FR": 5}),
        ({"DE": 9, "FR": 5, "ES": 1}, {"DE": 9, "": 6}),
        ({"DE": 9, "FR": 2, "ES": 1}, {"DE": 9, "": 3}),
        ({"DE": 9, "FR": 5, "ES": 1, "PL": 1}, {"DE": 9, "": 7}),
        ({"DE": 1, "FR": 1}, {}),
    ],
)
def test_no_public_line_and_no_difference_of_lines_tells_of_fewer_than_three(countries, shown):
    assert {row.code: row.people for row in suppressed(figures(**countries), 3).by_country} == shown


def test_public_figures_hide_small_parts_and_never_name_anybody(world):
    event = an_event(world)
    for number in range(4):
        register(event, "online", by=make_user(f"guest{number}", world.org_c))
    register(event, "onsite", by=world.ana)
    found = public_figures(event)
    assert (found.registered, found.onsite, found.online, found.waiting) == (5, None, None, None)
    assert [(row.code, row.people, row.is_rest) for row in found.by_country] == [("", 5, True)]


COUNTRIES = [
    *("DE", "FR", "GB", "CH", "ES", "PL", "NL", "SE", "CN", "IT", "JP", "KR", "AU", "ZA", "BR", "US", "CA", "RU", "IN"),
    *("PK", "TH", "MY", "ID", "VN", "MN", "KZ", "UZ", "IR", "TR", "EG", "KE", "NG", "ET", "GH", "MA", "CL", "AR", "MX"),
    *("NP", "LK", "HU"),
]


def rows_of_a_list() -> list[list[str]]:
    """700 people of 41 countries, every seventh online."""
    return [
        [
            f"Person {n}",
            f"person{n}@else.example",
            f"Centre {n % 90}",
            COUNTRIES[n % 41],
            "online" if n % 7 == 0 else "on site",
        ]
        for n in range(700)
    ]


HEADER = ["Name", "E-mail", "Organisation", "Country", "Mode"]


def write_csv(path, rows):
    path.write_text("\n".join(",".join(row) for row in [HEADER, *rows]), encoding="utf-8")
    return path


def brought(event, path) -> tuple[dict[str, int], str]:
    out = io.StringIO()
    call_command("import_registrations", str(path), "--event", event.slug, stdout=out)
    words = [line.split() for line in out.getvalue().splitlines()]
    counts = {
        row[0]: int(row[1].replace(",", "")) for row in words if len(row) == 2 and row[1].replace(",", "").isdigit()
    }
    return counts, out.getvalue()


def test_700_people_of_41_countries_come_in_at_once_twice_is_once_and_the_figures_equal_the_list(
    world, tmp_path, django_assert_max_num_queries
):
    event = an_event(world, "held")
    path = write_csv(tmp_path / "list.csv", rows_of_a_list())
    with django_assert_max_num_queries(90):
        counts, _text = brought(event, path)
    assert counts == {"read": 700, "created": 700, "updated": 0, "skipped": 0, "refused": 0}
    again, _text = brought(event, path)
    assert (again["created"], again["skipped"]) == (0, 700)
    found = figures_of(event)
    assert (found.registered, found.countries, found.online) == (700, 41, 100)
    by_hand = Counter(row[3] for row in rows_of_a_list())
    assert {row.code: row.people for row in found.by_country} == by_hand
    assert sum(row.people for row in found.by_country) == found.onsite + found.online == 700
    assert not Message.objects.exists()


def test_a_bad_row_is_refused_with_every_reason_and_the_rest_comes_in(world, tmp_path):
    event = an_event(world, "held")
    rows = [
        ["Ada", "ada@else.example", "", "Britain", "in person"],
        ["", "no-address", "", "Atlantis", "by pigeon"],
        ["Ada again", "ADA@else.example", "", "GB", ""],
        ["王明", "", "科学院", "中国", "线上"],
    ]
    counts, text = brought(event, write_csv(tmp_path / "list.csv", rows))
    assert (counts["created"], counts["refused"]) == (2, 2)
    assert set(event.registrations.values_list("country", "mode")) == {("GB", "onsite"), ("CN", "online")}
    refused = next(line.split("why: ")[1] for line in text.splitlines() if "refused rows" in line)
    with open(refused, encoding="utf-8") as file:
        reasons = file.read()
    for word in ("has no name", "no-address", "Atlantis", "by pigeon", "line 2 already"):
        assert word in reasons


def test_a_spreadsheet_is_read_like_a_csv_file_and_changes_are_taken_over(world, tmp_path):
    event = an_event(world, "held", places_onsite=1)
    path = tmp_path / "list.xlsx"

    def write(minutes):
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["Name", "Email", "Country", "Attended", "Minutes"])
            sheet.write_row(1, 0, ["Ada", "ada@else.example", "Germany", "yes", minutes])
            sheet.write_row(2, 0, ["Bea", "bea@else.example", "Germany", "", ""])

    write(60)
    counts, text = brought(event, path)
    assert counts["created"] == 2
    assert "row 3: all places are taken" in text
    write(75)
    assert brought(event, path)[0]["updated"] == 1
    assert event.registrations.get(name="Ada").attended_minutes == 75
    assert event.registrations.get(name="Bea").is_waiting


def test_a_file_of_another_kind_is_refused_before_anything_is_written(world, tmp_path):
    event = an_event(world, "held")
    for name, content in (("a.csv", b"dose,level\n1,2\n"), ("b.xlsx", b"PK\x03\x04broken"), ("c.csv", b"\x00\x01")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CommandError):
            brought(event, tmp_path / name)
    assert not event.registrations.exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Britain", "GB"),
        ("gb", "GB"),
        ("DEU", "DE"),
        ("Côte d’Ivoire", "CI"),
        ("中国", "CN"),
        ("Nowhere", ""),
        ("", ""),
    ],
)
def test_a_country_is_read_by_code_or_name(text, code):
    assert country_code(text) == code
