"""The list of allocations, and one of them with every entry of its ledger."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import clock, names
from core.permissions import container_ids
from facilities.models import Allocation, Facility, LedgerEntry
from facilities.permissions import manages_accounts, may_spend
from facilities.queries.allocations import (
    Balanced,
    allocations_visible_to,
    later_cycles,
    newest_entries,
    references_of,
    transfer_targets,
    with_balance,
)
from frontend.forms.facilities.allocations import AllocationsForm, RolloverForm, TransferForm, UnitsForm
from frontend.paging import Page, paged
from programs.models import Transfer
from programs.queries.transfers import transfers_waiting_for


@dataclass(frozen=True)
class Account:
    """An allocation with its bar: used and held as ends on a scale of 100."""

    row: Allocation

    @property
    def used_end(self) -> Decimal:
        return self._share(self.row.used)

    @property
    def held_end(self) -> Decimal:
        return self._share(self.row.used + self.row.held)

    @property
    def spoken(self) -> str:
        unit = self.row.unit
        words = {"left": names.units(self.row.left, unit), "granted": names.units(self.row.granted, unit)}
        return _("%(left)s of %(granted)s left") % words

    @property
    def is_over(self) -> bool:
        return self.row.valid_until <= clock.now()

    def _share(self, units: Decimal) -> Decimal:
        return round(100 * units / self.row.granted, 1) if self.row.granted else Decimal(0)


@dataclass(frozen=True)
class ListPage:
    """A page of the balances that a person may see."""

    form: AllocationsForm
    rows: list[Account]
    paging: Page
    total: int
    filtered: bool
    gives: bool
    transfers: list[Transfer]


@dataclass(frozen=True)
class Line:
    """One entry: what it did to the balance, and the booking or allocation that it is about."""

    balanced: Balanced
    reference: str

    @property
    def entry(self) -> LedgerEntry:
        return self.balanced.entry

    @property
    def balance(self) -> Decimal:
        return self.balanced.balance

    @property
    def signed(self) -> str:
        amount = self.balanced.signed
        return f"{'+' if amount > 0 else '−'}{names.number(abs(amount))}"


@dataclass(frozen=True)
class Act:
    """Something that the reader may do with the units."""

    name: str
    title: str
    hint: str
    submit: str
    form: UnitsForm


@dataclass(frozen=True)
class AccountPage:
    """One allocation, its ledger with the balance after every entry, and what the reader may do."""

    account: Account
    lines: list[Line]
    paging: Page
    total: int
    acts: list[Act]

    @property
    def allocation(self) -> Allocation:
        return self.account.row

    @property
    def zone(self) -> str:
        return self.allocation.instrument.facility.zone


def list_page(form: AllocationsForm, user: Any, asked: Any) -> ListPage:
    """The balances that the filters leave, those that last longest first."""
    seen = allocations_visible_to(user)
    form.offer(seen)
    rows = form.filtered(seen)
    total = rows.count()
    page = paged(rows, asked)
    gives = bool(container_ids(user, "facilities.manage_calendar", Facility))
    waiting = list(transfers_waiting_for(user))
    return ListPage(form, [Account(row) for row in page.rows], page, total, form.is_used, gives, waiting)


def account_page(allocation: Allocation, user: Any, asked: Any, typed: dict[str, UnitsForm]) -> AccountPage:
    """`typed` holds the form that was refused, by its act."""
    ledger = newest_entries(allocation)
    page = paged(ledger, asked)
    references = references_of(page.rows)
    acts = [typed_or(act, typed) for act in acts_of(allocation, user)]
    lines = [Line(each, references.get(each.entry.pk, "")) for each in with_balance(allocation, page.rows)]
    return AccountPage(Account(allocation), lines, page, ledger.count(), acts)


def typed_or(act: Act, typed: dict[str, UnitsForm]) -> Act:
    return Act(act.name, act.title, act.hint, act.submit, typed.get(act.name, act.form))


def acts_of(allocation: Allocation, user: Any, data: Any = None) -> list[Act]:
    """What a person may do with an allocation now, each with its form, filled from `data` where something was sent."""
    gives, spends = manages_accounts(user, allocation.instrument.facility), may_spend(user, allocation)
    found = []
    if gives:
        found.append(
            Act(
                "add",
                _("Give more"),
                _("The team may book them at once."),
                _("Give"),
                UnitsForm(data, act="add", allocation=allocation),
            )
        )
    if spends and allocation.left:
        targets = [row for row in transfer_targets(allocation) if manages_accounts(user, row.instrument.facility)]
        if targets:
            found.append(
                Act(
                    "transfer",
                    _("Move to another leg"),
                    _("Shifts, hours, days and nights are converted by the minutes in each."),
                    _("Move"),
                    TransferForm(data, act="transfer", allocation=allocation, targets=targets),
                )
            )
        cycles = list(later_cycles(allocation)) if gives else []
        if cycles:
            found.append(
                Act(
                    "roll-over",
                    _("Carry over to a later cycle"),
                    _("What is not carried over expires with the allocation."),
                    _("Carry over"),
                    RolloverForm(data, act="roll-over", allocation=allocation, cycles=cycles),
                )
            )
        found.append(
            Act(
                "return",
                _("Give back to the facility"),
                _("Only what is neither used nor held."),
                _("Give back"),
                UnitsForm(data, act="return", allocation=allocation),
            )
        )
    return found
