"""Files for importers: what is read, what is refused as a whole and what as a row."""

import gzip

import pytest

from core.tables import WrongFile, read_table


def write(tmp_path, content: bytes, name: str = "file.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def rows(path, *needs: str):
    return [(line.number, line.cells, line.problem) for line in read_table(path, needs)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_whatever_separates_its_cells(tmp_path, delimiter):
    path = write(tmp_path, f"name{delimiter}country\r\n Łódź {delimiter}NA\r\n\r\n".encode())
    assert rows(path, "name", "country") == [(2, {"name": "Łódź", "country": "NA"}, "")]


def test_gzipped_files_are_unpacked_and_marks_dropped(tmp_path):
    path = write(tmp_path, gzip.compress("\ufeffname\n北京\n".encode()), "packed")
    assert rows(path, "name") == [(2, {"name": "北京"}, "")]
    assert read_table(path).total == 1


def test_columns_of_the_same_name_are_numbered(tmp_path):
    path = write(tmp_path, b"id,parent,parent\n1,2,3\n")
    assert rows(path) == [(2, {"id": "1", "parent": "2", "parent 2": "3"}, "")]


def test_quoted_cells_may_hold_line_breaks_and_separators(tmp_path):
    path = write(tmp_path, b'a,b\n"x\ny, z",2\n3,4\n')
    assert [(number, cells["a"]) for number, cells, _ in rows(path)] == [(3, "x\ny, z"), (4, "3")]


def test_bad_rows_are_given_with_their_problem_and_stop_nothing(tmp_path):
    path = write(tmp_path, b"a,b\n1\n1,2,3\n" + b"x" * 2_000_000 + b",1\n\xff,1\n5,6\n")
    found = rows(path)
    assert [problem for _, _, problem in found[:2]] == [
        "cells: 1, columns of the header: 2",
        "cells: 3, columns of the header: 2",
    ]
    assert "cannot be read" in found[2][2]
    assert found[-1][1:] == ({"a": "5", "b": "6"}, "")


def test_bytes_that_are_no_text_far_into_a_file_spoil_their_row_only(tmp_path):
    filler = b"1,2\n" * 300_000
    path = write(tmp_path, b"a,b\n" + filler + b"\xff\xfe,1\n0\x00,1\n5,6\n")
    bad = [problem for _, _, problem in rows(path) if problem]
    assert bad == ["is not UTF-8 text", "holds a NUL character"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a text file"),
        ("name,país\n".encode("latin-1"), "not UTF-8"),
        (b"other,columns\n1,2\n", "no column name"),
        (gzip.compress(b"name\n" + bytes(range(65, 91)) * 99, mtime=0)[:-20], "damaged or incomplete"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_sentence(tmp_path, content, why):
    with pytest.raises(WrongFile, match=why) as refused:
        read_table(write(tmp_path, content), ["name"])
    assert str(refused.value).count("\n") == 0


def test_folders_and_missing_files_are_refused(tmp_path):
    with pytest.raises(WrongFile, match="folder"):
        read_table(tmp_path)
    with pytest.raises(WrongFile, match="no file"):
        read_table(tmp_path / "nothing.csv")
