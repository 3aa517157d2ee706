"""Circulars as their pages show them: what members received, a draft's preview, and the log of deliveries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from alliance.models import Circular, Representative
from alliance.permissions.documents import PUBLISH
from alliance.queries.circulars import Delivery, deliveries_of, letters_of, read_at, recipients, without_account
from alliance.rules.days import today_in
from core.permissions import allowed
from frontend.written import html


@dataclass(frozen=True)
class CircularPage:
    """A circular in both languages; `unread` until its reader says so, which stays at `read_at`. The editor's preview
    says whom it would reach, and afterwards what became of it."""

    circular: Circular
    body: SafeString
    body_zh: SafeString
    edits: bool
    recipients: list[Representative]
    unreachable: list[Representative]
    log: list[Delivery]
    unread: bool
    read_at: datetime | None

    @property
    def people(self) -> int:
        """How many messages it would be: one to each person."""
        return len({row.person_id for row in self.recipients})


def circular_page(user: Any, circular: Circular) -> CircularPage:
    edits = allowed(user, PUBLISH, circular.alliance)
    drafted = edits and circular.sent_at is None
    today = today_in(circular.alliance)
    return CircularPage(
        circular=circular,
        body=html(circular.body),
        body_zh=html(circular.body_zh),
        edits=edits,
        recipients=list(recipients(circular.alliance, today)) if drafted else [],
        unreachable=list(without_account(circular.alliance, today)) if drafted else [],
        log=deliveries_of(circular) if edits and circular.sent_at else [],
        unread=letters_of(circular, user).exists(),
        read_at=read_at(circular, user),
    )
