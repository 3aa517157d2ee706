"""How allauth makes and finds our accounts: by e-mail, with a name, and by ORCID where that login is switched on."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.commands import change_profile
from accounts.identifiers import normal_orcid
from accounts.models import User
from accounts.queries import system_user
from core import audit

ORCID = "orcid"


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

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """An ORCID iD that a profile names already opens no second account; linked to one's own it is noted there.

        Nobody is let into an account because of an iD that was only typed there.
        """
        if sociallogin.account.provider != ORCID or sociallogin.is_existing:
            return
        orcid, me = normal_orcid(sociallogin.account.uid), request.user
        holder = User.objects.filter(orcid=orcid).first()
        if holder and holder != me:
            said = _("Another account has the ORCID iD %(orcid)s. Sign in to it and link ORCID there, or ask us.")
            messages.error(request, said % {"orcid": orcid})
            raise ImmediateHttpResponse(
                redirect("socialaccount_connections" if me.is_authenticated else "account_login")
            )
        if isinstance(me, User) and me.orcid != orcid:
            change_profile(me, by=me, orcid=orcid)
            me.refresh_from_db()  # it is saved again by what follows

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        return {**super().get_signup_form_initial_data(sociallogin), "name": sociallogin.user.name}

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        first_and_last = f"{data.get('first_name') or ''} {data.get('last_name') or ''}".strip()
        user.name = data.get("name") or first_and_last or user.email
        if sociallogin.account.provider == ORCID:
            user.orcid = normal_orcid(sociallogin.account.uid)
        return user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        user = super().save_user(request, sociallogin, form)
        audit.record("sign-up", user, by=system_user(), provider=sociallogin.account.provider)
        return user
