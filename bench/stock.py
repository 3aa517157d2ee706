"""What the measures know of a database that was filled for them, kept in a file beside it."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass
class Stocked:
    """What the measures need to know of a database."""

    size: int
    start: str
    free_from: str
    instruments: list[str]
    slugs: list[str]
    tokens: list[str]
    teams: list[str]
    manager_token: str
    made_at: str


def facts_path(size: int) -> Path:
    return Path(os.environ["YANQI_HOME"]) / f"facts-{size}.json"


def stocked(size: int) -> Stocked:
    return Stocked(**json.loads(facts_path(size).read_text()))


def is_fresh(size: int) -> bool:
    """Whether the database of a size was filled today or yesterday, so that its “now” is still now."""
    if not facts_path(size).exists():
        return False
    made_at = datetime.fromisoformat(f"{stocked(size).made_at}T00:00:00+00:00")
    return datetime.now(UTC) - made_at < timedelta(days=2)
