"""A page of a task list: what is drafted page by page, in any order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """How far a page is and what it says so far; without an address nothing can be edited."""

    title: str
    url: str
    state: str
    note: str
    optional: bool = False
