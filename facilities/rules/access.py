"""Policies about the way in: categories that need an allocation, rapid access, how early to ask."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.models import Access, Instrument
from facilities.rules.base import policy, shown
from facilities.rules.facts import BookingRequest, Facts
from facilities.rules.parameters import Parameter
from facilities.rules.standing import Standing

CATEGORIES = {category.value: category.label for category in Access}
FOR_CATEGORIES = Parameter("categories", gettext_lazy("Access categories"), list(CATEGORIES), options=CATEGORIES)
"""Of which requests a policy speaks; of all by itself."""
MODES = {mode.value: mode.label for mode in Instrument.Mode}


@policy(
    source="R-17",
    field="category",
    label=gettext_lazy("Categories that need an allocation"),
    summary=gettext_lazy("Only with an allocation of the same category: %(categories)s"),
    parameters=(
        Parameter(
            "categories",
            gettext_lazy("Access categories"),
            [Access.DISCRETIONARY.value, Access.PROPRIETARY.value],
            options=CATEGORIES,
        ),
    ),
)
def category_permitted(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    """Proprietary use is never charged to an allocation of another category (R-33)."""
    category = request.access
    if category in policy["categories"] and (facts.allotment is None or facts.allotment.category != category):
        yield _(
            "“%(category)s” time is given only on an allocation of that category. "
            "Choose such an account, or ask in another category."
        ) % {"category": CATEGORIES[category]}


@policy(
    source="R-20",
    field="category",
    label=gettext_lazy("Rapid access"),
    summary=gettext_lazy("Only reserve time, or time that nobody has taken %(days)s days before: %(categories)s"),
    parameters=(
        Parameter(
            "days",
            gettext_lazy("User time may be taken from"),
            7,
            unit=gettext_lazy("days before"),
            hint=gettext_lazy("0: only reserve time."),
            most=366,
        ),
        Parameter("categories", gettext_lazy("Access categories"), [Access.RAPID.value], options=CATEGORIES),
    ),
)
def rapid_access(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    if request.access not in policy["categories"] or policy.in_reserve:
        return
    latest = facts.now + timedelta(days=policy["days"])
    if request.starts_at > latest:
        yield _(
            "“%(category)s” takes only reserve time, or what is still free %(days)d days before. "
            "Choose reserve time, or a start until %(latest)s."
        ) % {
            "category": CATEGORIES[request.access],
            "days": policy["days"],
            "latest": shown(latest, facts),
        }


@policy(
    source="R-23",
    field="starts_at",
    label=gettext_lazy("Horizon"),
    summary=gettext_lazy("Ask at most %(days)s days before the start: %(categories)s"),
    parameters=(
        Parameter("days", gettext_lazy("At most"), 180, unit=gettext_lazy("days before"), least=1, most=3660),
        FOR_CATEGORIES,
    ),
    at_asking=True,
)
def within_horizon(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    latest = facts.now + timedelta(days=policy["days"])
    if request.access in policy["categories"] and request.starts_at > latest:
        yield _("This is asked for at most %(days)d days before. Choose a start until %(latest)s.") % {
            "days": policy["days"],
            "latest": shown(latest, facts),
        }


@policy(
    source="R-23",
    field="starts_at",
    label=gettext_lazy("Lead time"),
    summary=gettext_lazy("Ask at least %(days)s days before the start: %(modes)s"),
    parameters=(
        Parameter("days", gettext_lazy("At least"), 28, unit=gettext_lazy("days before"), most=366, step=0.5),
        Parameter("modes", gettext_lazy("For these modes"), [Instrument.Mode.ONSITE.value], options=MODES),
    ),
    at_asking=True,
)
def lead_time(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    earliest = facts.now + timedelta(days=policy["days"])
    if request.mode in policy["modes"] and request.starts_at < earliest:
        yield _("Work in this mode is asked for %(days)g days before. Choose a start from %(earliest)s on.") % {
            "days": policy["days"],
            "earliest": shown(earliest, facts),
        }
