"""Answers to the questionnaire: each saved by itself, with a version of its own."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, times
from core.errors import DomainError, Invalid, NotFound, Violation
from programs.commands.proposals.locking import being_edited
from programs.models import Answer, Proposal
from programs.rules.questionnaire import answer_violations, questions_of


@transaction.atomic
def answer_question(proposal: Proposal, question: str, value: Any, *, by: Any, version: int) -> Answer:
    """Write one answer. `version` is that of the answer the editor saw, 0 where there was none.

    An answer that is not complete yet is kept; one that can never be right is refused. Raises NotFound for a question
    the questionnaire does not have, Invalid, and 409 `changed_meanwhile` with what somebody else wrote.
    """
    proposal = being_edited(proposal, by=by)
    content = proposal.questionnaire.content if proposal.questionnaire else {}
    asked = questions_of(content).get(question)
    if asked is None:
        raise NotFound(_("The questionnaire has no question “%(key)s”.") % {"key": question})
    if asked.kind == "file":
        message = _("This question is answered with a file: attach it.")
        raise Invalid(message, [Violation("answer_is_a_file", message, asked.field)])
    answer = Answer.objects.filter(proposal=proposal, question=question).select_related("by").first()
    if answer is not None and answer.value == value:
        return answer
    if (answer.version if answer else 0) != version:
        raise _changed_meanwhile(answer, asked.said, asked.field, proposal.call.zone)
    others = dict(proposal.answers.exclude(question=question).values_list("question", "value"))
    wrong = answer_violations(content, others | {question: value}, complete=False)
    if mine := [violation for violation in wrong if violation.field == asked.field and _unreadable(violation)]:
        raise Invalid(_("Please correct what is marked."), mine)
    if answer is None:
        answer = Answer.objects.create(proposal=proposal, question=question, value=value, by=by)
    else:
        answer.value, answer.by, answer.version = value, by, answer.version + 1
        answer.save(update_fields=["value", "by", "version", "updated_at"])
    audit.record("answer", proposal, by=by, question=question, answer_version=answer.version)
    return answer


def _unreadable(violation: Violation) -> bool:
    """Too long, too much or incomplete may wait until submission; what has the wrong shape would break a page."""
    return violation.rule in {"answer_malformed", "not_a_number", "unknown_choice"}


def _changed_meanwhile(answer: Answer | None, said: str, field: str, zone: str) -> DomainError:
    words = {
        "who": answer.by.name if answer else "",
        "at": times.moment(answer.updated_at, zone) if answer else "",
        "question": said,
        "now": answer.value if answer else "–",
    }
    message = _("%(who)s answered “%(question)s” at %(at)s; it now reads: %(now)s") % words
    return DomainError(
        _("Somebody changed the same answer while you were writing. Yours is still here; compare, then save again."),
        "changed_meanwhile",
        [Violation("changed_meanwhile", message, field)],
        status=409,
        details={"version": answer.version if answer else 0, "theirs": {field: answer.value if answer else None}},
    )
