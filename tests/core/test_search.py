"""The search column, its SQL and Python foldings, misspellings and ranks."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation
from core.models import SearchWord
from core.search import corrections, distances, fold, matching, words
from facilities.queries.search import search

pytestmark = pytest.mark.django_db


def organisation(name: str, **fields) -> Organisation:
    return Organisation.objects.create(slug=fold(name).replace(" ", "-")[:80] or "x", name=name, **fields)


def names(text: str) -> list[str]:
    return [row.label for row in search(text, ["organisation"], limit=50)]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Universität München", "universitat munchen"),
        ("L’Université d'Orsay", "l universite d orsay"),
        ("Łódź–Ørsted/Æ", "lodz orsted ae"),
        ("ИНСТИТУТ Йода", "институт иода"),
        ("北京大学（医学部）", "北京大学 医学部"),
        ("ＣＥＲＮ", "cern"),
    ],
)
def test_accents_case_and_breaks_do_not_count(written, folded):
    assert fold(written) == folded


OTHERS = "ΑΒΣαβσςЖЙёїҚ北京大学核子ガ한국 -–—'’;.，（）ﬁ"
SCRIPTS = st.characters(min_codepoint=1, max_codepoint=0x17F) | st.sampled_from(
    "ΑΒΣαβσςЖЙёїҚ北京大学核子ガ한국 -–—'’;.，（）ﬁ"
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(SCRIPTS, max_size=30))
def test_the_database_folds_as_python_does(text):
    with connection.cursor() as cursor:
        cursor.execute("select fold(%s)", [text])
        assert cursor.fetchone()[0] == fold(text)


def test_words_are_found_by_their_beginnings_in_any_order():
    organisation("Institut Laue-Langevin", acronym="ILL", city="Grenoble")
    assert names("lang inst") == names("laue") == names("grenob") == ["Institut Laue-Langevin"]
    assert names("gevin") == []


def test_accents_may_be_left_out_or_added():
    organisation("Technische Universität München")
    assert names("universitat munchen") == names("ÜNIVERSITAT München") == ["Technische Universität München"]


def test_chinese_is_found_anywhere_in_a_name():
    organisation("Beijing Synchrotron Radiation Facility", name_local="北京同步辐射装置")
    assert names("同步辐射") == names("北京") == names("北京 装置") == ["Beijing Synchrotron Radiation Facility"]
    assert names("上海") == []


@pytest.mark.parametrize("typed", ["univercity", "tsinhua", "Tsnighua", "tsinghau univ", "tsinghuaa", "qsinghua"])
def test_small_typing_errors_are_forgiven(typed):
    organisation("Tsinghua University", city="Beijing")
    organisation("Wholly Other Laboratory")
    assert names(typed) == ["Tsinghua University"]


def test_letters_may_be_swapped_in_short_words():
    organisation("University of Oxford")
    assert names("oxfrod") == ["University of Oxford"]


def test_short_and_far_words_are_not_corrected():
    organisation("CERN")
    assert names("cxr") == names("qern quark") == names("zzzzzz") == []


def test_what_matches_as_typed_comes_before_what_may_have_been_meant():
    organisation("Plank Institute")
    organisation("Max Planck Society")
    assert names("plank") == ["Plank Institute", "Max Planck Society"]


def test_whole_names_come_first_then_beginnings_then_the_shorter():
    for name, acronym in [
        ("European Spallation Source", "ESS"),
        ("Essex University", ""),
        ("University of Essex Pathways", ""),
        ("College of Essen", ""),
    ]:
        organisation(name, acronym=acronym)
    assert names("ess") == [
        "European Spallation Source",
        "Essex University",
        "College of Essen",
        "University of Essex Pathways",
    ]


def test_alternative_acronyms_of_one_row_are_names_of_their_own():
    organisation("Arab Academy for Science", acronym="AAST;AASTMT")
    organisation("AASTMT Friends")
    assert names("aastmt")[0] == "Arab Academy for Science"


def test_signs_of_patterns_are_breaks_between_words():
    organisation("One Hundred")
    assert names("_ne") == names("o%d") == []
    assert names("one_hun") == ["One Hundred"]


def test_words_are_learnt_from_new_rows_and_changes():
    row = organisation("Alpha Laboratory")
    row.name = "Betatron"
    row.save()
    assert set(SearchWord.objects.values_list("word", flat=True)) >= {"alpha", "laboratory", "betatron"}
    assert corrections(["betatorn"]) == [["betatron"]]
    assert corrections(["alpha", "ab"]) == [["alpha"], ["ab"]]


def test_nothing_typed_finds_everything():
    organisation("One")
    assert [row.name for row in matching(Organisation.objects.all(), "  ")] == ["One"]
    assert names("  ") == []


@pytest.mark.parametrize("typed", ["inst", "laue inst", "instiute", "北京", "zz", "a%' or 1=1 --", "grenob", "ill"])
def test_a_list_finds_what_the_box_finds(typed):
    organisation("Institut Laue-Langevin", acronym="ILL", city="Grenoble")
    organisation("Institute of Physics", name_local="北京物理研究所", city="Beijing")
    organisation("Other")
    assert set(names(typed)) == {row.name for row in matching(Organisation.objects.all(), typed)}


def test_no_more_than_eight_words_count():
    assert len(words(" ".join(f"word{n}" for n in range(20)))) == 8


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("", "abc", 3), ("abc", "abc", 0), ("acb", "abc", 1), ("ab", "abc", 1), ("xbc", "abc", 1), ("cab", "abc", 2)],
)
def test_distance_counts_inserted_dropped_replaced_and_swapped_letters(one, other, apart):
    assert distances(one, other)[-1] == distances(other, one)[-1] == apart
