"""The page an invitation leads to: what it is about, join or decline."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import DomainError
from programs.commands import proposals
from programs.models import ProposalMember
from programs.queries.proposals.listing import invitations_of


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Only who holds the link comes here; it says what the mail said, and signing in or up leads back."""
    member = proposals.member_invited(token)
    if request.user.is_authenticated:
        return _answered(request, member, token)
    if member.state != ProposalMember.State.INVITED:
        return redirect_to_login(request.path)
    onward = urlencode({REDIRECT_FIELD_NAME: request.path})
    return render(request, "proposals/invited.html", {"member": member, "onward": onward})


@login_required
@require_POST
def answer(request: HttpRequest, member: UUID) -> HttpResponse:
    """The same from the list, for who was asked by their account or ORCID."""
    return _answered(request, get_object_or_404(invitations_of(request.user), pk=member))


def _answered(request: HttpRequest, member: ProposalMember, token: str = "") -> HttpResponse:
    refusal = None
    if request.method == "POST":
        joins = request.POST.get("answer") == "join"
        command = proposals.join_proposal if joins else proposals.decline_invitation
        try:
            command(member, by=request.user, token=token)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("You are on the team now.") if joins else _("You declined. The team is told."))
            return redirect("proposal", pk=member.proposal_id) if joins else redirect("proposals")
    context = {"member": member, "refusal": refusal}
    return render(request, "proposals/invitation.html", context, status=refusal.status if refusal else 200)
