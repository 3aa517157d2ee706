"""Pages about the reader's own account, and the switch of language that everybody has."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from accounts.commands import change_profile, create_token, revoke_token
from accounts.models import ApiToken
from core.errors import DomainError
from frontend.contexts.account import profile_page, tokens_page
from frontend.contexts.shell import Shell
from frontend.forms.account import Profile, Token
from frontend.middleware import supported


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of this browser, and of the account when signed in; goes back to where it was asked."""
    code = request.POST.get("language", "")
    onward = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = "/"
    response = HttpResponseRedirect(onward)
    if code in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            change_profile(request.user, by=request.user, locale=code)
        remember(response, code, request)
    return response


def remember(response: HttpResponse, code: str, request: HttpRequest) -> None:
    """Keep the language in this browser, for the pages before the next sign-in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 86400, samesite="Lax", secure=request.is_secure()
    )


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """After sign-in: to where the work of the reader's role begins."""
    return redirect(Shell(request).start)


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    refusal = None
    if request.method == "POST":
        form = Profile(request.POST)
        if form.is_valid():
            try:
                change_profile(user, by=user, **form.cleaned_data)
            except DomainError as error:
                refusal = error
            else:
                with override(form.cleaned_data["locale"]):
                    messages.success(request, _("Your profile is saved."))
                response = redirect("account")
                remember(response, form.cleaned_data["locale"], request)
                return response
    else:
        fields = ("name", "name_local", "orcid", "languages", "time_zone")
        form = Profile(initial={field: getattr(user, field) for field in fields} | {"locale": supported(user.locale)})
    status = 422 if refusal or form.errors else 200
    return render(request, "account/profile.html", {"page": profile_page(user, form, refusal)}, status=status)


@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """The reader's API tokens; the text of a new one is shown once, in the answer to the form."""
    user: Any = request.user
    form = Token(request.POST if request.method == "POST" else None)
    refusal, fresh = None, ""
    if form.is_valid():
        try:
            _token, fresh = create_token(user, by=user, **form.cleaned_data)
            form = Token()
        except DomainError as error:
            refusal = error
    status = 422 if refusal or form.errors else 200
    page = tokens_page(user, form, refusal, fresh)
    response = render(request, "account/tokens.html", {"page": page}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def end_token(request: HttpRequest, key: str) -> HttpResponse:
    user: Any = request.user
    token = ApiToken.objects.filter(user=user, token_key=key).first()
    if token is None:
        raise Http404
    revoke_token(token, by=user)
    messages.success(request, _("The token no longer works."))
    return redirect("account_tokens")


urlpatterns = [
    path("language/", language, name="language"),
    path("start/", start, name="start"),
    path("account/", profile, name="account"),
    path("account/tokens/", tokens, name="account_tokens"),
    path("account/tokens/<str:key>/revoke/", end_token, name="account_token_revoke"),
]
