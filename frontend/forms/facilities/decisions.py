"""Filters of the inbox and the forms of a decision."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from facilities.models import Instrument
from frontend.forms.filters import Filters


class InboxForm(Filters):
    """Filters of F1; they live in the address."""

    state = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[
            ("", _("All that wait")),
            ("collides", _("Colliding")),
            ("look", _("Something to look at")),
            ("clean", _("Clean")),
        ],
    )
    instrument = forms.ChoiceField(label=_("Instrument"), required=False)
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[
            ("", _("Any time")),
            ("overdue", _("Overdue")),
            ("day", _("Within a day")),
            ("week", _("Within a week")),
        ],
    )

    def offer(self, instruments: Iterable[Instrument]) -> None:
        """Offer the instruments that have something waiting."""
        known = {row.slug: f"{row.code}, {row.facility}" for row in instruments}
        field: Any = self.fields["instrument"]
        field.choices = [("", _("All instruments")), *sorted(known.items(), key=lambda pair: pair[1])]

    def let_through(self, rows: Iterable[Any]) -> list[Any]:
        """The rows that the filters leave; what cannot be read filters nothing."""
        self.is_valid()
        wanted = getattr(self, "cleaned_data", {})
        rows = list(rows)
        if state := wanted.get("state"):
            rows = [row for row in rows if self._in_state(row, state)]
        if slug := wanted.get("instrument"):
            rows = [row for row in rows if row.booking.instrument.slug == slug]
        if due := wanted.get("due"):
            limit = {"overdue": 0, "day": 86400, "week": 7 * 86400}[due]
            now = clock.now()
            rows = [row for row in rows if row.task.due_at and (row.task.due_at - now).total_seconds() <= limit]
        return rows

    def _in_state(self, row: Any, state: str) -> bool:
        if state == "collides":
            return row.flags.collides
        return row.flags.clean is (state == "clean")
