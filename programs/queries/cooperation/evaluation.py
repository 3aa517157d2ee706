"""What a programme is evaluated by: the figures that are known of it, and the evaluation once it is there."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from core import clock
from facilities.models import Booking
from programs.models import Enrolment, Evaluation, ExchangeStay, Program
from programs.queries.cooperation.inside import hours_used
from programs.queries.cooperation.together import money_of, person_months
from programs.queries.outcomes import publications_listed


@dataclass(frozen=True)
class Figures:
    """What a programme did, as of a day: counts, hours, months, and amounts in its currency.

    `on_time` of the `due` milestones were reached by their day (K28); `hours` are delivered instrument hours; `months`
    are exchange person-months and `trained` those who finished a training (K33); `spent` of `planned` (K29).
    """

    as_of: str
    partners: int
    countries: int
    milestones: int
    reached: int
    on_time: int
    runs: int
    hours: Decimal
    publications: int
    months: Decimal
    trained: int
    currency: str
    planned: Decimal
    spent: Decimal
    contributed: Decimal
    in_kind: Decimal

    def frozen(self) -> dict[str, Any]:
        """As plain data: numbers with decimals as text."""
        return {name: str(each) if isinstance(each, Decimal) else each for name, each in asdict(self).items()}


def figures_of(program: Program) -> Figures:
    """The figures of a programme as of today."""
    partners = list(program.partners.values_list("organisation__country", flat=True))
    milestones = list(program.milestones.all())
    money = money_of(program)
    ended = Booking.objects.filter(team_id=program.team_id, state__in=["completed", "closed"])
    return Figures(
        as_of=clock.now().date().isoformat(),
        partners=len(partners),
        countries=len({country for country in partners if country}),
        milestones=len(milestones),
        reached=sum(row.done_on is not None for row in milestones),
        on_time=sum(row.done_on is not None and row.done_on <= row.due_on for row in milestones),
        runs=ended.count(),
        hours=hours_used(program),
        publications=publications_listed(program=program.number).count(),
        months=person_months(ExchangeStay.objects.filter(program=program)),
        trained=Enrolment.objects.filter(training__program=program, state="passed").count(),
        currency=program.currency,
        planned=money.planned,
        spent=money.spent,
        contributed=money.cash,
        in_kind=money.in_kind,
    )


def evaluation_of(program: Program) -> Evaluation | None:
    """None before it, and for programmes that were evaluated by a note alone."""
    return Evaluation.objects.filter(program=program).select_related("by").first()
