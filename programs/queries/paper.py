"""What a reviewer reads of a proposal: the version that was submitted, with its answers and files, and in a blind call
without the names of people, organisations, programmes, earlier proposals and files."""

from dataclasses import dataclass
from typing import Any

from core.errors import NotFound
from core.files import SUFFIXES, suffix_of
from programs.frozen import Content
from programs.frozen.proposals import content_of
from programs.models import Assessment, Attachment, Proposal, ProposalVersion, Review
from programs.permissions.reviews import assessments_visible_to, in_conflict
from programs.queries.proposals.submission import current_version
from programs.queries.proposals.told import Chapter, told
from programs.queries.proposals.versions import content_for
from programs.queries.reviews import people_hidden
from programs.rules.questionnaire import questions_of
from programs.workflows.reviews import STANDING

NAMES = ("team", "background")
"""Chapters that say who proposes."""
KNOWN = frozenset().union(*SUFFIXES.values())


@dataclass(frozen=True)
class File:
    """A file of a paper by its place in the version; `about` is the question that asked for it. A `nameless` one is
    handed out without the hidden fields that say who made it, so that its bytes are not those of `sha256`."""

    number: int
    name: str
    about: str
    mime: str
    size: int
    sha256: str
    nameless: bool


@dataclass(frozen=True)
class Paper:
    """`version` is None of a proposal that was never frozen here, which is read as it stands."""

    version: ProposalVersion | None
    content: Content
    chapters: list[Chapter]
    files: list[File]
    nameless: bool


def paper_of(user: Any, assessment: Assessment) -> Paper | None:
    """What a person reads of the proposal; None for who is in conflict, declined, or has nothing to do with it."""
    return _paper(user, assessment) if _may_read(user, assessment) else None


def file_of(user: Any, assessment: Assessment, number: int) -> tuple[Attachment, File]:
    """A file of the paper with the name under which this reader gets it. Raises NotFound."""
    paper = paper_of(user, assessment)
    shown = next((row for row in paper.files if row.number == number), None) if paper else None
    kept = assessment.proposal.attachments.filter(sha256=shown.sha256).order_by("id").first() if shown else None
    if shown is None or kept is None:
        raise NotFound
    return kept, shown


def _may_read(user: Any, assessment: Assessment) -> bool:
    if in_conflict(user, assessment.proposal_id):
        return False
    own = Review.objects.filter(assessment=assessment, reviewer=user, state__in=STANDING)
    return own.exists() or assessments_visible_to(user).filter(pk=assessment.pk).exists()


def _paper(user: Any, assessment: Assessment) -> Paper:
    proposal = assessment.proposal
    version = current_version(proposal)
    content = content_for(user, proposal, version) if version else content_of(proposal)
    nameless = people_hidden(user, proposal.call)
    form = proposal.questionnaire.content if proposal.questionnaire else {}
    asked = questions_of(form)
    files = [
        File(
            number=number,
            name=_anonymous(proposal, number, row["name"]) if nameless else row["name"],
            about=asked[row["question"]].said if row["question"] in asked else "",
            mime=row["mime"],
            size=row["size"],
            sha256=row["sha256"],
            nameless=nameless,
        )
        for number, row in enumerate(content["attachments"], start=1)
    ]
    left_out = {"files", "reviewers", *(NAMES if nameless else ())}
    chapters = [chapter for chapter in told(content, form) if chapter.key not in left_out]
    return Paper(version, content, chapters, files, nameless)


def _anonymous(proposal: Proposal, number: int, name: str) -> str:
    """What the file is called where its own name could say whose it is."""
    suffix = suffix_of(name)
    return f"{proposal.reference}-{number}.{suffix}" if suffix in KNOWN else f"{proposal.reference}-{number}"
