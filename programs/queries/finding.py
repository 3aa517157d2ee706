"""One box over everything: places and techniques, and with the reader's rights news, events, documents and offers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from alliance.permissions.documents import documents_visible_to, versions_visible_to
from alliance.permissions.events import events_visible_to
from alliance.queries.public import news_published
from core.fulltext import Words, terms
from facilities.queries.search import KINDS as PLACES
from facilities.queries.search import Found, search
from programs.permissions.opportunities import opportunities_visible_to

RECORD = 9
"""Where a record stands among finds: after every name."""


def find_everything(user: Any, text: str, kinds: Sequence[str] | None = None, limit: int = 20) -> list[Found]:
    """The best finds of each kind for a person, places first; at most `limit`, each kind getting its share.

    What the person may not read is not found, and not counted either. One statement for the places and one for each
    other kind. Nothing for no text.
    """
    wanted = [kind for kind in KINDS if kinds is None or kind in kinds]
    asked = terms(text)
    if not wanted or not asked:
        return []
    places = [kind for kind in wanted if kind in PLACES]
    found = search(text, places, limit) if places else []
    found += [row for kind in wanted if kind in RECORDS for row in RECORDS[kind](user, asked, limit)]
    share = max(limit // len(wanted), 1)
    chosen = {row.id for kind in wanted for row in [row for row in found if row.kind == kind][:share]}
    room = max(limit - len(chosen), 0)
    chosen |= {row.id for row in [row for row in found if row.id not in chosen][:room]}
    return [row for row in found if row.id in chosen][:limit]


def _news(user: Any, asked: list[str], limit: int) -> Iterator[Found]:
    for row in _holding(news_published(), asked)[:limit]:
        yield _record("news", row, row.slug, row.title, row.title_zh, str(row.alliance))


def _events(user: Any, asked: list[str], limit: int) -> Iterator[Found]:
    rows = events_visible_to(user).alias(search=Words("title", "title_zh", "theme", "theme_zh", "venue"))
    for row in _holding(rows, asked).order_by("-starts_at", "-id")[:limit]:
        yield _record("event", row, row.slug, row.title, row.title_zh, str(row.alliance))


def _documents(user: Any, asked: list[str], limit: int) -> Iterator[Found]:
    """By their titles and summaries, and by the texts and files of the versions that the person may read."""
    rows, readable = documents_visible_to(user), versions_visible_to(user).order_by()
    for term in asked:
        rows = rows.filter(Q(search__holds=term) | Q(pk__in=readable.filter(search__holds=term).values("document")))
    for row in rows[:limit]:
        key = f"{row.alliance.slug}/{row.slug}"
        yield _record("document", row, key, row.title, row.title_zh, str(row.alliance))


def _opportunities(user: Any, asked: list[str], limit: int) -> Iterator[Found]:
    said = Words("title", "title_zh", "text", "text_zh", "eligibility", "eligibility_zh")
    rows = opportunities_visible_to(user).alias(search=said).select_related("host")
    for row in _holding(rows, asked)[:limit]:
        yield _record("opportunity", row, row.slug, row.title, row.title_zh, row.host.name, row.host.country)


RECORDS: dict[str, Callable[[Any, list[str], int], Iterator[Found]]] = {
    "news": _news,
    "event": _events,
    "document": _documents,
    "opportunity": _opportunities,
}
KINDS = (*PLACES, *RECORDS)
"""In the order in which kinds are shown."""


def _holding(rows: QuerySet[Any], asked: list[str]) -> QuerySet[Any]:
    for term in asked:
        rows = rows.filter(search__holds=term)
    return rows


def _record(kind: str, row: Any, key: str, title: str, title_zh: str, detail: str, country: str = "") -> Found:
    return Found(kind, row.pk, key, title, title_zh, detail, country, RECORD, len(title))
