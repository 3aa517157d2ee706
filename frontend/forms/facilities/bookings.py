"""Filters of the lists of bookings, of series and of campaigns."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from facilities.models import Booking, Campaign, Series
from facilities.queries.campaigns import campaigns_of, campaigns_visible_to
from facilities.queries.series import series_asked_by, series_visible_to, with_dates
from facilities.workflows import BOOKING, CAMPAIGN
from frontend.forms.filters import Filters


class WhoseForm(Filters):
    """Whose; filters live in the address, and what cannot be read filters nothing."""

    whose = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("Mine and my teams'")), ("all", _("All that I may see"))]
    )

    def wanted(self, name: str) -> str:
        """What a filter asks for; nothing where it cannot be read."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))


class SeriesForm(WhoseForm):
    """Whose series, and which."""

    which = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[("", _("All")), ("coming", _("With dates to come")), ("asked", _("With dates to decide"))],
    )

    def filtered(self, user: Any) -> QuerySet[Series]:
        """The series that the filters leave of what a person may see, with what is said of their dates."""
        rows = with_dates(series_visible_to(user) if self.wanted("whose") == "all" else series_asked_by(user))
        if self.wanted("which") == "coming":
            rows = rows.filter(next_at__isnull=False)
        if self.wanted("which") == "asked":
            rows = rows.filter(asked__gt=0)
        return rows


class CampaignsForm(WhoseForm):
    """Whose campaigns, in which state."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any state")), *CAMPAIGN.choices])

    def filtered(self, user: Any) -> QuerySet[Campaign]:
        """The campaigns that the filters leave of what a person may see."""
        rows = campaigns_visible_to(user) if self.wanted("whose") == "all" else campaigns_of(user)
        return rows.filter(state=state) if (state := self.wanted("state")) else rows


class ListForm(WhoseForm):
    """Whose bookings, which, in which state."""

    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[("", _("Any time")), ("coming", _("Now and to come")), ("past", _("Past"))],
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any state")), *BOOKING.choices])

    def filtered(self, rows: QuerySet[Booking], user: Any) -> QuerySet[Booking]:
        """The bookings that the filters leave."""
        if self.wanted("whose") != "all":
            mine = Q(requester=user) | Q(team__members__user=user) | Q(people__user=user)
            rows = rows.filter(pk__in=Booking.objects.filter(mine).values("pk"))
        if self.wanted("when") == "coming":
            rows = rows.filter(period__endswith__gt=clock.now())
        if self.wanted("when") == "past":
            rows = rows.filter(period__endswith__lte=clock.now())
        if state := self.wanted("state"):
            rows = rows.filter(state=state)
        return rows
