"""Filters of a list: they live in the address, and what cannot be read filters nothing."""

from typing import Any

from django import forms


class Filters(forms.Form):
    is_unmarked = True
    """No field says that it is optional: an empty one has a meaning of its own."""

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    @property
    def said(self) -> list[tuple[str, str]]:
        """What each filter stands on, in words: the head of a printed page."""
        found = []
        for field in self:
            value = field.value()
            choices: dict[Any, Any] = dict(getattr(field.field, "choices", ()))
            if word := choices.get(value, value or ""):
                found.append((str(field.label), str(word)))
        return found

    def asked(self) -> dict[str, str]:
        """What each filter asks for, as text; nothing where it asks for nothing."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}
