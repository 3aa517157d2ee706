"""Marked texts are found in code and templates, and an incomplete catalogue is noticed."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from config import translations


@pytest.fixture
def tree(tmp_path, settings):
    """A small source tree with texts in Python and in a template."""
    settings.ROOT = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "home" / "locale"]
    code = tmp_path / "facilities" / "rules.py"
    page = tmp_path / "frontend" / "templates" / "page.html"
    for path in (code, page):
        path.parent.mkdir(parents=True)
    code.write_text(
        "from django.utils.translation import gettext as _, ngettext\n"
        '_("Too late by %(hours)d h")\n'
        'ngettext("one shift", "many shifts", 2)\n'
    )
    page.write_text(
        '{% if a %}\n    <p title="{% translate "Hold" context "verb" %}">{% blocktranslate count n=n %}{{ n }} request'
        "{% plural %}{{ n }} requests{% endblocktranslate %}</p>\n  {% endif %}{{ _('Free') }} it's \"quoted"
    )
    return tmp_path


def write(catalog: Catalog) -> None:
    with translations.source("zh-hans").open("wb") as file:
        write_po(file, catalog)


def read() -> Catalog:
    with translations.source("zh-hans").open("rb") as file:
        return read_po(file, locale="zh_Hans")


def test_texts_of_code_and_templates_are_collected(tree):
    assert {(text.context, text.id) for text in translations.collect() if text.id} == {
        (None, "Too late by %(hours)d h"),
        (None, ("one shift", "many shifts")),
        ("verb", "Hold"),
        (None, ("%(n)s request", "%(n)s requests")),
        (None, "Free"),
    }


def test_a_catalogue_without_a_text_is_incomplete_until_it_is_translated(tree):
    assert len(translations.problems("zh-hans")) == 5
    translations.update("zh-hans")
    assert len(translations.problems("zh-hans")) == 5
    catalog = read()
    for text in catalog:
        if text.id:
            text.string = ("空",) if isinstance(text.id, tuple) else "空"
    write(catalog)
    assert translations.problems("zh-hans") == []


def test_a_translation_with_an_unknown_placeholder_is_a_problem(tree):
    translations.update("zh-hans")
    catalog = read()
    catalog["Too late by %(hours)d h"].string = "%(hour)d"
    write(catalog)
    assert "unknown placeholder in the translation of 'Too late by %(hours)d h'" in translations.problems("zh-hans")


def test_only_catalogues_that_changed_are_compiled(tree):
    translations.update("zh-hans")
    translations.compile_stale()
    first = translations.compiled("zh-hans").stat().st_mtime_ns
    translations.compile_stale()
    assert translations.compiled("zh-hans").stat().st_mtime_ns == first
