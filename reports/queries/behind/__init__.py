"""The rows behind a report: what its numbers come from, as far as the reader may see them, each as a line of a list."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import NotPermitted
from reports.narrowing import narrow
from reports.parameters import Query
from reports.permissions import reader_of
from reports.queries.behind import alliance, facilities, programs
from reports.queries.behind.facilities import bookings_during, bookings_gone, sessions_during
from reports.queries.behind.lines import Line, line_of
from reports.registry import Report

__all__ = ["KINDS", "Line", "bookings_during", "bookings_gone", "line_of", "rows_behind", "sessions_during"]

KINDS: dict[str, Callable[[Query, Any], QuerySet[Any]]] = {
    "applications": alliance.applications,
    "attended": facilities.attended,
    "begun": programs.begun,
    "blocks": facilities.blocks,
    "bookings": facilities.bookings,
    "decided": programs.decided,
    "decisions": facilities.decisions,
    "downtimes": facilities.downtimes,
    "ended": facilities.ended,
    "enrolments": programs.enrolments,
    "exchanged": facilities.exchanged,
    "expenditures": programs.expenditures,
    "feedback": programs.feedback,
    "given": programs.given,
    "joint": programs.joint,
    "losses": facilities.losses,
    "meetings": alliance.meetings,
    "memberships": alliance.memberships,
    "milestones": programs.milestones,
    "motions": alliance.motions,
    "payments": programs.payments,
    "proposals": programs.proposals,
    "proprietary": facilities.proprietary,
    "publications": programs.publications,
    "reports": programs.reports,
    "requests": facilities.requests,
    "reviews": programs.reviews,
    "sessions": facilities.sessions,
    "started": programs.starting,
    "starting": facilities.starting,
    "trained": facilities.trained,
}


def rows_behind(report: Report, values: dict[str, str], *, user: Any) -> QuerySet[Any]:
    """Newest first, only what the reader may see: all of places read in full, else what one is party to.

    Rows of the model that `report.behind` says; `line_of` puts each in words. `values` may narrow them to those of one
    mark (reports.narrowing). Those as of an instant are read within `reports.past.standing_at`, and only by who reads
    the places in full: rights are today's. Of a report of two kinds of rows, `rows` in the values names the other one.

    Raises Invalid, NotPermitted.
    """
    shaped, asked = report.asked(values)
    query = narrow(shaped, values)
    if asked.as_of and not reader_of(user).reads(query.facility):
        raise NotPermitted(_("Rows of the past are for the facility's own people and for leadership."))
    kind = values["rows"] if values.get("rows") in shaped.beside else shaped.behind
    return KINDS[kind](query, user)
