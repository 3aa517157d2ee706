"""API of alliances: their members, governance, documents, events and news."""

from typing import Any

urlpatterns: list[Any] = []
