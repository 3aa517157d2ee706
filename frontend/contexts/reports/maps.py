"""The countries of a report as points on the land of the world, each with its number; without borders."""

from django.db.models import Avg

from accounts.models import Organisation
from core import names
from frontend.map import Place, Point, points
from reports.queries.answers import Answer
from reports.words import cell_text


def map_of(seen: Answer) -> list[Point]:
    """A point in the middle of the centres of each country that has a number to show; nothing where the report has no
    map."""
    if not seen.report.mapped:
        return []
    column = next(each for each in seen.report.columns if each.name == seen.report.mapped)
    told = {row["home"]: row[column.name] for row in seen.rows if row["home"] and row[column.name] is not None}
    homes = Organisation.objects.filter(country__in=told, latitude__isnull=False, longitude__isnull=False)
    middles = homes.order_by("country").values_list("country").annotate(Avg("latitude"), Avg("longitude"))
    return points(
        Place(f"{names.country(code)} {cell_text(told[code], column.kind)}", latitude, longitude)
        for code, latitude, longitude in middles
    )
