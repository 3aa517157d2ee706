"""What one box finds over facilities, instruments, techniques and organisations."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import names
from facilities.queries.search import KINDS, Found, search

LABELS: dict[str, str | Promise] = {
    "facility": _("Facilities"),
    "instrument": _("Instruments"),
    "technique": _("Techniques"),
    "organisation": _("Organisations"),
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
    return reverse(found.kind, args=[found.key])


def search_page(form: Any) -> SearchPage:
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = search(text, limit=MOST)
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
