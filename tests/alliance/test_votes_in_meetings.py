"""A vote in a meeting: who is there votes, proxies as far as the rule lets them, those there make the quorum."""

from datetime import timedelta

import pytest

from alliance.commands import voting
from alliance.models import AgendaItem, Attendance, Meeting, Motion, Proxy
from alliance.rules.voting import Rule
from core import clock
from core.errors import NotPermitted, RulesRefuse
from tests.alliance.voting import Voting

pytestmark = pytest.mark.django_db


@pytest.fixture
def aoc():
    return Voting(5)


def hold(aoc, state="running") -> AgendaItem:
    now = clock.now()
    meeting = Meeting.objects.create(
        body=aoc.assembly,
        title="Annual meeting",
        starts_at=now,
        ends_at=now + timedelta(hours=3),
        zone="UTC",
        state=state,
    )
    return AgendaItem.objects.create(meeting=meeting, number=1, title="Sharing")


def arrive(aoc, item, number, mode="onsite"):
    Attendance.objects.create(
        meeting=item.meeting, person=aoc.people[number], name=aoc.people[number].name, mode=mode,
        membership=aoc.members[number], from_at=clock.now() - timedelta(minutes=1), verified_by=aoc.secretary,
    )  # fmt: skip


def test_who_is_present_on_site_or_online_votes_and_makes_the_quorum(aoc):
    item = hold(aoc)
    for number, mode in ((0, "onsite"), (1, "online"), (2, "onsite")):
        arrive(aoc, item, number, mode)
    motion = aoc.tabled(agenda_item=item)
    voting.open_vote(motion, by=aoc.chair)
    voting.cast_vote(motion, "for", by=aoc.people[0])
    voting.cast_vote(motion, "against", by=aoc.people[1])
    with pytest.raises(RulesRefuse):
        voting.cast_vote(motion, "for", by=aoc.people[3])
    ballot = voting.close_vote(motion, by=aoc.chair)
    assert (ballot.present, ballot.result["count"]["voted"]) == (3, 2)
    assert ballot.result["outcome"] == "lost"


def test_a_holder_votes_for_as_many_absent_members_as_the_rule_allows(aoc):
    voting.set_rule(aoc.alliance, Rule(proxies_max=1), by=aoc.secretary, name="One proxy", kind="other")
    item = hold(aoc)
    arrive(aoc, item, 0)
    arrive(aoc, item, 1)
    for giver in (3, 4):
        Proxy.objects.create(
            meeting=item.meeting, giver=aoc.members[giver], holder=aoc.members[0], given_by=aoc.people[giver]
        )
    motion = aoc.tabled(agenda_item=item)
    voting.open_vote(motion, by=aoc.chair)
    voting.cast_vote(motion, "for", by=aoc.people[0], member=aoc.members[0])
    cast = voting.cast_vote(motion, "for", by=aoc.people[0], member=aoc.members[3])
    assert cast.vote.by_proxy_of == aoc.members[0]
    with pytest.raises(NotPermitted):
        voting.cast_vote(motion, "for", by=aoc.people[0], member=aoc.members[4])
    with pytest.raises(NotPermitted):
        voting.cast_vote(motion, "for", by=aoc.people[1], member=aoc.members[3])
    ballot = voting.close_vote(motion, by=aoc.chair)
    assert (ballot.present, ballot.result["count"]["votes_for"]) == (3, 2)
    assert Motion.objects.get(pk=motion.pk).state == "carried"


def test_a_vote_is_not_opened_before_its_meeting(aoc):
    motion = aoc.tabled(agenda_item=hold(aoc, "called"))
    with pytest.raises(RulesRefuse) as refused:
        voting.open_vote(motion, by=aoc.chair)
    assert [violation.rule for violation in refused.value.violations] == ["meeting"]
