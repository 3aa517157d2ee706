"""Files of a proposal: their kind is found from their content, and a draft keeps them outside any public folder."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, NotFound, Violation
from programs.commands.proposals.locking import being_edited
from programs.models import Attachment, Proposal
from programs.rules.files import HEAD, SUFFIXES, kind_of, suffix_of
from programs.rules.questionnaire import questions_of

MEGABYTE = 1_000_000


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
    name = (file.name or "file").replace("\\", "/").rpartition("/")[2][-200:]
    head = file.read(HEAD)
    if violations := [*_refusals(name, file.size, head)]:
        raise Invalid(_("The file was not taken."), violations)
    digest = hashlib.sha256(head)
    for chunk in iter(lambda: file.read(1 << 16), b""):
        digest.update(chunk)
    file.seek(0)
    attachment = Attachment(
        proposal=proposal,
        question=question,
        name=name,
        mime=kind_of(head),
        size=file.size,
        sha256=digest.hexdigest(),
        by=by,
    )
    attachment.file.save(f"{attachment.pk}", file, save=False)
    attachment.save()
    audit.record("attach", proposal, by=by, name=name, question=question, sha256=attachment.sha256)
    return attachment


@transaction.atomic
def remove_file(attachment: Attachment, *, by: Any) -> None:
    """Take a file out of a draft. Its bytes stay: a frozen version may name them."""
    proposal = being_edited(attachment.proposal, by=by)
    Attachment.objects.filter(pk=attachment.pk).delete()
    audit.record("detach", proposal, by=by, name=attachment.name, question=attachment.question)


def _refusals(name: str, size: int, head: bytes) -> list[Violation]:
    found = []
    if not size:
        found.append(Violation("file_empty", _("“%(name)s” is empty.") % {"name": name}, "file"))
    if size > settings.ATTACHMENT_MEGABYTES * MEGABYTE:
        message = _("“%(name)s” is larger than %(most)d MB.")
        found.append(
            Violation("file_too_large", message % {"name": name, "most": settings.ATTACHMENT_MEGABYTES}, "file")
        )
    if kind_of(head) not in SUFFIXES:
        offered = ", ".join(sorted(suffix for suffixes in SUFFIXES.values() for suffix in suffixes))
        message = _("“%(name)s” is of no kind that is taken. Give one of: %(offered)s.")
        found.append(Violation("file_kind", message % {"name": name, "offered": offered}, "file"))
    elif suffix_of(name) == "":
        found.append(Violation("file_name", _("Give the file a name with an ending, such as .pdf."), "file"))
    return found
