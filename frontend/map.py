"""Places members on the world of static/img/world.svg and sets their names so that they do not lie on each other."""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, HEIGHT = 1200, 500
WEST, NORTH, DEGREES_WIDE, DEGREES_HIGH = -135, 70, 315, 115
ROW = 26
"""Between the names in a column."""
NEAR = 40
"""Points closer than this share a column of names, with a line from each."""
FITS = HEIGHT // ROW - 2
"""Names that a column has room for; a larger crowd is points without names."""
AWAY = 70
"""From the outermost point of a crowd to its column."""


@dataclass(frozen=True)
class Place:
    """A named point on the globe."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Point:
    """A place on the map with its name beside it; numbers are drawing units, as text without locale."""

    name: str
    x: str
    y: str
    text_x: str
    text_y: str
    line: str
    anchor: str


def project(latitude: float, longitude: float) -> tuple[float, float] | None:
    """Drawing units of a place; None where the map does not reach."""
    x = (longitude - WEST) * WIDTH / DEGREES_WIDE
    y = (NORTH - latitude) * HEIGHT / DEGREES_HIGH
    return (x, y) if 0 <= x <= WIDTH and 0 <= y <= HEIGHT else None


def _crowds(drawn: list[tuple[Place, float, float]]) -> list[list[tuple[Place, float, float]]]:
    """Points joined with every other that is near, directly or through others."""
    crowds: list[list[tuple[Place, float, float]]] = []
    for point in drawn:
        near = [
            crowd
            for crowd in crowds
            if any(abs(point[1] - x) < NEAR and abs(point[2] - y) < NEAR for _place, x, y in crowd)
        ]
        crowds = [crowd for crowd in crowds if crowd not in near]
        crowds.append([point, *(other for crowd in near for other in crowd)])
    return crowds


def _spread(wanted: list[float]) -> list[float]:
    """Rows ROW apart in the order of what is wanted, around its middle and on the map."""
    height = ROW * (len(wanted) - 1)
    top = min(max(sum(wanted) / len(wanted) - height / 2, ROW), HEIGHT - ROW - height)
    return [top + ROW * index for index in range(len(wanted))]


def points(places: Iterable[Place]) -> list[Point]:
    """Every place the map reaches: alone with its name beside it, in a crowd with a line to its name in a column.

    The name is empty where the crowd is larger than a column of names.
    """
    drawn = [(place, *at) for place in places if (at := project(place.latitude, place.longitude))]
    found = []
    for crowd in _crowds(drawn):
        left = sum(x for _place, x, _y in crowd) / len(crowd) < WIDTH * 0.62
        if len(crowd) == 1:
            place, x, y = crowd[0]
            after = x < WIDTH - 160
            found.append(_point(place.name, x, y, x + 12 if after else x - 12, y, "", left=not after))
            continue
        if len(crowd) > FITS:
            found += [_point("", x, y, x, y, "", left=left) for _place, x, y in crowd]
            continue
        column = sorted(crowd, key=lambda point: (point[2], point[1]))
        edge = min(x for _place, x, _y in crowd) - AWAY if left else max(x for _place, x, _y in crowd) + AWAY
        bend = edge + 14 if left else edge - 14
        for (place, x, y), row in zip(column, _spread([y for _place, _x, y in column]), strict=True):
            line = f"M{edge:.1f} {row:.1f}H{bend:.1f}L{x:.1f} {y:.1f}"
            found.append(_point(place.name, x, y, edge - 8 if left else edge + 8, row, line, left=left))
    return found


def _point(name: str, x: float, y: float, text_x: float, text_y: float, line: str, *, left: bool) -> Point:
    """Numbers as text, so that no locale puts a comma into them; the name's baseline lies 5 below its middle."""
    return Point(name, f"{x:.1f}", f"{y:.1f}", f"{text_x:.1f}", f"{text_y + 5:.1f}", line, "end" if left else "start")
