"""Reviewers for a whole call: solved without a lock, asked under it; a large call by a worker, whose job is shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.jobs import run_job
from accounts.models import User
from core import audit
from core.commands import advance_job, start_job
from core.errors import NotPermitted
from core.jobs import enqueue
from core.models import Job
from programs.commands.reviews.asking import write_asked
from programs.models import Assessment, Call
from programs.permissions.calls import call_parties
from programs.queries.assigning import ASSIGNMENT, STEPS, assignment_problem
from programs.rules.assignment import Assigned, Pair, assign, still_wanted

Progress = Callable[[int], Any]


def assign_reviewers(call: Call, *, by: Any, dry_run: bool = False, say: Progress = lambda done: None) -> Assigned:
    """Propose reviewers for everything before the panels of a call, and ask those who are new.

    What was asked, taken on or submitted stays; who declined is not asked again; asking twice, also at the same time,
    asks nobody twice. What cannot be had is in `lacking`, with the reasons, and never an error. The same rows give the
    same answer. Reviewers do not wait while it is solved: what changed meanwhile is seen before anybody is asked.
    `say` hears how many of its STEPS are done. Raises NotPermitted.
    """
    _require_office(call, by)
    problem = assignment_problem(call, list(_to_assign(call)))
    say(1)
    found = assign(problem)
    say(2)
    return found if dry_run else replace(found, new=_ask_all(call, found, by=by))


def start_assignment(call: Call, *, by: Any, dry_run: bool = False) -> Job:
    """The same as a job: of at most SOLVED_AT_ONCE proposals it has ended already, of more a worker does it.

    Raises NotPermitted.
    """
    _require_office(call, by)
    about = {"call": str(call.pk), "dry_run": dry_run}
    job = start_job(ASSIGNMENT, by=by, total=len(STEPS), about=about)
    if _to_assign(call).count() <= settings.SOLVED_AT_ONCE:
        return run_assignment(job.pk)
    enqueue("programs.assign_reviewers", job=job.pk)
    return job


def run_assignment(job_id: UUID) -> Job:
    """Do the work of such a job. Ended already: nothing happens."""
    return run_job(job_id, _assign)


def _assign(job: Job, by: User) -> dict[str, Any]:
    call = Call.objects.select_related("alliance", "facility").get(pk=job.result["call"])
    found = assign_reviewers(call, by=by, dry_run=job.result["dry_run"], say=lambda done: advance_job(job, done=done))
    return {
        "asked": len(found.new),
        "missing": len(found.lacking),
        "new": [_row(pair) for pair in found.new],
        "lacking": [_row(lack) for lack in found.lacking],
    }


@transaction.atomic
def _ask_all(call: Call, found: Assigned, *, by: Any) -> tuple[Pair, ...]:
    rows = list(_to_assign(call).select_for_update(of=("self",)).order_by("pk"))
    pairs = still_wanted(assignment_problem(call, rows), found.new)
    by_key = {row.pk: row for row in rows}
    people = User.objects.in_bulk({pair.reviewer for pair in pairs})
    for pair in pairs:
        write_asked(by_key[pair.task], people[pair.reviewer], internal=pair.internal, by=by)
    audit.record("assign-reviewers", call, by=by, asked=len(pairs), lacking=len(found.lacking))
    return pairs


def _to_assign(call: Call) -> QuerySet[Assessment]:
    rows = Assessment.objects.filter(proposal__call=call, proposal__state="review")
    return rows.select_related("proposal__call__facility", "proposal__call__alliance", "panel").order_by("pk")


def _require_office(call: Call, by: Any) -> None:
    if not call_parties(by, call) & {"office", "system"}:
        raise NotPermitted(_("Only the office of the call assigns reviewers."))


def _row(found: Any) -> dict[str, Any]:
    """A pair or a lack as JSON keeps it."""
    return {name: str(value) if isinstance(value, UUID) else value for name, value in vars(found).items()}
