"""Sends holders of the roles in SECOND_FACTOR_FOR to set up a second factor before anything else."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.queries import roles_of

OPEN_PATHS = ("/accounts/", "/static/", "/healthz", "/readyz", "/language")


class SecondFactor:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SECOND_FACTOR_FOR and self.must_set_up(request):
            messages.warning(request, _("Your role needs a second factor. Set one up to go on."))
            return redirect("mfa_index")
        return self.get_response(request)

    def must_set_up(self, request: HttpRequest) -> bool:
        user: Any = request.user
        if not user.is_authenticated or request.path.startswith(OPEN_PATHS):
            return False
        return roles_of(user).filter(role__in=settings.SECOND_FACTOR_FOR).exists() and not is_mfa_enabled(user)
