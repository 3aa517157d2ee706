"""Casts a member's vote: once for a member, changed until the close, every one kept (R-42)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance.models import Ballot, Choice, Membership, Motion, Vote, Voter
from alliance.permissions.voting import motion_parties
from alliance.queries.membership import represented_by
from alliance.queries.voting import present_in, proxies_in
from alliance.rules.days import today_in
from alliance.rules.sealing import new_receipt, seal
from alliance.workflows.governance import MOTION
from core import audit, clock
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation, WrongState
from workflow.commands import permitted_move


@dataclass(frozen=True)
class Cast:
    """A vote that counts unless it is changed. `receipt`, of a secret one, is known to the voter alone."""

    vote: Vote
    receipt: str


@transaction.atomic
def cast_vote(motion: Motion, choice: str, *, by: Any, member: Membership | None = None) -> Cast:
    """Vote for a member that `by` speaks for or whose proxy their member holds; `member` says which, if several.

    In a meeting the member, or the holder of its proxy, is present. A show of hands is entered by the chair or the
    secretary. Raises NotPermitted, WrongState once the vote is closed or its end has come, Invalid, RulesRefuse.
    """
    found = Motion.objects.select_for_update(of=("self",)).select_related("alliance", "agenda_item").get(pk=motion.pk)
    parties = motion_parties(by, found)
    own = {row.pk for row in represented_by(by, found.alliance, today_in(found.alliance))}
    proxies = {giver: holder for giver, holder in proxies_in(found).items() if holder in own}
    if proxies:
        parties |= {"voter"}
    permitted_move(MOTION, "vote", found.state, parties)
    ballot = found.ballot
    if ballot.closes_at is not None and clock.begun() >= ballot.closes_at:
        raise WrongState(_("The vote has ended."))
    if choice not in Choice.values:
        message = _("Vote for, against or abstain.")
        raise Invalid(message, [Violation("choice", message, field="choice")])
    voter = _voter(ballot, member, own | proxies.keys(), may_enter="teller" in parties)
    holder = proxies.get(voter.membership_id) if voter.membership_id not in own else None
    _require_presence(found, voter, holder, entered="teller" in parties)
    last = Vote.objects.filter(voter=voter).aggregate(last=Max("number"))["last"] or 0
    receipt = new_receipt() if ballot.is_secret else ""
    vote = Vote(voter=voter, number=last + 1, cast_by=by, by_proxy_of_id=holder)
    if ballot.is_secret:
        vote.sealed = seal(choice, receipt, public=bytes(ballot.public_key or b""), ballot=ballot.pk.bytes)
    else:
        vote.choice = choice
    vote.save(force_insert=True)
    audit.record("vote", found, by=by, member=voter.name, number=vote.number, proxy=holder is not None)
    return Cast(vote, receipt)


def _voter(ballot: Ballot, member: Membership | None, own: set[UUID], *, may_enter: bool) -> Voter:
    """The voter that is meant. Whose vote it is not is refused; several are named."""
    rows = list(ballot.voters.all())
    if not may_enter:
        rows = [row for row in rows if row.membership_id in own]
    if member is not None:
        rows = [row for row in rows if row.membership_id == member.pk]
    if not rows:
        raise NotPermitted(_("You do not vote for this member."))
    if len(rows) > 1:
        message = _("Say for which member you vote.")
        raise Invalid(message, [Violation("member", message, field="member")])
    return rows[0]


def _require_presence(motion: Motion, voter: Voter, holder: UUID | None, *, entered: bool) -> None:
    if not motion.rule["is_electronic"] and not entered:
        message = _("This vote is a show of hands: the chair or the secretary enters it.")
        raise RulesRefuse(message, [Violation("electronic", message)])
    if motion.agenda_item is None:
        return
    if (holder or voter.membership_id) not in present_in(motion, clock.now()):
        message = _("%(member)s is not present in the meeting.") % {"member": voter.name}
        raise RulesRefuse(message, [Violation("present", message, field="member")])
