"""What other apps say must be settled before a person can be forgotten; they register at start-up."""

from collections.abc import Callable
from typing import Any

Hindrance = Callable[[Any], list[str]]
_hindrances: list[Hindrance] = []


def register_hindrance(hindrance: Hindrance) -> None:
    """`hindrance(person)` gives sentences, none where nothing hinders."""
    if hindrance not in _hindrances:
        _hindrances.append(hindrance)


def registered() -> tuple[Hindrance, ...]:
    return tuple(_hindrances)
