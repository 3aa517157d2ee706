"""What a questionnaire lets be asked, and what it finds wrong with answers and with itself."""

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.rules.building import definition_violations, differences, missing_translations
from programs.rules.questionnaire import KINDS, answer_violations, visible_questions
from programs.rules.words import words_in
from tests.programs.questions import HAZARD, asking, choosing, of


def rules(content, answers, **options):
    return [(each.rule, each.field) for each in answer_violations(content, answers, **options)]


def test_what_is_required_and_not_given_is_said_and_a_draft_may_lack_it():
    content = of(asking("aim", required=True), asking("more"))
    assert rules(content, {"aim": "  "}) == [("answer_missing", "answers.aim")]
    assert rules(content, {"aim": "  "}, complete=False) == []


def test_a_question_is_asked_only_where_the_choice_it_hangs_on_was_made():
    shown = [each.key for each in visible_questions(HAZARD, {"hazard": "yes", "kind": "radioactive"})]
    assert shown == ["hazard", "kind", "licence"]
    assert [each.key for each in visible_questions(HAZARD, {"hazard": "no"})] == ["hazard"]


def test_what_hangs_on_a_question_that_is_no_longer_asked_is_not_asked_either():
    left_over = {"hazard": "no", "kind": "radioactive"}
    assert rules(HAZARD, left_over) == []
    assert rules(HAZARD, left_over | {"hazard": "yes"}) == [("answer_missing", "answers.licence")]


def test_501_words_where_500_are_allowed_are_refused_with_both_numbers():
    content = of(asking("case", words=500))
    assert rules(content, {"case": "ion " * 500}) == []
    [found] = answer_violations(content, {"case": "ion " * 501})
    assert found.rule == "too_many_words"
    assert "501" in found.message
    assert "500" in found.message


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("X-ray of well-known salts", 4), ("研究锂电池", 5), ("用 XAS 研究", 4), ("a — b … c", 3), ("don’t", 1)],
)
def test_words_are_counted_in_scripts_with_and_without_blanks(text, count):
    assert words_in(text) == count


@settings(max_examples=30)
@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), max_size=30))
def test_plain_words_count_as_many_as_they_are(words):
    assert words_in(" ".join(words)) == len(words)


@pytest.mark.parametrize(
    ("value", "rule"),
    [("3", []), ("300.5", []), ("2.9", ["below_least"]), ("301", ["above_most"]), ("cold", ["not_a_number"]),
     ("NaN", ["not_a_number"]), (True, ["not_a_number"])],
)  # fmt: skip
def test_a_number_keeps_its_limits(value, rule):
    content = of(asking("temperature", "number", unit="K", least="3", most="300.5"))
    assert [name for name, _field in rules(content, {"temperature": value})] == rule


def test_only_options_that_exist_may_be_chosen_one_or_several():
    one, several = of(choosing("mode", "a", "b")), of(choosing("mode", "a", "b", several=True))
    assert rules(one, {"mode": "a"}) == rules(several, {"mode": ["a", "b"]}) == []
    assert rules(one, {"mode": "c"}) == rules(one, {"mode": ["a"]}) == [("unknown_choice", "answers.mode")]
    assert rules(several, {"mode": "a"}) == rules(several, {"mode": ["a", "x"]}) == [("unknown_choice", "answers.mode")]


def test_a_sample_needs_its_name_and_substance_and_a_table_keeps_its_length():
    content = of(asking("samples", "samples", most=1))
    whole = {"name": "S1", "substance": "LiCoO2"}
    assert rules(content, {"samples": [whole]}) == []
    assert [rule for rule, _field in rules(content, {"samples": [whole, {"name": "S2"}]})] == [
        "sample_incomplete",
        "too_many_rows",
    ]
    assert rules(content, {"samples": [{"colour": "red"}]}) == [("answer_malformed", "answers.samples")]


def test_a_file_keeps_its_kind_and_size():
    content = of(asking("plan", "file", suffixes=["pdf"], megabytes=2))
    assert rules(content, {"plan": [{"name": "plan.PDF", "size": 2_000_000}]}) == []
    found = rules(content, {"plan": [{"name": "plan.exe", "size": 2_000_001}]})
    assert [rule for rule, _field in found] == ["wrong_kind_of_file", "file_too_large"]


def test_every_violation_is_listed_at_once_and_in_the_reader_s_language():
    content = of(asking("aim", required=True), asking("t", "number"), choosing("mode", "a", "b"))
    with override("zh-hans"):
        found = answer_violations(content, {"t": "x", "mode": "z", "new": "1"})
    assert [each.rule for each in found] == ["answer_missing", "not_a_number", "unknown_choice", "unknown_question"]
    assert "“问”" in found[0].message


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
)


@settings(max_examples=60)
@given(st.sampled_from(sorted(KINDS)), ANYTHING)
def test_no_answer_whatever_breaks_the_judging(kind, value):
    question = choosing("q", "a", "b") if kind == "choice" else asking("q", kind, words=3, most=2)
    assert all(each.field == "answers.q" for each in answer_violations(of(question), {"q": value}))


def test_a_sound_definition_has_nothing_wrong_and_both_languages():
    assert definition_violations(HAZARD) == []
    assert missing_translations(HAZARD) == []
    assert missing_translations(of({"key": "a", "kind": "text", "label": {"en": "Aim"}})) == ["Aim"]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ({}, "no_section"),
        ({"sections": [{"key": "a"}]}, "title_missing"),
        ({"sections": [{"questions": []}]}, "unreadable"),
        (of(), "no_question"),
        (of(asking("a"), asking("a")), "bad_key"),
        (of(asking("Not a key")), "bad_key"),
        (of(asking("a", label={})), "label_missing"),
        (of(asking("a", "poem")), "unknown_kind"),
        (of(choosing("a", "one")), "too_few_options"),
        (of(asking("a", "number", least="2", most="1")), "limits_crossed"),
        (of(asking("a", words=0)), "no_words"),
        (of(asking("a", when={"question": "b", "is": ["x"]}), choosing("b", "x", "y")), "condition_unknown"),
        (of(choosing("b", "x", "y"), asking("a", when={"question": "b", "is": ["z"]})), "condition_impossible"),
    ],
)
def test_a_definition_says_what_keeps_it_from_being_used(content, rule):
    assert rule in {each.rule for each in definition_violations(content)}


def test_two_versions_are_compared_question_by_question():
    before = of(asking("kept"), asking("longer", words=100), asking("gone"))
    after = of(asking("kept"), asking("longer", words=200), asking("new"))
    longer, *others = differences(before, after)
    assert (longer.label, longer.what, longer.fields) == ("Longer", "changed", ["words"])
    assert [(each.label, each.what) for each in others] == [("New", "added"), ("Gone", "removed")]
