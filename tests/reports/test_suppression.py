"""Small cells are left out, with company where a sum would tell."""

from hypothesis import given
from hypothesis import strategies as st

from reports.suppression import suppress


def cells(*parties):
    return [{"home": f"h{n}", "host": "x", "hours": 10 * n, "parties": n} for n in parties]


def nobody(row):
    return False


def test_a_cell_of_two_groups_is_not_shown_and_one_of_three_is():
    two, three = suppress(cells(2, 3), ["hours"], shown=nobody)
    assert (two["hours"], two["parties"], two["suppressed"]) == (None, None, True)
    assert (three["hours"], three["parties"], three["suppressed"]) == (30, 3, False)


def test_a_reader_of_the_place_sees_small_cells():
    (row,) = suppress(cells(1), ["hours"], shown=lambda row: row["host"] == "x")
    assert row["hours"] == 10


def test_a_cell_about_nobody_is_not_small():
    (row,) = suppress(cells(0), ["hours"], shown=nobody)
    assert row["hours"] == 0
    assert not row["suppressed"]


def test_a_lone_missing_cell_takes_the_smallest_other_with_it():
    rows = suppress(cells(1, 5, 4), ["hours"], shown=nobody, axes=["host"], size="hours")
    assert [row["suppressed"] for row in rows] == [True, False, True]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.integers(0, 6)),
        max_size=12,
        unique_by=lambda cell: cell[:2],
    )
)
def test_no_line_of_the_table_misses_a_single_cell_that_its_sum_would_tell(table):
    rows = [{"home": home, "host": host, "hours": parties, "parties": parties} for home, host, parties in table]
    shown = suppress(rows, ["hours"], shown=nobody, axes=["home", "host"], size="hours")
    for axis in ("home", "host"):
        for value in {row[axis] for row in rows}:
            line = [(row, was) for row, was in zip(shown, rows, strict=True) if row[axis] == value and was["parties"]]
            hidden = [was["parties"] for row, was in line if row["suppressed"]]
            assert not hidden or max(hidden) >= 3 or len(hidden) == len(line)
    assert all(row["suppressed"] or not 0 < was["parties"] < 3 for row, was in zip(shown, rows, strict=True))
