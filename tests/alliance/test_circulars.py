"""Circulars reach the representatives of active members once each, are numbered, logged, and then fixed."""

import pytest
from django.core import mail
from django.db import ProgrammingError, transaction

from alliance.commands.circulars import send_circular
from alliance.commands.records import save_record
from alliance.models import Alliance, Circular, Membership, Representative
from alliance.permissions.news import circulars_visible_to
from alliance.queries.circulars import deliveries_of, reached
from core import clock
from core.errors import DomainError, NotPermitted, RulesRefuse, WrongState
from notifications.commands import deliver_due
from notifications.models import Message
from tests.alliance.papers import speaks

pytestmark = pytest.mark.django_db


def a_circular(world, **fields) -> Circular:
    given = {"title": "New Year", "title_zh": "新年", "body": "Happy New Year", "body_zh": "新年快乐"}
    return save_record(Circular(**{"alliance": world.alliance, **given, **fields}), by=world.sec)


def test_it_is_delivered_to_each_active_members_representative_and_to_none_of_a_suspended_one(world):
    speaks(world, world.bo, world.org_a)
    speaks(world, world.cleo, world.org_a, "alternate")
    speaks(world, world.cleo, world.org_b, "delegate")
    speaks(world, world.dan, world.org_c)
    Membership.objects.filter(organisation=world.org_c).update(state="suspended")
    former = speaks(world, world.bob, world.org_b)
    Representative.objects.filter(pk=former.pk).update(ends_on=clock.now().date())
    elsewhere = Alliance.objects.create(slug="other", name="Other", acronym="OTH")
    speaks(world, world.ana, world.org_a, alliance=elsewhere)
    sent = send_circular(a_circular(world), by=world.sec)
    log = deliveries_of(sent)
    assert [(line.person, line.organisation) for line in log] == [
        ("Bo", "Centre A"),
        ("Cleo", "Centre A"),
        ("Cleo", "Centre B"),
    ]
    assert set(Message.objects.values_list("recipient__name", flat=True)) == {"Bo", "Cleo"}
    assert Message.objects.count() == 2, "who speaks for two gets one"
    assert reached(log) == {"waiting": 3}


def test_it_is_written_in_the_readers_language(world):
    world.bo.locale = "zh-Hans"
    world.bo.save()
    speaks(world, world.bo, world.org_a)
    speaks(world, world.ana, world.org_b)
    world.alliance.name_local = "联盟"
    world.alliance.save()
    sent = send_circular(a_circular(world), by=world.sec)
    deliver_due()
    written = {letter.to[0]: letter for letter in mail.outbox}
    assert "新年快乐" in written["bo@test.example"].body
    assert "Happy New Year" in written["ana@test.example"].body
    assert written["ana@test.example"].subject == "AOC circular 1: New Year"
    assert reached(deliveries_of(sent)) == {"sent": 2}


def test_sent_twice_it_is_sent_once_and_then_it_is_fixed(world):
    speaks(world, world.bo, world.org_a)
    circular = a_circular(world)
    first, again = send_circular(circular, by=world.sec), send_circular(circular, by=world.sec)
    assert (first.sent_at, first.number) == (again.sent_at, 1)
    assert Message.objects.count() == 1
    again.title = "Other"
    with pytest.raises(WrongState):
        save_record(again, by=world.sec)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Circular.objects.filter(pk=circular.pk).update(title="Other")
    assert send_circular(a_circular(world), by=world.sec).number == 2


def test_only_the_secretariat_writes_and_sends_and_nobody_overwrites_another(world):
    speaks(world, world.bo, world.org_a)
    circular = a_circular(world)
    for person in (world.lea, world.bo, world.dan):
        with pytest.raises(NotPermitted):
            send_circular(circular, by=person)
        with pytest.raises(NotPermitted):
            save_record(Circular.objects.get(pk=circular.pk), by=person)
    mine, theirs = Circular.objects.get(pk=circular.pk), Circular.objects.get(pk=circular.pk)
    save_record(theirs, by=world.adm)
    with pytest.raises(DomainError) as refusal:
        save_record(mine, by=world.sec)
    assert (refusal.value.status, refusal.value.code) == (409, "changed_meanwhile")


def test_a_circular_that_nobody_would_get_is_not_sent(world):
    circular = a_circular(world)
    with pytest.raises(RulesRefuse):
        send_circular(circular, by=world.sec)
    circular.refresh_from_db()
    assert circular.number is None


def test_members_read_what_was_sent_and_nobody_else_reads_anything(world):
    speaks(world, world.bo, world.org_a)
    draft, sent = a_circular(world), send_circular(a_circular(world), by=world.sec)
    Representative.objects.create(
        membership=Membership.objects.get(organisation=world.org_b), name="Ana", person=world.ana, kind="head",
        starts_on=clock.now().date(),
    )  # fmt: skip
    assert set(circulars_visible_to(world.sec)) == {draft, sent}
    assert list(circulars_visible_to(world.bo)) == [sent]
    assert list(circulars_visible_to(world.ana)) == [sent], "who speaks for a member later reads what was sent before"
    assert not circulars_visible_to(world.dan)
    Membership.objects.filter(organisation=world.org_a).update(state="suspended")
    assert list(circulars_visible_to(world.bo)) == [sent], "it was delivered to him"
