"""Written text from Markdown to safe HTML, and by what name an organisation is called."""

from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from core.names import local

MARKDOWN = MarkdownIt("commonmark", {"html": False})
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "blockquote", "a", "code", "pre", "hr"}


def html(text: str) -> SafeString:
    """Markdown as HTML with only harmless tags; links leave without a referrer."""
    clean = nh3.clean(MARKDOWN.render(text), tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener noreferrer")
    return mark_safe(clean)


def home_of(booking: Any) -> str:
    """The organisation of who asked, as it was called at the time; in Chinese while it is still called so."""
    label, organisation = booking.organisation_label, booking.organisation
    if organisation is None or (label and label != organisation.name):
        return str(label)
    return local(organisation, "name")
