"""Pages of an alliance's own life: membership, governance, documents, events and circulars."""

from typing import Any

urlpatterns: list[Any] = []
