"""Annual reports: those there are and are being made, the order form, and one with what it says."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import Job
from frontend.contexts.reports.addresses import address
from frontend.forms.reports.annual import AnnualForm
from frontend.paging import Page, paged
from reports.models import AnnualReport
from reports.permissions import reader_of
from reports.queries.annual import LOCALES, annual_reports_visible_to, orders_of
from reports.typeset.annual import change_of, value_text

RECENT = 5
"""As many orders that run or have failed as are shown."""


@dataclass(frozen=True)
class Order:
    """A report that is being made, with the step it is at, or that could not be made and why."""

    job: Job
    title: str

    @property
    def running(self) -> bool:
        return self.job.state == Job.State.RUNNING


@dataclass(frozen=True)
class AnnualList:
    page: Page
    orders: list[Order]
    form: AnnualForm | None

    @property
    def crumbs(self) -> list[dict[str, Any]]:
        return [{"label": _("Reports"), "url": reverse("reports")}, {"label": _("Annual reports")}]

    @property
    def waits(self) -> bool:
        return any(order.running for order in self.orders)


def annual_list(request: HttpRequest, form: AnnualForm | None = None) -> AnnualList:
    """With the order form for those who may make one."""
    reader = reader_of(request.user)
    may = reader.reads_all or reader.facilities
    orders = [
        Order(job, _("Annual report %(year)s") % {"year": job.result["year"]})
        for job in orders_of(request.user)[:RECENT]
    ]
    return AnnualList(
        paged(annual_reports_visible_to(request.user), request.GET),
        orders,
        (form or AnnualForm(reader)) if may else None,
    )


@dataclass(frozen=True)
class Number:
    label: str
    value: str
    change: str


@dataclass(frozen=True)
class AnnualPage:
    """What stands in it: the numbers, and of each chapter the figures with the address of what they say today."""

    made: AnnualReport
    numbers: list[Number]
    chapters: list[tuple[str, list[tuple[dict[str, Any], str]]]]

    @property
    def language(self) -> str:
        return str(LOCALES[self.made.locale])

    @property
    def crumbs(self) -> list[dict[str, Any]]:
        return [
            {"label": _("Reports"), "url": reverse("reports")},
            {"label": _("Annual reports"), "url": reverse("annual_reports")},
            {"label": str(self.made.year)},
        ]


def annual_page(made: AnnualReport) -> AnnualPage:
    content = made.content
    return AnnualPage(
        made,
        [
            Number(each["label"], value_text(each["value"], each["kind"]), change_of(each))
            for each in content["headlines"]
        ],
        [
            (chapter["title"], [(each, address(each["name"], each["parameters"])) for each in chapter["figures"]])
            for chapter in content["chapters"]
        ],
    )
