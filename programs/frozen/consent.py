"""Which answers to a frozen version still hold on a later one: those of everybody whose part is the same."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from programs.frozen import Content

Part = Callable[[Content, object], Content]


def standing(answers: Iterable[Any]) -> dict[Any, Any]:
    """The latest answer of each organisation, by its identifier; `answers` are the oldest first."""
    return {answer.organisation_id: answer for answer in answers}


def answers_that_hold(
    answers: Mapping[Any, Any], old: Content, new: Content, organisations: Iterable[object], part_of: Part
) -> dict[Any, Any]:
    """Of the answers to `old`, the confirmations of those who still take part and whose part is the same in `new`."""
    asked = set(map(str, organisations))
    return {
        key: answer
        for key, answer in answers.items()
        if answer.confirmed and str(key) in asked and part_of(old, key) == part_of(new, key)
    }


def carried_over(answers: Iterable[Any], version: Any) -> list[Any]:
    """Unsaved answers to a new version that say what the old ones said, and name the first of them."""
    return [
        type(answer)(
            version=version,
            organisation=answer.organisation,
            by=answer.by,
            confirmed=True,
            note=answer.note,
            carried_from=answer.carried_from or answer,
        )
        for answer in answers
    ]
