"""What a programme's people share beside facility time: stays, trainings, money and agreements, in figures."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum

from programs.models import BudgetLine, Contribution, Enrolment, ExchangeStay, Expenditure, Program, Training
from programs.permissions.exchange import stays_visible_to, trainings_visible_to

DAYS_OF_A_MONTH = Decimal("30.44")
CENT = Decimal("0.01")
MONEY: "DecimalField[Any, Any]" = DecimalField(max_digits=30, decimal_places=10)


def stays_of(user: Any, program: Program) -> QuerySet[ExchangeStay]:
    """The programme's stays that a person may see, by their first day."""
    return stays_visible_to(user).filter(program=program).select_related("person", "home", "host", "program")


def person_months(stays: QuerySet[ExchangeStay]) -> Decimal:
    """Exchange person-months (K33): days of confirmed and finished stays divided by 30.44, to two decimals."""
    periods = stays.filter(state__in=["confirmed", "done"]).values_list("period", flat=True)
    days = sum((period.upper - period.lower).days for period in periods)
    return (Decimal(days) / DAYS_OF_A_MONTH).quantize(CENT, ROUND_HALF_EVEN)


def trainings_listed(user: Any, *, kind: str = "", coming: date | None = None) -> QuerySet[Training]:
    """Trainings that a person may see with the places taken, the latest first; `coming` leaves those not over then."""
    rows = trainings_visible_to(user).select_related("program", "organisation", "opportunity")
    if kind:
        rows = rows.filter(kind=kind)
    if coming:
        rows = rows.filter(days__endswith__gt=coming)
    return rows.annotate(
        taken=Count("enrolments", filter=Q(enrolments__seat__isnull=False)),
        waiting=Count("enrolments", filter=Q(enrolments__state="waiting")),
    )


def enrolments_of(training: Training) -> QuerySet[Enrolment]:
    """Who has a place, by its number, then who waits, the longest first."""
    return training.enrolments.select_related("person").order_by(F("seat").asc(nulls_last=True), "asked_at", "id")


@dataclass(frozen=True)
class MoneyLine:
    """A line of the budget in the programme's currency."""

    line: BudgetLine
    spent: Decimal

    @property
    def left(self) -> Decimal:
        return self.line.planned - self.spent


@dataclass(frozen=True)
class Money:
    """The money of a programme in its currency, every amount at the rate of its day (K29)."""

    currency: str
    lines: list[MoneyLine]
    contributions: list[Contribution]
    spendings: list[Expenditure]
    cash: Decimal
    in_kind: Decimal

    @property
    def planned(self) -> Decimal:
        return sum((row.line.planned for row in self.lines), Decimal(0))

    @property
    def spent(self) -> Decimal:
        return sum((row.spent for row in self.lines), Decimal(0))

    @property
    def execution(self) -> Decimal | None:
        """Spent as a share of what is planned, None where nothing is planned."""
        return self.spent / self.planned if self.planned else None


def money_of(program: Program) -> Money:
    """What is planned, contributed and spent; in-kind contributions are kept apart."""
    worth = ExpressionWrapper(F("spent__amount") * F("spent__rate"), MONEY)
    lines = program.budget.annotate(used=Sum(worth, default=Decimal(0))).order_by("category", "id")
    given = list(program.contributions.select_related("organisation", "by").order_by("booked_on", "created_at", "id"))
    spent = (
        Expenditure.objects.filter(line__program=program)
        .select_related("line", "by")
        .order_by("booked_on", "created_at", "id")
    )
    return Money(
        currency=program.currency,
        lines=[MoneyLine(line, line.used.quantize(CENT, ROUND_HALF_EVEN)) for line in lines],
        contributions=given,
        spendings=list(spent),
        cash=_worth(row for row in given if not row.in_kind),
        in_kind=_worth(row for row in given if row.in_kind),
    )


def _worth(rows: Any) -> Decimal:
    return sum((row.amount * row.rate for row in rows), Decimal(0)).quantize(CENT, ROUND_HALF_EVEN)
