"""What every form that a command may refuse shares: the refusal is shown at the fields that it is about."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

from django import forms

from core.errors import DomainError, Violation
from frontend.refusals import explained


class Blamed(forms.BaseForm):
    """A form whose answers a command may refuse. `SHOWN_AT` says at which field of the form a violation is shown that
    is about a field of another name."""

    SHOWN_AT: ClassVar[Mapping[str, str]] = {}

    def shown_at(self, violation: Violation) -> str:
        """The name of the field at which a violation is shown; at none where the form has no such field."""
        return self.SHOWN_AT.get(violation.field, violation.field)

    def blame(self, refusal: DomainError) -> None:
        """Show what a command refused at the fields that it is about."""
        for violation in refusal.violations:
            name = self.shown_at(violation)
            self.add_error(name if name in self.fields else None, explained(violation))
        if not refusal.violations:
            self.add_error(None, str(refusal))

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Carry out a command with what follows it; where it refuses, the fields say so and nothing follows."""
        try:
            yield
        except DomainError as refusal:
            self.blame(refusal)
