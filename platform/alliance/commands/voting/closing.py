"""Closes a vote, counts it by its rule and lets what was carried take effect."""

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.queries import system_user
from alliance.commands.voting.opening import installation_secrets
from alliance.commands.voting.resolving import after_lost, resolve
from alliance.commands.voting.telling import tell_voters
from alliance.models import Ballot, Motion, Paper, Vote
from alliance.permissions.voting import motion_parties
from alliance.queries.voting import attending, counted, last_votes, may_close, sheet_of
from alliance.rules.sealing import open_papers
from alliance.workflows.governance import MOTION
from core import clock
from core.errors import RulesRefuse, Violation
from workflow.commands import advance, permitted_move

MOVES = {"carried": "carry", "lost": "lose", "inquorate": "lack-quorum"}


@transaction.atomic
def close_vote(motion: Motion, *, by: Any) -> Ballot:
    """Count the latest vote of every member and decide. Closed already: the same ballot again.

    A vote in writing ends at its announced end; before that only when every member has voted. A result that takes no
    effect stands all the same, `result["effect"]` says why. Raises NotPermitted, WrongState, RulesRefuse.
    """
    found = Motion.objects.select_for_update(of=("self",)).select_related("alliance", "body").get(pk=motion.pk)
    parties = motion_parties(by, found)
    if found.state in MOVES and parties & MOTION.find("close").who:
        return found.ballot
    permitted_move(MOTION, "close", found.state, parties)
    ballot = Ballot.objects.select_for_update().get(motion=found)
    votes = list(last_votes(ballot))
    if not may_close(found):
        message = _("A vote in writing ends at its announced end, or when every member has voted.")
        raise RulesRefuse(message, [Violation("end", message)])
    now = clock.now()
    if found.agenda_item is not None:
        ballot.present = len(attending(ballot, now))
    if ballot.is_secret:
        _open(ballot, votes)
    sheet = sheet_of(ballot)
    advance(found, MOTION, "close", by=by, parties=parties)
    advance(found, MOTION, MOVES[sheet["outcome"]], by=system_user(), parties={"system"}, **counted(sheet))
    effect = ""
    if found.state == "carried":
        resolution, effect = resolve(found)
        sheet["resolution"] = resolution.reference
    else:
        effect = after_lost(found)
    ballot.result = {**sheet, "effect": effect}
    ballot.closed_at, ballot.key = now, None
    ballot.save(update_fields=["present", "result", "closed_at", "key", "updated_at"])
    tell_voters(ballot, "vote_closed")
    return ballot


def close_due() -> int:
    """Close every vote whose end has come; how many."""
    due = Motion.objects.filter(state="open", ballot__closes_at__lte=clock.now()).order_by("ballot__closes_at", "id")
    closed = 0
    for motion in due:
        close_vote(motion, by=system_user())
        closed += 1
    return closed


def _open(ballot: Ballot, votes: list[Vote]) -> None:
    """Open the latest papers, shuffled, without member or time."""
    opened = open_papers(
        [bytes(vote.sealed) for vote in votes if vote.sealed is not None],
        sealed_private=bytes(ballot.key or b""),
        ballot=ballot.pk.bytes,
        installation_secrets=installation_secrets(),
    )
    if len(opened) != len(votes):
        raise AssertionError("every member that voted has exactly one paper")
    Paper.objects.bulk_create(
        Paper(id=uuid4(), ballot=ballot, choice=choice, receipt=receipt) for choice, receipt in opened
    )
