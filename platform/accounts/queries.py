"""Reads people, organisations, affiliations and roles."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from accounts.models import Affiliation, Organisation, RoleAssignment, User
from core import clock
from core.lookup import find
from core.search import matching


def system_user() -> User:
    """The account in whose name the platform itself acts; made by a migration."""
    return User.objects.get(is_system=True)


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


def scopes_of(user: User, role: str, model: type[Model]) -> QuerySet[Any]:
    """The containers of one kind on which a person holds a role."""
    held = roles_of(user).filter(role=role, scope_type=model._meta.label_lower).values("scope_id")
    return model._default_manager.filter(pk__in=held)


def find_organisation(key: str) -> Organisation:
    """By id or slug. Raises NotFound."""
    found: Organisation = find(organisations_listed(), key)
    return found


def organisations_matching(rows: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """Those that the words of `text` find in names, acronym or city, whatever the accents and with small errors."""
    return matching(rows, text)
