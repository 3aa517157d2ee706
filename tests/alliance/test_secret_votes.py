"""A secret vote: nobody links a member to a choice, every voter finds their paper, the count is right."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models

from alliance.commands import voting
from alliance.models import Ballot, Motion, Paper, Vote
from alliance.queries.voting import papers_of, recounted
from alliance.rules.sealing import CannotOpen, make_keys, new_receipt, open_papers, seal
from alliance.rules.voting import Rule
from core.models import AuditEntry
from notifications.models import Message
from tests.alliance.voting import Voting

pytestmark = pytest.mark.django_db
SECRETS = ["x" * 50]


@pytest.fixture
def aoc():
    return Voting(3)


def vote(aoc, motion, *choices):
    return [voting.cast_vote(motion, choice, by=person) for person, choice in zip(aoc.people, choices, strict=False)]


def everything_kept() -> str:
    """Every value of every table, as an administrator with the database could read it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'select row_to_json(t)::text from "{table}" t')
            found += [text for (text,) in cursor.fetchall()]
    return "\n".join(found)


def test_papers_are_opened_without_member_or_time_and_every_voter_finds_their_own(aoc):
    motion = aoc.opened(secret=True)
    vote(aoc, motion, "against")
    first, second, third = vote(aoc, motion, "for", "against", "abstain")
    voting.close_vote(motion, by=aoc.chair)
    ballot = Ballot.objects.get(motion=motion)
    assert sorted(papers_of(ballot)) == sorted(
        [(first.receipt, "", "for"), (second.receipt, "", "against"), (third.receipt, "", "abstain")]
    )
    assert {field.name for field in Paper._meta.get_fields()} == {"id", "ballot", "choice", "receipt"}
    assert all(paper.id.version == 4 for paper in Paper.objects.all())
    assert recounted(ballot)[1]
    assert ballot.result["count"]["voted"] == Paper.objects.count() == 3


def test_before_the_close_the_database_holds_no_choice_and_no_receipt(aoc):
    motion = aoc.opened(secret=True)
    cast = vote(aoc, motion, "against", "abstain")
    assert papers_of(motion.ballot) == []
    assert set(Vote.objects.values_list("choice", flat=True)) == {""}
    kept = everything_kept()
    for each in cast:
        assert each.receipt not in kept
    assert not AuditEntry.objects.filter(data__icontains="abstain").exists()
    assert not Message.objects.filter(context__icontains="abstain").exists()


def test_after_the_close_nothing_opens_the_votes_any_more(aoc, settings):
    motion = aoc.opened(secret=True)
    key = bytes(motion.ballot.key)
    cast = vote(aoc, motion, "for", "against")
    voting.cast_vote(motion, "for", by=aoc.people[2])
    voting.close_vote(motion, by=aoc.chair)
    ballot = Ballot.objects.get(motion=motion)
    assert ballot.key is None
    assert key.hex() not in everything_kept()
    sealed = [bytes(row.sealed) for row in Vote.objects.all()]
    with pytest.raises(CannotOpen):
        open_papers(sealed, sealed_private=b"", ballot=ballot.pk.bytes, installation_secrets=[settings.SECRET_KEY])
    who = {str(row.voter_id) for row in Vote.objects.all()} | {str(person.pk) for person in aoc.people}
    rows = [row for row in everything_kept().splitlines() if any(each.receipt in row for each in cast)]
    assert len(rows) == 2
    assert not any(name in row for row in rows for name in who)


def test_the_order_and_the_length_of_papers_tell_nothing(aoc):
    keys = make_keys(SECRETS)
    sealed = [
        seal(choice, new_receipt(), public=keys.public, ballot=b"one") for choice in ("for", "against", "abstain")
    ]
    assert len({len(paper) for paper in sealed}) == 1
    orders = set()
    for _ in range(40):
        opened = open_papers(sealed, sealed_private=keys.sealed_private, ballot=b"one", installation_secrets=SECRETS)
        orders.add(tuple(choice for choice, _receipt in opened))
    assert len(orders) > 1


def test_a_paper_opens_only_with_its_ballot_and_installation(aoc):
    keys = make_keys(SECRETS)
    paper = seal("for", new_receipt(), public=keys.public, ballot=b"one")
    for ballot, installation in ((b"two", SECRETS), (b"one", ["y" * 50])):
        with pytest.raises(CannotOpen):
            open_papers([paper], sealed_private=keys.sealed_private, ballot=ballot, installation_secrets=installation)
    renewed = ["z" * 50, *SECRETS]
    assert open_papers([paper], sealed_private=keys.sealed_private, ballot=b"one", installation_secrets=renewed)


def test_a_rule_may_ask_for_secrecy_and_a_show_of_hands_is_never_secret(aoc):
    voting.set_rule(aoc.alliance, Rule(is_secret=True), by=aoc.secretary, name="Secret", kind="other")
    motion = aoc.opened()
    assert motion.ballot.is_secret
    assert motion.rule["is_secret"]


def test_the_administration_has_no_page_for_votes_or_papers():
    shown = {model._meta.label for model in admin.site._registry}
    assert not shown & {"alliance.Vote", "alliance.Paper", "alliance.Voter", "alliance.Ballot"}


def test_no_row_can_point_at_a_paper():
    pointing = [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is Paper
    ]
    assert pointing == []


def test_who_voted_is_seen_but_an_unanimous_secret_vote_has_no_secret(aoc):
    motion = aoc.opened(secret=True)
    vote(aoc, motion, "for", "for", "for")
    voting.close_vote(motion, by=aoc.chair)
    assert Motion.objects.get(pk=motion.pk).state == "carried"
    assert {choice for _receipt, _where, choice in papers_of(Ballot.objects.get(motion=motion))} == {"for"}
