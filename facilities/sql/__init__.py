"""SQL written by hand, each statement with its reason and its figure; everything that is not hot is plain ORM.

Figures: performance.md of the design, and `make bench`. Integers and identifiers are cast, for server-bound Python
integers arrive as smallint and btree_gist then loses its index condition.
"""

from core.rows import cursor
from core.rows import fetch as rows
from facilities.sql.asking import ASKER, INSTRUMENTS, INVOLVED, NAMED, NEXT_NUMBERS, SUMS
from facilities.sql.events import CALENDAR
from facilities.sql.facts import FACTS, NUMBERED_FACTS, STAYS
from facilities.sql.free import FREE
from facilities.sql.lists import LINES
from facilities.sql.locking import (
    LOCK_CAMPAIGN,
    LOCK_CYCLES,
    LOCK_PAYING,
    LOCK_POLICIES,
    LOCK_TIME,
    PARTS,
    PAYING,
)
from facilities.sql.shares import GIVEN, KINDS, SHARES
from facilities.sql.use import COPY_SESSIONS, FORGET_INCOMING, INCOMING_SESSIONS, SESSION_COLUMNS, TAKE_SESSIONS

__all__ = [
    "ASKER",
    "CALENDAR",
    "COPY_SESSIONS",
    "FACTS",
    "FORGET_INCOMING",
    "FREE",
    "GIVEN",
    "INCOMING_SESSIONS",
    "INSTRUMENTS",
    "INVOLVED",
    "KINDS",
    "LINES",
    "LOCK_CAMPAIGN",
    "LOCK_CYCLES",
    "LOCK_PAYING",
    "LOCK_POLICIES",
    "LOCK_TIME",
    "NAMED",
    "NEXT_NUMBERS",
    "NUMBERED_FACTS",
    "PARTS",
    "PAYING",
    "SESSION_COLUMNS",
    "SHARES",
    "STAYS",
    "SUMS",
    "TAKE_SESSIONS",
    "cursor",
    "rows",
]
