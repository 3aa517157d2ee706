"""Opens the vote on a motion: its rule and its voters are fixed from then on."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.voting.telling import tell_voters
from alliance.models import Ballot, Motion, Voter, VotingRule
from alliance.permissions.voting import electorate, motion_parties
from alliance.queries.membership import active_memberships
from alliance.queries.voting import rule_for, rule_of
from alliance.rules.days import today_in
from alliance.rules.sealing import make_keys
from alliance.rules.voting import Rule
from alliance.workflows.governance import MOTION
from core import clock
from core.errors import RulesRefuse, Violation
from workflow.commands import advance, permitted_move


@transaction.atomic
def open_vote(
    motion: Motion,
    *,
    by: Any,
    closes_at: datetime | None = None,
    rule: VotingRule | None = None,
    secret: bool = False,
) -> Ballot:
    """Open the vote in the running meeting of the motion's point, or in writing until `closes_at`.

    The rule is that of the motion's kind and is kept as it is now (R-43); for kind `other` the chair may choose one
    that the alliance offers. `secret` makes a vote secret whose rule leaves it open. Voters are fixed: members in good
    standing whose class votes. Raises NotPermitted, WrongState, RulesRefuse with everything that is missing.
    """
    found = Motion.objects.select_for_update(of=("self",)).select_related("alliance", "body").get(pk=motion.pk)
    parties = motion_parties(by, found)
    permitted_move(MOTION, "open", found.state, parties)
    snapshot = rule_for(found.alliance, found.kind) if rule is None else rule_of(rule)
    voters = list(electorate(found))
    _require_ready(found, snapshot.rule, rule, voters, closes_at, secret)
    is_secret = secret or snapshot.rule.is_secret
    found.rule = {**snapshot.rule.as_dict(), "is_secret": is_secret, "name": snapshot.name, "source": snapshot.source}
    now = clock.now()
    ballot = Ballot(
        motion=found,
        opened_at=now,
        closes_at=closes_at,
        is_secret=is_secret,
        members=active_memberships(found.alliance, today_in(found.alliance)).count(),
    )
    if is_secret:
        keys = make_keys(installation_secrets())
        ballot.public_key, ballot.key = keys.public, keys.sealed_private
    ballot.save(force_insert=True)
    Voter.objects.bulk_create(
        Voter(ballot=ballot, membership=row, name=row.organisation.name, country=row.organisation.country)
        for row in voters
    )
    said = {"rule": found.rule, "voters": len(voters)}
    advance(found, MOTION, "open", by=by, parties=parties, also=["rule"], **said)
    tell_voters(ballot, "vote_opened")
    return ballot


def installation_secrets() -> list[str]:
    """What seals the keys of secret votes: outside the database, the present secret first, then those before it."""
    return [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]


def _require_ready(
    motion: Motion,
    rule: Rule,
    chosen: VotingRule | None,
    voters: list[Any],
    closes_at: datetime | None,
    secret: bool,
) -> None:
    found = []
    if chosen is not None and (chosen.alliance_id != motion.alliance_id or chosen.kind not in ("", motion.kind)):
        found.append(Violation("rule", _("That rule is not for this motion."), field="rule"))
    if chosen is not None and chosen.kind == "" and motion.kind != Motion.Kind.OTHER:
        found.append(Violation("rule", _("The rule of this kind of motion is fixed."), field="rule"))
    if secret and not rule.is_electronic:
        found.append(Violation("secret", _("A show of hands cannot be secret."), field="secret"))
    if not voters:
        found.append(Violation("voters", _("No member may vote on this: set the rights of the classes.")))
    if motion.agenda_item is None and closes_at is None:
        found.append(Violation("closes_at", _("A vote in writing needs an end."), field="closes_at"))
    if closes_at is not None and closes_at <= clock.now():
        found.append(Violation("closes_at", _("The end must be in the future."), field="closes_at"))
    if motion.agenda_item is not None and motion.agenda_item.meeting.state != "running":
        found.append(Violation("meeting", _("The meeting is not open: open it, then the vote.")))
    found += _subject_violations(motion)
    if found:
        raise RulesRefuse(_("The vote cannot be opened yet."), found)


def _subject_violations(motion: Motion) -> list[Violation]:
    """What the motion is about must still be waiting for it."""
    waits = {"version_of_document": "proposed", "application": "voting", "term": "nominated"}
    for name, state in waits.items():
        subject = getattr(motion, name)
        if subject is not None and subject.state != state:
            told = {"subject": str(subject), "state": subject.get_state_display()}
            return [Violation("subject", _("%(subject)s does not wait for this vote: %(state)s.") % told)]
    wanted = {"suspend": ("active",), "resume": ("suspended",), "exclude": ("active", "suspended")}.get(motion.kind)
    if wanted and motion.membership is not None and motion.membership.state not in wanted:
        told = {"subject": str(motion.membership), "state": motion.membership.get_state_display()}
        return [Violation("subject", _("%(subject)s does not wait for this vote: %(state)s.") % told)]
    return []
