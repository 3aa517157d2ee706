"""Calls in lists and one call for whoever may apply: deadlines, timetable, what is on offer and how to apply."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import clock, names
from core.names import local
from frontend.appointments import Appointment
from frontend.contexts.shell import address
from frontend.forms.calls.listing import CallFilters
from frontend.paging import Page, paged
from frontend.written import html
from programs.models import Call, Criterion, Offer
from programs.permissions.calls import call_parties
from programs.queries.calls.listing import calls_listed, open_calls
from programs.rules.eligibility import eligibility_rule
from programs.workflows.calls import CALL

LOOKS = {
    "draft": ("draft", ""),
    "announced": ("ask", "info"),
    "open": ("run", "ok"),
    "closed": ("end", ""),
    "in_review": ("review", "info"),
    "allocating": ("review", "info"),
    "notified": ("ok", "ok"),
    "archived": ("void", ""),
}
"""Glyph and tone of each state; "open" means something else for tasks, so calls have their own."""


@dataclass(frozen=True)
class CallLine:
    """A call in a list."""

    call: Call
    url: str
    name: str
    office: str
    glyph: str
    tone: str
    state: str

    @property
    def kind(self) -> str:
        return self.call.get_kind_display()


@dataclass(frozen=True)
class CallsPage:
    form: CallFilters
    page: Page
    asked: bool
    crumbs: list[dict[str, str]]


@dataclass(frozen=True)
class Step:
    """A line of the timetable: an instant, or a stage with both ends; `now` while it runs, `over` after it."""

    label: str
    starts_at: datetime
    ends_at: datetime | None
    standing: str
    note: str = ""


@dataclass(frozen=True)
class CallPage:
    """One call."""

    line: CallLine
    crumbs: list[dict[str, str]]
    text: SafeString
    steps: list[Step]
    offers: list[Offer]
    rules: list[tuple[str, str, str]]
    criteria: list[Criterion]
    scale: str
    takes_proposals: bool
    apply_url: str
    office_url: str


def call_line(call: Call) -> CallLine:
    """Needs the call's facility and alliance."""
    glyph, tone = LOOKS[call.state]
    owner = call.facility or call.alliance
    return CallLine(
        call=call,
        url=reverse("call", args=[call.slug]),
        name=local(call, "name"),
        office=local(owner, "name"),
        glyph=glyph,
        tone=tone,
        state=str(CALL.states[call.state]),
    )


def open_lines(user: Any, most: int) -> list[CallLine]:
    """The calls that take proposals, the nearest deadline first."""
    return [call_line(call) for call in open_calls(user)[:most]]


def calls_page(asked: QueryDict) -> CallsPage:
    """What was announced, for everyone."""
    form = CallFilters(asked)
    filters = form.asked()
    page = paged(calls_listed(AnonymousUser(), **filters), asked)
    rows = [call_line(call) for call in page.rows]
    crumbs = [{"label": _("Research Facilities"), "url": reverse("facilities")}, {"label": _("Calls"), "url": ""}]
    return CallsPage(form, Page(rows, page.earlier, page.later, page.caption), any(filters.values()), crumbs)


def call_page(call: Call, user: Any) -> CallPage:
    """What an applicant needs to know, and for its office the way to edit it."""
    now = clock.now()
    takes = call.state == "open" and call.opens_at <= now and (call.closes_at is None or now <= call.closes_at)
    proposing = address("proposal_new")
    line = call_line(call)
    return CallPage(
        line=line,
        crumbs=[{"label": _("Calls"), "url": reverse("calls")}, {"label": line.name, "url": ""}],
        text=html(local(call, "text")),
        steps=list(timetable(call, now)),
        offers=list(
            call.offers.select_related("instrument__facility", "cycle").order_by(
                "instrument__facility__name", "instrument__code", "id"
            )
        ),
        rules=rules_told(call),
        criteria=list(call.criteria.all()),
        scale=scale_words(call),
        takes_proposals=takes,
        apply_url=f"{proposing}?call={call.slug}" if proposing and takes else "",
        office_url=reverse("office_call", args=[call.pk]) if "office" in call_parties(user, call) else "",
    )


def rules_told(call: Call) -> list[tuple[str, str, str]]:
    """Each rule of eligibility: its name, what it asks for, whose rule it is."""
    rows = ((eligibility_rule(row.rule), row) for row in call.rules.order_by("rule"))
    return [(str(rule.label), rule.said(row.parameters), row.source) for rule, row in rows if rule]


def scale_words(call: Call) -> str:
    """From the lowest to the highest score, and which end is the best."""
    if call.scale is None:
        return ""
    words = {
        "lowest": names.number(call.scale.lowest),
        "highest": names.number(call.scale.highest),
        "best": call.scale.get_best_display(),
    }
    return _("%(lowest)s to %(highest)s. %(best)s.") % words


def timetable(call: Call, now: datetime) -> Iterable[Step]:
    """Every instant and stage of a call, by their beginning."""
    steps = [_instant(_("Opens"), call.opens_at, now)]
    for row in call.partner_deadlines.select_related("organisation"):
        label = _("Earlier deadline for proposals led by %(name)s") % {"name": local(row.organisation, "name")}
        steps.append(_instant(label, row.closes_at, now))
    if call.closes_at is not None:
        steps.append(_instant(_("Deadline"), call.closes_at, now, _("This instant is still in time.")))
    for window in call.windows.all():
        start, end = window.period.lower, window.period.upper
        standing = "over" if end <= now else "now" if start <= now else ""
        steps.append(Step(str(window.get_stage_display()), start, end, standing))
    if call.notify_at is not None:
        steps.append(_instant(_("Results from"), call.notify_at, now))
    return sorted(steps, key=lambda step: (step.starts_at, step.ends_at or step.starts_at))


def appointments(calls: Iterable[Call], site: str) -> Iterable[Appointment]:
    """Deadlines and stages of calls for a calendar program; `site` is the address of this one."""
    for call in calls:
        name, url = local(call, "name"), site + reverse("call", args=[call.slug])
        for number, step in enumerate(timetable(call, clock.now())):
            yield Appointment(
                uid=f"{call.pk}-{number}",
                summary=f"{step.label}: {name}",
                starts_at=step.starts_at,
                ends_at=step.ends_at,
                stamp=call.updated_at,
                sequence=call.version,
                url=url,
            )


def _instant(label: str, at: datetime, now: datetime, note: str = "") -> Step:
    return Step(label, at, None, "over" if at < now else "", note)
