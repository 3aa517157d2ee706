"""Carries out one of the acts that a page asks for."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.errors import DomainError
from frontend.forms.asking import Ask, AskForm


def act(request: HttpRequest, ask: Ask, row: Any, name: str) -> tuple[AskForm, Any]:
    """Read the form and tell the command; the form has the errors where it refuses, and then nothing comes of it."""
    form = ask.form(request.POST, row=row, reader=request.user, auto_id=f"{name}_%s")
    if not form.is_valid():
        return form, None
    try:
        made = ask.act(row, request.user, dict(form.cleaned_data))
    except DomainError as refusal:
        form.blame(refusal)
        return form, None
    messages.success(request, _("Saved."))
    return form, made or row
