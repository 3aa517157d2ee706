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


def local(row: Any, field: str) -> str:
    """`title_zh` for a Chinese reader where it is filled, else `title`."""
    if (get_language() or "").startswith("zh"):
        return getattr(row, f"{field}_zh", "") or getattr(row, field)
    return getattr(row, field)


HAN = re.compile("[\u4e00-\u9fff]")
KANA = re.compile("[\u3040-\u30ff]")


def names_of(row: Any) -> tuple[str, str]:
    """The name of an organisation or facility for the reader and the one beside it, which may be empty.

    A Chinese reader gets a name in Chinese script where the row has one; everybody else the Latin one first.
    """
    chinese = HAN.search(row.name_local) and not KANA.search(row.name_local)
    if chinese and (get_language() or "").startswith("zh"):
        return row.name_local, row.name
    return row.name, row.name_local
