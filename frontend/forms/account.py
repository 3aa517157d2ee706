"""Forms about the reader's own account."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.commands import LONGEST_TOKEN_DAYS, TOKEN_DAYS
from core.names import LANGUAGES


def zone_choices() -> list[tuple[str, str]]:
    """Every zone of the IANA database that people live in, by name."""
    areas = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return [("UTC", "UTC"), *((zone, zone) for zone in sorted(available_timezones()) if zone.startswith(areas))]


def sorted_languages() -> list[tuple[str, str]]:
    """Languages by their name in the reader's."""
    return sorted(((code, str(name)) for code, name in LANGUAGES.items()), key=lambda pair: pair[1].casefold())


class Profile(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    name_local = forms.CharField(
        label=_("Name in own script"), max_length=200, required=False, help_text=_("Shown beside the Latin name.")
    )
    orcid = forms.CharField(label=_("ORCID"), max_length=37, required=False, help_text="0000-0002-1825-0097")
    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, help_text=_("Of pages and e-mail."))
    languages = forms.MultipleChoiceField(
        label=_("Languages you speak fluently"),
        choices=sorted_languages,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "short"}),
        help_text=_("A facility may ask that somebody on site speaks its working language."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zone_choices, help_text=_("Shown beneath the time of each instrument.")
    )


class Token(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What uses it, for instance a script."))
    days = forms.IntegerField(label=_("Valid for, days"), min_value=1, max_value=LONGEST_TOKEN_DAYS, initial=TOKEN_DAYS)
    may_write = forms.BooleanField(
        label=_("May also write"), required=False, help_text=_("Without this the token only reads.")
    )
