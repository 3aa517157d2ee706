"""Who is a member on a day, in what standing, who speaks for it, and what its class may do."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from accounts.models import User
from alliance.models import Alliance, ClassRights, MemberClass, Membership, MembershipChange, Representative
from alliance.permissions.governance import lasting
from alliance.permissions.membership import memberships_visible_to
from alliance.rules.membership import DECIDES, DEFAULT_RIGHTS, Rights
from core.lookup import find


@dataclass(frozen=True)
class Standing:
    """How a membership stands on a day."""

    member_class: str
    state: str
    good_standing: bool


def entries_holding(membership: Membership, *, known_at: datetime | None = None) -> list[MembershipChange]:
    """The entries of a history that no correction replaces, oldest day first; as they were known at an instant."""
    entries = membership.changes.order_by("effective_on", "created_at", "id")
    if known_at is not None:
        entries = entries.filter(created_at__lte=known_at)
    found = list(entries)
    replaced = {entry.corrects_id for entry in found}
    return [entry for entry in found if entry.pk not in replaced]


def standing_on(membership: Membership, day: date, *, known_at: datetime | None = None) -> Standing | None:
    """How it stood on a day, None where it was no member yet; `known_at` leaves out what was entered later.

    A membership without a history, as older records are, stood as its row says from the day it joined.
    """
    entries = entries_holding(membership, known_at=known_at)
    if not entries:
        joined = membership.joined_on is None or membership.joined_on <= day
        return Standing(membership.member_class, membership.state, membership.good_standing) if joined else None
    found = {
        column: getattr(entry, column)
        for entry in entries
        if entry.effective_on <= day
        for column, kinds in DECIDES.items()
        if entry.kind in kinds
    }
    return Standing(**found) if len(found) == len(DECIDES) else None


def standing_then(rows: QuerySet[Membership], on: date) -> QuerySet[Any]:
    """The rows with `member_class_then`, `state_then` and `good_standing_then`, as they stood on a day."""
    entries = MembershipChange.objects.filter(membership=OuterRef("pk"), effective_on__lte=on, corrected_by=None)
    latest = entries.order_by("-effective_on", "-created_at", "-id")
    return rows.annotate(
        **{
            f"{column}_then": Coalesce(Subquery(latest.filter(kind__in=kinds).values(column)[:1]), F(column))
            for column, kinds in DECIDES.items()
        }
    )


def active_memberships(alliance: Alliance, on: date) -> QuerySet[Any]:
    """Members on a day that are not suspended, by name."""
    rows = Membership.objects.filter(
        Q(joined_on=None) | Q(joined_on__lte=on), Q(left_on=None) | Q(left_on__gt=on), alliance=alliance
    )
    return (
        standing_then(rows, on)
        .filter(state_then="active")
        .select_related("organisation")
        .order_by("organisation__name", "id")
    )


def active_on(days: Collection[date]) -> dict[tuple[UUID, date], list[tuple[Membership, Standing]]]:
    """Members of each alliance (by its key) that were not suspended on each of these days, by name, and how they stood.

    Two statements, however many days; for one day `active_memberships` reads the same.
    """
    entries: dict[UUID, list[MembershipChange]] = {}
    for entry in MembershipChange.objects.filter(corrected_by=None).order_by("effective_on", "created_at", "id"):
        entries.setdefault(entry.membership_id, []).append(entry)
    found: dict[tuple[UUID, date], list[tuple[Membership, Standing]]] = {}
    for row in Membership.objects.select_related("organisation").order_by("organisation__name", "id"):
        for day in days:
            if (row.joined_on and row.joined_on > day) or (row.left_on and row.left_on <= day):
                continue
            standing = _stood(row, entries.get(row.pk, []), day)
            if standing.state == "active":
                found.setdefault((row.alliance_id, day), []).append((row, standing))
    return found


def _stood(row: Membership, entries: Iterable[MembershipChange], day: date) -> Standing:
    columns = {column: getattr(row, column) for column in DECIDES}
    for entry in entries:
        if entry.effective_on <= day:
            columns |= {column: getattr(entry, column) for column, kinds in DECIDES.items() if entry.kind in kinds}
    return Standing(**columns)


def voting_memberships(alliance: Alliance, on: date) -> QuerySet[Membership]:
    """Active members in good standing whose class votes (R-42), by name."""
    voting = [name for name, rights in rights_of_classes(alliance).items() if rights.votes]
    return active_memberships(alliance, on).filter(member_class_then__in=voting, good_standing_then=True)


def rights_of_classes(alliance: Alliance) -> Mapping[str, Rights]:
    """What each class may do: as the alliance has set, else the default."""
    rows = {row.member_class: row for row in ClassRights.objects.filter(alliance=alliance)}
    return {
        name: Rights(**{field.name: getattr(rows[name], field.name) for field in fields(Rights)})
        if name in rows
        else DEFAULT_RIGHTS[MemberClass(name)]
        for name in MemberClass.values
    }


def representatives_of(membership: Membership, on: date) -> QuerySet[Representative]:
    """Who speaks for a member on a day: heads, then delegates and alternates, by name."""
    rank = Case(*(When(kind=kind, then=place) for place, kind in enumerate(Representative.Kind.values)))
    rows = membership.representatives.filter(lasting(on)).select_related("person")
    return rows.annotate(rank=rank).order_by("rank", "name", "id")


def represented_by(user: User, alliance: Alliance, on: date) -> QuerySet[Membership]:
    """The active memberships for which a person speaks on a day."""
    if not user.is_authenticated:
        return Membership.objects.none()
    speaks = Representative.objects.filter(lasting(on), person=user).order_by().values("membership")
    return active_memberships(alliance, on).filter(pk__in=speaks)


def members_listed(
    user: Any, alliance: Alliance, on: date, *, state: str = "", member_class: str = ""
) -> QuerySet[Membership]:
    """Memberships whose inside a person may read, as they stood on a day, by name; also those that have ended."""
    rows = memberships_visible_to(user).filter(Q(joined_on=None) | Q(joined_on__lte=on), alliance=alliance)
    then = standing_then(rows, on)
    if state:
        then = then.filter(state_then=state)
    if member_class:
        then = then.filter(member_class_then=member_class)
    return then.order_by("organisation__name", "id")


def find_membership(user: Any, key: str | UUID) -> Membership:
    """Raises NotFound for one that is not there, or whose inside is not to be read."""
    return find(memberships_visible_to(user).select_related("alliance", "organisation"), key)
