"""The PDF of a saved view as a mail carries it: of what its reader may see at the moment it is sent."""

from django.utils.text import slugify

from core.errors import DomainError
from notifications.attachments import Attachment, Withheld
from notifications.models import Message
from notifications.rendering import language_of
from reports.addresses import read_address
from reports.queries.views import views_visible_to
from reports.typeset.views import pdf_of


def pdf_for(message: Message) -> list[Attachment]:
    """Raises Withheld where the reader no longer finds the view, or may read nothing of it."""
    reader = message.recipient
    if reader is None or message.subject_id is None:
        raise Withheld
    view = views_visible_to(reader).filter(pk=message.subject_id).first()
    if view is None:
        raise Withheld
    try:
        answers = read_address(view.address).answers(reader)
    except DomainError as refusal:
        raise Withheld(str(refusal)) from refusal
    content = pdf_of(answers, locale=language_of(reader), title=view.name)
    return [Attachment(f"{slugify(view.name, allow_unicode=True) or 'view'}.pdf", content, "application/pdf")]
