"""The words of a message, made at delivery in the reader's language: subject, text and the page it leads to."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.template import Context, Engine, Template
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from notifications.kinds import KINDS
from notifications.models import Message

FOLDER = Path(__file__).resolve().parent / "templates"


@cache
def _engine() -> Engine:
    """Plain text: nothing is escaped, for nothing is HTML."""
    return Engine(
        dirs=[str(FOLDER)],
        autoescape=False,
        builtins=["django.templatetags.i18n", "notifications.templatetags.mail"],
    )


@cache
def template_of(name: str) -> Template:
    """The template `mail/<name>.txt`. Raises TemplateDoesNotExist."""
    return _engine().get_template(f"mail/{name}.txt")


def language_of(user: Any) -> str:
    """The language of the product that fits a person's locale; the default one where none does."""
    try:
        return translation.get_supported_language_variant(user.locale)
    except LookupError:
        return settings.LANGUAGE_CODE


def words(message: Message) -> tuple[str, str]:
    """Subject and text of a message, in the active language. A missing value is an empty text."""
    context = {**message.context, "link": link_of(message)}
    return text_of(message.kind, message.reader, context)


def text_of(name: str, reader: Any, context: dict[str, Any]) -> tuple[str, str]:
    """Subject (the first line) and text of a template for a reader, in the active language."""
    frame = {
        "reader": str(reader),
        "reader_zone": reader.time_zone,
        "preferences": urljoin(settings.PUBLIC_URL, reverse("account_notifications")),
    }
    text = template_of(name).render(Context({**context, **frame}, autoescape=False))
    subject, _newline, body = text.strip().partition("\n")
    return " ".join(subject.split())[:300], re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"


def link_of(message: Message) -> str:
    """The address of the page a message is about: its `path`, or the page of its topic; else the product's first."""
    path = message.context.get("path")
    if not path and message.kind in KINDS:
        topic = KINDS[message.kind].topic
        try:
            path = reverse(topic.page, args=[message.subject_id] if topic.one else None)
        except NoReverseMatch:
            path = "/"
    return urljoin(settings.PUBLIC_URL, path or "/")
