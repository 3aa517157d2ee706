"""What the fields of a proposal and of its legs are called, and their values in words."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import names, times
from core.names import local
from facilities.models import Instrument, Safety
from programs.models import Proposal, Theme
from programs.rules.days import days_of

FIELDS = {
    "legs": gettext_lazy("instruments"),
    "previous": gettext_lazy("earlier proposals"),
    "excluded_reviewers": gettext_lazy("people who shall not review"),
    "themes": gettext_lazy("themes"),
    "program": gettext_lazy("programme"),
    "call_name": gettext_lazy("call"),
    "pi_name": gettext_lazy("principal investigator"),
    "organisation_name": gettext_lazy("organisation"),
    "members": gettext_lazy("team"),
    "attachments": gettext_lazy("files"),
}
LEG_FIELDS = {
    "position": gettext_lazy("order"),
    "name": gettext_lazy("instrument"),
    "instrument": gettext_lazy("instrument"),
    "alternates": gettext_lazy("alternates"),
    "alternate_names": gettext_lazy("alternates"),
    "mode": gettext_lazy("mode"),
    "units": gettext_lazy("units wanted"),
    "least_units": gettext_lazy("units needed at least"),
    "unit": gettext_lazy("unit"),
    "may_be_split": gettext_lazy("may be split"),
    "required": gettext_lazy("the proposal needs it"),
    "depends_on": gettext_lazy("waits for"),
    "preferred_dates": gettext_lazy("preferred dates"),
    "impossible_dates": gettext_lazy("impossible dates"),
    "safety": gettext_lazy("safety class"),
    "samples": gettext_lazy("samples"),
}
CHOICES: dict[str, type[TextChoices]] = {
    "mode": Instrument.Mode,
    "safety": Safety,
    "confidentiality": Proposal.Confidentiality,
    "lineage": Proposal.Lineage,
}


def field_label(name: str) -> str:
    """A field of a proposal, or one leg (`legs.<identifier>`), as people call it."""
    if name in FIELDS:
        return str(FIELDS[name])
    if name.startswith("legs."):
        return _("one of the instruments")
    return str(label_for_field(name, Proposal))


def leg_label(name: str) -> str:
    """A field of a leg as people call it."""
    return str(LEG_FIELDS.get(name, name))


def theme_names(slugs: Iterable[str]) -> str:
    """Themes by their names in the reader's language."""
    known = {row.slug: local(row, "name") for row in Theme.objects.filter(slug__in=slugs)}
    return ", ".join(known.get(slug, slug) for slug in slugs)


def in_words(name: str, value: Any) -> str:
    """What a version says in a field, as text: choices and themes by name, days as days, lists with commas."""
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in CHOICES and value in CHOICES[name].values:
        return str(CHOICES[name](value).label)
    if name == "themes":
        return theme_names(value)
    if name in ("units", "least_units"):
        return names.number(Decimal(value))
    if name in ("preferred_dates", "impossible_dates"):
        return "; ".join(times.days(*days_of(text)) for text in value)
    if isinstance(value, dict):
        return str(value.get("name") or ", ".join(str(each) for each in value.values() if each))
    if isinstance(value, list | tuple):
        return ", ".join(in_words("", each) for each in value)
    return str(value)
