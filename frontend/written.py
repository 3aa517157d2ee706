"""Written text from Markdown to safe HTML, and the words of a row in the reader's language where it has them."""

import re
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark", {"html": False})
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "blockquote", "a", "code", "pre", "hr"}


def html(text: str) -> SafeString:
    """Markdown as HTML with only harmless tags; links leave without a referrer."""
    clean = nh3.clean(MARKDOWN.render(text), tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener noreferrer")
    return mark_safe(clean)


HAN = re.compile("[\u4e00-\u9fff]")
KANA = re.compile("[\u3040-\u30ff]")


def local(row: Any, field: str) -> str:
    """For a Chinese reader `name_zh`, or `name_local` where that is Chinese; else `name`. Nothing of no row."""
    if not row:
        return ""
    said: str = getattr(row, field)
    if not (get_language() or "").startswith("zh"):
        return said
    own = getattr(row, f"{field}_local", "")
    return getattr(row, f"{field}_zh", "") or (own if _is_chinese(own) else said)


def home_of(booking: Any) -> str:
    """The organisation of who asked, as it was called at the time; in Chinese while it is still called so."""
    label, organisation = booking.organisation_label, booking.organisation
    if organisation is None or (label and label != organisation.name):
        return str(label)
    return local(organisation, "name")


def _is_chinese(text: str) -> bool:
    return bool(HAN.search(text) and not KANA.search(text))


def names_of(row: Any) -> tuple[str, str]:
    """The name of an organisation or facility for the reader and the one beside it, which may be empty.

    A Chinese reader gets a name in Chinese script where the row has one; everybody else the Latin one first.
    """
    if _is_chinese(row.name_local) and (get_language() or "").startswith("zh"):
        return row.name_local, row.name
    return row.name, row.name_local
