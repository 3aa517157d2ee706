"""How a member stood on any day: read from entries that are never changed, with corrections as entries of their own."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from alliance.commands import membership as members
from alliance.models import ClassRights, MembershipChange
from alliance.queries.membership import active_memberships, active_on, standing_on, voting_memberships
from core import clock
from core.errors import RulesRefuse
from tests.alliance import joining

pytestmark = pytest.mark.django_db

JOINED = date(2020, 1, 1)


@pytest.fixture
def row(world):
    return members.record_membership(
        world.alliance, world.org_c, "full", by=world.sec, joined_on=JOINED, source="Its letter"
    )


def voters(world, on):
    return {each.organisation for each in voting_memberships(world.alliance, on)}


def test_a_past_day_keeps_what_held_then(world, row):
    members.change_class(row, "observer", by=world.sec, reason="Asked", on=date(2022, 1, 1))
    members.set_standing(row, by=world.sec, good_standing=False, reason="Dues", on=date(2023, 1, 1))
    assert standing_on(row, date(2019, 12, 31)) is None
    stood = [standing_on(row, date(year, 6, 1)) for year in (2021, 2022, 2023)]
    assert [(each.member_class, each.good_standing) for each in stood] == [
        ("full", True),
        ("observer", True),
        ("observer", False),
    ]
    assert world.org_c in voters(world, date(2021, 6, 1))
    assert world.org_c not in voters(world, date(2022, 6, 1))


def test_a_correction_is_a_new_entry_and_what_was_known_before_can_be_read(world, row):
    wrong = members.change_class(row, "observer", by=world.sec, reason="Asked", on=date(2022, 1, 1)).changes.latest(
        "created_at"
    )
    before = clock.now()
    members.correct_entry(wrong, by=world.sec, reason="It was a year later", effective_on=date(2023, 1, 1))
    day = date(2022, 6, 1)
    assert standing_on(row, day).member_class == "full"
    assert standing_on(row, day, known_at=before).member_class == "observer"
    assert voting_memberships(world.alliance, day).filter(pk=row.pk).exists()
    assert row.changes.count() == 3
    with pytest.raises(RulesRefuse):
        members.correct_entry(wrong, by=world.sec, reason="Again", effective_on=date(2024, 1, 1))


def test_many_days_are_read_at_once_as_each_of_them_alone(world, row, django_assert_num_queries):
    wrong = members.change_class(row, "observer", by=world.sec, reason="Asked", on=date(2022, 1, 1)).changes.latest(
        "created_at"
    )
    members.correct_entry(wrong, by=world.sec, reason="A year later", effective_on=date(2023, 1, 1))
    members.set_standing(row, by=world.sec, good_standing=False, reason="Dues", on=date(2024, 1, 1))
    members.suspend_membership(row, by=world.system, resolution=joining.resolution(world), reason="Dues")
    days = [date(2019, 12, 31), *(date(year, 6, 1) for year in range(2020, 2026)), joining.today()]
    with django_assert_num_queries(2):
        found = active_on(days)
    for day in days:
        stood = [(each.pk, each.member_class, each.good_standing) for each in _alone(world.alliance, day)]
        read = found.get((world.alliance.pk, day), [])
        assert [(each.pk, then.member_class, then.good_standing) for each, then in read] == stood


def _alone(alliance, day):
    for each in active_memberships(alliance, day):
        each.member_class, each.good_standing = each.member_class_then, each.good_standing_then
        yield each


def test_a_wrong_suspension_is_taken_back_by_a_correction(world, row):
    members.suspend_membership(row, by=world.system, resolution=joining.resolution(world), reason="Dues")
    assert world.org_c not in voters(world, joining.today())
    entry = row.changes.get(kind="suspended")
    members.correct_entry(entry, by=world.sec, reason="Another centre was meant", kind="resumed")
    row.refresh_from_db()
    assert row.state == "active"
    assert world.org_c in voters(world, joining.today())


def test_who_left_does_not_come_back_by_a_correction(world, row):
    members.withdraw_membership(row, by=world.sec, reason="Notice")
    entry = row.changes.get(kind="withdrawn")
    with pytest.raises(RulesRefuse):
        members.correct_entry(entry, by=world.sec, reason="They stay", kind="resumed")


def test_founding_membership_is_neither_given_nor_taken(world, row):
    with pytest.raises(RulesRefuse):
        members.change_class(row, "founding", by=world.sec, reason="Important")
    founder = members.record_membership(
        world.alliance, type(world.org_c).objects.create(slug="f", name="Founder", country="SE"), "founding",
        by=world.sec, joined_on=JOINED,
    )  # fmt: skip
    with pytest.raises(RulesRefuse):
        members.change_class(founder, "full", by=world.sec, reason="Less")


def test_entries_cannot_be_changed_or_deleted_in_the_database(row):
    for act in (lambda: row.changes.update(reason="Other"), lambda: MembershipChange.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_change_dated_ahead_takes_effect_on_its_day(world, row):
    ahead = joining.today() + timedelta(days=3)
    members.suspend_membership(
        row, by=world.system, resolution=joining.resolution(world, effective_on=ahead), reason="From then"
    )
    row.refresh_from_db()
    assert row.state == "active"
    assert members.settle_due() == 0
    with clock.standing_at(clock.now() + timedelta(days=4)):
        assert members.settle_due() == 1
        assert members.settle_due() == 0
    row.refresh_from_db()
    assert row.state == "suspended"


def test_a_setting_decides_which_classes_vote(world, row):
    members.change_class(row, "associate", by=world.sec, reason="Asked", on=date(2022, 1, 1))
    assert world.org_c not in voters(world, joining.today())
    ClassRights.objects.create(alliance=world.alliance, member_class="associate", votes=True)
    assert world.org_c in voters(world, joining.today())
