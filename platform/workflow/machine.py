"""Moves as data: a table of what may happen to a thing, in which state, by which party. Pure Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pgtrigger


@dataclass(frozen=True)
class Move:
    """`name` leads from any of `sources` to `target`; parties in `who` may do it. `label` is what the button says.

    A move whose target is None leaves the state as it is (a loss reported, a time countered).
    `reason` says that the one who does it must give one; the other side reads it. `done` is what a history says of it
    where the name of the state it led to does not: always where it leads to none.
    """

    name: str
    sources: tuple[str, ...]
    target: str | None
    who: frozenset[str]
    label: Any
    reason: bool = False
    done: Any = ""


def move(
    name: str, sources: str, target: str | None, who: str, label: Any, *, reason: bool = False, done: Any = ""
) -> Move:
    """A move from words: sources and parties are separated by blanks."""
    return Move(name, tuple(sources.split()), target, frozenset(who.split()), label, reason, done)


class Workflow:
    """States with their labels, the first one or more of them initial, and the moves between them.

    Refuses at import time, with ValueError: a duplicate move, an unknown state, a state that cannot be reached from
    an initial one, a dead end that is not declared final, and a move that leads to no state and has no `done`.
    """

    def __init__(
        self, name: str, states: Mapping[str, Any], moves: Iterable[Move], *, initial: str, final: str
    ) -> None:
        self.name = name
        self.states = dict(states)
        self.moves = tuple(moves)
        self.initial = tuple(initial.split())
        self.final = frozenset(final.split())
        self._refuse_nonsense()

    @cached_property
    def by_name(self) -> dict[str, Move]:
        return {move.name: move for move in self.moves}

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """For a model's `state` column."""
        return list(self.states.items())

    @property
    def parties(self) -> frozenset[str]:
        return frozenset().union(*(move.who for move in self.moves))

    def find(self, name: str) -> Move:
        """The move of that name. Raises KeyError."""
        return self.by_name[name]

    def past(self, name: str) -> Any:
        """What a history says once the move was made. Raises KeyError."""
        made = self.by_name[name]
        return made.done or self.states[made.target or ""]

    def open_moves(self, state: str, parties: Iterable[str]) -> list[Move]:
        """What these parties may do now: the buttons a person sees and the actions the API offers."""
        acting = frozenset(parties)
        return [move for move in self.moves if state in move.sources and move.who & acting]

    def transitions(self) -> list[tuple[str, str]]:
        """Every pair of different states that some move connects, for the trigger in the database."""
        return sorted(
            {
                (source, move.target)
                for move in self.moves
                for source in move.sources
                if move.target not in (None, source)
            }
        )

    def guard(self) -> pgtrigger.FSM:
        """The trigger that refuses, in the database, a change of `state` that no move makes."""
        return pgtrigger.FSM(name="only_moves_change_state", field="state", transitions=self.transitions())

    def mermaid(self) -> str:
        """The diagram of the documentation: states by their labels, and on each arrow the moves that lead along it."""
        along: dict[tuple[str, str], list[str]] = {}
        for move in self.moves:
            for source in move.sources:
                if move.target not in (None, source):
                    along.setdefault((source, str(move.target)), []).append(move.name)
        return "\n".join(
            [
                "stateDiagram-v2",
                *(f"    {state}: {label}" for state, label in self.states.items()),
                *(f"    [*] --> {state}" for state in self.initial),
                *(f"    {source} --> {target}: {', '.join(names)}" for (source, target), names in along.items()),
                *(f"    {state} --> [*]" for state in sorted(self.final)),
            ]
        )

    def _refuse_nonsense(self) -> None:
        names = [move.name for move in self.moves]
        if duplicates := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"{self.name}: moves named twice: {sorted(duplicates)}")
        if unsaid := [move.name for move in self.moves if move.target is None and not move.done]:
            raise ValueError(f"{self.name}: moves without words for a history: {sorted(unsaid)}")
        used = {state for move in self.moves for state in (*move.sources, move.target) if state is not None}
        if unknown := (used | set(self.initial) | self.final) - self.states.keys():
            raise ValueError(f"{self.name}: unknown states: {sorted(unknown)}")
        reached, edge = set(self.initial), set(self.initial)
        while edge:
            edge = {target for source, target in self.transitions() if source in edge} - reached
            reached |= edge
        if unreachable := self.states.keys() - reached:
            raise ValueError(f"{self.name}: states that cannot be reached: {sorted(unreachable)}")
        leaving = {source for source, _ in self.transitions()}
        if dead := self.states.keys() - leaving - self.final:
            raise ValueError(f"{self.name}: dead ends that are not declared final: {sorted(dead)}")
