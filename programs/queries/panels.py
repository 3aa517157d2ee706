"""Panels as their office looks after them: the list, the seats of one with what their people know, those for a call."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from core import clock
from core.lookup import find
from facilities.models import Technique
from programs.models import Call, Expertise, Panel, PanelMember, Review, Theme
from programs.permissions.reviews import LEADING, panels_run_by, panels_visible_to, seats_of
from programs.workflows.reviews import STANDING


def panels_listed(user: Any, *, mine: bool = False, call: str = "", search: str = "") -> QuerySet[Panel]:
    """The panels that a person runs (`mine`), sits on, or sees through a call they run or decide, by name, with
    `seated` (who sits today) and `judging` (the calls they are attached to). `call` is a slug."""
    own = panels_run_by(user).order_by()
    if not mine:
        own = own | panels_visible_to(user).order_by()
    rows = Panel.objects.filter(pk__in=own.values("pk")).select_related("alliance", "facility", "scale")
    if call:
        rows = rows.filter(pk__in=Panel.objects.filter(calls__slug=call).values("pk"))
    for word in search.split():
        rows = rows.filter(Q(name__icontains=word) | Q(name_zh__icontains=word))
    return rows.annotate(
        seated=Count("members", filter=Q(members__term__contains=clock.now().date()), distinct=True),
        judging=Count("calls", distinct=True),
    ).order_by("name", "id")


def find_panel(user: Any, key: str | UUID) -> Panel:
    """A panel of `panels_listed`. Raises NotFound for one that is not there or not to be seen."""
    return find(panels_listed(user), key)


def run_panel(user: Any, key: str | UUID) -> Panel:
    """A panel that a person looks after. Raises NotFound for everybody else."""
    return find(panels_run_by(user).select_related("alliance", "facility", "scale"), key)


def sees_members(user: Any, panel: Panel) -> bool:
    """Who sits on a panel is for the office that looks after it, its chair and its secretary: in a blind call the
    members do not know each other."""
    leads = seats_of(user).filter(panel=panel, role__in=LEADING).exists()
    return leads or panels_run_by(user).filter(pk=panel.pk).exists()


@dataclass(frozen=True)
class Seat:
    """A member with their term (`now`, `later`, `ended`), what they know, and reviews that stand in calls in review."""

    member: PanelMember
    when: str
    expertise: tuple[Expertise, ...]
    standing: int


def seats_on(panel: Panel) -> list[Seat]:
    """The seats of a panel: who sits now first, then who will, then who did; chair and secretary before the others."""
    today = clock.now().date()
    rows = list(panel.members.select_related("person"))
    people = {row.person_id for row in rows}
    known = expertise_of(people)
    asked = Review.objects.filter(
        reviewer__in=people, assessment__panel=panel, assessment__proposal__state="review", state__in=STANDING
    ).order_by()
    loads = Counter(asked.values_list("reviewer_id", flat=True))
    seats = [Seat(row, _when(row, today), tuple(known.get(row.person_id, ())), loads[row.person_id]) for row in rows]
    return sorted(seats, key=lambda seat: (ORDER.index(seat.when), RANK[seat.member.role], seat.member.person.name))


ORDER = ("now", "later", "ended")
RANK: dict[str, int] = {PanelMember.Role.CHAIR: 0, PanelMember.Role.SECRETARY: 1, PanelMember.Role.MEMBER: 2}


def _when(row: PanelMember, today: Any) -> str:
    if today in row.term:
        return "now"
    return "later" if row.term.lower > today else "ended"


def members_of(panel: Panel) -> QuerySet[User]:
    """The people who sit on a panel today, by name."""
    today = PanelMember.objects.filter(panel=panel, term__contains=clock.now().date())
    return User.objects.filter(pk__in=today.values("person_id")).order_by("name", "id")


def expertise_of(people: Iterable[UUID]) -> dict[UUID, list[Expertise]]:
    """What people know about, the best first."""
    found: dict[UUID, list[Expertise]] = {}
    rows = Expertise.objects.filter(person__in=list(people)).select_related("technique", "theme")
    for row in rows.order_by("person_id", "-level", "technique__label", "theme__name", "id"):
        found.setdefault(row.person_id, []).append(row)
    return found


def subjects_offered(person: User | None = None) -> tuple[list[Theme], list[Technique]]:
    """What expertise may be about: every theme, and the techniques of instruments, with those the person named."""
    used = Q(instruments__archived_at=None, instruments__isnull=False)
    if person is not None:
        used |= Q(Exists(Expertise.objects.filter(person=person, technique=OuterRef("pk"))))
    return list(Theme.objects.order_by("name", "id")), list(
        Technique.objects.filter(used).distinct().order_by("label", "id")
    )


def panels_of(call: Call) -> QuerySet[Panel]:
    """The panels attached to a call, by name."""
    return Panel.objects.filter(calls=call).select_related("facility", "scale").order_by("name", "id")


def panels_offered(call: Call) -> QuerySet[Panel]:
    """The panels that the office may still attach to a call: its alliance's, and of one facility only its own."""
    rows = Panel.objects.filter(alliance=call.alliance_id, archived_at=None).exclude(calls=call)
    if call.facility_id is not None:
        rows = rows.filter(Q(facility=None) | Q(facility=call.facility_id))
    return rows.select_related("facility").order_by("name", "id")
