"""An allocation round as its page shows it: what is on offer and given, every line with its reason, other limits."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.models import Job
from frontend.contexts.proposals.trail import crumbs_of as proposal_crumbs
from frontend.contexts.working import Work, work_of
from frontend.forms.calls.afterwards import LegNoteForm
from frontend.forms.calls.rounds import GivenForm, LimitsForm, LineFilters, VerdictForm
from frontend.paging import Page, paged
from programs.models import Call, Line, Proposal, Round
from programs.queries.rounds.reading import Balance, balances, current_round, lines_listed, people_to_tell
from programs.queries.rounds.trials import STEPS, Trial, last_solving, trial_of
from programs.rules.limits import limits_from
from programs.rules.verdicts import words_of

LOOKS = {"allocated": "done", "reserve": "waiting", "refused": "refused"}
"""The state whose look each verdict has."""


@dataclass(frozen=True)
class LineRow:
    """One line with its reason in words."""

    line: Line
    reasons: list[str]
    look: str


@dataclass(frozen=True)
class Difference:
    """A leg that other limits would decide otherwise."""

    line: Line
    before: str
    after: str


@dataclass(frozen=True)
class RoundPage:
    """The current round of a call; `differences` after other limits were tried, `work` how far the solver is."""

    call: Call
    crumbs: list[dict[str, str]]
    round: Round | None
    balances: list[Balance]
    lines: list[LineRow]
    paging: Page | None
    filters: LineFilters
    limits: LimitsForm
    people: int
    sealed: bool
    open: bool
    work: Work | None = None
    differences: list[Difference] | None = None

    @property
    def zone(self) -> str:
        return self.call.zone

    @property
    def gap(self) -> str:
        return f"{self.round.outcome.get('gap', 0):.2%}" if self.round and self.round.outcome else ""

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.round.lines.values_list("verdict", flat=True)) if self.round else Counter()


@dataclass(frozen=True)
class LinePage:
    call: Call
    crumbs: list[dict[str, str]]
    row: LineRow
    form: VerdictForm


@dataclass(frozen=True)
class DecidePage:
    """A proposal that the management decides by itself: a form for each of its parts, and the reason for all."""

    proposal: Proposal
    crumbs: list[dict[str, str]]
    parts: list[GivenForm]
    form: LegNoteForm

    @property
    def failed(self) -> bool:
        return any(form.errors for form in (*self.parts, self.form))


def row_of(line: Line) -> LineRow:
    return LineRow(line, words_of(line.reason, inside=True), LOOKS[line.verdict])


def latest_of(call: Call, found: Round | None) -> Job | None:
    """The job that solved, or tried, something after the current round was made."""
    job = last_solving(call) if call.state == "allocating" else None
    return job if job and (found is None or job.created_at > found.created_at) else None


def limits_shown(call: Call) -> dict[str, Any]:
    """The limits that the form begins with: those tried last, else those of the round, else those of the call."""
    found = current_round(call)
    if job := latest_of(call, found):
        tried: dict[str, Any] = job.result["limits"]
        return tried
    return found.limits if found else limits_from(call.settings.get("allocation", {})).as_dict()


def round_page(call: Call, asked: QueryDict, *, limits: LimitsForm | None = None) -> RoundPage:
    found = current_round(call)
    job = latest_of(call, found)
    trial = trial_of(job) if job else None
    filters = LineFilters(asked, call=call)
    page = paged(lines_listed(found, **filters.asked()), asked) if found else None
    return RoundPage(
        call=call,
        crumbs=crumbs_of(call),
        round=found,
        balances=balances(call, found),
        lines=[row_of(line) for line in page.rows] if page else [],
        paging=page,
        filters=filters,
        limits=limits or LimitsForm(call=call, limits=limits_shown(call)),
        people=people_to_tell(call),
        sealed=call.notify_at is not None and clock.now() < call.notify_at,
        open=call.state == "allocating",
        work=work_of(job, STEPS),
        differences=differences(found, trial) if trial else None,
    )


def differences(found: Round | None, trial: Trial) -> list[Difference]:
    """Legs that the trial decides otherwise than the current round, the best proposal first."""
    before = {row.leg_id: row for row in found.lines.select_related("instrument")} if found else {}
    changed = []
    for line in trial.lines:
        old = before.get(line.leg_id)
        was = (old.verdict, old.units, old.instrument_id) if old else None
        if was != (line.verdict, line.units, line.instrument_id):
            changed.append(Difference(line, _said(old), _said(line)))
    return changed


def line_page(line: Line, form: VerdictForm) -> LinePage:
    call = line.round.call
    return LinePage(
        call, [*crumbs_of(call, last=False), {"label": line.leg.proposal.reference, "url": ""}], row_of(line), form
    )


def decide_page(proposal: Proposal, parts: list[GivenForm], form: LegNoteForm) -> DecidePage:
    return DecidePage(proposal, proposal_crumbs(proposal, (_("Decide"), "")), parts, form)


def crumbs_of(call: Call, *, last: bool = True) -> list[dict[str, str]]:
    address = "" if last else reverse("call_round", args=[call.pk])
    return [{"label": call.name, "url": ""}, {"label": _("Allocation"), "url": address}]


def _said(line: Line | None) -> str:
    if line is None:
        return "–"
    label = str(Line.Verdict(line.verdict).label)
    return f"{label}, {line.units.normalize():f} ({line.instrument.code})" if line.units else label
