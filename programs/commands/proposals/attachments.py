"""Files of a proposal: their kind is found from their content, and a draft keeps them outside any public folder."""

from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import NotFound
from core.files import described
from programs.commands.proposals.locking import being_edited
from programs.models import Attachment, Proposal
from programs.rules.questionnaire import questions_of


@transaction.atomic
def attach_file(proposal: Proposal, file: File, *, by: Any, question: str = "") -> Attachment:
    """Keep a file, for a question of kind `file` or for the proposal as a whole.

    A file whose name says something else than its content is kept and hinders submission, so that the team sees which
    one. Raises Invalid for a file that is empty, larger than ATTACHMENT_MEGABYTES or of no kind that is taken.
    """
    proposal = being_edited(proposal, by=by)
    content = proposal.questionnaire.content if proposal.questionnaire else {}
    if question and getattr(questions_of(content).get(question), "kind", "") != "file":
        raise NotFound(_("No question “%(key)s” asks for a file.") % {"key": question})
    kept = described(file, most_megabytes=settings.ATTACHMENT_MEGABYTES)
    attachment = Attachment(
        proposal=proposal,
        question=question,
        name=kept.name,
        mime=kept.mime,
        size=kept.size,
        sha256=kept.sha256,
        by=by,
    )
    attachment.file.save(f"{attachment.pk}", file, save=False)
    attachment.save()
    audit.record("attach", proposal, by=by, name=kept.name, question=question, sha256=attachment.sha256)
    return attachment


@transaction.atomic
def remove_file(attachment: Attachment, *, by: Any) -> None:
    """Take a file out of a draft. Its bytes stay: a frozen version may name them."""
    proposal = being_edited(attachment.proposal, by=by)
    Attachment.objects.filter(pk=attachment.pk).delete()
    audit.record("detach", proposal, by=by, name=attachment.name, question=attachment.question)
