"""What an assignment of reviewers is solved from: panels in office, expertise against techniques and themes, loads,
conflicts, and what stands already."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Affiliation, User
from core import clock
from core.models import Job
from core.rows import fetch
from programs.models import Assessment, Call, PanelMember, Review
from programs.queries.conflicts import conflicts, hidden_from
from programs.rules.assignment import Assigned, Candidate, Judge, Lack, Pair, Problem, Task
from programs.workflows.reviews import STANDING

FITS = """
select judge.person_id, task.id, sum(best)::int
from (
    select knows.person_id, task.id, 'technique' as kind, max(knows.level) as best
    from programs_expertise knows
    join facilities_techniqueclosure known on known.ancestor_id = knows.technique_id
    join facilities_instrument_techniques offered on offered.technique_id = known.descendant_id
    join programs_leg leg on leg.instrument_id = offered.instrument_id
    join programs_assessment_legs judged on judged.leg_id = leg.id
    join programs_assessment task on task.id = judged.assessment_id
    where task.id = any(%(tasks)s::uuid[]) and knows.person_id = any(%(people)s::uuid[])
    group by knows.person_id, task.id
    union all
    select knows.person_id, task.id, 'theme', max(knows.level)
    from programs_expertise knows
    join programs_proposal_themes wanted on wanted.theme_id = knows.theme_id
    join programs_assessment task on task.proposal_id = wanted.proposal_id
    where task.id = any(%(tasks)s::uuid[]) and knows.person_id = any(%(people)s::uuid[])
    group by knows.person_id, task.id
) as judge(person_id, id, kind, best) join programs_assessment task on task.id = judge.id
group by judge.person_id, task.id
"""
ASSIGNMENT = "assign_reviewers"
"""The kind of a job that assigns reviewers; its result names the call from the beginning."""
STEPS = (gettext_lazy("reading loads and conflicts"), gettext_lazy("solving"), gettext_lazy("asking"))
POINTS = 16
"""Of fit for each level: an expert in the technique and in the theme reaches 97 of 100."""


def fits(people: Iterable[UUID], tasks: Iterable[UUID]) -> dict[tuple[UUID, UUID], int]:
    """How well people know what assessments are about, 1 to 100, for pairs above 1: their level in a technique of the
    legs' instruments (or one that includes it) and in a theme of the proposal."""
    found = fetch(FITS, {"people": list(people), "tasks": list(tasks)})
    return {(person, task): 1 + POINTS * level for person, task, level in found}


def assignment_problem(call: Call, rows: Sequence[Assessment]) -> Problem:
    """The problem of a call, for these assessments."""
    keys = [row.pk for row in rows]
    seats = list(_seats(row.panel_id for row in rows))
    people = list(dict.fromkeys(seat.person_id for seat in seats))
    standing: dict[UUID, set[UUID]] = defaultdict(set)
    gone: dict[UUID, set[UUID]] = defaultdict(set)
    for task, reviewer, state in Review.objects.filter(assessment__in=keys).values_list(
        "assessment_id", "reviewer_id", "state"
    ):
        (standing if state in STANDING else gone)[task].add(reviewer)
    loads = loads_in(call, people)
    barred_from: dict[UUID, set[UUID]] = defaultdict(set)
    for found in conflicts(people, {row.proposal_id for row in rows}):
        barred_from[found.proposal].add(found.person)
    return Problem(
        tasks=[
            Task(
                key=row.pk,
                panel=row.panel_id,
                wanted=call.reviews_wanted,
                internal_wanted=call.internal_wanted,
                kept=frozenset(standing[row.pk]),
                gone=frozenset(gone[row.pk]),
            )
            for row in rows
        ],
        judges=[Judge(seat.person_id, seat.panel_id, seat.most - loads[seat.person_id]) for seat in seats],
        fit=fits(people, keys),
        barred=frozenset((person, row.pk) for row in rows for person in barred_from[row.proposal_id]),
        internal=internal_pairs(people, keys),
    )


@dataclass(frozen=True)
class Standing:
    """Who could review one assessment now, and who of the panel is internal to it."""

    candidates: tuple[Candidate, ...]
    internal: frozenset[UUID]


def standing_of(assessment: Assessment) -> Standing:
    """The free members of the panel for one assessment: not asked before, in no conflict, with room for one more."""
    call = assessment.proposal.call
    problem = assignment_problem(call, [assessment])
    [task] = problem.tasks
    loads = loads_in(call, [judge.key for judge in problem.judges])
    free = [
        Candidate(judge.key, problem.fit.get((judge.key, task.key), 1), loads[judge.key], pair in problem.internal)
        for judge in problem.judges
        if (pair := (judge.key, task.key)) not in problem.barred
        and judge.room > 0
        and judge.key not in task.kept | task.gone
    ]
    return Standing(tuple(free), frozenset(person for person, _task in problem.internal))


def loads_in(call: Call, people: Iterable[UUID]) -> Counter[UUID]:
    """Standing reviews of people in a call."""
    rows = Review.objects.filter(
        assessment__proposal__call=call, reviewer__in=list(people), state__in=STANDING
    ).order_by()
    return Counter(rows.values_list("reviewer_id", flat=True))


def internal_pairs(people: Iterable[UUID], tasks: Iterable[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """Pairs in which the person works at the organisation of a facility that the assessment's legs ask for (R-06)."""
    today = clock.now().date()
    homes: dict[UUID, set[UUID]] = defaultdict(set)
    held = Affiliation.objects.filter(user__in=list(people), starts_on__lte=today).exclude(ends_on__lte=today)
    for person, organisation in held.values_list("user_id", "organisation_id"):
        homes[organisation].add(person)
    there = Assessment.legs.through.objects.filter(
        assessment__in=list(tasks), leg__instrument__facility__organisation__in=homes
    )
    found = there.values_list("assessment_id", "leg__instrument__facility__organisation_id").distinct()
    return frozenset((person, task) for task, organisation in found for person in homes[organisation])


def _seats(panels: Iterable[UUID]) -> Iterable[PanelMember]:
    today = clock.now().date()
    voting = (PanelMember.Role.CHAIR, PanelMember.Role.MEMBER)
    rows = PanelMember.objects.filter(
        panel__in=set(panels), term__contains=today, role__in=voting, person__is_active=True
    )
    return rows.order_by("panel_id", "person_id", "id")


def last_assignment(call: Call) -> Job | None:
    """The latest job that assigned reviewers of a call, or tried to, running or ended."""
    return Job.objects.filter(kind=ASSIGNMENT, result__call=str(call.pk)).order_by("-created_at", "-id").first()


def assigned_by(job: Job) -> Assigned:
    """What an ended job has kept: the pairs and what was lacking. Nothing while it runs, and when it failed."""
    pairs = [Pair(UUID(row["task"]), UUID(row["reviewer"]), row["fit"], row["internal"]) for row in _kept(job, "new")]
    lacks = [Lack(**{**row, "task": UUID(row["task"])}) for row in _kept(job, "lacking")]
    return Assigned(tuple(pairs), tuple(lacks))


def _kept(job: Job, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = job.result.get(name, [])
    return rows


def lacking_in_words(user: Any, found: Assigned) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The pairs and what is lacking, as they are shown to a person: nothing of what they are in conflict with."""
    hidden = set(hidden_from(user))
    keys = {pair.task for pair in found.new} | {lack.task for lack in found.lacking}
    rows = {
        row.pk: row
        for row in Assessment.objects.filter(pk__in=keys).select_related("proposal", "panel")
        if row.proposal_id not in hidden
    }
    names = dict(User.objects.filter(pk__in={pair.reviewer for pair in found.new}).values_list("pk", "name"))
    pairs = [
        {
            "proposal": rows[pair.task].proposal.reference,
            "title": rows[pair.task].proposal.title,
            "panel": rows[pair.task].panel.name,
            "reviewer": names[pair.reviewer],
            "fit": pair.fit,
            "internal": pair.internal,
        }
        for pair in found.new
        if pair.task in rows
    ]
    lacking = [
        {
            "proposal": rows[lack.task].proposal.reference,
            "title": rows[lack.task].proposal.title,
            "panel": rows[lack.task].panel.name,
            "missing": lack.missing,
            "missing_internal": lack.missing_internal,
            "why": _said(lack),
        }
        for lack in found.lacking
        if lack.task in rows
    ]
    return pairs, lacking


def _said(lack: Lack) -> str:
    """Why a task gets fewer reviews than it wants."""
    parts = [
        ngettext("Of %(n)d member of the panel", "Of %(n)d members of the panel", lack.members) % {"n": lack.members}
    ]
    if lack.in_conflict:
        parts.append(
            ngettext("%(n)d is in conflict", "%(n)d are in conflict", lack.in_conflict) % {"n": lack.in_conflict}
        )
    if lack.gone:
        parts.append(ngettext("%(n)d declined", "%(n)d declined", lack.gone) % {"n": lack.gone})
    if lack.full:
        parts.append(ngettext("%(n)d has no room left", "%(n)d have no room left", lack.full) % {"n": lack.full})
    if lack.missing_internal and not lack.missing:
        parts.append(_("nobody left works at the facility itself"))
    return ", ".join(parts) + "."
