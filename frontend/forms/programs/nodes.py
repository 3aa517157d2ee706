"""Forms of the nodes of a joint laboratory: plan one, change it, and what its moves ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import country_codes
from accounts.models import Organisation, User
from core.names import local
from frontend.forms.asking import Ask, AskForm, NoteForm, ReasonForm, day, told
from frontend.forms.programs.listing import account_at
from frontend.forms.public import countries
from programs.commands.cooperation import nodes
from programs.models import Node, Program


class PlaceForm(AskForm):
    """What of a node may change: who heads it, where it is, what it does, until when."""

    head = forms.EmailField(label=_("Head: e-mail of the account"))
    tasks = forms.CharField(label=_("Tasks"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    until = day(_("Last day"), required=False, help_text=_("Leave it empty where no end is known."))
    city = forms.CharField(label=_("City"), max_length=120, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["country"]
        field.choices = [("", _("As the host")), *countries(country_codes())[1:]]

    def clean_head(self) -> User:
        return account_at(self.cleaned_data["head"])


class PlanForm(PlaceForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    host = forms.ModelChoiceField(label=_("Stands at"), queryset=Organisation.objects.none())
    since = day(_("First day"))
    field_order = ("name", "host", "head", "tasks", "since", "until", "city", "country")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["host"]
        field.queryset = Organisation.objects.filter(partnerships__program=self.row).order_by("name", "id")
        field.label_from_instance = lambda row: local(row, "name")


class ChangeForm(PlaceForm):
    """`version` is the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: Node, **options: Any) -> None:
        known = {name: getattr(row, name) for name in ("tasks", "until", "city", "country", "version")}
        super().__init__(data, row=row, initial={**known, "head": row.head.email}, **options)


class CloseForm(ReasonForm):
    until = day(_("Last day"), required=False, help_text=_("Leave it empty for today."))


def _plan(program: Program, by: Any, given: dict[str, Any]) -> Node:
    return nodes.plan_node(program, given.pop("host"), by=by, **given)


PLAN_NODE = {"plan": Ask(_("Plan a node"), PlanForm, _plan)}
NODE_ASKS = {
    "open": Ask(_("Open as the host"), NoteForm, told(nodes.open_node)),
    "change": Ask(_("Change head, place or tasks"), ChangeForm, told(nodes.change_node)),
    "close": Ask(_("Close the node"), CloseForm, told(nodes.close_node)),
    "cancel": Ask(_("Cancel the plan"), ReasonForm, told(nodes.cancel_node)),
}
