"""Filters of the list of bookings."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from facilities.models import Booking
from facilities.workflows import BOOKING


class ListForm(forms.Form):
    """Whose bookings, which, in which state; they live in the address."""

    is_filter = True
    whose = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("Mine and my teams'")), ("all", _("All that I may see"))]
    )
    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[("", _("Any time")), ("coming", _("Now and to come")), ("past", _("Past"))],
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any state")), *BOOKING.choices])

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def filtered(self, rows: QuerySet[Booking], user: Any) -> QuerySet[Booking]:
        """The bookings that the filters leave; what cannot be read filters nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("whose") != "all":
            mine = Q(requester=user) | Q(team__members__user=user) | Q(people__user=user)
            rows = rows.filter(pk__in=Booking.objects.filter(mine).values("pk"))
        if wanted.get("when") == "coming":
            rows = rows.filter(period__endswith__gt=clock.now())
        if wanted.get("when") == "past":
            rows = rows.filter(period__endswith__lte=clock.now())
        if state := wanted.get("state"):
            rows = rows.filter(state=state)
        return rows
