"""Forms of saved views: their name, and who finds them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.models import Alliance
from core.permissions import containers
from facilities.models import Facility
from frontend.forms.blamed import Blamed
from reports.models import SavedView, Subscription
from reports.permissions import reader_of

ME = (SavedView.Audience.ME.value, SavedView.Audience.ME.label)


def audiences(user: Any) -> list[tuple[str, Any]]:
    """Whom a person may share a view with, as `alliance:SLUG` and `facility:SLUG`."""
    reader = reader_of(user)
    alliances = containers(user, "alliance.view_figures", Alliance.objects.order_by("name", "id"))
    facilities = Facility.objects.filter(archived_at=None, instruments__isnull=False).distinct().order_by("name", "id")
    if not reader.reads_all:
        facilities = facilities.filter(pk__in=reader.facilities)
    return [
        ME,
        *((f"alliance:{row.slug}", _("Readers of the figures of %(name)s") % {"name": row}) for row in alliances),
        *((f"facility:{row.slug}", _("Readers of the figures of %(name)s") % {"name": row}) for row in facilities),
    ]


class ViewForm(Blamed, forms.Form):
    """An existing view: how it is called and who finds it."""

    SHOWN_AT = {"container": "audience", "__all__": "name"}

    name = forms.CharField(label=_("Name"), max_length=120)
    audience = forms.ChoiceField(
        label=_("Who finds it"),
        required=False,
        help_text=_("Everybody sees on its page what they may see themselves; a view lends no rights."),
    )

    def __init__(self, data: Any = None, *, user: Any, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["audience"].choices = audiences(user)

    def told(self) -> dict[str, Any]:
        """The audience with its alliance or facility, as the commands take them."""
        kind, _colon, slug = (self.cleaned_data["audience"] or ME[0]).partition(":")
        alliance = Alliance.objects.get(slug=slug) if kind == SavedView.Audience.ALLIANCE else None
        facility = Facility.objects.get(slug=slug) if kind == SavedView.Audience.FACILITY else None
        return {"audience": kind, "alliance": alliance, "facility": facility}


class NewViewForm(ViewForm):
    """The page that is saved, as a view."""

    at = forms.CharField(widget=forms.HiddenInput, max_length=2200)
    moving = forms.BooleanField(
        label=_("Always the latest period"),
        required=False,
        help_text=_("Without it, the view keeps the period that is shown now."),
    )
    SHOWN_AT = {**ViewForm.SHOWN_AT, "address": "name"}


class RhythmForm(Blamed, forms.Form):
    """How often a view is sent."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=Subscription.Rhythm.choices, initial="monthly")


def audience_of(view: SavedView) -> str:
    """The audience of a view as the form names it."""
    return f"{view.audience}:{view.container.slug}" if view.container else view.audience
