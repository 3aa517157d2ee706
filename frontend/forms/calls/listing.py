"""The filters of lists of calls; each of them is in the address."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from frontend.forms.filters import Filters
from programs.models import Call
from programs.workflows.calls import CALL, PUBLISHED


class CallFilters(Filters):
    """What a visitor looks for."""

    q = forms.CharField(
        label=_("Name or facility"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(label=_("Stage"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Call.Kind.choices])

    def __init__(self, data: QueryDict, *, drafts: bool = False) -> None:
        super().__init__(data)
        field: Any = self.fields["state"]
        states = CALL.states if drafts else [state for state in CALL.states if state in PUBLISHED]
        field.choices = [("", _("All stages")), *((state, CALL.states[state]) for state in states)]

    def asked(self) -> dict[str, Any]:
        """The filters of `calls_listed`; what makes no sense is left out."""
        self.is_valid()
        given = self.cleaned_data
        return {"search": given.get("q", ""), "state": given.get("state", ""), "kind": given.get("kind", "")}
