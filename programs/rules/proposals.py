"""What a proposal must fulfil before it may be submitted: pure checks that list every violation at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import times
from core.errors import Violation
from core.files import is_what_it_says
from programs.rules.questionnaire import answer_violations
from programs.rules.words import words_in

OURS = "Yanqi"


@dataclass(frozen=True)
class CallFacts:
    """A call at the instant that decides. `open_until` is the last instant for this proposal, None without one."""

    name: str
    zone: str
    is_open: bool
    opens_at: datetime
    open_until: datetime | None
    abstract_words: int


@dataclass(frozen=True)
class OfferFacts:
    """What a call gives at one instrument."""

    most_per_proposal: Decimal | None


@dataclass(frozen=True)
class LegFacts:
    """One leg; `instruments` are the preferred one and its alternates, by identifier, with how people call them."""

    position: int
    instruments: Mapping[str, str]
    closed: Sequence[str]
    mode: str
    modes: Sequence[str]
    units: Decimal
    preferred: str


@dataclass(frozen=True)
class Facts:
    """All that the rules of submission look at."""

    at: datetime
    call: CallFacts
    title: str
    public_title: str
    abstract: str
    peaceful_use: bool
    legs: Sequence[LegFacts]
    offers: Mapping[str, OfferFacts]
    waiting: Sequence[str]
    """Those invited who have not joined, as the team knows them."""
    unaffiliated: Sequence[str]
    attachments: Sequence[tuple[str, str]]
    questionnaire: Mapping[str, Any]
    answers: Mapping[str, Any]
    overdue: Sequence[str]
    """Reports that block a new submission (R-31), in words."""
    open_points: Sequence[str]


def submission_violations(facts: Facts) -> list[Violation]:
    """Every rule that refuses, in the order of the form."""
    return [violation for rule in RULES for violation in rule(facts)]


def in_time(facts: Facts) -> Iterator[Violation]:
    """The deadline is an inclusive instant in the call's zone (R-01)."""
    call = facts.call
    if facts.at < call.opens_at:
        message = _("The call opens on %(when)s.") % {"when": times.moment(call.opens_at, call.zone)}
        yield Violation("call_not_open", message, "call", source="R-01")
    elif call.open_until is not None and facts.at > call.open_until:
        message = _("The deadline was %(when)s. Ask the call's office, which may open it again with a reason.")
        when = times.moment(call.open_until, call.zone)
        yield Violation("call_closed", message % {"when": when}, "call", source="R-01")
    elif not call.is_open:
        message = _("The call takes no proposals now. Ask its office.")
        yield Violation("call_closed", message, "call", source="R-01")


def described(facts: Facts) -> Iterator[Violation]:
    if not facts.title.strip():
        yield Violation("title_missing", _("Give the proposal a title."), "title", source=OURS)
    if not facts.public_title.strip():
        message = _("Give a title that may be published.")
        yield Violation("public_title_missing", message, "public_title", source=OURS)
    if not facts.abstract.strip():
        yield Violation("abstract_missing", _("Write the abstract."), "abstract", source=OURS)
    count, most = words_in(facts.abstract), facts.call.abstract_words
    if count > most:
        message = ngettext(
            "The abstract has %(count)d words where %(most)d is allowed. Shorten it.",
            "The abstract has %(count)d words where %(most)d are allowed. Shorten it.",
            most,
        ) % {"count": count, "most": most}
        yield Violation("too_many_words", message, "abstract", source=OURS)


def declared(facts: Facts) -> Iterator[Violation]:
    if not facts.peaceful_use:
        message = _("Declare that the proposal serves peaceful ends only.")
        yield Violation("peaceful_use", message, "peaceful_use", source="R-47, S000")


def joined(facts: Facts) -> Iterator[Violation]:
    for name in facts.waiting:
        message = _("%(name)s has not joined yet. Remind them, or take them off the team.") % {"name": name}
        yield Violation("member_not_joined", message, "members", source="R-04")
    for name in facts.unaffiliated:
        message = _("%(name)s belongs to no organisation. They name it in their profile, then join again.")
        yield Violation("member_without_organisation", message % {"name": name}, "members", source="R-13")


def at_instruments_on_offer(facts: Facts) -> Iterator[Violation]:
    if not facts.legs:
        yield Violation("legs_missing", _("Name at least one instrument."), "legs", source=OURS)
    for leg in facts.legs:
        for key, name in leg.instruments.items():
            if key not in facts.offers:
                message = _("%(instrument)s is not part of this call. Choose one that is.") % {"instrument": name}
                yield Violation("instrument_outside_call", message, f"legs.{leg.position}.instrument", source=OURS)
        for name in leg.closed:
            message = _("%(instrument)s takes no requests now. Choose another instrument.") % {"instrument": name}
            yield Violation("not_bookable", message, f"legs.{leg.position}.instrument", source=OURS)
        if leg.mode not in leg.modes:
            message = _("%(instrument)s is not offered in this mode. Choose another.")
            named = {"instrument": leg.instruments[leg.preferred]}
            yield Violation("mode_not_offered", message % named, f"legs.{leg.position}.mode", source=OURS)
        offer = facts.offers.get(leg.preferred)
        if offer and offer.most_per_proposal is not None and leg.units > offer.most_per_proposal:
            message = _("At most %(most)s units of %(instrument)s go to one proposal; you ask for %(units)s.") % {
                "most": f"{offer.most_per_proposal.normalize():f}",
                "instrument": leg.instruments[leg.preferred],
                "units": f"{leg.units.normalize():f}",
            }
            yield Violation("units_over_the_most", message, f"legs.{leg.position}.units", source="R-16")


def answered(facts: Facts) -> Iterator[Violation]:
    yield from answer_violations(facts.questionnaire, facts.answers)


def files_are_what_they_say(facts: Facts) -> Iterator[Violation]:
    for name, mime in facts.attachments:
        if not is_what_it_says(name, mime):
            message = _("“%(name)s” is not what its name says: its content is %(kind)s. Replace it.")
            yield Violation("file_type", message % {"name": name, "kind": mime}, "attachments", source=OURS)


def reports_handed_in(facts: Facts) -> Iterator[Violation]:
    for report in facts.overdue:
        message = _("A report is overdue: %(report)s. Hand it in, or ask the office to waive it.") % {"report": report}
        yield Violation("report_overdue", message, "members", source="R-31")


def points_mended(facts: Facts) -> Iterator[Violation]:
    for text in facts.open_points:
        message = _("The office asked: “%(text)s”. Mend it and tick it off.") % {"text": text}
        yield Violation("point_open", message, "points", source=OURS)


RULES: tuple[Callable[[Facts], Iterator[Violation]], ...] = (
    in_time,
    described,
    declared,
    joined,
    at_instruments_on_offer,
    answered,
    files_are_what_they_say,
    reports_handed_in,
    points_mended,
)
