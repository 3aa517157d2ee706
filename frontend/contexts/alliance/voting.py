"""Pages of motions, their votes and results, and of resolutions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Alliance, Ballot, Choice, Meeting, Motion, Resolution
from alliance.permissions.documents import versions_visible_to
from alliance.permissions.membership import applications_visible_to
from alliance.permissions.voting import RUN, may_draft
from alliance.queries.voting import (
    Participation,
    ballot_of,
    last_votes,
    motion_moves,
    motions_listed,
    papers_of,
    participation,
    recounted,
    resolutions_listed,
    rule_for,
    votes_for,
)
from alliance.rules.voting import Rule
from alliance.workflows.governance import MOTION
from core import audit, permissions
from core.names import local
from frontend.contexts.alliance.ruling import Fact, crumbs_of, rule_facts, sheet_facts
from frontend.forms.alliance.voting import (
    MotionFilters,
    OpenForm,
    PlainForm,
    ResolutionFilters,
    VoteForm,
    WithdrawForm,
)
from frontend.forms.asking import Asked
from frontend.history import Entry, told
from frontend.paging import Page, paged

LOOKS = {
    "draft": ("draft", ""),
    "tabled": ("review", "info"),
    "open": ("run", "info"),
    "closed": ("end", ""),
    "carried": ("ok", "ok"),
    "lost": ("no", "bad"),
    "inquorate": ("clash", "warn"),
    "withdrawn": ("void", ""),
}
FORMS: dict[str, Any] = {"table": PlainForm, "open": OpenForm, "close": PlainForm, "withdraw": WithdrawForm}
"""What each move of an officer or the mover asks."""
CHOICES = dict(Choice.choices)
OTHER_WORDS = {"draft": gettext_lazy("Drafted"), "effect-refused": gettext_lazy("It could not take effect")}


@dataclass(frozen=True)
class Row:
    """A motion in a list with the look of its state."""

    motion: Motion
    glyph: str
    tone: str


@dataclass(frozen=True)
class MotionList:
    alliance: Alliance
    crumbs: list[dict[str, Any]]
    filters: MotionFilters
    rows: list[Row]
    paging: Page
    drafts: bool


@dataclass(frozen=True)
class ResolutionList:
    alliance: Alliance
    crumbs: list[dict[str, Any]]
    filters: ResolutionFilters
    paging: Page
    records: bool


@dataclass(frozen=True)
class OwnVote:
    """What a member that the reader votes for last chose; nothing of a secret vote but that it was cast."""

    member: str
    choice: str
    at: datetime | None


@dataclass(frozen=True)
class Subject:
    """What a motion is about, with its page where the reader may open one."""

    label: str
    url: str


@dataclass(frozen=True)
class MotionPage:
    """A motion as one of its readers sees it."""

    motion: Motion
    crumbs: list[dict[str, Any]]
    glyph: str
    tone: str
    subject: Subject | None
    meeting: Meeting | None
    rule: list[Fact]
    vote: Participation | None
    own: list[OwnVote]
    form: VoteForm | None
    asked: list[Asked]
    edits: bool
    sheet: dict[str, Any] | None
    facts: list[Fact]
    papers: list[tuple[str, str, str]]
    voters: list[str]
    resolution: Resolution | None
    history: list[Entry]
    receipt: str = ""
    receipt_of: str = ""

    @property
    def zone(self) -> str:
        return self.motion.alliance.zone


@dataclass(frozen=True)
class RecountPage:
    """The result counted again, beside what was kept."""

    motion: Motion
    crumbs: list[dict[str, Any]]
    agrees: bool
    rows: list[tuple[str, str, str]]
    kept: str
    now: str
    papers: list[tuple[str, str, str]]


def motion_list(user: Any, alliance: Alliance, asked: QueryDict) -> MotionList:
    filters = MotionFilters(asked)
    page = paged(motions_listed(user, alliance, **filters.asked()), asked)
    rows = [Row(motion, *LOOKS[motion.state]) for motion in page.rows]
    return MotionList(alliance, crumbs_of(alliance), filters, rows, page, may_draft(user, alliance))


def resolution_list(user: Any, alliance: Alliance, asked: QueryDict) -> ResolutionList:
    filters = ResolutionFilters(asked)
    page = paged(resolutions_listed(user, alliance, **filters.asked()), asked)
    records = permissions.allowed(user, RUN, alliance)
    return ResolutionList(alliance, crumbs_of(alliance), filters, page, records)


def motion_page(
    motion: Motion, user: Any, *, vote: VoteForm | None = None, receipt: str = "", member: str = "", **bound: Any
) -> MotionPage:
    """For one who may see it; `vote` and `bound` are forms with their errors, `receipt` is shown this once."""
    ballot = ballot_of(motion)
    moves = {move.name: move for move in motion_moves(user, motion)}
    members = votes_for(user, motion) if motion.state == "open" else []
    own = _own(ballot, members)
    sheet = ballot.result if ballot and ballot.closed_at else None
    zone = motion.alliance.zone
    entries = [entry for entry in audit.history(motion) if entry.verb not in {"vote", "edit"}]
    glyph, tone = LOOKS[motion.state]
    chosen = own[0].choice if len(own) == 1 else ""
    return MotionPage(
        motion=motion,
        crumbs=[*crumbs_of(motion.alliance, last=False), {"label": local(motion, "title"), "url": ""}],
        glyph=glyph,
        tone=tone,
        subject=_subject(motion, user),
        meeting=motion.agenda_item.meeting if motion.agenda_item else None,
        rule=rule_facts(_rule_of(motion)),
        vote=participation(motion),
        own=own,
        form=vote or (VoteForm(members=members, chosen=chosen) if members else None),
        asked=[
            Asked(
                name,
                str(moves[name].label),
                bound.get(name) or form(motion=motion),
                reverse("motion_move", args=[motion.alliance.slug, motion.pk, name]),
                name != "withdraw",
            )
            for name, form in FORMS.items()
            if name in moves
        ],
        edits="edit" in moves,
        sheet=sheet,
        facts=sheet_facts(sheet) if sheet else [],
        papers=_papers(ballot) if ballot else [],
        voters=_voters(ballot) if ballot else [],
        resolution=getattr(motion, "resolution", None),
        history=told(entries, MOTION, zone, OTHER_WORDS),
        receipt=receipt,
        receipt_of=member,
    )


def recount_page(motion: Motion) -> RecountPage:
    """Raises NotFound before the close."""
    ballot = motion.ballot
    again, agrees = recounted(ballot)
    kept, counted = sheet_facts(ballot.result), sheet_facts(again)
    address = reverse("alliance_motion", args=[motion.alliance.slug, motion.pk])
    crumbs = [
        *crumbs_of(motion.alliance, last=False),
        {"label": local(motion, "title"), "url": address},
        {"label": _("Recount"), "url": ""},
    ]
    rows = [(old.label, old.value, new.value) for old, new in zip(kept, counted, strict=True)]
    checksums = ballot.result["papers_sha256"], again["papers_sha256"]
    return RecountPage(motion, crumbs, agrees, rows, *checksums, _papers(ballot))


def _rule_of(motion: Motion) -> Rule:
    """The rule as it was at the opening, before that the one that would hold."""
    return Rule.from_dict(motion.rule) if motion.rule else rule_for(motion.alliance, motion.kind).rule


def _subject(motion: Motion, user: Any) -> Subject | None:
    """The document's version, the nomination, the applicant or the member that it is about."""
    slug = motion.alliance.slug
    if version := motion.version_of_document:
        label = f"{local(version.document, 'title')} · v{version.number}"
        seen = versions_visible_to(user).filter(pk=version.pk).exists()
        where = [slug, version.document.slug, version.number]
        return Subject(label, reverse("document_version", args=where) if seen else "")
    if term := motion.term:
        label = f"{local(term.office, 'title')}: {local(term, 'name')}"
        runs = permissions.allowed(user, RUN, motion.alliance)
        return Subject(label, reverse("office", args=[term.office_id]) if runs else "")
    if row := motion.application:
        seen = applications_visible_to(user).filter(pk=row.pk).exists()
        url = reverse("alliance_application", args=[slug, row.pk]) if seen else ""
        return Subject(local(row.organisation, "name"), url)
    if member := motion.membership:
        return Subject(local(member.organisation, "name"), reverse("organisation", args=[member.organisation.slug]))
    return None


def _own(ballot: Ballot | None, members: list[Any]) -> list[OwnVote]:
    if ballot is None or not members:
        return []
    cast = {vote.voter.membership_id: vote for vote in last_votes(ballot)}
    found = []
    for member in members:
        vote = cast.get(member.pk)
        choice = vote.choice if vote else ""
        found.append(OwnVote(local(member.organisation, "name"), choice, vote.created_at if vote else None))
    return found


def _papers(ballot: Ballot) -> list[tuple[str, str, str]]:
    return [(who, where, str(CHOICES[choice])) for who, where, choice in papers_of(ballot)]


def _voters(ballot: Ballot) -> list[str]:
    return list(ballot.voters.order_by("name", "id").values_list("name", flat=True))
