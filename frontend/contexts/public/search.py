"""What one box finds: places and techniques, news, events, documents and offers of places."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import names
from facilities.queries.search import Found
from programs.queries.finding import KINDS, find_everything

LABELS: dict[str, str | Promise] = {
    "facility": _("Facilities"),
    "instrument": _("Instruments"),
    "technique": _("Techniques"),
    "organisation": _("Organisations"),
    "news": _("News"),
    "event": _("Events"),
    "document": _("Documents"),
    "opportunity": _("Trainings, scholarships and exchanges"),
}
MOST = 60


@dataclass(frozen=True)
class Hit:
    label: str
    label_local: str
    detail: str
    url: str


@dataclass(frozen=True)
class Group:
    kind: str
    label: str | Promise
    hits: list[Hit]


@dataclass(frozen=True)
class SearchPage:
    form: Any
    text: str
    groups: list[Group]
    count: int


def url_of(found: Found) -> str:
    if found.kind == "technique":
        return f"{reverse('facilities')}?technique={found.key}"
    if found.kind == "document":
        return reverse("document", args=found.key.split("/"))
    return reverse("news_item" if found.kind == "news" else found.kind, args=[found.key])


def search_page(form: Any, user: Any) -> SearchPage:
    """As far as the reader may read."""
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = find_everything(user, text, limit=MOST)
    groups = [
        Group(
            kind,
            LABELS[kind],
            [
                Hit(
                    row.label,
                    row.label_local,
                    ", ".join(part for part in (row.detail, names.country(row.country)) if part),
                    url_of(row),
                )
                for row in found
                if row.kind == kind
            ],
        )
        for kind in KINDS
    ]
    return SearchPage(form, text, [group for group in groups if group.hits], len(found))
