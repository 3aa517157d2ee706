"""A history as pages tell it: what was done, in the past tense, by whom and when, the latest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.models import AuditEntry
from workflow.machine import Workflow


@dataclass(frozen=True)
class Entry:
    """A line of history, for the component of that name."""

    what: str
    who: str
    at: datetime
    zone: str
    note: str = ""


def past(entry: AuditEntry, workflow: Workflow | None, others: Mapping[str, Any] | None = None) -> str:
    """What an entry of the trail says was done; `others` are words for what is no move and where they say more."""
    said = (others or {}).get(entry.verb)
    if said is None:
        said = workflow.past(entry.verb) if workflow and entry.verb in workflow.by_name else entry.verb
    return str(said)


def told(
    entries: Iterable[AuditEntry], workflow: Workflow | None, zone: str, others: Mapping[str, Any] | None = None
) -> list[Entry]:
    """Lines of entries that come the oldest first."""
    return [Entry(past(each, workflow, others), each.actor_name, each.at, zone, each.note) for each in entries][::-1]
