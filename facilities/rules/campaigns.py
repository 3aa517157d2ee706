"""Rule of a booking that is a leg of a campaign: it keeps its order and its distance from the legs it is tied to."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from facilities.rules.base import lasting, rule, shown
from facilities.rules.facts import BookingRequest, Facts
from facilities.units import elapsed_minutes


@rule(source="campaign", field="starts_at")
def legs_in_order(request: BookingRequest, facts: Facts) -> Iterator[str]:
    for link in facts.links:
        if link.holds(request.starts_at, request.ends_at):
            continue
        least, most = link.least, link.most
        said = {
            "at": shown(link.at, facts),
            "least": lasting(elapsed_minutes(link.at, link.at + least)),
            "most": lasting(elapsed_minutes(link.at, link.at + most)) if most is not None else "",
        }
        if link.earlier and most is None:
            yield _("The leg before ends at %(at)s. Start at least %(least)s after it.") % said
        elif link.earlier:
            yield _("The leg before ends at %(at)s. Start %(least)s to %(most)s after it.") % said
        elif most is None:
            yield _("The leg after starts at %(at)s. End at least %(least)s before it.") % said
        else:
            yield _("The leg after starts at %(at)s. End %(least)s to %(most)s before it.") % said
