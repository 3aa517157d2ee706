"""What keeps a call from being saved or opened: pure checks that list every violation at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from core import names, times
from core.errors import Violation

OURS = "Yanqi"
WITHOUT_DEADLINE = frozenset({"rolling", "rapid", "test", "discretionary"})
"""Kinds of calls that may be open for good."""
JUDGED_BY_FEW = frozenset({"rapid", "test", "discretionary"})
"""Kinds that need no reviewers from outside."""


@dataclass(frozen=True)
class WindowFacts:
    """A stage of the call, half-open."""

    stage: str
    label: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class OfferFacts:
    """Units on offer at an instrument, in its `unit`; `room` is what its cycle still has, None where none bounds it."""

    instrument: str
    units: Decimal
    most_per_proposal: Decimal | None
    unit: str
    room: Decimal | None
    cycle: str = ""
    cycle_ends_at: datetime | None = None
    is_ours: bool = True
    cycle_fits: bool = True


@dataclass(frozen=True)
class Facts:
    """All that the rules of a call look at."""

    kind: str
    zone: str
    name: str
    text: str
    contact: str
    opens_at: datetime | None
    closes_at: datetime | None
    office_closes_at: datetime | None
    notify_at: datetime | None
    windows: Sequence[WindowFacts]
    partner_deadlines: Sequence[tuple[str, datetime]]
    offers: Sequence[OfferFacts]
    weights: Sequence[Decimal]
    has_scale: bool
    reviews_wanted: int
    internal_wanted: int
    least_reviews: int
    now: datetime


def violations_of(facts: Facts) -> list[Violation]:
    """What may not be, even in a draft, in the order of the form."""
    return [violation for rule in ALWAYS for violation in rule(facts)]


def opening_violations(facts: Facts) -> list[Violation]:
    """Everything that keeps the call from being announced or opened: what may never be, and what is missing."""
    return violations_of(facts) + [violation for rule in TO_OPEN for violation in rule(facts)]


def in_order(facts: Facts) -> Iterator[Violation]:
    """The instants of a call follow each other."""
    pairs: tuple[tuple[datetime | None, datetime | None, str, str, str], ...] = (
        (facts.opens_at, facts.closes_at, "closes_at", "closes_before_it_opens",
         _("The deadline is not after the opening. Move one of them.")),
        (facts.closes_at, facts.notify_at, "notify_at", "results_before_the_deadline",
         _("The results would be announced before the deadline. Move one of them.")),
    )  # fmt: skip
    for earlier, later, field, rule, message in pairs:
        if earlier is not None and later is not None and later <= earlier:
            yield Violation(rule, message, field, source=OURS)
    if facts.office_closes_at and facts.closes_at and facts.office_closes_at < facts.closes_at:
        message = _("The office's deadline is at the applicants' or later.")
        yield Violation("office_closes_first", message, "office_closes_at", source=OURS)


def windows_apart(facts: Facts) -> Iterator[Violation]:
    """Windows of one stage may touch and never overlap; each ends after it starts."""
    for window in facts.windows:
        if window.ends_at <= window.starts_at:
            message = _("The window “%(stage)s” ends before it starts. Correct one of its ends.")
            yield Violation("window_ends_first", message % {"stage": window.label}, "windows", source=OURS)
    ordered = sorted(facts.windows, key=lambda window: (window.stage, window.starts_at, window.ends_at))
    for before, after in pairwise(ordered):
        if before.stage == after.stage and after.starts_at < before.ends_at:
            message = _("Two windows “%(stage)s” overlap: %(first)s and %(second)s. They may touch.") % {
                "stage": after.label,
                "first": times.span(before.starts_at, before.ends_at, facts.zone),
                "second": times.span(after.starts_at, after.ends_at, facts.zone),
            }
            yield Violation("windows_overlap", message, "windows", source=OURS)


def partners_earlier(facts: Facts) -> Iterator[Violation]:
    """A partner's own deadline is never later than the call's (R-01)."""
    for name, closes_at in facts.partner_deadlines:
        words = {"name": name}
        if facts.closes_at is None:
            message = _("A call without a deadline has none for %(name)s either.") % words
            yield Violation("partner_deadline_alone", message, "partner_deadlines", source="R-01")
        elif closes_at > facts.closes_at:
            message = _("The deadline of %(name)s is later than the call's, %(when)s. Choose an earlier one.")
            when = times.moment(facts.closes_at, facts.zone)
            yield Violation(
                "partner_deadline_later", message % (words | {"when": when}), "partner_deadlines", source="R-01"
            )
        elif facts.opens_at is not None and closes_at <= facts.opens_at:
            message = _("The deadline of %(name)s is before the call opens.") % words
            yield Violation("partner_deadline_too_early", message, "partner_deadlines", source=OURS)


def offered(facts: Facts) -> Iterator[Violation]:
    """What is offered is the call's to give, is something, and fits into the open time of its cycle."""
    for offer in facts.offers:
        words = {"instrument": offer.instrument, "cycle": offer.cycle}
        if not offer.is_ours:
            message = _("%(instrument)s belongs to another facility, which must offer it itself.") % words
            yield Violation("foreign_instrument", message, "offers", source=OURS)
        if not offer.cycle_fits:
            message = _("The cycle chosen for %(instrument)s belongs to another facility. Choose one of its own.")
            yield Violation("foreign_cycle", message % words, "offers", source=OURS)
        if offer.units <= 0:
            message = _("Say how much is on offer at %(instrument)s.") % words
            yield Violation("offer_units_positive", message, "offers", source=OURS)
        if offer.most_per_proposal is not None and not 0 < offer.most_per_proposal <= offer.units:
            message = _("The most for one proposal at %(instrument)s is above zero and within what is on offer.")
            yield Violation("most_per_proposal", message % words, "offers", source=OURS)
        if offer.room is not None and offer.units > offer.room:
            message = _(
                "%(instrument)s has %(room)s of open time left in %(cycle)s after what other calls offer;"
                " %(asked)s are offered here."
            ) % (words | {"room": names.units(offer.room, offer.unit), "asked": names.units(offer.units, offer.unit)})
            yield Violation("offer_exceeds_open_time", message, "offers", source=OURS)


def weighed(facts: Facts) -> Iterator[Violation]:
    if any(weight <= 0 for weight in facts.weights):
        yield Violation("weight_positive", _("Every criterion has a weight above zero."), "criteria", source=OURS)


def described(facts: Facts) -> Iterator[Violation]:
    if not facts.name.strip():
        yield Violation("name_missing", _("Give the call a name."), "name", source=OURS)
    if not facts.text.strip():
        yield Violation("text_missing", _("Say what the call is about."), "text", source=OURS)
    if not facts.contact.strip():
        yield Violation("contact_missing", _("Name the address that answers questions."), "contact", source=OURS)


def dated(facts: Facts) -> Iterator[Violation]:
    if facts.closes_at is None and facts.kind not in WITHOUT_DEADLINE:
        message = _("A call of this kind needs a deadline.")
        yield Violation("deadline_missing", message, "closes_at", source="R-01")
    if facts.closes_at is not None and facts.closes_at <= facts.now:
        message = _("The deadline is over: %(when)s. Choose a later one.")
        when = times.moment(facts.closes_at, facts.zone)
        yield Violation("deadline_over", message % {"when": when}, "closes_at", source="R-01")


def given_away(facts: Facts) -> Iterator[Violation]:
    if not facts.offers:
        message = _("Name at least one instrument with the units on offer.")
        yield Violation("nothing_offered", message, "offers", source=OURS)
    for offer in facts.offers:
        if offer.cycle_ends_at is not None and offer.cycle_ends_at <= facts.now:
            message = _("The cycle chosen for %(instrument)s is over. Choose a later one.")
            yield Violation("cycle_over", message % {"instrument": offer.instrument}, "offers", source=OURS)


def judged(facts: Facts) -> Iterator[Violation]:
    if not facts.has_scale:
        yield Violation("scale_missing", _("Choose the scale on which proposals are scored."), "scale", source=OURS)
    if not facts.weights:
        yield Violation("criterion_missing", _("Name at least one criterion."), "criteria", source=OURS)
    if facts.kind not in JUDGED_BY_FEW and facts.reviews_wanted < facts.least_reviews:
        message = _("Every proposal needs at least %(least)d reviews.") % {"least": facts.least_reviews}
        yield Violation("too_few_reviews", message, "reviews_wanted", source="R-06")
    if facts.internal_wanted > facts.reviews_wanted:
        message = _("More reviews by the facilities' own people are wanted than reviews at all.")
        yield Violation("too_many_internal", message, "internal_wanted", source="R-06")


Check = Callable[[Facts], Iterator[Violation]]
ALWAYS: tuple[Check, ...] = (in_order, windows_apart, partners_earlier, offered, weighed)
TO_OPEN: tuple[Check, ...] = (described, dated, given_away, judged)
