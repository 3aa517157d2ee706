"""What the secretariat does with an application: its check, the list of points, the visit."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance.commands.applications.moving import asked, moved
from alliance.models import ApplicationPoint, MembershipApplication
from core.errors import Invalid, Violation

Point = tuple[str, str]
"""What a point is about, one of ApplicationPoint.About, and what is to be mended."""


@transaction.atomic
def start_check(application: MembershipApplication, *, by: Any, note: str = "") -> MembershipApplication:
    """The secretariat takes it up."""
    return moved(asked(application, "check", by=by, note=note), "check", by=by, note=note)


@transaction.atomic
def return_application(
    application: MembershipApplication, points: Sequence[Point], *, by: Any, note: str = ""
) -> MembershipApplication:
    """Back to the applicant with a list of points, who mends them and submits again. Raises Invalid without a point."""
    given = [(about, text.strip()) for about, text in points if text.strip()]
    said = note.strip() or "\n".join(text for _about, text in given)
    application = asked(application, "return", by=by, note=said)
    if not given or any(about not in ApplicationPoint.About.values for about, _text in given):
        message = _("Give at least one point that is to be mended, and what it is about.")
        raise Invalid(message, [Violation("points_missing", message, "points")])
    last = application.points.aggregate(last=Max("round"))["last"] or 0
    for about, text in given:
        ApplicationPoint.objects.create(application=application, round=last + 1, about=about, text=text)
    return moved(application, "return", by=by, note=said, points=len(given))


@transaction.atomic
def plan_visit(application: MembershipApplication, on: date, *, by: Any, note: str = "") -> MembershipApplication:
    """The secretariat visits the centre on a day."""
    application = asked(application, "plan-visit", by=by, note=note)
    application.visit_on = on
    return moved(application, "plan-visit", by=by, note=note, also=["visit_on"], visit_on=on.isoformat())


@transaction.atomic
def report_visit(application: MembershipApplication, report: str, *, by: Any) -> MembershipApplication:
    """What the visit found; kept inside the office."""
    application = asked(application, "report-visit", by=by)
    if not report.strip():
        message = _("Write what the visit found.")
        raise Invalid(message, [Violation("report_missing", message, "report")])
    application.visit_report = report.strip()
    return moved(application, "report-visit", by=by, also=["visit_report"])
