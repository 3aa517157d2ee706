"""The part of a form with which a manager sets rules aside, with the reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility
from facilities.permissions import may_override
from facilities.rules import RULES, Override


class OverrideFields(forms.Form):
    """A base of forms that ask for time; who may override nothing is not asked."""

    override = forms.CharField(
        label=_("Override rules, because"),
        help_text=_("Sets aside rules that you may override at this facility. The reason is kept in the history."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
    )

    def offer_override(self, reader: Any, facility: Facility) -> None:
        if reader is None or not may_override(reader, facility):
            del self.fields["override"]

    @property
    def overrides(self) -> tuple[Override, ...]:
        """Every rule that may be overridden, where a manager gave a reason; the others stay as they are."""
        reason = self.cleaned_data.get("override", "").strip()
        return tuple(Override(rule.name, reason) for rule in RULES.values() if rule.overridable) if reason else ()
