"""Writes memberships: each change is an entry with its day and reason, and the row says how it stands today."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.queries import system_user
from alliance.models import Alliance, MemberClass, Membership, MembershipChange, Resolution
from alliance.permissions.membership import MANAGE, membership_parties
from alliance.queries.membership import entries_holding, standing_on, standing_then
from alliance.rules.days import today_in
from alliance.rules.membership import DECIDES, LEFT, Kind
from alliance.workflows.membership import MEMBERSHIP
from core import audit, permissions
from core.errors import Invalid, RulesRefuse, Violation
from core.names import in_english
from workflow.commands import advance, permitted_move


@transaction.atomic
def record_membership(
    alliance: Alliance,
    organisation: Organisation,
    member_class: str,
    *,
    by: Any,
    joined_on: date,
    source: str = "",
    reason: str = "",
    resolution: Resolution | None = None,
) -> Membership:
    """Record who is a member since a day, as its source says: founding members, and those from before this record.

    The same again is the membership that there is. Raises NotPermitted, Invalid, RulesRefuse.
    """
    permissions.require(by, MANAGE, alliance)
    return begin(
        alliance,
        organisation,
        member_class,
        by=by,
        on=joined_on,
        source=source,
        reason=reason or source,
        resolution=resolution,
    )


def begin(
    alliance: Alliance,
    organisation: Organisation,
    member_class: str,
    *,
    by: Any,
    on: date,
    reason: str,
    source: str = "",
    resolution: Resolution | None = None,
) -> Membership:
    """The membership that begins on a day, with its first entry; for commands that have asked who may do it."""
    Alliance.objects.select_for_update().get(pk=alliance.pk)
    _not_ahead(alliance, on, "joined_on")
    lasting = Membership.objects.filter(alliance=alliance, organisation=organisation, left_on=None).first()
    if lasting is not None and (lasting.member_class, lasting.joined_on) == (member_class, on):
        return lasting
    earlier = Membership.objects.filter(alliance=alliance, organisation=organisation, left_on__gt=on).exists()
    if lasting is not None or earlier:
        message = _("%(name)s is a member then already.") % {"name": organisation}
        raise RulesRefuse(message, [Violation("already_a_member", message, "organisation")])
    membership = Membership.objects.create(
        alliance=alliance,
        organisation=organisation,
        member_class=member_class,
        joined_on=on,
        source=source,
        created_by=None if by.is_system else by,
    )
    _enter(membership, Kind.JOINED, on, by=by, reason=reason, resolution=resolution)
    audit.record("join", membership, by=by, note=reason, to_state=membership.state, member_class=member_class)
    return membership


@transaction.atomic
def suspend_membership(membership: Membership, *, by: Any, resolution: Resolution, reason: str) -> Membership:
    """By a resolution, from the day that it takes effect. Raises NotPermitted, WrongState, Invalid."""
    return _resolved(membership, "suspend", Kind.SUSPENDED, by=by, resolution=resolution, reason=reason)


@transaction.atomic
def resume_membership(membership: Membership, *, by: Any, resolution: Resolution, reason: str) -> Membership:
    """The suspension ends by a resolution."""
    return _resolved(membership, "resume", Kind.RESUMED, by=by, resolution=resolution, reason=reason)


@transaction.atomic
def exclude_membership(membership: Membership, *, by: Any, resolution: Resolution, reason: str) -> Membership:
    """By a resolution; the membership ends on the day that it takes effect."""
    return _resolved(membership, "exclude", Kind.EXCLUDED, by=by, resolution=resolution, reason=reason)


@transaction.atomic
def withdraw_membership(membership: Membership, *, by: Any, reason: str, on: date | None = None) -> Membership:
    """The member leaves, by notice of its head or as the secretariat records it; on a day to come if it says so."""
    membership, parties = _asked(membership, "withdraw", by=by, note=reason)
    today = today_in(membership.alliance)
    day = on or today
    if "secretary" not in parties and day < today:
        message = _("Give today or a later day.")
        raise Invalid(message, [Violation("in_the_past", message, "on")])
    return _changed(membership, "withdraw", Kind.WITHDRAWN, day, by=by, reason=reason)


@transaction.atomic
def change_class(
    membership: Membership,
    member_class: str,
    *,
    by: Any,
    reason: str,
    resolution: Resolution | None = None,
    on: date | None = None,
) -> Membership:
    """Another class from a day on. Founding membership is neither given nor taken (domain §2).

    Raises NotPermitted, WrongState, Invalid, RulesRefuse.
    """
    membership, _parties = _asked(membership, "change-class", by=by, note=reason)
    _of_this_alliance(membership, resolution)
    if member_class not in MemberClass.values:
        message = _("There is no such class of members.")
        raise Invalid(message, [Violation("unknown_class", message, "member_class")])
    if MemberClass.FOUNDING in {member_class, membership.member_class}:
        message = _("Founding membership belongs to those who founded the alliance; it is neither given nor taken.")
        raise RulesRefuse(message, [Violation("founding_is_fixed", message, "member_class")])
    day = on or (resolution.effective_on if resolution else today_in(membership.alliance))
    return _changed(
        membership, "change-class", Kind.CLASS, day,
        by=by, reason=reason, resolution=resolution, member_class=member_class,
    )  # fmt: skip


@transaction.atomic
def set_standing(
    membership: Membership, *, by: Any, good_standing: bool, reason: str, on: date | None = None
) -> Membership:
    """Whether it is in good standing from a day on; a member that is not has no vote."""
    membership, _parties = _asked(membership, "set-standing", by=by, note=reason)
    day = on or today_in(membership.alliance)
    return _changed(
        membership, "set-standing", Kind.STANDING, day, by=by, reason=reason, good_standing=good_standing
    )  # fmt: skip


@transaction.atomic
def correct_entry(
    entry: MembershipChange,
    *,
    by: Any,
    reason: str,
    effective_on: date | None = None,
    kind: str = "",
    member_class: str = "",
    good_standing: bool | None = None,
) -> MembershipChange:
    """A new entry in the place of a wrong one, which stays readable; what is not given is as the wrong one said.

    A suspension that never was is corrected to the kind `resumed` of the same day. Raises NotPermitted, Invalid, and
    RulesRefuse where a membership that has ended would last again: that is a new membership.
    """
    membership, _parties = _asked(entry.membership, "correct", by=by, note=reason)
    if MembershipChange.objects.filter(corrects=entry).exists():
        message = _("This entry was corrected already; correct the later one.")
        raise RulesRefuse(message, [Violation("corrected_already", message)])
    first = entry.kind == Kind.JOINED
    if first != ((kind or entry.kind) == Kind.JOINED):
        message = _("The first entry of a membership stays the first.")
        raise RulesRefuse(message, [Violation("first_entry", message, "kind")])
    given: dict[str, Any] = {
        "member_class": member_class or entry.member_class,
        "good_standing": entry.good_standing if good_standing is None else good_standing,
    }
    day = effective_on or entry.effective_on
    if first:
        _not_ahead(membership.alliance, day, "effective_on")
    else:
        _not_before(membership, day, kind or entry.kind)
    written = _enter(membership, kind or entry.kind, day, by=by, reason=reason, corrects=entry, **given)
    _bring_up(membership, "correct", by=by, note=reason, corrects=str(entry.pk))
    return written


def settle_due() -> int:
    """Bring rows up to what their history says for today, as entries dated ahead come due; how many. Safe to repeat."""
    settled = 0
    for alliance in Alliance.objects.order_by("pk"):
        today = today_in(alliance)
        rows = standing_then(alliance.memberships.exclude(state__in=MEMBERSHIP.final), today)
        late = rows.exclude(**{column: F(f"{column}_then") for column in DECIDES}).order_by("pk")
        for pk in list(late.values_list("pk", flat=True)):
            with transaction.atomic():
                membership = _locked(pk)
                due = [entry for entry in entries_holding(membership) if entry.effective_on <= today][-1]
                note = due.reason or in_english(due.get_kind_display())
                settled += _bring_up(membership, "", by=system_user(), note=note)
    return settled


def _resolved(
    membership: Membership, move: str, kind: str, *, by: Any, resolution: Resolution, reason: str
) -> Membership:
    membership, _parties = _asked(membership, move, by=by, note=reason)
    _of_this_alliance(membership, resolution)
    return _changed(membership, move, kind, resolution.effective_on, by=by, reason=reason, resolution=resolution)


def _asked(membership: Membership, move: str, *, by: Any, note: str) -> tuple[Membership, frozenset[str]]:
    membership = _locked(membership.pk)
    parties = membership_parties(by, membership)
    permitted_move(MEMBERSHIP, move, membership.state, parties, note)
    return membership, parties


def _changed(
    membership: Membership,
    move: str,
    kind: str,
    day: date,
    *,
    by: Any,
    reason: str,
    resolution: Resolution | None = None,
    **given: Any,
) -> Membership:
    _not_before(membership, day, kind)
    if membership.left_on is not None:
        message = _("The end of this membership is entered already.")
        raise RulesRefuse(message, [Violation("end_is_entered", message)])
    _enter(membership, kind, day, by=by, reason=reason, resolution=resolution, **given)
    _bring_up(membership, move, by=by, note=reason, effective_on=day.isoformat())
    return membership


STATES = {
    Kind.SUSPENDED: "suspended",
    Kind.RESUMED: "active",
    Kind.JOINED: "active",
    Kind.WITHDRAWN: "withdrawn",
    Kind.EXCLUDED: "excluded",
}


def _enter(
    membership: Membership,
    kind: str,
    day: date,
    *,
    by: Any,
    reason: str,
    resolution: Resolution | None = None,
    corrects: MembershipChange | None = None,
    **given: Any,
) -> MembershipChange:
    """Append the entry. A row without a history, from before there was one, gets its first entry here."""
    if kind != Kind.JOINED and not membership.changes.exists():
        begun = min(membership.joined_on or membership.created_at.date(), day)
        _enter(membership, Kind.JOINED, begun, by=by, reason=membership.source)
    then = standing_on(membership, day)
    values: dict[str, Any] = {
        "member_class": then.member_class if then else membership.member_class,
        "good_standing": then.good_standing if then else membership.good_standing,
        "state": STATES.get(Kind(kind)) or (then.state if then else membership.state),
    }
    return MembershipChange.objects.create(
        membership=membership,
        kind=kind,
        effective_on=day,
        resolution=resolution,
        reason=reason,
        corrects=corrects,
        by=by,
        **{**values, **given},
    )


def _bring_up(membership: Membership, move: str, *, by: Any, note: str, **data: Any) -> bool:
    """Make the row say what its history says for today, and record it; whether anything had to change."""
    entries = entries_holding(membership)
    standing = standing_on(membership, today_in(membership.alliance))
    assert standing is not None
    before = membership.member_class, membership.good_standing, membership.state, membership.left_on
    membership.member_class, membership.good_standing = standing.member_class, standing.good_standing
    membership.joined_on = next(entry.effective_on for entry in entries if entry.kind == Kind.JOINED)
    membership.left_on = next((entry.effective_on for entry in entries if entry.kind in LEFT), None)
    columns = ["member_class", "good_standing", "joined_on", "left_on"]
    if standing.state != membership.state:
        path = [each.name for each in MEMBERSHIP.moves if each.target == standing.state]
        here = [name for name in path if membership.state in MEMBERSHIP.find(name).sources]
        if not here:
            message = _("This membership has ended; if the centre is a member again, that is a new membership.")
            raise RulesRefuse(message, [Violation("has_ended", message)])
        advance(
            membership, MEMBERSHIP, here[0], by=by, parties=MEMBERSHIP.parties, note=note, also=columns, **data
        )  # fmt: skip
    else:
        membership.version += 1
        membership.save(update_fields=[*columns, "version", "updated_at"])
        if move:
            audit.record(move, membership, by=by, note=note, **data)
    return before != (membership.member_class, membership.good_standing, membership.state, membership.left_on)


def _locked(pk: Any) -> Membership:
    """The membership with its row locked: the row that owns its history."""
    return Membership.objects.select_for_update(of=["self"]).select_related("alliance", "organisation").get(pk=pk)


def _of_this_alliance(membership: Membership, resolution: Resolution | None) -> None:
    if resolution is None:
        return
    of = resolution.motion.membership_id if resolution.motion else None
    if resolution.alliance_id != membership.alliance_id or of not in {None, membership.pk}:
        message = _("This resolution is about something else.")
        raise Invalid(message, [Violation("foreign_resolution", message, "resolution")])


def _not_before(membership: Membership, day: date, kind: str) -> None:
    joined = membership.joined_on
    if joined is not None and (day < joined or (kind in LEFT and day == joined)):
        message = _("Give a day after it joined.")
        raise Invalid(message, [Violation("before_it_joined", message, "on")])


def _not_ahead(alliance: Alliance, day: date, field: str) -> None:
    if day > today_in(alliance):
        message = _("This day lies ahead. Record it when it has happened.")
        raise Invalid(message, [Violation("in_the_future", message, field)])
