"""Pages about being told: messages, how one wants to hear of things, private calendars, who stands in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.lookup import find
from frontend.contexts import notices
from frontend.forms.notices import NewFeed, StandIn, Wishes
from notifications import commands, queries
from notifications.feeds import feed_url
from notifications.invitations import calendar_file
from workflow.approvals.delegations import delegate_tasks, end_delegation
from workflow.queries import colleagues_of, delegations_of


@login_required
def mailbox(request: HttpRequest) -> HttpResponse:
    return render(request, "notices/mailbox.html", {"page": notices.mailbox_page(request.user, request.GET)})


@login_required
def message(request: HttpRequest, key: Any) -> HttpResponse:
    """One message; opening it notes that it was read."""
    row = find(queries.messages_visible_to(request.user), key)
    commands.mark_read([row], by=request.user)
    return render(request, "notices/message.html", {"page": notices.message_page(row)})


@login_required
def message_invitation(request: HttpRequest, key: Any) -> HttpResponse:
    """The calendar entry that was attached to a message."""
    row = find(queries.messages_visible_to(request.user).select_related("recipient"), key)
    if not row.calendar:
        raise Http404
    answer = HttpResponse(calendar_file(row), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return answer


@login_required
def wishes(request: HttpRequest) -> HttpResponse:
    """How the reader wants to hear of each kind of message."""
    user: Any = request.user
    form = Wishes(request.POST or None, initial=queries.preferences_of(user))
    if form.is_valid():
        commands.set_preferences(user, form.cleaned_data, by=user)
        messages.success(request, _("From now on you are told as you chose."))
        return redirect("account_notifications")
    status = 422 if form.errors else 200
    return render(request, "notices/wishes.html", {"form": form}, status=status)


@login_required
def feeds(request: HttpRequest) -> HttpResponse:
    """The reader's private calendars; the address of a new one is shown once, in the answer to the form."""
    user: Any = request.user
    choices = notices.feed_choices(user)
    form = NewFeed(request.POST or None, choices=choices)
    refusal, fresh = None, ""
    if form.is_valid():
        try:
            kind, target = form.target()
            _feed, token = commands.create_feed(user, kind, target, by=user)
            fresh, form = feed_url(token), NewFeed(choices=choices)
        except DomainError as error:
            refusal = error
    status = 422 if refusal or form.errors else 200
    page = notices.feeds_page(user, form, refusal, fresh)
    answer = render(request, "notices/feeds.html", {"page": page}, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
def end_feed(request: HttpRequest, key: Any) -> HttpResponse:
    commands.revoke_feed(find(queries.feeds_visible_to(request.user), key), by=request.user)
    messages.success(request, _("The address no longer works."))
    return redirect("account_feeds")


@login_required
def delegations(request: HttpRequest) -> HttpResponse:
    """Who stands in for the reader, and for whom the reader does."""
    user: Any = request.user
    form = StandIn(request.POST or None, people=colleagues_of(user))
    refusal = None
    if form.is_valid():
        starts_at, ends_at = form.period(user.time_zone)
        given = form.cleaned_data
        try:
            made = delegate_tasks(
                user, given["taker"], starts_at=starts_at, ends_at=ends_at, note=given["note"], by=user
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("%(name)s stands in for you in these days.") % {"name": made.taker})
            return redirect("account_delegations")
    status = 422 if refusal or form.errors else 200
    page = notices.delegations_page(user, form, refusal)
    return render(request, "notices/delegations.html", {"page": page}, status=status)


@login_required
@require_POST
def end_loan(request: HttpRequest, key: Any) -> HttpResponse:
    end_delegation(find(delegations_of(request.user), key), by=request.user)
    messages.success(request, _("The tasks are back with the one they belong to."))
    return redirect("account_delegations")


urlpatterns = [
    path("mailbox/", mailbox, name="mailbox"),
    path("mailbox/<uuid:key>/", message, name="message"),
    path("mailbox/<uuid:key>/invite.ics", message_invitation, name="message_invitation"),
    path("account/notifications/", wishes, name="account_notifications"),
    path("account/calendars/", feeds, name="account_feeds"),
    path("account/calendars/<uuid:key>/revoke/", end_feed, name="account_feed_revoke"),
    path("account/stand-ins/", delegations, name="account_delegations"),
    path("account/stand-ins/<uuid:key>/end/", end_loan, name="account_delegation_end"),
]
