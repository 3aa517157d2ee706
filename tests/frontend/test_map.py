"""Members on the map: at the right place, with names that do not lie on each other."""

from itertools import pairwise

from frontend.map import FITS, HEIGHT, ROW, WIDTH, Place, points, project

EUROPE = [Place("A", 51.57, -1.31), Place("B", 52.41, 13.13), Place("C", 53.59, 9.83), Place("D", 51.82, 5.86)]


def test_a_place_is_projected_plainly():
    assert project(70, -135) == (0, 0)
    assert project(-45, 180) == (WIDTH, HEIGHT)


def test_a_place_beyond_the_map_is_not_drawn():
    assert project(-80, 0) is None
    assert points([Place("South Pole", -90, 0)]) == []


def test_a_lonely_place_has_its_name_beside_it_without_a_line():
    (point,) = points([Place("Oak Ridge", 35.93, -84.31)])
    assert point.line == ""
    assert float(point.text_x) - float(point.x) == 12


def test_a_name_at_the_eastern_edge_stands_before_its_point():
    (point,) = points([Place("Auckland", -36.8, 174.7)])
    assert point.anchor == "end"
    assert float(point.text_x) < float(point.x)


def test_a_crowd_has_a_column_of_names_in_the_order_of_its_points():
    found = points(EUROPE)
    assert {point.anchor for point in found} == {"end"}
    heights = [float(point.text_y) for point in found]
    assert [round(after - before) for before, after in pairwise(heights)] == [ROW] * 3
    assert [float(point.y) for point in found] == sorted(float(point.y) for point in found)
    assert all(point.line.startswith("M") for point in found)


def test_a_crowd_that_is_larger_than_a_column_of_names_is_points_alone():
    found = points([Place(str(number), 50 + number / 100, 10) for number in range(FITS + 1)])
    assert len(found) == FITS + 1
    assert not any(point.name or point.line for point in found)


def test_numbers_never_have_a_comma():
    assert not any("," in part for point in points(EUROPE) for part in (point.x, point.y, point.line))
