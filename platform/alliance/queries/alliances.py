"""Finds an alliance by its slug."""

from uuid import UUID

from alliance.models import Alliance
from core.lookup import find


def find_alliance(key: str | UUID) -> Alliance:
    """By id or slug. Raises NotFound."""
    return find(Alliance.objects.order_by("name", "id"), key)
