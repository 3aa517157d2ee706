"""Every move of an event, from every state, by everyone; what a postponed event keeps and who is told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from alliance.commands.events import (
    circulate,
    edit_event,
    follow_due,
    make_series,
    move_event,
    plan_event,
    register,
    save_session,
    save_talk,
    set_editions,
)
from alliance.models import Document, Event
from alliance.permissions.events import event_parties, events_visible_to
from alliance.queries.events import programme_of
from alliance.workflows.events import EVENT
from core import clock
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, WrongState
from notifications.models import Message
from tests.alliance.hosting import an_event
from tests.moves import outcome

pytestmark = pytest.mark.django_db

CAST = {
    "sec": "organiser",
    "adm": "organiser",
    "lea": "nobody",
    "bo": "nobody",
    "ana": "nobody",
    "dan": "nobody",
    "system": "system",
}


@pytest.mark.parametrize("state", EVENT.states)
def test_every_move_by_everyone_does_what_the_table_says(world, state):
    event = an_event(world, state)
    event.documents.create(alliance=world.alliance, slug="p", kind="report", title="Proceedings")
    for name, party in CAST.items():
        person = getattr(world, name)
        assert ("organiser" in event_parties(person, event)) == (party in {"organiser", "system"}), name
        for move in EVENT.moves:
            expected = outcome(EVENT, move.name, state, "organiser" if party == "system" else party)
            if isinstance(expected, str):
                continue
            with pytest.raises(NotPermitted if expected == 403 else WrongState):
                move_event(event, move.name, by=person, note="because")
    event.refresh_from_db()
    assert event.state == state


@pytest.mark.parametrize(("state", "move"), [(source, move) for move in EVENT.moves for source in move.sources])
def test_what_the_table_lists_is_done_by_an_organiser_and_counts_as_a_change(world, state, move):
    begun = move.name in {"start", "finish"}
    at = clock.now() - timedelta(hours=1) if begun else clock.now() + timedelta(days=40)
    event = an_event(world, state, starts_at=at, ends_at=at + timedelta(hours=9))
    paper = event.documents.create(alliance=world.alliance, slug="p", kind="report", title="Proceedings")
    if move.name == "publish-proceedings":
        with pytest.raises(RulesRefuse, match="missing"):
            move_event(event, move.name, by=world.sec, note="because")
    Document.objects.filter(pk=paper.pk).update(access="public", needs_resolution=False)
    paper.versions.create(number=1, text="Talks", state="in_force", adopted_on=date(2026, 1, 1))
    after = move_event(event, move.name, by=world.adm, note="because", dates={"planned_for": "next year"})
    assert after.state == Event.objects.get(pk=event.pk).state == move.target
    assert after.version > event.version


def test_postponing_keeps_the_event_its_slug_and_every_date_that_was_told(world):
    event = an_event(world, "announced")
    first = event.starts_at
    event = move_event(event, "postpone", by=world.sec, note="Travel is not possible", dates={"planned_for": "2028"})
    assert (event.state, event.starts_at, event.planned_for) == ("postponed", None, "2028")
    told = event.schedules.get()
    assert (told.starts_at, told.reason) == (first, "Travel is not possible")
    new = first + timedelta(days=365)
    event = edit_event(event, {"starts_at": new, "ends_at": new + timedelta(days=1)}, by=world.sec)
    event = move_event(event, "announce", by=world.sec)
    assert [row.planned_for for row in event.schedules.all()] == ["", "2028"]
    assert Event.objects.count() == 1


def test_the_programme_of_a_postponed_event_comes_along_to_its_new_days_at_the_same_hours(world):
    first = datetime(2027, 3, 26, 8, tzinfo=UTC)  # two days before the clocks of Berlin change
    event = an_event(world, "announced", zone="Europe/Berlin", starts_at=first, ends_at=first + timedelta(days=2))
    hour = timedelta(hours=1)
    sessions = [
        save_session(
            event, {"kind": "plenary", "title": str(day), "starts_at": at, "ends_at": at + 2 * hour}, by=world.sec
        )
        for day, at in enumerate((first, first + timedelta(days=1)))
    ]
    told = {"title": "Talk", "kind": "speech", "speaker_name": "A", "starts_at": first, "ends_at": first + hour}
    talk = save_talk(sessions[0], told, by=world.sec)
    event = move_event(event, "postpone", by=world.sec, note="The hall burnt")
    assert [(day.day, day.bands[0].starts_at) for day in programme_of(event)] == [(None, None)]
    new = first + timedelta(days=1)
    event = edit_event(event, {"starts_at": new, "ends_at": new + timedelta(days=2)}, by=world.sec)
    found = list(event.sessions.order_by("starts_at").values_list("title", "starts_at", "ends_at"))
    assert found == [
        ("0", new, new + 2 * hour),
        ("1", new + timedelta(days=1) - hour, new + timedelta(days=1) + hour),
    ]
    talk.refresh_from_db()
    assert (talk.starts_at, talk.ends_at) == (new, new + hour)
    edit_event(event, {"ends_at": new + timedelta(days=4)}, by=world.sec)
    assert list(event.sessions.order_by("starts_at").values_list("title", "starts_at", "ends_at")) == found


def test_f6_an_event_is_the_fourth_of_one_series_and_the_second_of_another(world):
    event = an_event(world, "announced", title="Fourth Conference")
    conferences = make_series(world.alliance, "Conferences", by=world.sec)
    own = make_series(world.alliance, "Conferences of the alliance", by=world.sec)
    set_editions(event, {conferences: 4, own: 2}, by=world.sec)
    assert {(row.series.name, row.ordinal) for row in event.editions.select_related("series")} == {
        ("Conferences", 4),
        ("Conferences of the alliance", 2),
    }
    other = an_event(world, "announced", title="Another")
    with pytest.raises(Invalid) as taken:
        set_editions(other, {conferences: 4, own: 3}, by=world.sec)
    assert [row.rule for row in taken.value.violations] == ["ordinal_taken"]
    assert make_series(world.alliance, "Conferences", by=world.sec) == conferences


@pytest.mark.parametrize(("ahead", "late"), [(31, False), (30, False), (29, True)])
def test_circulating_less_than_thirty_days_ahead_is_stored_and_hinders_nothing(world, ahead, late):
    at = clock.now() + timedelta(days=ahead, minutes=5)
    event = an_event(world, "announced", zone="UTC", starts_at=at, ends_at=at + timedelta(hours=2))
    event = circulate(event, by=world.sec)
    assert Event.objects.get(pk=event.pk).is_late_circulation is late
    assert move_event(event, "invite", by=world.sec).state == "invited"


def test_an_event_without_dates_says_what_it_is_planned_for_or_is_not_announced(world):
    event = plan_event(world.alliance, {"kind": "frontier_forum", "title": "Frontier Forum"}, by=world.sec)
    with pytest.raises(RulesRefuse):
        move_event(event, "announce", by=world.sec)
    event = edit_event(event, {"planned_for": "first half of 2020"}, by=world.sec)
    assert move_event(event, "announce", by=world.sec).state == "announced"
    with pytest.raises(RulesRefuse):
        move_event(event, "open-registration", by=world.sec)


def test_an_idea_is_seen_by_its_organisers_alone(world):
    event = an_event(world, "idea")
    from django.contrib.auth.models import AnonymousUser

    for person in (AnonymousUser(), world.dan, world.lea, world.bo):
        assert event not in events_visible_to(person)
    assert event in events_visible_to(world.sec)


def test_an_edit_from_an_old_page_is_refused_and_a_wrong_one_lists_everything(world):
    event = an_event(world, "announced")
    edit_event(event, {"title": "New"}, by=world.sec, version=event.version)
    with pytest.raises(DomainError) as late:
        edit_event(event, {"title": "Mine"}, by=world.sec, version=event.version)
    assert (late.value.status, late.value.code) == (409, "version_changed")
    with pytest.raises(Invalid) as wrong:
        edit_event(
            event,
            {"ends_at": None, "registration_from": clock.now(), "registration_until": clock.now() - timedelta(days=1)},
            by=world.sec,
        )
    assert {row.field for row in wrong.value.violations} == {"ends_at", "registration_until"}


def test_who_is_registered_hears_of_other_dates_with_a_higher_sequence_and_of_the_end(world):
    event = an_event(world)
    register(event, "online", by=world.dan)
    event = edit_event(event, {"starts_at": event.starts_at + timedelta(hours=1)}, by=world.sec)
    move_event(event, "cancel", by=world.sec, note="No venue")
    told = list(Message.objects.filter(recipient=world.dan).order_by("created_at"))
    assert [row.kind for row in told] == ["event_registered", "event_changed", "event_cancelled"]
    sequences = [row.calendar["sequence"] for row in told]
    assert sequences == sorted(set(sequences))
    assert [row.calendar["method"] for row in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({row.calendar["uid"] for row in told}) == 1


def test_the_clock_begins_and_ends_events_however_late_and_leaves_postponed_ones(world):
    now = clock.now()
    due = an_event(world, "announced", title="Over", starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=2))
    on = an_event(
        world, "registration", title="On", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )
    off = an_event(world, "postponed", title="Off", starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=2))
    assert (follow_due(), follow_due()) == (2, 0)
    assert [Event.objects.get(pk=row.pk).state for row in (due, on, off)] == ["held", "running", "postponed"]
