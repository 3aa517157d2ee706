"""Collects the texts that people read, keeps the catalogues of the languages complete, and compiles them.

Babel does what GNU gettext does for Django, so that a fresh machine needs no binaries. Sources are
`frontend/locale/xx/LC_MESSAGES/django.po`; what is compiled from them is run-time state and lies in the home folder.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

SOURCES = ("platform", "facilities", "programs", "reports", "frontend")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def languages() -> list[str]:
    """All languages that need a catalogue; the texts in the code are the English one."""
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def source(language: str) -> Path:
    return settings.ROOT / "frontend" / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"


def compiled(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "django.mo"


def collect() -> Catalog:
    """Every text marked for translation in code and templates, with the files it stands in."""
    catalog = Catalog(project="Yanqi")
    for path in _files():
        where = path.relative_to(settings.ROOT).as_posix()
        code = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # What is not to be translated is blanked out, and what is left reads as Python once indents are gone.
            code = "\n".join(line.lstrip() for line in templatize(code, origin=where).splitlines())
        found = extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS, comment_tags=["Translators:"])
        for _, message, comments, context in found:
            if message:
                catalog.add(message, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalog


def _files() -> Iterator[Path]:
    for name in SOURCES:
        for path in sorted((settings.ROOT / name).rglob("*")):
            in_templates = "templates" in path.parts and path.suffix in {".html", ".txt"}
            if in_templates or (path.suffix == ".py" and "migrations" not in path.parts):
                yield path


def update(language: str) -> None:
    """Bring a catalogue up to date with the code: new texts come in untranslated, unused ones go."""
    texts, path = collect(), source(language)
    catalog = _read(language)
    texts.creation_date = catalog.creation_date
    catalog.update(texts, no_fuzzy_matching=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=120, include_lineno=False, ignore_obsolete=True)


def problems(language: str) -> list[str]:
    """What is missing or wrong in a catalogue; empty when it is complete."""
    catalog, found = _read(language), []
    for text in collect():
        if not text.id:
            continue
        name = text.id[0] if isinstance(text.id, tuple) else text.id
        entry = catalog.get(text.id, context=text.context)
        strings = _strings(entry)
        if entry is None or not strings or not all(strings):
            found.append(f"not translated: {name!r}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {name!r}")
        elif any(set(PLACEHOLDER.findall(string)) - set(PLACEHOLDER.findall(str(text.id))) for string in strings):
            found.append(f"unknown placeholder in the translation of {name!r}")
    return found


def _strings(entry: Message | None) -> list[str]:
    """The translation, or each of its plural forms."""
    string = entry.string if entry else None
    return [string] if isinstance(string, str) else list(string or ())


def compile_stale() -> None:
    """Compile each catalogue that changed since it was last compiled."""
    for language in languages():
        po, mo = source(language), compiled(language)
        if po.exists() and not (mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime):
            mo.parent.mkdir(parents=True, exist_ok=True)
            fresh = mo.with_suffix(".new")
            with fresh.open("wb") as file:
                write_mo(file, _read(language))
            fresh.replace(mo)


def _read(language: str) -> Catalog:
    path = source(language)
    if not path.exists():
        comment = f"# {language} catalogue of Yanqi; `manage.py messages` keeps it up to date with the code."
        return Catalog(locale=to_locale(language), project="Yanqi", fuzzy=False, header_comment=comment)
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(language))
