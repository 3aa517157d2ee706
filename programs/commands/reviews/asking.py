"""Asking people for reviews one by one, and a replacement for one who declined."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import system_user
from core import audit, clock
from core.errors import NotPermitted, RulesRefuse, Violation
from programs.commands.reviews.telling import office_of, tell
from programs.models import Assessment, Call, Review, Window
from programs.permissions.reviews import assessment_parties
from programs.queries.assigning import Standing, standing_of
from programs.queries.conflicts import conflicts
from programs.rules.assignment import best_replacement


def locked(assessment: Assessment) -> Assessment:
    """The assessment with its row locked: the row that owns who reviews it."""
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("proposal__call__facility", "proposal__call__alliance", "panel")
        .get(pk=assessment.pk)
    )


@transaction.atomic
def ask_reviewer(assessment: Assessment, person: User, *, by: Any) -> Review:
    """The office or the chair asks a member of the panel for a review. Asked already: that review.

    Raises NotPermitted, RulesRefuse for everybody who sits not on the panel or must not judge the proposal.
    """
    assessment = locked(assessment)
    if not assessment_parties(by, assessment) & {"office", "chair", "system"}:
        raise NotPermitted(_("Only the office of the call and the chair of the panel ask reviewers."))
    if (known := assessment.reviews.filter(reviewer=person).first()) is not None:
        return known
    today = clock.now().date()
    seat = assessment.panel.members.filter(person=person, term__contains=today).first()
    violations = [
        Violation("conflict", f"{person.name} {found.said()}.", "person", source="R-07")
        for found in conflicts([person.pk], [assessment.proposal_id])
    ]
    if seat is None:
        message = _("%(name)s does not sit on this panel today.") % {"name": person.name}
        violations.insert(0, Violation("not_on_panel", message, "person"))
    if violations:
        raise RulesRefuse(_("%(name)s cannot be asked.") % {"name": person.name}, violations)
    return write_asked(assessment, person, internal=person.pk in standing_of(assessment).internal, by=by)


def replace_reviewer(review: Review) -> Review | None:
    """Exactly one other person is asked in place of one who declined or was called off, the one that fits best.

    Done already: that review. The assessment is locked by the caller. None, and the office is told, where nobody is
    left.
    """
    if (known := Review.objects.filter(replaces=review).first()) is not None:
        return known
    assessment = review.assessment
    standing: Standing = standing_of(assessment)
    chosen = best_replacement(standing.candidates, internal=review.internal)
    system = system_user()
    if chosen is None:
        office = office_of(assessment.proposal.call)
        apart = {
            found.person for found in conflicts([one.pk for one in office], [assessment.proposal_id]) if found.hides
        }
        tell([one for one in office if one.pk not in apart], "review_lacking", review, by=system)
        return None
    person = User.objects.get(pk=chosen.reviewer)
    return write_asked(assessment, person, internal=person.pk in standing.internal, by=system, replaces=review)


def write_asked(
    assessment: Assessment, person: User, *, internal: bool, by: Any, replaces: Review | None = None
) -> Review:
    """Ask somebody who was found to be free; the assessment is locked by the caller."""
    review = Review.objects.create(
        assessment=assessment, reviewer=person, internal=internal, due_at=due_at(assessment.proposal.call),
        replaces=replaces, is_demo=assessment.proposal.is_demo,
    )  # fmt: skip
    audit.record("ask", review, by=by, to_state=review.state, replaces=str(replaces.pk) if replaces else "")
    tell([person], "review_asked", review, by=by)
    return review


def due_at(call: Call) -> datetime | None:
    """The end of the call's window for reviews; the one that ends next, or the last one."""
    ends = sorted(row.period.upper for row in Window.objects.filter(call=call, stage=Window.Stage.REVIEW))
    return next((end for end in ends if end > clock.now()), ends[-1] if ends else None)
