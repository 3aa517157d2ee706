"""What a reader may do now: an act, the form that asks for it, and the list of them that `parts/asked.html` shows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
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
    """An act as a page shows it; one that `leads_on` stands open, the others are folded. `hidden` is sent along."""

    name: str
    label: Any
    form: Any
    url: str
    leads_on: bool = False
    hidden: Mapping[str, Any] = field(default_factory=dict)


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
    url: Callable[[str], str],
    in_list: str = "",
) -> list[Asked]:
    """The forms of the moves that are open, those that lead on first; one that was sent back keeps what was typed.

    `url` is the address of a move. Where a page has such forms about several rows they are all folded, and say as
    `in_list` about which row they are.
    """
    offered = set(names) | set(bound)
    found = [
        Asked(
            name,
            ask.label,
            bound.get(name) or ask.form(row=row, reader=reader, auto_id=f"{row.pk if in_list else ''}{name}_%s"),
            url(name),
            ask.leads_on and not in_list,
            {in_list: row.pk} if in_list else {},
        )
        for name, ask in asks.items()
        if name in offered
    ]
    return sorted(found, key=lambda each: not each.leads_on)


def day(label: Any, **more: Any) -> DayField:
    """A field for a day, with the browser's own calendar."""
    return DayField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)
