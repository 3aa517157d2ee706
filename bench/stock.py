"""What the measures know of a database that was filled for them, kept in a file beside it."""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def schema() -> str:
    """Another one for every set of migrations."""
    files = [path for folder in (ROOT, ROOT / "platform") for path in folder.glob("*/migrations/0*.py")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()


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
    schema: str = ""


@dataclass(frozen=True)
class Filling:
    """How much a database holds: bookings, on how many instruments."""

    size: int
    instruments: int = 50

    @property
    def name(self) -> str:
        return f"bench_{self.size}_{self.instruments}"

    @property
    def path(self) -> Path:
        """Where it is kept what the measures need to know."""
        return Path(os.environ["YANQI_HOME"]) / f"{self.name}.json"

    def stocked(self) -> Stocked:
        return Stocked(**json.loads(self.path.read_text()))

    def is_fresh(self) -> bool:
        """Whether the database was filled today or yesterday, so that its “now” is still now, with these tables."""
        if not self.path.exists() or self.stocked().schema != schema():
            return False
        made_at = datetime.fromisoformat(f"{self.stocked().made_at}T00:00:00+00:00")
        return datetime.now(UTC) - made_at < timedelta(days=2)
