"""Reads people, organisations, affiliations and roles."""

import re
from datetime import date, datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.identifiers import country_codes, normal_orcid
from accounts.models import Affiliation, Organisation, RoleAssignment, User
from core import clock
from core.lookup import find
from core.search import fold, matching

MOST_NAMESAKES = 20


def system_user() -> User:
    """The account in whose name the platform itself acts; made by a migration."""
    return User.objects.get(is_system=True)


def actor_of(key: UUID | None) -> User:
    """The account with this identifier, which a job keeps; the system user without one."""
    return User.objects.get(pk=key) if key else system_user()


def person_known_as(text: str) -> User | None:
    """The active account of an e-mail or an ORCID iD, in any of its spellings; None where nobody has it."""
    people = User.objects.filter(is_active=True, is_system=False)
    if "@" in text:
        return people.filter(email__iexact=text.strip()).first()
    try:
        return people.filter(orcid=normal_orcid(text)).first()
    except ValueError:
        return None


def organisations_listed() -> QuerySet[Organisation]:
    """The public directory: everything but withdrawn records, by name."""
    return Organisation.objects.exclude(status=Organisation.Status.WITHDRAWN).order_by("name", "id")


def organisations_offered() -> QuerySet[Organisation]:
    """What a picker offers: active organisations only."""
    return Organisation.objects.filter(status=Organisation.Status.ACTIVE).order_by("name", "id")


def affiliation_at(user: User, day: date) -> Affiliation | None:
    """Where a person worked on a day; the primary affiliation where there are several."""
    return (
        Affiliation.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day), user=user, starts_on__lte=day)
        .select_related("organisation")
        .order_by("-is_primary", "-starts_on", "id")
        .first()
    )


def roles_now(at: datetime | None = None) -> QuerySet[RoleAssignment]:
    """Assignments in force at an instant (half-open)."""
    moment = at or clock.now()
    return RoleAssignment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=moment), starts_at__lte=moment)


def roles_of(user: User) -> QuerySet[RoleAssignment]:
    return roles_now().filter(user=user).order_by("role", "scope_id", "id")


def holders(role: str, scope_id: UUID) -> QuerySet[User]:
    """Active people who hold a role on a container now, by name."""
    held = roles_now().filter(role=role, scope_id=scope_id).values("user_id")
    return User.objects.filter(pk__in=held, is_active=True).order_by("name", "id")


def find_organisation(key: str) -> Organisation:
    """By id or slug. Raises NotFound."""
    found: Organisation = find(organisations_listed(), key)
    return found


def organisations_matching(rows: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """Those that the words of `text` find in names, acronym or city, whatever the accents and with small errors."""
    return matching(rows, text)


ABBREVIATIONS = {
    "uni": "university",
    "univ": "university",
    "inst": "institute",
    "natl": "national",
    "nat": "national",
    "lab": "laboratory",
    "labs": "laboratories",
    "tech": "technology",
    "dept": "department",
}


def organisation_named(text: str, near: str = "") -> Organisation | None:
    """The one organisation that a free spelling clearly means, by whole name or acronym; None where it is not clear.

    “Uni Newcastle, AU” is the University of Newcastle in Australia. Among namesakes that of the country `near` is
    meant; of a department (“ANSTO - BI”) the organisation before the dash.
    """
    stated = re.fullmatch(r"(.+?)[,(]\s*([A-Z]{2})\)?", text.strip())
    name, country = (stated[1], stated[2]) if stated and stated[2] in country_codes() else (text, "")
    spellings = _spellings(name) + [way for way in _spellings(name.partition(" - ")[0]) if " - " in name]
    if not spellings:
        return None
    whole = reduce(or_, (Q(search__contains=f"· {way} ·") for way in spellings))
    found = list(organisations_listed().filter(whole)[:MOST_NAMESAKES])
    if country:
        found = [row for row in found if row.country == country]
    for closer in ({"country": near}, {"status": Organisation.Status.ACTIVE}):
        better = [row for row in found if all(getattr(row, column) == value for column, value in closer.items())]
        found = better if len(found) > 1 and better else found
    return found[0] if len(found) == 1 else None


def _spellings(name: str) -> list[str]:
    plain = fold(name).replace(";", " ").split()
    words = [ABBREVIATIONS.get(word, word) for word in plain]
    ways = [plain, words]
    if "university" in words:
        rest = [word for word in words if word not in ("university", "of", "the")]
        ways += [["university", "of", *rest], ["the", "university", "of", *rest], [*rest, "university"]]
    return list(dict.fromkeys(" ".join(way) for way in ways if way))
