"""How running programmes stand: the light of the last progress report and the milestones reached, for those inside."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from core import clock
from programs.models import Milestone, Partner, Program, ProgressReport
from programs.permissions.cooperation import programs_inside_to
from programs.workflows.cooperation import PLANNABLE

REACHED = Q(done_on__isnull=False)
UNREPORTED = "unreported"
"""The light of a running programme that has not reported yet."""


LIGHTS = (*ProgressReport.Rating.values, UNREPORTED)


@dataclass(frozen=True)
class Standing:
    """`light` is the rating of the last report, `reported_on` its day; `earned` and `due` are shares of the weight of
    all milestones: reached, and due by today (K28); None without weights."""

    light: str
    reported_on: date | None
    earned: float | None
    due: float | None


@dataclass
class Sums:
    """Running programmes by light, with the weights of their milestones."""

    lights: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    weight: int = 0
    done: int = 0

    def add(self, light: str, weight: int, done: int) -> None:
        self.lights[light] += 1
        self.weight += weight
        self.done += done

    @property
    def earned(self) -> float | None:
        return self.done / self.weight if self.weight else None


@dataclass(frozen=True)
class Standings:
    """Of the running programmes that a person sees the inside of: in all, by type, theme and country of a partner."""

    total: Sums
    kinds: dict[str, Sums]
    themes: dict[str, Sums]
    countries: dict[str, Sums]


def with_light(rows: QuerySet[Program], user: Any, light: str) -> QuerySet[Program]:
    """Running ones that a person sees inside, whose last report says so or that have none (`unreported`)."""
    rows = rows.filter(pk__in=_running_inside(user).values("pk")).alias(light=_last("rating"))
    return rows.filter(light=None) if light == UNREPORTED else rows.filter(light=light)


def standings(user: Any, programs: Collection[Program]) -> dict[UUID, Standing]:
    """How those of the programmes stand that are running and that the person sees the inside of; two statements."""
    today = clock.now().date()
    weights = (
        Milestone.objects.order_by()
        .values("program")
        .annotate(all=Sum("weight"), done=Sum("weight", filter=REACHED), due=Sum("weight", filter=Q(due_on__lte=today)))
    )
    known: dict[UUID, Any] = {row["program"]: row for row in weights.filter(program__in=[row.pk for row in programs])}
    rows = _running_inside(user).filter(pk__in=[row.pk for row in programs])
    found = {}
    for key, light, at in rows.values_list("pk", _last("rating"), _last("created_at")):
        row = known.get(key) or {}
        weight = row.get("all") or 0
        earned, due = ((row[name] or 0) / weight if weight else None for name in ("done", "due"))
        found[key] = Standing(light or UNREPORTED, at.date() if at else None, earned, due)
    return found


def standings_summed(user: Any) -> Standings:
    """Sums of all of them; a programme counts for each of its themes and countries. Three statements."""
    weights = Milestone.objects.filter(program=OuterRef("pk")).order_by().values("program")
    rows = _running_inside(user).values_list(
        "pk",
        "kind",
        _last("rating"),
        Subquery(weights.values(n=Sum("weight"))),
        Subquery(weights.values(n=Sum("weight", filter=REACHED))),
    )
    facts = {key: (kind, (light or UNREPORTED, weight or 0, done or 0)) for key, kind, light, weight, done in rows}
    themes = Program.themes.through.objects.filter(program__in=facts).values_list("theme__slug", "program")
    partners = Partner.objects.filter(program__in=facts).exclude(organisation__country="").order_by()
    countries = partners.values_list("organisation__country", "program").distinct()

    def summed(pairs: Iterable[tuple[str, UUID]]) -> dict[str, Sums]:
        sums: dict[str, Sums] = defaultdict(Sums)
        for name, key in pairs:
            sums[name].add(*facts[key][1])
        return dict(sums)

    return Standings(
        summed(("", key) for key in facts).get("", Sums()),
        summed((kind, key) for key, (kind, _weights) in facts.items()),
        summed(themes),
        summed(countries),
    )


def _running_inside(user: Any) -> QuerySet[Program]:
    return programs_inside_to(user).filter(state__in=PLANNABLE).order_by()


def _last(column: str) -> Subquery:
    reports = ProgressReport.objects.filter(program=OuterRef("pk")).order_by("-created_at", "-id")
    return Subquery(reports.values(column)[:1])
