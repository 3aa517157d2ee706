"""The panel meeting: what was said of a proposal, and a final score where the panel departs from the mean."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import DomainError, Invalid, NotPermitted, Violation, WrongState
from programs.commands.reviews.asking import locked
from programs.models import Assessment
from programs.permissions.reviews import assessment_parties, in_conflict

MEETING = frozenset({"review", "panel"})


@transaction.atomic
def record_discussion(
    assessment: Assessment,
    *,
    by: Any,
    version: int,
    comment_to_applicant: str = "",
    comment_to_management: str = "",
    final_score: Decimal | None = None,
    final_reason: str = "",
) -> Assessment:
    """The chair, the secretary or the office writes down what the panel says of a proposal, and sets its final score
    with the reason, or leaves it (None) to the mean of the reviews.

    `version` is that of the assessment that was read: another one by now answers 409 and nothing is overwritten.
    Raises NotPermitted, also for a chair in conflict, WrongState, Invalid.
    """
    assessment = locked(assessment)
    if not assessment_parties(by, assessment) & {"chair", "office", "system"}:
        said = in_conflict(by, assessment.proposal_id)
        raise NotPermitted(
            _("You have a conflict of interest with this proposal.")
            if said
            else _("Only the chair or the secretary of the panel writes down what it says.")
        )
    if assessment.proposal.state not in MEETING:
        raise WrongState(_("The panel does not meet about this proposal now."))
    if assessment.version != version:
        message = _("Somebody changed it after you opened this page. Read what is there now before you save.")
        raise DomainError(message, "version_changed", status=409)
    _check(assessment, final_score, final_reason)
    assessment.comment_to_applicant, assessment.comment_to_management = comment_to_applicant, comment_to_management
    assessment.final_score, assessment.final_reason = final_score, final_reason
    assessment.discussed_at = assessment.discussed_at or clock.now()
    assessment.version += 1
    assessment.save()
    audit.record("discuss", assessment, by=by, note=final_reason, score=str(final_score) if final_score else "")
    return assessment


def _check(assessment: Assessment, score: Decimal | None, reason: str) -> None:
    scale = assessment.panel.scale
    violations = []
    if score is not None and not scale.lowest <= score <= scale.highest:
        message = _("Give a score from %(lowest)s to %(highest)s.") % {"lowest": scale.lowest, "highest": scale.highest}
        violations.append(Violation("off_the_scale", message, "final_score"))
    if score is not None and not reason.strip():
        message = _("Say why the panel departs from the mean of the reviews.")
        violations.append(Violation("reason_required", message, "final_reason"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
