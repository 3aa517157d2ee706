"""Rules of the account that pays: the allocation is the team's, for this instrument, valid then, and large enough."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from facilities.models import Access
from facilities.rules.base import rule, shown
from facilities.rules.facts import BookingRequest, Facts


@rule(source="R-19", field="allocation", overridable=True)
def allocation_given(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if facts.instrument.requires_allocation and facts.allotment is None:
        yield _("%(instrument)s is given only within an allocation. Choose the one that pays.") % {
            "instrument": facts.instrument
        }


@rule(source="1.6 Allocation", field="program")
def team_active(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if request.team is not None and not request.team.is_active:
        yield _("“%(team)s” is not active and cannot book.") % {"team": request.team}


@rule(source="1.6 Allocation", field="allocation")
def allocation_of_the_team(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if facts.allotment and (request.team is None or facts.allotment.team_id != request.team.pk):
        yield _("This allocation belongs to another team. Choose one of your own.")


@rule(source="1.6 Allocation", field="allocation")
def allocation_for_the_instrument(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if facts.allotment and facts.allotment.instrument_id != facts.instrument.pk:
        yield _("This allocation is for another instrument. Choose one for %(instrument)s.") % {
            "instrument": facts.instrument
        }


@rule(source="R-33", field="allocation")
def proprietary_apart(request: BookingRequest, facts: Facts) -> Iterator[str]:
    paid = facts.allotment
    if paid and (request.access == Access.PROPRIETARY) != (paid.category == Access.PROPRIETARY):
        yield _("Proprietary time and other time are never charged to one another. Choose another account.")


@rule(source="R-18", field="allocation", overridable=True)
def allocation_valid(request: BookingRequest, facts: Facts) -> Iterator[str]:
    paid = facts.allotment
    if paid and not (paid.valid_from <= request.starts_at and request.ends_at <= paid.valid_until):
        yield _("This allocation is valid from %(start)s to %(end)s. Choose time within.") % {
            "start": shown(paid.valid_from, facts),
            "end": shown(paid.valid_until, facts),
        }


@rule(source="R-12", field="allocation")
def allocation_not_on_hold(request: BookingRequest, facts: Facts) -> Iterator[str]:
    if facts.allotment and facts.allotment.on_hold:
        yield _("This account is on hold: %(why)s") % {"why": facts.allotment.on_hold}


@rule(source="R-19", field="allocation")
def allocation_balance(request: BookingRequest, facts: Facts) -> Iterator[str]:
    paid = facts.allotment
    if not paid:
        return
    if paid.unit != facts.instrument.unit:
        yield _("The allocation counts in another unit than %(instrument)s.") % {"instrument": facts.instrument}
    elif (units := facts.units(request)) > paid.left:
        yield _("This needs %(needed)s %(unit)s, and %(left)s are left: %(short)s too few. Ask for less time.") % {
            "needed": units.normalize(),
            "unit": facts.instrument.get_unit_display(),
            "left": paid.left.normalize(),
            "short": (units - paid.left).normalize(),
        }
