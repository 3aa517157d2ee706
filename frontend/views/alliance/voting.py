"""Pages of motions: the list, draft and page of one with its vote and result, resolutions, and rules of voting."""

import csv
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from alliance.commands import voting
from alliance.models import Alliance, Motion
from alliance.permissions.voting import OPEN, RUN, may_draft
from alliance.queries.voting import (
    alliances_of,
    find_alliance,
    find_motion,
    find_resolution,
    papers_of,
    recounted,
    votes_for,
)
from core import permissions
from core.errors import DomainError, NotFound, NotPermitted
from frontend.contexts.alliance.ruling import crumbs_of, find_named, rules_page
from frontend.contexts.alliance.voting import FORMS, motion_list, motion_page, recount_page, resolution_list
from frontend.forms.alliance.voting import DraftForm, ResolutionForm, RuleForm, VoteForm

ACTS: dict[str, Callable[..., Any]] = {
    "table": voting.table_motion,
    "open": voting.open_vote,
    "close": voting.close_vote,
    "withdraw": voting.withdraw_motion,
}
PAGE = "alliance/motions/motion.html"


@login_required
@require_GET
def governance(request: HttpRequest) -> HttpResponse:
    """The motions of the first alliance that the reader has to do with."""
    first = alliances_of(request.user).first()
    if first is None:
        raise NotFound
    return redirect("motions", first.slug)


@login_required
@require_GET
def motions(request: HttpRequest, slug: str) -> HttpResponse:
    page = motion_list(request.user, find_alliance(request.user, slug), request.GET)
    return render(request, "alliance/motions/list.html", {"page": page})


@login_required
def new_motion(request: HttpRequest, slug: str) -> HttpResponse:
    alliance = find_alliance(request.user, slug)
    if not may_draft(request.user, alliance):
        raise NotPermitted(_("Motions are drafted by the officers and by members whose class may propose."))
    form = DraftForm(request.POST or None, alliance=alliance, officer=_is_officer(request.user, alliance))
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            made = voting.draft_motion(alliance, form.draft(), by=request.user)
            messages.success(request, _("Drafted. Only the officers read it before it is tabled."))
            return redirect("alliance_motion", slug, made.pk)
    return _drafting(request, alliance, form, _("A new motion"))


@login_required
def edit_motion(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    motion = _motion(request, slug, pk)
    officer = _is_officer(request.user, motion.alliance)
    form = DraftForm(request.POST or None, alliance=motion.alliance, officer=officer, motion=motion)
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            voting.change_motion(motion, form.draft(), by=request.user)
            messages.success(request, _("Saved."))
            return redirect("alliance_motion", slug, pk)
    return _drafting(request, motion.alliance, form, motion.title)


@login_required
@require_GET
def motion_by_key(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where messages lead."""
    return redirect("alliance_motion", find_motion(request.user, pk).alliance.slug, pk)


@login_required
@require_GET
def alliance_motion(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    return render(request, PAGE, {"page": motion_page(_motion(request, slug, pk), request.user)})


@login_required
@require_POST
def motion_move(request: HttpRequest, slug: str, pk: UUID, move: str) -> HttpResponse:
    """Table, open, close or withdraw; a refusal shows the page again with what was typed."""
    motion = _motion(request, slug, pk)
    if move not in ACTS:
        raise Http404
    form = FORMS[move](request.POST, motion=motion)
    status = 422
    if form.is_valid():
        try:
            ACTS[move](motion, by=request.user, **form.answers())
        except DomainError as refusal:
            form.blame(refusal)
            status = refusal.status
        else:
            messages.success(request, _("Saved."))
            return redirect("alliance_motion", slug, pk)
    page = motion_page(_motion(request, slug, pk), request.user, **{move: form})
    return render(request, PAGE, {"page": page, "form": form}, status=status)


@login_required
@require_POST
@cache_control(no_store=True)
def motion_vote(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Vote. The receipt of a secret vote is in this answer alone: no session, message or row keeps it."""
    motion = _motion(request, slug, pk)
    form = VoteForm(request.POST, members=votes_for(request.user, motion))
    if form.is_valid():
        given = form.cleaned_data
        with form.blamed():
            cast = voting.cast_vote(motion, given["choice"], by=request.user, member=given.get("member"))
            if not cast.receipt:
                messages.success(request, _("Your vote is kept. You can change it until the vote is closed."))
                return redirect("alliance_motion", slug, pk)
            page = motion_page(motion, request.user, receipt=cast.receipt, member=cast.vote.voter.name)
            return render(request, PAGE, {"page": page})
    page = motion_page(_motion(request, slug, pk), request.user, vote=form)
    return render(request, PAGE, {"page": page, "form": form}, status=422)


@login_required
@require_GET
def motion_recount(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    return render(request, "alliance/motions/recount.html", {"page": recount_page(_closed(request, slug, pk))})


@login_required
@require_GET
def motion_csv(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The papers of a closed vote, a line each."""
    ballot = _closed(request, slug, pk).ballot
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="vote-{pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(["receipt" if ballot.is_secret else "member", "country", "choice"])
    writer.writerows(papers_of(ballot))
    return response


@login_required
@require_GET
def motion_json(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The result sheet of a closed vote as it was kept, and whether a recount agrees."""
    ballot = _closed(request, slug, pk).ballot
    return JsonResponse({"sheet": ballot.result, "papers": papers_of(ballot), "agrees": recounted(ballot)[1]})


@login_required
@require_GET
def resolutions(request: HttpRequest, slug: str) -> HttpResponse:
    page = resolution_list(request.user, find_alliance(request.user, slug), request.GET)
    return render(request, "alliance/motions/resolutions.html", {"page": page})


@login_required
@require_GET
def resolution(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    found = find_resolution(request.user, pk)
    if found.alliance.slug != slug:
        raise NotFound
    crumbs = [*crumbs_of(found.alliance, last=False), {"label": found.reference, "url": ""}]
    return render(request, "alliance/motions/resolution.html", {"row": found, "crumbs": crumbs})


@login_required
def new_resolution(request: HttpRequest, slug: str) -> HttpResponse:
    """Record a resolution from before, with its source."""
    alliance = find_alliance(request.user, slug)
    permissions.require(request.user, RUN, alliance)
    form = ResolutionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.blamed():
            made = voting.record_resolution(alliance, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("resolution", slug, made.pk)
    return _drafting(request, alliance, form, _("Record a resolution"))


@login_required
@require_GET
def voting_rules(request: HttpRequest, slug: str) -> HttpResponse:
    page = rules_page(request.user, find_alliance(request.user, slug))
    return render(request, "alliance/motions/rules.html", {"page": page})


@login_required
def voting_rule(request: HttpRequest, slug: str, kind: str = "") -> HttpResponse:
    """Set the rule for a kind of motion, or add one that the chair may choose."""
    alliance = find_alliance(request.user, slug)
    permissions.require(request.user, RUN, alliance)
    if kind and kind not in Motion.Kind.values:
        raise Http404
    form = RuleForm(request.POST or None, found=find_named(alliance, kind) if kind else None)
    if request.method == "POST" and form.is_valid():
        told = {"name": form.cleaned_data["name"], "source": form.cleaned_data["source"], "kind": kind}
        with form.blamed():
            voting.set_rule(alliance, form.rule(), by=request.user, **told)
            messages.success(request, _("Saved. It holds for votes that are opened from now on."))
            return redirect("voting_rules", slug)
    title = str(Motion.Kind(kind).label) if kind else _("A rule that the chair may choose")
    return _drafting(request, alliance, form, title)


def _motion(request: HttpRequest, slug: str, pk: UUID) -> Motion:
    motion = find_motion(request.user, pk)
    if motion.alliance.slug != slug:
        raise NotFound
    return motion


def _closed(request: HttpRequest, slug: str, pk: UUID) -> Motion:
    motion = _motion(request, slug, pk)
    if motion.state not in {"carried", "lost", "inquorate"}:
        raise NotFound
    return motion


def _is_officer(user: Any, alliance: Alliance) -> bool:
    return any(permissions.allowed(user, right, alliance) for right in (RUN, OPEN))


def _drafting(request: HttpRequest, alliance: Alliance, form: Any, title: str) -> HttpResponse:
    crumbs = [*crumbs_of(alliance, last=False), {"label": title, "url": ""}]
    context = {"form": form, "title": title, "crumbs": crumbs}
    return render(request, "alliance/motions/form.html", context, status=422 if form.errors else 200)


A, M = "alliance/<slug:slug>", "alliance/<slug:slug>/motions/<uuid:pk>"
urlpatterns = [
    path("motions/", governance, name="governance"),
    path("motions/<uuid:pk>/", motion_by_key, name="motion"),
    path(f"{A}/motions/", motions, name="motions"),
    path(f"{A}/motions/new/", new_motion, name="new_motion"),
    path(f"{M}/", alliance_motion, name="alliance_motion"),
    path(f"{M}/edit/", edit_motion, name="edit_motion"),
    path(f"{M}/vote/", motion_vote, name="motion_vote"),
    path(f"{M}/recount/", motion_recount, name="motion_recount"),
    path(f"{M}/papers.csv", motion_csv, name="motion_csv"),
    path(f"{M}/result.json", motion_json, name="motion_json"),
    path(f"{M}/<slug:move>/", motion_move, name="motion_move"),
    path(f"{A}/resolutions/", resolutions, name="resolutions"),
    path(f"{A}/resolutions/new/", new_resolution, name="new_resolution"),
    path(f"{A}/resolutions/<uuid:pk>/", resolution, name="resolution"),
    path(f"{A}/voting-rules/", voting_rules, name="voting_rules"),
    path(f"{A}/voting-rules/new/", voting_rule, name="new_voting_rule"),
    path(f"{A}/voting-rules/<slug:kind>/", voting_rule, name="voting_rule"),
]
