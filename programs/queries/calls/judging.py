"""What the rules of a call look at: its plan as it stands, and the open time that its cycles still have."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.admin.utils import label_for_field
from django.db.models import Sum
from django.utils.translation import gettext as _

from core import audit, clock, times
from core.errors import Violation
from facilities.models import Cycle
from facilities.queries.planning import cycle_plan
from programs.models import Call, Offer, Window
from programs.rules import calls as rules
from programs.rules.building import missing_translations
from programs.workflows.calls import CALL

GIVING = frozenset(CALL.states) - {"archived"}
"""States in which what a call offers is not to be offered again."""


def open_units(cycles: Iterable[Cycle]) -> dict[tuple[UUID, UUID], Decimal]:
    """User and reserve time of each instrument in each cycle, in the instrument's unit, by (cycle, instrument)."""
    return {
        (cycle.pk, plan.instrument.pk): plan.user_units
        for cycle in {each.pk: each for each in cycles}.values()
        for plan in cycle_plan(cycle)
    }


def offered_elsewhere(call: Call, cycles: Iterable[UUID]) -> dict[tuple[UUID, UUID], Decimal]:
    """What other calls offer in some cycles, by (cycle, instrument)."""
    others = Offer.objects.filter(cycle__in=list(cycles), call__state__in=GIVING).exclude(call=call)
    sums = others.order_by().values_list("cycle_id", "instrument_id").annotate(total=Sum("units"))
    return {(cycle, instrument): total for cycle, instrument, total in sums}


Planned = Mapping[str, Sequence[Any]]
"""Rows that are to replace those of a call, by the name of their relation; not saved yet."""


def call_facts(call: Call, planned: Planned | None = None) -> rules.Facts:
    """What the rules look at, now: the call as it stands, or as it would be with what is planned."""
    planned = planned or {}
    deadlines = planned.get("partner_deadlines", call.partner_deadlines.select_related("organisation"))
    criteria = planned.get("criteria", call.criteria.all())
    return rules.Facts(
        kind=call.kind,
        zone=call.zone,
        name=call.name,
        text=call.text,
        contact=call.contact,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        office_closes_at=call.office_closes_at,
        notify_at=call.notify_at,
        windows=tuple(_window(row) for row in planned.get("windows", call.windows.all())),
        partner_deadlines=tuple((row.organisation.name, row.closes_at) for row in deadlines),
        offers=_offers(call, planned.get("offers", call.offers.select_related("instrument__facility", "cycle"))),
        weights=tuple(row.weight for row in criteria),
        has_scale=call.scale_id is not None,
        reviews_wanted=call.reviews_wanted,
        internal_wanted=call.internal_wanted,
        least_reviews=settings.CALL_LEAST_REVIEWS,
        now=clock.now(),
    )


def opening_problems(call: Call) -> list[Violation]:
    """Everything that keeps a call from being announced or opened now."""
    return rules.opening_violations(call_facts(call))


def opening_notes(call: Call) -> list[str]:
    """What does not keep a call from opening, and should be known before."""
    notes = []
    if not (call.name_zh and call.text_zh):
        notes.append(_("Name and text are not in both languages."))
    if call.questionnaire is None:
        notes.append(_("It asks no questionnaire: applicants give title, abstract, team and instruments only."))
    elif lacking := missing_translations(call.questionnaire.content):
        notes.append(_("%(n)d texts of the questionnaire are not in both languages.") % {"n": len(lacking)})
    if not call.windows.filter(stage=Window.Stage.REVIEW).exists():
        notes.append(_("No window says when proposals are reviewed."))
    if call.notify_at is None:
        notes.append(_("No instant says when results are announced."))
    return notes


def changes_since(call: Call, version: int) -> list[Violation]:
    """What others did after `version`, for the person whose save was refused."""
    found = []
    for entry in audit.history(call).filter(data__version__gt=version):
        words = {"who": entry.actor_name, "at": times.moment(entry.at, call.zone)}
        for name in entry.data.get("changes", {}):
            message = _("%(who)s changed “%(field)s” at %(at)s.") % (words | {"field": field_label(name)})
            found.append(Violation("changed_meanwhile", message, name))
    return found


def field_label(name: str) -> str:
    """A field as people call it."""
    lists = {
        "windows": _("windows"),
        "partner_deadlines": _("earlier deadlines of partners"),
        "offers": _("instruments on offer"),
        "criteria": _("criteria"),
        "rules": _("rules"),
    }
    return str(lists[name] if name in lists else label_for_field(name, Call))


def _offers(call: Call, offers: Iterable[Offer]) -> tuple[rules.OfferFacts, ...]:
    offers = list(offers)
    cycles = [row.cycle for row in offers if row.cycle is not None]
    whole, elsewhere = open_units(cycles), offered_elsewhere(call, {cycle.pk for cycle in cycles})
    return tuple(_offer(call, row, whole, elsewhere) for row in offers)


def _offer(call: Call, row: Offer, whole: dict[Any, Decimal], elsewhere: dict[Any, Decimal]) -> rules.OfferFacts:
    cycle, instrument = row.cycle, row.instrument
    place = (cycle.pk, instrument.pk) if cycle else None
    room = max(whole.get(place, Decimal(0)) - elsewhere.get(place, Decimal(0)), Decimal(0)) if place else None
    ends: datetime | None = cycle.period.upper if cycle else None
    return rules.OfferFacts(
        instrument=f"{instrument.code}, {instrument.facility}",
        units=row.units,
        most_per_proposal=row.most_per_proposal,
        unit=instrument.unit,
        room=room,
        cycle=cycle.name if cycle else "",
        cycle_ends_at=ends,
        is_ours=call.facility_id is None or call.facility_id == instrument.facility_id,
        cycle_fits=cycle is None or cycle.facility_id == instrument.facility_id,
    )


def _window(row: Window) -> rules.WindowFacts:
    return rules.WindowFacts(row.stage, str(row.get_stage_display()), row.period.lower, row.period.upper)
