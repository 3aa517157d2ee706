"""A person named by the e-mail address of their account, with suggestions where the page has some."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class People(forms.EmailInput):
    """An address with suggestions, which work without JavaScript."""

    template_name = "forms/people.html"
    people: Iterable[User] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs']['id']}_people"
        return context | {"people": list(self.people)}


def person_at(address: str) -> User | None:
    """The person with an account of this address."""
    return User.objects.filter(email__iexact=address, is_active=True, is_system=False).first() if address else None


class PersonField(forms.EmailField):
    """Reads the address of an account; its clean value is the person."""

    widget = People

    def clean(self, value: Any) -> User | None:
        address = super().clean(value)
        person = person_at(address)
        if address and person is None:
            raise forms.ValidationError(_("Nobody here has this address."))
        return person
