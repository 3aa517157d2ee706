"""What differs between two texts: paragraph beside paragraph, and within them the words that changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"[\u3400-\u9fff]|\s+|[^\s\u3400-\u9fff]+")
ALIKE = 0.4  # paragraphs with less in common are an old and a new one, not one that changed


@dataclass(frozen=True)
class Run:
    """Some words of a paragraph; `changed` if the other text does not have them there."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Piece:
    """A paragraph as it was and as it is, by its `number` in the later text; one of the two may be empty."""

    number: int
    before: list[Run]
    after: list[Run]


def differences(before: str, after: str) -> list[Piece]:
    """The paragraphs that differ, in the order of the later text."""
    old, new = _paragraphs(before), _paragraphs(after)
    found: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found.extend(_beside(old[i:j], new[k:m], k + 1))
    return found


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _beside(old: list[str], new: list[str], first: int) -> Iterator[Piece]:
    for place in range(max(len(old), len(new))):
        one = old[place] if place < len(old) else ""
        other = new[place] if place < len(new) else ""
        number = first + min(place, max(len(new) - 1, 0))
        runs = _runs(one, other)
        if one and other and runs is None:
            yield Piece(number, [Run(one, True)], [])
            yield Piece(number, [], [Run(other, True)])
        else:
            yield Piece(number, *(runs or ([Run(one, True)] if one else [], [Run(other, True)] if other else [])))


def _runs(one: str, other: str) -> tuple[list[Run], list[Run]] | None:
    """Both paragraphs with what changed marked; None where they have too little in common."""
    old, new = WORDS.findall(one), WORDS.findall(other)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not old or not new or matcher.ratio() < ALIKE:
        return None
    before, after = [], []
    for tag, i, j, k, m in matcher.get_opcodes():
        if i < j:
            before.append(Run("".join(old[i:j]), tag != "equal"))
        if k < m:
            after.append(Run("".join(new[k:m]), tag != "equal"))
    return before, after
