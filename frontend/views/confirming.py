"""The answer of a signatory for one organisation, from the page that shows the frozen version."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.errors import DomainError


def answer_for_partner(
    request: HttpRequest,
    subject: Any,
    signs_for: Iterable[Organisation],
    *,
    confirm: Callable[..., Any],
    refuse: Callable[..., Any],
    refused_said: str,
) -> DomainError | None:
    """Confirm or refuse what was sent, for one of the organisations that the reader signs for, and say so.

    The refusal where the command refuses, and None when it is done. Raises Http404 for another organisation.
    """
    wanted = request.POST.get("organisation", "")
    organisation = next((row for row in signs_for if str(row.pk) == wanted), None)
    if organisation is None:
        raise Http404
    says_no = request.POST.get("answer") == "no"
    note, sha256 = request.POST.get("note", ""), request.POST.get("sha256", "")
    try:
        (refuse if says_no else confirm)(subject, organisation, by=request.user, note=note, sha256=sha256)
    except DomainError as refusal:
        return refusal
    said = refused_said if says_no else _("Confirmed for %(name)s.")
    messages.success(request, said % {"name": organisation.name})
    return None
