"""Messages about several bookings at once: one to each person for a whole series or campaign."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from facilities.models import Booking, Campaign, Series, TeamMember
from facilities.telling import calendars_of
from notifications.commands import messages
from notifications.models import Message


def concerned_with_series(series: Series) -> list[User]:
    """The requester, those who take part in any date, and the leads of the team, each once."""
    return _people(series.requester_id, series.team_id, Booking.objects.filter(series_date__series=series))


def series_messages(
    series: Series, kind: str, recipients: Iterable[UUID], bookings: Sequence[Booking], *, by: Any, note: str = ""
) -> list[Message]:
    """The unsaved messages of what happened to these dates of a series, which they list, with the entry of each."""
    context = {
        "reference": series.reference,
        "title": series.title,
        "instrument": series.instrument.name,
        "facility": series.instrument.facility.name,
        "zone": series.zone,
        "dates": [_time(booking) for booking in bookings],
        "by": by.name,
        "note": note,
    }
    return messages(recipients, kind, subject=series, context=context, calendar=calendars_of(bookings))


def concerned_with_campaign(campaign: Campaign) -> list[User]:
    """The requester, those who take part in any leg, and the leads of the team, each once."""
    return _people(campaign.requester_id, campaign.team_id, Booking.objects.filter(leg__campaign=campaign))


def campaign_messages(
    campaign: Campaign, kind: str, recipients: Iterable[UUID], bookings: Sequence[Booking], *, by: Any, note: str = ""
) -> list[Message]:
    """The unsaved messages of what happened to a campaign, with its legs and the calendar entry of each."""
    context = {
        "reference": campaign.reference,
        "title": campaign.title,
        "legs": [_time(booking) for booking in bookings],
        "by": by.name,
        "note": note,
    }
    return messages(recipients, kind, subject=campaign, context=context, calendar=calendars_of(bookings))


def _time(booking: Booking) -> dict[str, str]:
    return {
        "reference": booking.reference,
        "instrument": booking.instrument.name,
        "facility": booking.instrument.facility.name,
        "zone": booking.instrument.facility.zone,
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
    }


def _people(requester: UUID, team: UUID | None, bookings: Any) -> list[User]:
    leads = TeamMember.objects.filter(team=team, role=TeamMember.Role.LEAD)
    wanted = Q(pk=requester) | Q(visits__booking__in=bookings)
    if team is not None:
        wanted |= Q(pk__in=leads.values("user_id"))
    return list(User.objects.filter(wanted, is_active=True).order_by("pk").distinct())
