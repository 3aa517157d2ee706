"""Name badges of those who come to an event in person, ten on an A4 sheet, with both scripts of a name where known."""

from pathlib import Path

from django.utils.translation import gettext as _

from alliance.models import Event, Registration
from core import names
from core.errors import NotFound
from core.typesetting import typeset

TEMPLATE = Path(__file__).parent / "typst" / "badges.typ"


def badges_pdf(event: Event) -> bytes:
    """Badges by name. Raises NotFound while nobody comes in person."""
    rows = event.registrations.filter(cancelled_at=None, is_waiting=False, mode=Registration.Mode.ONSITE)
    badges = [
        {
            "name": row.name,
            "organisation": row.organisation_name or (row.organisation.name if row.organisation else ""),
            "country": names.country(row.country) if row.country else "",
        }
        for row in rows.select_related("organisation").order_by("name", "id")
    ]
    if not badges:
        raise NotFound(_("Nobody is registered on site yet."))
    return typeset(TEMPLATE, {"event": event.title, "alliance": event.alliance.acronym, "badges": badges})
