"""Two texts beside each other: only paragraphs that differ, and in them the words that changed; nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from alliance.rules.comparing import differences


def marked(runs) -> str:
    return "".join(f"[{run.text}]" if run.changed else run.text for run in runs)


def test_changed_words_are_marked_in_both():
    [piece] = differences("One\n\nThe chair serves two years.", "One\n\nThe chair serves three years.")
    assert (piece.number, marked(piece.before), marked(piece.after)) == (
        2, "The chair serves [two] years.", "The chair serves [three] years.",
    )  # fmt: skip


def test_chinese_is_compared_sign_by_sign():
    [piece] = differences("主席任期两年。", "主席任期三年。")
    assert (marked(piece.before), marked(piece.after)) == ("主席任期[两]年。", "主席任期[三]年。")


def test_a_paragraph_that_came_or_went_stands_alone():
    [came] = differences("One", "One\nTwo")
    [went] = differences("One\nTwo", "One")
    assert (came.before, marked(came.after), marked(went.before), went.after) == ([], "[Two]", "[Two]", [])


def test_unlike_paragraphs_are_an_old_and_a_new_one():
    gone, new = differences("Members pay fees.", "观察员没有表决权")
    assert (marked(gone.before), gone.after, new.before, marked(new.after)) == (
        "[Members pay fees.]", [], [], "[观察员没有表决权]",
    )  # fmt: skip


lines = st.lists(st.sampled_from(["a b c", "a b d", "x", "北京", "北海", ""]), max_size=6).map("\n".join)


@given(lines, lines)
def test_equal_texts_do_not_differ_and_every_changed_paragraph_is_shown_whole(before, after):
    found = differences(before, after)
    assert bool(found) == (before.split() != after.split() or [*filter(None, before.split("\n"))] != [
        *filter(None, after.split("\n"))
    ])  # fmt: skip
    shown = ["".join(run.text for run in piece.after) for piece in found if piece.after]
    assert all(line in after.split("\n") for line in shown)
