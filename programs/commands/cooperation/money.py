"""Budget, contributions and spending of a programme: entries are added and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core import audit, clock
from core.errors import Invalid, NotPermitted, Violation, WrongState
from programs.commands.cooperation.consent import locked
from programs.models import BudgetLine, Contribution, Expenditure, Program
from programs.permissions.cooperation import program_parties
from programs.workflows.cooperation import PLANNABLE


@dataclass(frozen=True)
class Amount:
    """Money in the currency it was paid in; `rate` is what 1 of it was worth in the programme's own that day."""

    amount: Decimal
    currency: str
    booked_on: date
    rate: Decimal = Decimal(1)
    note: str = ""


@transaction.atomic
def plan_budget(program: Program, currency: str, planned: Mapping[str, Decimal], *, by: Any) -> Program:
    """Set what is planned by category, in the programme's currency. A category on which money was spent stays.

    The currency cannot change once anything is booked. Raises NotPermitted, WrongState, Invalid.
    """
    program = _to_book(program, by, ended=False)
    currency = currency.strip().upper()
    spent = set(Expenditure.objects.filter(line__program=program).values_list("line__category", flat=True))
    booked = bool(spent) or program.contributions.exists()
    violations = []
    if not _is_currency(currency):
        violations.append(Violation("currency", _("Give the currency as three letters, e.g. EUR."), "currency"))
    elif booked and currency != program.currency:
        message = _("Amounts are booked in %(currency)s already; it stays.") % {"currency": program.currency}
        violations.append(Violation("currency_fixed", message, "currency"))
    if any(amount < 0 for amount in planned.values()):
        violations.append(Violation("planned_negative", _("A plan is nothing or more."), "budget"))
    if missing := sorted(spent - planned.keys()):
        message = _("Money was spent on %(categories)s: plan at least 0 there.") % {"categories": ", ".join(missing)}
        violations.append(Violation("spent_on", message, "budget"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    program.budget.exclude(category__in=planned).delete()
    for category, amount in planned.items():
        BudgetLine.objects.update_or_create(program=program, category=category, defaults={"planned": amount})
    program.currency = currency
    program.total_cost = sum(planned.values(), Decimal(0))
    program.version += 1
    program.save(update_fields=["currency", "total_cost", "version", "updated_at"])
    plan = {category: f"{amount:.2f}" for category, amount in planned.items()}
    audit.record("plan-budget", program, by=by, currency=currency, planned=plan)
    return program


@transaction.atomic
def book_contribution(
    program: Program, organisation: Organisation, paid: Amount, *, by: Any, in_kind: bool = False
) -> Contribution:
    """A partner gave money, or something worth it. Raises NotPermitted, WrongState, Invalid."""
    program = _to_book(program, by)
    violations = _wrong(program, paid)
    if not program.partners.filter(organisation=organisation).exists():
        message = _("%(name)s is not a partner of this programme.") % {"name": organisation.name}
        violations.append(Violation("no_partner", message, "organisation"))
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    entry = Contribution.objects.create(
        program=program, organisation=organisation, in_kind=in_kind, by=by, **_columns(paid)
    )
    audit.record("contribute", program, by=by, organisation=organisation.name, amount=str(paid.amount))
    return entry


@transaction.atomic
def book_expenditure(line: BudgetLine, paid: Amount, *, by: Any) -> Expenditure:
    """Money was spent on a line of the budget. Raises NotPermitted, WrongState, Invalid."""
    program = _to_book(line.program, by)
    if violations := _wrong(program, paid):
        raise Invalid(_("Please correct what is marked."), violations)
    entry = Expenditure.objects.create(line=line, by=by, **_columns(paid))
    audit.record("spend", program, by=by, category=line.category, amount=str(paid.amount), currency=paid.currency)
    return entry


def _to_book(program: Program, by: Any, *, ended: bool = True) -> Program:
    program = locked(program)
    if not program_parties(by, program) & {"lead", "secretariat"}:
        raise NotPermitted(_("Money is booked by the people who lead the programme, and by the secretariat."))
    states = PLANNABLE | {"completed"} if ended else PLANNABLE | {"draft"}
    if program.state not in states:
        state = str(program.get_state_display()).lower()
        raise WrongState(_("It is %(state)s now: no money is booked.") % {"state": state})
    return program


def _wrong(program: Program, paid: Amount) -> list[Violation]:
    found = []
    if not program.currency:
        found.append(Violation("no_budget", _("Plan the budget first: it says in which currency."), "currency"))
    if not _is_currency(paid.currency):
        found.append(Violation("currency", _("Give the currency as three letters, e.g. EUR."), "currency"))
    if paid.currency.upper() == program.currency and paid.rate != 1:
        found.append(Violation("rate_one", _("In the programme's own currency the rate is 1."), "rate"))
    if paid.rate <= 0:
        found.append(Violation("rate_positive", _("Give a rate above zero."), "rate"))
    if not paid.amount:
        found.append(Violation("amount_zero", _("Record an amount; a correction is a negative one."), "amount"))
    if paid.booked_on > clock.now().date():
        message = _("This day lies ahead. Record it when it has happened.")
        found.append(Violation("in_the_future", message, "booked_on"))
    return found


def _columns(paid: Amount) -> dict[str, Any]:
    return {
        "amount": paid.amount,
        "currency": paid.currency.upper(),
        "rate": paid.rate,
        "booked_on": paid.booked_on,
        "note": paid.note,
    }


def _is_currency(code: str) -> bool:
    return len(code.strip()) == 3 and code.strip().isascii() and code.strip().isalpha()
