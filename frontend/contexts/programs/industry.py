"""Pages of industrial access: the list, and one request with what was quoted, paid and can be done now."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, times
from frontend.contexts.facilities.bookings import Stage
from frontend.forms.asking import Asked
from frontend.forms.programs.industry import FORMS, IndustrialFilters, MoveForm
from frontend.history import Entry, told
from frontend.paging import Page, paged
from programs.models import IndustrialRequest, PublishedTitle, Quotation
from programs.permissions.industry import industrial_parties
from programs.queries.capping import Cap, cap_shown
from programs.queries.industry import industrial_moves, industrial_requests_listed, paid, title_acts
from programs.workflows.industry import INDUSTRIAL

STAGES = ("enquiry", "nda", "quoted", "accepted", "contract", "paid", "booked", "done", "statement")
FIRST = ("quote", "accept", "sign", "pay", "state", "finish")
"""Moves that lead on; the others stand below them, folded."""
GLYPHS = {"declined": ("no", "bad"), "withdrawn": ("end", ""), "expired": ("end", ""), "statement": ("yes", "ok")}


@dataclass(frozen=True)
class IndustrialPage:
    """One request, as the company or the office reads it."""

    row: IndustrialRequest
    stages: list[Stage]
    waits: str
    quotation: Quotation | None
    quotations: list[Quotation]
    paid: Decimal
    left: Decimal | None
    statement: dict[str, Any] | None
    asked: list[Asked]
    history: list[Entry]
    cap: Cap | None
    title: PublishedTitle | None

    @property
    def zone(self) -> str:
        return self.row.facility.zone if self.row.facility else self.row.alliance.zone


@dataclass(frozen=True)
class IndustrialList:
    """A page of the requests that a person sees and that the filters leave, the latest first."""

    form: IndustrialFilters
    page: Page


def industrial_list(user: Any, asked: QueryDict) -> IndustrialList:
    form = IndustrialFilters(asked)
    return IndustrialList(form, paged(industrial_requests_listed(user, **form.asked()), asked))


def industrial_page(row: IndustrialRequest, user: Any, **bound: MoveForm) -> IndustrialPage:
    """For one who may see it; `bound` is a form with its errors, by its move."""
    entries = list(audit.history(row))
    quotations = list(row.quotations.select_related("instrument__facility"))
    latest = quotations[0] if quotations else None
    received = paid(row)
    sent = getattr(row, "statement_sent", None)
    zone = row.facility.zone if row.facility else row.alliance.zone
    return IndustrialPage(
        row=row,
        stages=_stages(row, {entry.to_state: entry.at for entry in entries if entry.to_state}),
        waits=_waits(row),
        quotation=latest,
        quotations=quotations,
        paid=received,
        left=latest.total - received if latest and row.state in {"contract", "paid", "booked", "done"} else None,
        statement=sent.content if sent else None,
        asked=_asked(row, user, latest, bound),
        history=told(entries, INDUSTRIAL, zone, OTHER_WORDS),
        cap=cap_shown(user, row),
        title=getattr(row, "published", None),
    )


def _asked(row: IndustrialRequest, user: Any, latest: Quotation | None, bound: dict[str, MoveForm]) -> list[Asked]:
    moves = {move.name: str(move.label) for move in industrial_moves(user, row) if move.name in FORMS}
    if "quote" in moves and latest is None and "office" in industrial_parties(user, row):
        moves["pass-on"] = _("Pass on to another facility")
    if row.facility is None:
        moves.pop("quote", None)
    moves |= {name: str(TITLE_ACTS[name]) for name in title_acts(user, row)}
    return [
        Asked(
            name,
            label,
            bound.get(name) or FORMS[name][0](row=row, auto_id=f"{name}_%s"),
            reverse("industrial_move", args=[row.pk, name]),
            name in FIRST,
            {"number": latest.number} if name == "accept" and latest else {},
        )
        for name, label in sorted(moves.items(), key=lambda item: item[0] not in FIRST)
    ]


def _stages(row: IndustrialRequest, reached: dict[str, Any]) -> list[Stage]:
    if row.state not in STAGES:
        passed = [Stage(str(INDUSTRIAL.states[name]), "done") for name in STAGES if name in reached]
        return [*passed, Stage(str(INDUSTRIAL.states[row.state]), "current")]
    here = STAGES.index(row.state)
    return [
        Stage(
            str(INDUSTRIAL.states[name]),
            "done" if place < here else "current" if place == here else "todo",
            times.plain_day(reached[name].date()) if name in reached else "",
        )
        for place, name in enumerate(STAGES)
    ]


def _waits(row: IndustrialRequest) -> str:
    office = str(row.facility or row.alliance)
    return {
        "enquiry": _("%(office)s reads it and sends a quotation.") % {"office": office},
        "nda": _("%(office)s sends a quotation.") % {"office": office},
        "quoted": _("%(company)s accepts the quotation while it is valid.") % {"company": row.company},
        "accepted": _("%(office)s records the signed agreement.") % {"office": office},
        "contract": _("%(company)s pays; %(office)s records it.") % {"company": row.company, "office": office},
        "paid": _("%(company)s asks for its time on the account.") % {"company": row.company},
        "booked": _("The time is used. What happens at the instrument stands on the bookings."),
        "done": _("%(office)s sends the statement.") % {"office": office},
    }.get(row.state, "")


TITLE_ACTS = {"publish-title": gettext_lazy("Publish the title"), "withdraw-title": gettext_lazy("Withdraw the title")}
OTHER_WORDS = {
    "enquire": gettext_lazy("Enquiry"),
    "pass-on": gettext_lazy("Passed on"),
    "publish-title": gettext_lazy("Title published"),
    "withdraw-title": gettext_lazy("Title withdrawn"),
}
