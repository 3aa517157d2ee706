"""How allauth makes and finds our accounts: by e-mail, with a name, and by ORCID where that login is switched on."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normal_orcid
from accounts.models import User
from accounts.queries import system_user
from core import audit


class SignupForm(forms.Form):
    """What a new account tells besides e-mail and password."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.locale = get_language() or "en"
        user.save(update_fields=["name", "locale", "updated_at"])
        audit.record("sign-up", user, by=user)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP_OPEN)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return bool(settings.SIGNUP_OPEN)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        first_and_last = f"{data.get('first_name') or ''} {data.get('last_name') or ''}".strip()
        user.name = data.get("name") or first_and_last or user.email
        if sociallogin.account.provider == "orcid":
            user.orcid = normal_orcid(sociallogin.account.uid)
        return user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        user = super().save_user(request, sociallogin, form)
        audit.record("sign-up", user, by=system_user(), provider=sociallogin.account.provider)
        return user
