"""Reads which places a person sets up approval routes for."""

from dataclasses import dataclass
from typing import Any

from core.permissions import containers
from facilities.models import Facility, Instrument
from workflow.models import Route

SUBJECT = "facilities.booking"


@dataclass(frozen=True)
class Place:
    """A facility or an instrument with its own current route; none: an instrument follows its facility."""

    owner: Facility | Instrument
    route: Route | None


@dataclass(frozen=True)
class Managed:
    """A facility whose routes a person edits, with its instruments."""

    facility: Place
    instruments: list[Place]


def routes_managed_by(user: Any) -> list[Managed]:
    """Facilities by name whose routes a person may edit; instruments by code. Three statements for any number."""
    facilities = list(
        containers(user, "facilities.manage_routes", Facility.objects.filter(archived_at=None)).order_by("name", "id")
    )
    instruments = list(
        Instrument.objects.filter(facility__in=facilities, archived_at=None).order_by("facility_id", "code", "id")
    )
    owners = {row.pk: row for row in (*facilities, *instruments)}
    routes = {
        route.owner_id: route
        for route in Route.objects.filter(owner_id__in=owners, subject_type=SUBJECT, is_current=True).prefetch_related(
            "steps"
        )
    }
    return [
        Managed(
            Place(facility, routes.get(facility.pk)),
            [Place(row, routes.get(row.pk)) for row in instruments if row.facility_id == facility.pk],
        )
        for facility in facilities
    ]


def route_chain(owner: Facility | Instrument) -> list[Any]:
    """The owners whose routes decide for a place, nearest first."""
    return [owner.pk, owner.facility_id] if isinstance(owner, Instrument) else [owner.pk]
