"""Reading proposals: the list, one of them, its files, frozen versions and what differs between them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core.errors import DomainError
from core.files import download
from core.reading import whole_number
from frontend.contexts.proposals.listing import proposals_page
from frontend.contexts.proposals.page import chapters_of, proposal_page
from frontend.contexts.proposals.trail import crumbs_of
from programs.models import Proposal, ProposalVersion
from programs.queries.proposals.listing import find_proposal
from programs.queries.proposals.versions import compared, content_for
from programs.typeset import proposal_pdf


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """My proposals; for an office, those that were submitted to it as well."""
    return render(request, "proposals/list.html", {"page": proposals_page(request.user, request.GET)})


@login_required
@require_GET
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render_proposal(request, find_proposal(request.user, pk))


def render_proposal(request: HttpRequest, row: Proposal, refusal: DomainError | None = None) -> HttpResponse:
    """The page of a proposal, with why a move was refused."""
    page = proposal_page(row, request.user, refusal)
    return render(request, "proposals/proposal.html", {"page": page}, status=refusal.status if refusal else 200)


@login_required
@require_GET
def file(request: HttpRequest, pk: UUID, file: UUID) -> FileResponse:
    """A file as a download, whatever is in it."""
    return download(get_object_or_404(find_proposal(request.user, pk).attachments.all(), pk=file))


def frozen(row: Proposal, number: int) -> ProposalVersion:
    """A version by its number. Raises Http404."""
    found: ProposalVersion | None = row.versions.filter(number=min(number, 2**31 - 1)).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def version(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Exactly what was submitted."""
    row = find_proposal(request.user, pk)
    shown = frozen(row, number)
    context = {
        "proposal": row,
        "version": shown,
        "chapters": chapters_of(row, content_for(request.user, row, shown)),
        "others": row.versions.exclude(pk=shown.pk),
        "crumbs": crumbs_of(row, (f"v{number}", "")),
    }
    return render(request, "proposals/version.html", context)


@login_required
@require_GET
def pdf(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The same, typeset, in the reader's language; a draft has none."""
    row = find_proposal(request.user, pk)
    shown = frozen(row, number)
    typeset = proposal_pdf(row, shown, content_for(request.user, row, shown))
    name = f'attachment; filename="{row.reference}-v{number}.pdf"'
    return HttpResponse(typeset, content_type="application/pdf", headers={"Content-Disposition": name})


@login_required
@require_GET
def changes(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """What differs between this version and another, the one before it where none is named."""
    row = find_proposal(request.user, pk)
    asked = whole_number(request.GET.get("against"))
    pair = [frozen(row, number), frozen(row, number - 1 if asked is None else asked)]
    before, after = sorted(pair, key=lambda each: each.number)
    form = row.questionnaire.content if row.questionnaire else {}
    context = {
        "proposal": row,
        "before": before,
        "after": after,
        "differences": compared(content_for(request.user, row, before), content_for(request.user, row, after), form),
        "crumbs": crumbs_of(row, (f"v{before.number} → v{after.number}", "")),
    }
    return render(request, "proposals/changes.html", context)
