"""What a person reads about their own data: what they agreed to, what they asked, and what is kept of whom and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.functional import Promise

from alliance.models import Consent, DataRequest
from alliance.permissions.privacy import data_requests_visible_to
from alliance.queries.privacy import consents_of
from alliance.rules.privacy import WORDING
from core import clock
from frontend.paging import Page, paged


@dataclass(frozen=True)
class ConsentLine:
    """A purpose, the words that are agreed to, and what the person last said."""

    purpose: str
    label: str | Promise
    wording: str | Promise
    is_given: bool
    since: datetime | None


@dataclass(frozen=True)
class PrivacyPage:
    consents: list[ConsentLine]
    requests: list[DataRequest]
    has_copy: bool
    refusal: Any = None


def privacy_page(person: Any, refusal: Any = None) -> PrivacyPage:
    said = consents_of(person)
    consents = [
        ConsentLine(
            purpose,
            Consent.Purpose(purpose).label,
            WORDING[purpose],
            purpose in said and said[purpose].is_given,
            said[purpose].created_at if purpose in said else None,
        )
        for purpose in Consent.Purpose.values
    ]
    requests = list(data_requests_visible_to(person).filter(person=person)[:20])
    now = clock.now()
    return PrivacyPage(
        consents, requests, any(row.file and row.file_until and row.file_until > now for row in requests), refusal
    )


def requests_page(reader: Any, params: QueryDict) -> Page:
    """All requests, for the office."""
    return paged(data_requests_visible_to(reader), params)


def days_kept() -> dict[str, int]:
    """The times that texts about one's data name, in days, as they are set."""
    return {
        "erasure": settings.ERASURE_AFTER_DAYS,
        "site_access": settings.SITE_ACCESS_DAYS,
        "answer": settings.DATA_REQUEST_DAYS,
    }
