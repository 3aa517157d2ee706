"""What the forms of an alliance's moves share: a note or a reason, and which form asks for which move."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.blamed import Blamed
from frontend.forms.days import DayField


class AskForm(Blamed, forms.Form):
    """A form about one row; its fields are what the command is told."""

    def __init__(self, data: Any = None, *, row: Any, reader: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.row, self.reader = row, reader


class NoteForm(AskForm):
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ReasonForm(AskForm):
    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


Act = Callable[[Any, Any, dict[str, Any]], Any]


@dataclass(frozen=True)
class Ask:
    """A form and the command it tells; `leads_on` stands first, the others are folded below."""

    label: Any
    form: type[AskForm]
    act: Act
    leads_on: bool = False


@dataclass(frozen=True)
class Asked:
    """One of these as the page shows it."""

    name: str
    label: Any
    form: AskForm
    leads_on: bool


def told(command: Callable[..., Any]) -> Act:
    """The command with the fields of the form as its keywords."""
    return lambda row, by, given: command(row, by=by, **given)


def asked(
    asks: Mapping[str, Ask],
    names: Iterable[str],
    row: Any,
    reader: Any,
    bound: Mapping[str, AskForm],
    *,
    prefix: str = "",
) -> list[Asked]:
    """The forms of the moves that are open, those that lead on first; one that was sent back keeps what was typed.

    `prefix` keeps the ids of fields apart where a page has such forms about several rows.
    """
    offered = set(names) | set(bound)
    found = [
        Asked(
            name,
            ask.label,
            bound.get(name) or ask.form(row=row, reader=reader, auto_id=f"{prefix}{name}_%s"),
            ask.leads_on,
        )
        for name, ask in asks.items()
        if name in offered
    ]
    return sorted(found, key=lambda each: not each.leads_on)


def day(label: Any, **more: Any) -> DayField:
    """A field for a day, with the browser's own calendar."""
    return DayField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)
