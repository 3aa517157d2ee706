"""What the pages about being told show: messages, wishes, private calendars, and who stands in for whom."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from facilities.models import Instrument, Team
from frontend.paging import Page, paged
from notifications import queries
from notifications.feeds import title_of
from notifications.models import CalendarFeed, Message
from workflow.queries import delegations_of


@dataclass(frozen=True)
class Line:
    """A message in the list."""

    url: str
    title: str
    at: datetime
    unread: bool
    state: str


@dataclass(frozen=True)
class MailboxPage:
    """What the reader was told, newest first."""

    page: Page


@dataclass(frozen=True)
class MessagePage:
    """One message as it was sent."""

    message: Message
    crumbs: list[dict[str, str]]
    invitation: str


@dataclass(frozen=True)
class FeedLine:
    """A private calendar; its address was shown once."""

    id: UUID
    title: str
    kind: str
    made_at: datetime
    last_read_on: date | None


@dataclass(frozen=True)
class FeedsPage:
    """The reader's private calendars, what others could be made, and the address of the newest."""

    form: Any
    refusal: Any
    feeds: list[FeedLine]
    fresh: str = ""


@dataclass(frozen=True)
class Loan:
    """Tasks lent or borrowed."""

    id: UUID
    who: str
    starts_at: datetime
    ends_at: datetime
    note: str
    given: bool


@dataclass(frozen=True)
class DelegationsPage:
    """Who decides for the reader, for whom the reader decides, and the form that lends."""

    form: Any
    refusal: Any
    given: list[Loan]
    taken: list[Loan]
    zone: str


def mailbox_page(user: Any, params: QueryDict) -> MailboxPage:
    page = paged(queries.messages_visible_to(user), params)
    rows = [
        Line(reverse("message", args=[row.pk]), row.title, row.created_at, row.read_at is None, row.state)
        for row in page.rows
    ]
    return MailboxPage(Page(rows, page.earlier, page.later))


def message_page(message: Message) -> MessagePage:
    return MessagePage(
        message,
        [{"label": _("Messages"), "url": reverse("mailbox")}, {"label": message.title, "url": ""}],
        reverse("message_invitation", args=[message.pk]) if message.calendar else "",
    )


def feeds_page(user: Any, form: Any, refusal: Any = None, fresh: str = "") -> FeedsPage:
    feeds = [
        FeedLine(feed.pk, title_of(feed) or _("No longer yours to see"), feed.get_kind_display(), feed.created_at,
                 feed.last_read_on)
        for feed in queries.feeds_visible_to(user).select_related("owner")
    ]  # fmt: skip
    return FeedsPage(form, refusal, feeds, fresh)


def feed_choices(user: Any) -> list[tuple[str, Any]]:
    """What a private calendar can be made of: one's own, one's programmes, any instrument."""
    teams = Team.objects.filter(members__user=user, kind=Team.Kind.PROGRAM).order_by("title", "id")
    instruments = (
        Instrument.objects.filter(archived_at=None, is_bookable=True)
        .select_related("facility")
        .order_by("facility__name", "code", "id")
    )
    return [
        (f"{CalendarFeed.Kind.PERSON}:{user.pk}", _("My bookings")),
        (_("Programmes"), [(f"{CalendarFeed.Kind.PROGRAM}:{team.pk}", team.title) for team in teams]),
        (
            _("Instruments"),
            [(f"{CalendarFeed.Kind.INSTRUMENT}:{row.pk}", f"{row.facility} · {row.name}") for row in instruments],
        ),
    ]


def delegations_page(user: Any, form: Any, refusal: Any = None) -> DelegationsPage:
    loans = [
        Loan(row.pk, str(row.taker if row.giver_id == user.pk else row.giver), row.starts_at, row.ends_at, row.note,
             row.giver_id == user.pk)
        for row in delegations_of(user)
    ]  # fmt: skip
    return DelegationsPage(
        form, refusal, [one for one in loans if one.given], [one for one in loans if not one.given], user.time_zone
    )
