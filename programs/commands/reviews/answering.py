"""What a reviewer does with a review, and how the office or the chair opens it again or calls it off."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit, clock, names
from core.errors import Invalid, NotPermitted, RulesRefuse, Violation
from programs.commands.reviews.asking import locked, replace_reviewer
from programs.commands.reviews.telling import tell
from programs.models import Assessment, ConflictDeclaration, Criterion, Review, Score
from programs.permissions.reviews import assessment_parties, may_withdraw, review_parties
from programs.queries.conflicts import conflicts
from programs.workflows.reviews import REVIEW
from workflow.commands import advance, permitted_move


@dataclass(frozen=True)
class Written:
    """What a reviewer writes: a value for each criterion that applies, by slug, and the comments."""

    scores: Mapping[str, Decimal]
    comment_to_applicant: str = ""
    comment_to_panel: str = ""


@transaction.atomic
def accept_review(review: Review, *, by: Any, note: str = "") -> Review:
    """The reviewer takes it on; the assignment keeps it from then on. Raises RulesRefuse in conflict."""
    review = _locked(review)
    parties = review_parties(by, review)
    permitted_move(REVIEW, "accept", review.state, parties, note)
    _refuse_conflict(review)
    advance(review, REVIEW, "accept", by=by, parties=parties, note=note)
    return review


@transaction.atomic
def decline_review(review: Review, *, by: Any, note: str) -> Review:
    """The reviewer declines, with the reason; exactly one other person is asked. Declined already: the same."""
    review = _locked(review)
    parties = review_parties(by, review)
    if review.state == "declined" and "reviewer" in parties:
        return review
    advance(review, REVIEW, "decline", by=by, parties=parties, note=note)
    replace_reviewer(review)
    return review


@transaction.atomic
def save_review(review: Review, written: Written, *, by: Any) -> Review:
    """Keep what is written so far without handing it in; who writes has taken it on. Raises Invalid, RulesRefuse."""
    review = _locked(review)
    parties = review_parties(by, review)
    permitted_move(REVIEW, "submit", review.state, parties)
    _refuse_conflict(review)
    _write(review, written)
    if review.state == "asked":
        advance(review, REVIEW, "accept", by=by, parties=parties)
    audit.record("write", review, by=by)
    return review


@transaction.atomic
def submit_review(review: Review, written: Written, *, by: Any, note: str = "") -> Review:
    """Hand it in: scores on the panel's scale for the criteria that apply, at least one, and the comments.

    Raises NotPermitted, WrongState, Invalid for every score that is off the scale, RulesRefuse in conflict.
    """
    review = _locked(review)
    parties = review_parties(by, review)
    permitted_move(REVIEW, "submit", review.state, parties, note)
    _refuse_conflict(review)
    if not written.scores:
        message = _("Score at least one criterion; leave out those that do not apply.")
        raise Invalid(message, [Violation("scores_missing", message, "scores")])
    _write(review, written)
    review.submitted_at = clock.now()
    advance(review, REVIEW, "submit", by=by, parties=parties, note=note, also=("submitted_at",))
    return review


@transaction.atomic
def reopen_review(review: Review, *, by: Any, note: str) -> Review:
    """The office or the chair gives it back to its reviewer, with the reason; it counts again once it is in again."""
    review = _locked(review)
    advance(review, REVIEW, "reopen", by=by, parties=review_parties(by, review), note=note)
    tell([review.reviewer], "review_reopened", review, by=by, note=note)
    return review


@transaction.atomic
def call_off_review(review: Review, *, by: Any, note: str = "") -> Review:
    """The office no longer wants it; nobody is asked instead. Called off already: the same."""
    review = _locked(review)
    parties = review_parties(by, review)
    if review.state == "cancelled" and parties & {"office", "system"}:
        return review
    advance(review, REVIEW, "call-off", by=by, parties=parties, note=note)
    tell([review.reviewer], "review_called_off", review, by=by, note=note)
    return review


@transaction.atomic
def declare_conflict(assessment: Assessment, person: User, *, by: Any, reason: str) -> ConflictDeclaration:
    """A person says, or the office or the chair records, that they must not judge a proposal; what they were asked for
    is declined and somebody else is asked. Declared already: that declaration."""
    assessment = locked(assessment)
    if by.pk != person.pk and not assessment_parties(by, assessment) & {"office", "chair", "system"}:
        raise NotPermitted(_("A conflict of interest is declared by oneself, or recorded by the office or the chair."))
    if not reason.strip():
        message = _("Say in a few words what the conflict is.")
        raise Invalid(message, [Violation("reason_required", message, "reason")], code="reason_required")
    row, made = ConflictDeclaration.objects.get_or_create(
        proposal=assessment.proposal, person=person, defaults={"reason": reason, "by": by}
    )
    if made:
        audit.record("declare-conflict", assessment, by=by, note=reason, person=str(person.pk))
    for review in assessment.reviews.select_for_update().filter(reviewer=person, state__in=("asked", "accepted")):
        review.assessment = assessment
        advance(review, REVIEW, "decline", by=by, parties={"reviewer"}, note=reason)
        replace_reviewer(review)
    return row


@transaction.atomic
def withdraw_conflict(assessment: Assessment, person: User, *, by: Any, reason: str) -> None:
    """A declaration was a mistake or its ground is gone: whoever made it, or the office, takes it back with the reason.
    What somebody else recorded about oneself is not one's own to take back. Reviews that were declined stay so. Taken
    back already: nothing. Raises NotPermitted, Invalid."""
    assessment = locked(assessment)
    row = ConflictDeclaration.objects.filter(proposal=assessment.proposal, person=person).first()
    if row is None:
        return
    if not may_withdraw(by, row, assessment):
        raise NotPermitted(_("A declaration is taken back by whoever made it, or by the office of the call."))
    if not reason.strip():
        message = _("Say in a few words why there is no conflict any more.")
        raise Invalid(message, [Violation("reason_required", message, "reason")], code="reason_required")
    row.delete()
    audit.record("withdraw-conflict", assessment, by=by, note=reason, person=str(person.pk), declared=row.reason)


def _locked(review: Review) -> Review:
    """The review with its assessment and itself locked, in that order."""
    assessment = locked(review.assessment)
    found = Review.objects.select_for_update(of=("self",)).select_related("reviewer").get(pk=review.pk)
    found.assessment = assessment
    return found


def _refuse_conflict(review: Review) -> None:
    blind = review.assessment.proposal.call.blind
    found = conflicts([review.reviewer_id], [review.assessment.proposal_id])
    if found:
        violations = [
            Violation("conflict", f"{review.reviewer.name} {row.said(blind=blind)}.", source="R-07") for row in found
        ]
        raise RulesRefuse(_("You have a conflict of interest. Please decline; somebody else is asked."), violations)


def _write(review: Review, written: Written) -> None:
    """Replace the scores and comments. Raises Invalid with every score that cannot be."""
    scale = review.assessment.panel.scale
    limits = {
        "lowest": names.plain(scale.lowest),
        "highest": names.plain(scale.highest),
        "step": names.plain(scale.step),
    }
    criteria = {row.slug: row for row in Criterion.objects.filter(call=review.assessment.proposal.call_id)}
    violations = []
    for slug, value in written.scores.items():
        field = f"scores.{slug}"
        if slug not in criteria:
            message = _("There is nothing called “%(name)s” here.") % {"name": slug}
            violations.append(Violation("unknown", message, field))
        elif not scale.lowest <= value <= scale.highest or (value - scale.lowest) % scale.step:
            message = _("Give a score from %(lowest)s to %(highest)s in steps of %(step)s.") % limits
            violations.append(Violation("off_the_scale", message, field))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    review.comment_to_applicant, review.comment_to_panel = written.comment_to_applicant, written.comment_to_panel
    review.save(update_fields=["comment_to_applicant", "comment_to_panel", "updated_at"])
    review.scores.all().delete()
    Score.objects.bulk_create(
        Score(review=review, criterion=criteria[slug], value=value, lowest=scale.lowest, highest=scale.highest)
        for slug, value in written.scores.items()
    )
