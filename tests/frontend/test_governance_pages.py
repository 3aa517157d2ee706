"""Pages of offices, bodies, meetings and actions: the whole way through the forms, and what strangers get."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.commands import actions, agenda, meetings
from alliance.models import ActionItem, Attendance, Body, Meeting, Office, OfficeTerm
from core import clock
from core.times import zone_of
from tests.alliance import convening
from tests.frontend.reading import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(world):
    return convening.speaker(world.alliance.memberships.get(organisation=world.org_b), world.ana)


def test_an_office_is_filled_on_its_pages(world, client):
    client.force_login(world.sec)
    offices = reverse("alliance_offices", args=[world.alliance.slug])
    place = client.post(offices, {"title": "Chairman", "single_holder": "on"}).url
    office = Office.objects.get()
    assert place == reverse("office", args=[office.pk])
    client.post(
        reverse("office_act", args=[office.pk, "nominate"]),
        {"name": "Wang Enge", "designation": "elect", "ordinal": "1"},
    )
    term = OfficeTerm.objects.get()
    elect = reverse("office_act", args=[office.pk, "elect"])
    refused = client.post(elect, {"term": term.pk, "decided_on": "2999-01-01", "source": "Minutes"})
    assert (refused.status_code, 'value="Minutes"' in refused.content.decode()) == (422, True)
    assert client.post(elect, {"term": term.pk, "decided_on": "2019-10-17", "source": "Minutes"}).url == place
    client.post(reverse("office_act", args=[office.pk, "take-office"]), {"term": term.pk, "on": "2019-10-17"})
    assert "Wang Enge" in text(client, offices)
    assert "Wang Enge" not in text(client, f"{offices}?on=2019-10-16")
    assert "In office" in text(client, place)
    for person in (world.lea, world.ana, world.dan):
        client.force_login(person)
        assert [client.get(each).status_code for each in (offices, place)] == [404, 404]


def test_the_lists_of_an_alliance_lead_to_one_another_as_far_as_the_reader_may_go(world, client, ana):
    convening.assembly(world)
    meetings_of = f"{reverse('meetings')}?alliance={world.alliance.slug}"
    own = [reverse(name, args=[world.alliance.slug]) for name in ("alliance_members", "motions", "resolutions")]
    office = [
        reverse(name, args=[world.alliance.slug]) for name in ("alliance_desk", "alliance_bodies", "alliance_news")
    ]
    for person, found in ((world.sec, [*own, *office]), (ana, own)):
        client.force_login(person)
        page = text(client, meetings_of)
        assert [f'href="{address}"' in page for address in own + office] == [each in found for each in own + office]
        assert all(client.get(address).status_code == 200 for address in found)


def test_a_meeting_of_which_only_the_day_is_known_shows_no_hours(world, client):
    client.force_login(world.sec)
    begins = datetime(2021, 9, 25, tzinfo=zone_of("Asia/Shanghai"))
    meeting = meetings.record_meeting(
        convening.assembly(world), by=world.sec, title="Annual Meeting 2021", starts_at=begins,
        ends_at=begins + timedelta(days=1), zone="Asia/Shanghai", mode="hybrid", source="Report", attendance={},
    )  # fmt: skip
    page = text(client, reverse("meeting", args=[meeting.pk]))
    assert "25 Sep 2021" in page
    assert "24:00" not in page


def test_a_meeting_goes_from_the_plan_to_the_close_on_its_page(world, client, ana):
    client.force_login(world.sec)
    bodies = reverse("alliance_bodies", args=[world.alliance.slug])
    client.post(bodies, {"name": "General assembly", "kind": "assembly", "of_members": "on"})
    body = Body.objects.get()
    begins = (clock.now() + timedelta(minutes=30)).astimezone(zone_of("Asia/Shanghai"))
    plan = {
        "title": "Annual meeting",
        "mode": "hybrid",
        "starts": f"{begins:%Y-%m-%dT%H:%M}",
        "link": "https://x.example/m",
    }
    plans = reverse("body_act", args=[body.pk, "plan"])
    wrong = client.post(plans, plan | {"ends": plan["starts"]})
    assert (wrong.status_code, "It ends before it begins." in wrong.content.decode()) == (422, True)
    place = client.post(plans, plan | {"ends": f"{begins + timedelta(hours=3):%Y-%m-%dT%H:%M}"}).url
    meeting = Meeting.objects.get()
    assert abs(meeting.starts_at - clock.now() - timedelta(minutes=30)) < timedelta(minutes=2)

    def do(what: str, **given: object):
        return client.post(reverse("meeting_act", args=[meeting.pk, what]), given)

    client.force_login(ana)
    assert client.get(place).status_code == 404
    client.force_login(world.sec)
    assert do("add-item", title="Charter").url == place
    for name in ("call", "circulate", "start"):
        assert do(name).url == place
    client.force_login(ana)
    page = text(client, place)
    assert "Check in online" in page
    assert "Note who is there" not in page
    assert do("admit", name="X", mode="onsite").status_code == 422, "that is the secretary's"
    assert do("check-in").url == place
    page = text(client, place)
    assert "I leave" in page
    assert "Check in online" not in page
    assert 'hx-trigger="every 10s"' in text(client, reverse("meeting_presence", args=[meeting.pk]))
    client.force_login(world.sec)
    other = world.alliance.memberships.get(organisation=world.org_a)
    do("admit", name="Bo", membership=other.pk, mode="onsite")
    item = meeting.agenda.get()
    do("said", item=item.pk, record="All agreed.")
    do("promise", item=item.pk, title="Print it", owner=world.ana.email, due_on="2030-01-01", weight="1")
    do("close")
    meeting.refresh_from_db()
    assert (meeting.state, meeting.quorum_result["attended"], ActionItem.objects.get().owner) == (
        "closed",
        2,
        world.ana,
    )
    page = text(client, place)
    assert "1 on site, 1 online" in page
    assert "All agreed." in page
    assert not Attendance.objects.filter(to_at=None).exists()


def test_an_action_is_done_by_its_owner_on_its_page(world, client):
    action = actions.promise_action(
        world.alliance, by=world.sec, title="Print it", owner=world.ana, due_on=date(2020, 1, 1)
    )
    client.force_login(world.ana)
    place = reverse("action", args=[action.pk])
    assert "Overdue" in text(client, reverse("actions") + "?mine=1")
    assert "Print it" in text(client, reverse("work"))
    assert client.post(reverse("action_act", args=[action.pk, "finish"]), {"evidence": ""}).status_code == 422
    assert client.post(reverse("action_act", args=[action.pk, "finish"]), {"evidence": "Shelf 3"}).url == place
    assert "Shelf 3" in text(client, place)
    assert "Print it" not in text(client, reverse("work"))
    client.force_login(world.dan)
    assert client.get(place).status_code == 404
    assert "Print it" not in text(client, reverse("actions"))


def test_the_pages_of_a_closed_meeting_are_nothing_to_others(world, client, ana):
    meeting = convening.planned(convening.assembly(world), world.sec)
    agenda.add_agenda_item(meeting, by=world.sec, title="Secret point")
    meetings.call_meeting(meeting, by=world.sec)
    for person in (world.dan, world.lea, world.cleo):
        client.force_login(person)
        for name, args in (
            ("meeting", [meeting.pk]), ("meeting_presence", [meeting.pk]), ("body", [meeting.body_id]),
        ):  # fmt: skip
            assert client.get(reverse(name, args=args)).status_code == 404
        assert client.post(reverse("meeting_act", args=[meeting.pk, "check-in"])).status_code == 404
        assert "Annual meeting" not in text(client, reverse("meetings"))
    client.force_login(ana)
    assert "Secret point" in text(client, reverse("meeting", args=[meeting.pk]))


def test_lists_cost_the_same_with_three_rows_as_with_one(world, client, ana):
    body = convening.assembly(world)

    def more() -> None:
        meetings.call_meeting(convening.planned(body, world.sec), by=world.sec)
        actions.promise_action(world.alliance, by=world.sec, title="Do", owner=world.ana, due_on=date(2030, 1, 1))

    more()
    client.force_login(ana)
    for address in (reverse("meetings"), reverse("actions"), reverse("body", args=[body.pk])):
        client.get(address)
        with CaptureQueriesContext(connection) as one:
            client.get(address)
        more(), more()
        with CaptureQueriesContext(connection) as three:
            client.get(address)
        assert len(one) == len(three), address
