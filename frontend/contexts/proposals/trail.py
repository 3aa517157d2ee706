"""Where a page of a proposal stands: the path above it, and the page on which something is answered."""

from django.urls import reverse
from django.utils.translation import gettext as _

from programs.models import Proposal
from programs.queries.proposals.told import TITLES
from programs.rules.questionnaire import said, sections_of

PAGE_OF = {
    "title": "details",
    "public_title": "details",
    "abstract": "details",
    "themes": "details",
    "confidentiality": "details",
    "science_case": "case",
    "lineage": "background",
    "previous": "background",
    "program": "background",
    "peaceful_use": "declaration",
    "excluded_names": "reviewers",
    "excluded_reviewers": "reviewers",
    "members": "team",
    "legs": "legs",
    "attachments": "files",
}
"""On which page a field is answered."""


def crumbs_of(proposal: Proposal, *more: tuple[str, str]) -> list[dict[str, str]]:
    here = (proposal.reference, reverse("proposal", args=[proposal.pk]))
    trail = [(_("Proposals"), reverse("proposals")), here, *more]
    return [{"label": label, "url": url if place < len(trail) - 1 else ""} for place, (label, url) in enumerate(trail)]


def edit_crumbs(proposal: Proposal, title: str) -> list[dict[str, str]]:
    return crumbs_of(proposal, (_("Tasks"), reverse("proposal_edit", args=[proposal.pk])), (title, ""))


def page_url(proposal: Proposal, name: str) -> str:
    """The address of a page of the task list."""
    if name in ("team", "legs", "files"):
        return reverse(f"proposal_{name}", args=[proposal.pk])
    if name.startswith("form-"):
        return reverse("proposal_form", args=[proposal.pk, name.removeprefix("form-")])
    return reverse("proposal_section", args=[proposal.pk, name])


def page_of_field(proposal: Proposal, field: str) -> str:
    """The name of the page on which a field, `legs.2.units` or `answers.hazards` is answered."""
    head, _dot, rest = field.partition(".")
    if head == "answers":
        content = proposal.questionnaire.content if proposal.questionnaire else {}
        for section in sections_of(content):
            if any(question.key == rest for question in section.questions):
                return f"form-{section.key}"
    return PAGE_OF.get(head, "details")


def pages_of(proposal: Proposal) -> list[tuple[str, str]]:
    """Every page of the task list with its title, in order."""
    content = proposal.questionnaire.content if proposal.questionnaire else {}
    asked = [(f"form-{section.key}", said(section.title)) for section in sections_of(content)]
    before = [(name, str(TITLES[name])) for name in ("details", "team", "legs", "case")]
    return [
        *before,
        *asked,
        *((name, str(TITLES[name])) for name in ("files", "background", "declaration", "reviewers")),
    ]
