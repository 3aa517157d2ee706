"""What a programme must fulfil before it may be submitted: pure checks that list every violation at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Violation

ALLIANCE_PURPOSE = "S000: an alliance for multilateral collaboration, for peaceful ends only"
OURS = "Yanqi"


@dataclass(frozen=True)
class PartnerFacts:
    """One partner organisation on the day of submission."""

    name: str
    country: str
    is_lead: bool
    is_member: bool
    is_active: bool


@dataclass(frozen=True)
class TimeFacts:
    """One line of wanted facility time."""

    instrument: str
    units: Decimal
    is_bookable: bool
    cycle_fits: bool
    cycle_ends_on: date | None


@dataclass(frozen=True)
class Facts:
    """All that the rules of submission look at."""

    title: str
    summary: str
    peaceful_use: bool
    starts_on: date | None
    ends_on: date | None
    has_lead_person: bool
    partners: tuple[PartnerFacts, ...]
    time: tuple[TimeFacts, ...]
    milestones: tuple[tuple[str, date], ...]
    today: date
    min_members: int
    min_countries: int


def submission_violations(facts: Facts) -> list[Violation]:
    """Every rule that refuses, in the order of the form."""
    return [violation for rule in RULES for violation in rule(facts)]


def described(facts: Facts) -> Iterator[Violation]:
    if not facts.title.strip():
        yield Violation("title_missing", _("Give the programme a title."), "title", source=OURS)
    if not facts.summary.strip():
        yield Violation("summary_missing", _("Say in a summary what the programme will do."), "summary", source=OURS)


def dated(facts: Facts) -> Iterator[Violation]:
    if facts.starts_on is None:
        yield Violation("start_missing", _("Say when the programme starts."), "starts_on", source=OURS)
    if facts.ends_on is None:
        yield Violation("end_missing", _("Say when the programme ends."), "ends_on", source=OURS)
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        message = _("The programme ends before it starts. Correct one of the dates.")
        yield Violation("ends_before_start", message, "ends_on", source=OURS)
    if facts.ends_on and facts.ends_on < facts.today:
        message = _("The programme would be over already. Choose an end in the future.")
        yield Violation("already_over", message, "ends_on", source=OURS)


def led(facts: Facts) -> Iterator[Violation]:
    if sum(partner.is_lead for partner in facts.partners) != 1 or not facts.has_lead_person:
        message = _("Name exactly one lead organisation, and the person who leads.")
        yield Violation("one_lead", message, "partners", source=OURS)


def shared(facts: Facts) -> Iterator[Violation]:
    members = [partner for partner in facts.partners if partner.is_member]
    if len(members) < facts.min_members:
        message = ngettext(
            "At least %(least)d partner must be a member of the alliance, now %(now)d is. Add a member organisation.",
            "At least %(least)d partners must be members of the alliance, now %(now)d are. Add a member organisation.",
            facts.min_members,
        ) % {"least": facts.min_members, "now": len(members)}
        yield Violation("min_members", message, "partners", source=ALLIANCE_PURPOSE)
    countries = {partner.country for partner in members if partner.country}
    if len(countries) < facts.min_countries:
        message = ngettext(
            "Members from at least %(least)d country must take part, now from %(now)d. Add one from another country.",
            "Members from at least %(least)d countries must take part, now from %(now)d. Add one from another country.",
            facts.min_countries,
        ) % {"least": facts.min_countries, "now": len(countries)}
        yield Violation("min_countries", message, "partners", source=ALLIANCE_PURPOSE)
    for partner in facts.partners:
        if not partner.is_active:
            message = _("“%(name)s” does not exist any more. Choose its successor.") % {"name": partner.name}
            yield Violation("partner_gone", message, "partners", source=OURS)


def planned(facts: Facts) -> Iterator[Violation]:
    for title, due_on in facts.milestones:
        if (facts.starts_on and due_on < facts.starts_on) or (facts.ends_on and due_on > facts.ends_on):
            message = _("The milestone “%(title)s” is due outside the programme's dates. Move one of them.")
            yield Violation("milestone_outside", message % {"title": title}, "milestones", source=OURS)


def timed(facts: Facts) -> Iterator[Violation]:
    for wanted in facts.time:
        if wanted.units <= 0:
            message = _("Say how much time is wanted at %(instrument)s.") % {"instrument": wanted.instrument}
            yield Violation("units_positive", message, "entitlements", source=OURS)
        if not wanted.is_bookable:
            message = _("%(instrument)s takes no requests now. Choose another instrument.")
            yield Violation("not_bookable", message % {"instrument": wanted.instrument}, "entitlements", source=OURS)
        if not wanted.cycle_fits:
            message = _("The cycle chosen for %(instrument)s belongs to another facility. Choose one of its own.")
            yield Violation("foreign_cycle", message % {"instrument": wanted.instrument}, "entitlements", source=OURS)
        elif wanted.cycle_ends_on and wanted.cycle_ends_on < facts.today:
            message = _("The cycle chosen for %(instrument)s is over. Choose a later one.")
            yield Violation("cycle_over", message % {"instrument": wanted.instrument}, "entitlements", source=OURS)


def declared(facts: Facts) -> Iterator[Violation]:
    if not facts.peaceful_use:
        message = _("Declare that the programme serves peaceful ends only.")
        yield Violation("peaceful_use", message, "peaceful_use", source="R-47, S000")


RULES: tuple[Callable[[Facts], Iterator[Violation]], ...] = (described, dated, led, shared, planned, timed, declared)
