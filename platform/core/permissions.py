"""The one door to django-guardian: permissions are held on containers, and children ask their container."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm

from core.errors import NotPermitted


def allowed(user: Any, permission: str, container: Model) -> bool:
    """Whether a person holds a permission (`app.codename`) on a container. The system user may do everything."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_system or bool(user.has_perm(permission, container))


def require(user: Any, permission: str, container: Model) -> None:
    """Raise NotPermitted unless allowed."""
    if not allowed(user, permission, container):
        raise NotPermitted(_("This needs a right that you do not hold here: %(right)s.") % {"right": permission})


def containers(user: Any, permission: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Those rows of `queryset` (a container model) on which the person holds the permission."""
    if not user.is_authenticated or not user.is_active:
        return queryset.none()
    if user.is_system or user.is_superuser:
        return queryset
    return get_objects_for_user(user, permission, queryset, accept_global_perms=False)


def _assign(user: Any, permissions: Iterable[str], container: Model) -> None:
    """For accounts.commands.grant_role only."""
    for permission in permissions:
        assign_perm(permission, user, container)


def _remove(user: Any, permissions: Iterable[str], container: Model) -> None:
    """For accounts.commands.revoke_role only."""
    for permission in permissions:
        remove_perm(permission, user, container)
