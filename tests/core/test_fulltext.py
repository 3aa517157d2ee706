"""Long texts are found by beginnings of words, without accents, in Chinese too; whatever is typed is no error."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.fulltext import terms

TEXT = "Déclaration of the 4th Conference; 北京怀柔科学城, 2021年会. O'Brien \\ large-scale"


def holds(text: str, asked: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select words_of(%s) @@ all (%s::text[]::tsquery[])", [text, terms(asked)])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("declar", True),
        ("conference DECLARATION", True),
        ("ference", False),
        ("怀柔", True),
        ("北京怀柔科学城", True),
        ("京怀", True),
        ("城", True),
        ("柔怀", False),
        ("北京大学", False),
        ("2021年会", True),
        ("2021", True),
        ("年会", True),
        ("scale large", True),
        ("O'Brien", True),
        ("conference 上海", False),
        ("", True),
    ],
)
def test_a_text_is_found_by_its_words(asked, found):
    assert holds(TEXT, asked) is found


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=60))
def test_every_text_is_found_by_itself_and_none_is_an_error(text):
    text = text.replace("\0", "").encode("utf-8", "ignore").decode()
    assert holds(text, text)
