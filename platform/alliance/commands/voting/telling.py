"""Tells the members' representatives that a vote is open or closed; never what anybody chose."""

from accounts.models import User
from alliance.models import Ballot, Representative
from alliance.queries.membership import lasting
from alliance.rules.days import today_in
from core import times
from notifications.commands.outbox import notify


def tell_voters(ballot: Ballot, kind: str) -> None:
    """One message to each current representative of a voting member, and to the mover."""
    motion = ballot.motion
    speak = Representative.objects.filter(
        lasting(today_in(motion.alliance)), membership__in=ballot.voters.values("membership"), person__isnull=False
    )
    people = set(User.objects.filter(pk__in=speak.values("person"), is_active=True)) | {motion.mover}
    context = {
        "motion": motion.title,
        "motion_zh": motion.title_zh or motion.title,
        "alliance": str(motion.alliance),
        "zone": motion.alliance.zone,
        "ends": times.iso(ballot.closes_at) if ballot.closes_at else "",
        "outcome": str(ballot.result.get("outcome", "")),
    }
    notify(
        sorted((row for row in people if not row.is_system), key=lambda row: row.pk),
        kind,
        subject=motion,
        context=context,
    )
