"""Trials of a round: unsaved lines under some limits, and those that an ended job has kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from core.models import Job
from facilities.models import Instrument
from programs.models import Call, Leg, Line
from programs.queries.rounds.problem import CANDIDATES
from programs.rules.limits import Limits, limits_from

SOLVING = "solve_allocation"
"""The kind of a job that proposes a round or tries one; its result names the call from the beginning."""
STEPS = (gettext_lazy("reading merits and limits"), gettext_lazy("solving"), gettext_lazy("writing it down"))
PLAIN = ("verdict", "priority", "category", "rank", "place", "reason")


@dataclass(frozen=True)
class Trial:
    """What the solver made of a call under some limits: unsaved lines, the best first, and how good it is."""

    limits: Limits
    lines: list[Line]
    outcome: dict[str, Any]


def legs_to_solve(call: Call) -> QuerySet[Leg]:
    """The legs that take part in a round."""
    return Leg.objects.filter(proposal__call=call, proposal__state__in=CANDIDATES).exclude(state="cancelled")


def leading_organisations(call: Call, also: Iterable[str] = ()) -> list[Organisation]:
    """The organisations that lead the proposals that take part, and those of the slugs in `also`, by name."""
    leading = Q(pk__in=call.proposals.filter(state__in=CANDIDATES).order_by().values("organisation"))
    return list(Organisation.objects.filter(leading | Q(slug__in=list(also))).order_by("name", "id"))


def last_solving(call: Call) -> Job | None:
    """The latest job that solved a round of a call, running or ended."""
    return Job.objects.filter(kind=SOLVING, result__call=str(call.pk)).order_by("-created_at", "-id").first()


def kept_lines(lines: list[Line]) -> list[dict[str, Any]]:
    """Unsaved lines as JSON keeps them."""
    return [
        {
            "leg": str(line.leg_id),
            "instrument": str(line.instrument_id),
            "units": str(line.units),
            "merit": None if line.merit is None else str(line.merit),
            **{name: getattr(line, name) for name in PLAIN},
        }
        for line in lines
    ]


def trial_of(job: Job) -> Trial | None:
    """The trial that an ended job has kept; None of one that proposed a round, still runs or failed. A leg that is
    gone since is left out."""
    if job.state != Job.State.DONE or not job.result["dry_run"]:
        return None
    rows = job.result["lines"]
    related = ("proposal__organisation", "proposal__pi", "instrument", "preferred")
    legs = Leg.objects.select_related(*related).in_bulk([UUID(row["leg"]) for row in rows])
    places = Instrument.objects.select_related("facility").in_bulk({UUID(row["instrument"]) for row in rows})
    lines = [
        Line(
            leg=legs[UUID(row["leg"])],
            instrument=places[UUID(row["instrument"])],
            units=Decimal(row["units"]),
            merit=None if row["merit"] is None else Decimal(row["merit"]),
            **{name: row[name] for name in PLAIN},
        )
        for row in rows
        if UUID(row["leg"]) in legs
    ]
    return Trial(limits_from(job.result["limits"]), lines, job.result["outcome"])
