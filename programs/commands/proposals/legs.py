"""The legs of a proposal: written as a whole list or one by one, in order, depending on each other without a circle."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, Violation
from facilities.models import Instrument, Safety
from programs.commands.proposals.locking import being_edited
from programs.models import Leg, Proposal
from programs.queries.proposals.changes import refuse_overwriting
from programs.rules.days import Days, days_of, text_of

LegsById = dict[UUID, dict[str, Any]]


@dataclass(frozen=True)
class LegPart:
    """A leg as the team writes it. `id` names one that exists; `depends_on` are positions in the list, from 1.

    Where no least number of units is given, all that are wanted are needed.
    """

    instrument: Instrument
    units: Decimal
    alternates: Sequence[Instrument] = ()
    mode: str = Instrument.Mode.ONSITE
    least_units: Decimal | None = None
    required: bool = True
    may_be_split: bool = False
    depends_on: Sequence[int] = ()
    preferred_dates: Sequence[Days] = ()
    impossible_dates: Sequence[Days] = ()
    safety: str = Safety.GREEN
    samples: str = ""
    id: UUID | None = None

    @classmethod
    def of(cls, leg: Leg) -> "LegPart":
        """What stands in a row."""
        return cls(
            instrument=leg.preferred,
            units=leg.units,
            alternates=tuple(leg.alternates.order_by("facility__name", "code", "id")),
            mode=leg.mode,
            least_units=leg.least_units,
            required=leg.required,
            may_be_split=leg.may_be_split,
            depends_on=tuple(leg.depends_on.order_by("position").values_list("position", flat=True)),
            preferred_dates=tuple(map(days_of, leg.preferred_dates)),
            impossible_dates=tuple(map(days_of, leg.impossible_dates)),
            safety=leg.safety,
            samples=leg.samples,
            id=leg.pk,
        )

    def comparable(self) -> dict[str, Any]:
        """Its values as plain data; a leg that is written again as it stands compares equal, named or not."""
        return {
            "instrument": str(self.instrument.pk),
            "alternates": sorted(str(row.pk) for row in self.alternates),
            "mode": self.mode,
            "units": f"{self.units.normalize():f}",
            "least_units": f"{(self.least_units or self.units).normalize():f}",
            "required": self.required,
            "may_be_split": self.may_be_split,
            "depends_on": sorted(self.depends_on),
            "preferred_dates": [text_of(days) for days in self.preferred_dates],
            "impossible_dates": [text_of(days) for days in self.impossible_dates],
            "safety": self.safety,
            "samples": self.samples,
        }


@transaction.atomic
def put_leg(proposal: Proposal, part: LegPart, *, by: Any, version: int) -> Proposal:
    """Write one leg and leave the others: a new one goes to the end, unless `id` names one that exists.

    `version` is that of the proposal the editor saw. Raises 409 `changed_meanwhile` when somebody changed or took out
    the same leg since, NotPermitted, WrongState, and Invalid with every violation.
    """
    proposal = being_edited(proposal, by=by)
    before = legs_by_id(proposal)
    if part.id is not None:
        now = before.get(part.id, {})
        refuse_overwriting(proposal, version, {f"legs.{part.id}": part.comparable()}, {f"legs.{part.id}": now})
    parts = [LegPart.of(leg) for leg in proposal.legs.order_by("position")]
    kept = [part if part.id == each.id else each for each in parts]
    return _rewrite(proposal, kept if part.id else [*kept, part], before, by=by)


@transaction.atomic
def remove_leg(leg: Leg, *, by: Any) -> Proposal:
    """Take one leg out; those that waited for it wait no longer. Raises as `put_leg`."""
    proposal = being_edited(leg.proposal, by=by)
    rows = list(proposal.legs.order_by("position"))
    gone = next((n for n, row in enumerate(rows, start=1) if row.pk == leg.pk), None)
    parts = [
        replace(part, depends_on=[n - (n > (gone or 0)) for n in part.depends_on if n != gone])
        for part in map(LegPart.of, rows)
        if part.id != leg.pk
    ]
    return _rewrite(proposal, parts, legs_by_id(proposal), by=by)


@transaction.atomic
def raise_leg(leg: Leg, *, by: Any) -> Proposal:
    """Put one leg before the one above it; the first stays the first. Raises as `put_leg`."""
    proposal = being_edited(leg.proposal, by=by)
    rows = list(proposal.legs.order_by("position"))
    at = next((n for n, row in enumerate(rows) if row.pk == leg.pk), 0)
    order = [*range(at - 1), at, at - 1, *range(at + 1, len(rows))] if at else list(range(len(rows)))
    place = {old + 1: new for new, old in enumerate(order, start=1)}
    parts = [LegPart.of(rows[old]) for old in order]
    moved = [replace(part, depends_on=sorted(place[n] for n in part.depends_on)) for part in parts]
    return _rewrite(proposal, moved, legs_by_id(proposal), by=by)


def _rewrite(proposal: Proposal, parts: Sequence[LegPart], before: LegsById, *, by: Any) -> Proposal:
    if violations := set_legs(proposal, parts):
        raise Invalid(_("Please correct what is marked."), violations)
    if changed := changed_legs(before, legs_by_id(proposal)):
        proposal.version += 1
        proposal.save(update_fields=["version", "updated_at"])
        audit.record("edit", proposal, by=by, version=proposal.version, fields=changed)
    return proposal


def legs_by_id(proposal: Proposal) -> LegsById:
    """What stands in the legs, each with its place."""
    return {leg.pk: LegPart.of(leg).comparable() for leg in proposal.legs.order_by("position")}


def changed_legs(before: LegsById, after: LegsById) -> list[str]:
    """`legs.<identifier>` of each leg that was added, changed or taken out, and `legs` when the order is another."""
    changed = [f"legs.{key}" for key in {**before, **after} if before.get(key) != after.get(key)]
    kept = [key for key in before if key in after]
    return changed + (["legs"] if kept != [key for key in after if key in before] else [])


def set_legs(proposal: Proposal, parts: Iterable[LegPart]) -> list[Violation]:
    """Replace the legs of a draft; those that `id` names stay the same rows. Returns what is wrong, then nothing
    was written."""
    wanted = list(parts)
    known = {leg.pk: leg for leg in proposal.legs.all()}
    violations = [
        violation
        for position, part in enumerate(wanted, start=1)
        for violation in _violations(part, position, len(wanted), known)
    ]
    if circle := circle_in([part.depends_on for part in wanted]):
        message = _("Parts %(legs)s wait for each other. Take one of the dependencies out.")
        named = ", ".join(map(str, sorted(circle)))
        violations.append(Violation("depends_in_a_circle", message % {"legs": named}, "legs"))
    kept = {part.id for part in wanted if part.id}
    gone = [leg for leg in known.values() if leg.pk not in kept]
    for leg in gone:
        if leg.feasibility.exists() or leg.safety_reviews.exists():
            message = _("Part %(position)d was judged already. Change it, or make it optional.")
            violations.append(Violation("leg_judged", message % {"position": leg.position}, "legs"))
    if violations:
        return violations
    proposal.legs.exclude(pk__in=kept).delete()
    rows = []
    for position, part in enumerate(wanted, start=1):
        leg = known[part.id] if part.id else Leg(proposal=proposal)
        leg.position, leg.preferred, leg.instrument = position, part.instrument, part.instrument
        leg.units, leg.least_units = part.units, part.least_units or part.units
        leg.mode, leg.required, leg.may_be_split = part.mode, part.required, part.may_be_split
        leg.preferred_dates = [text_of(days) for days in part.preferred_dates]
        leg.impossible_dates = [text_of(days) for days in part.impossible_dates]
        leg.safety, leg.samples = part.safety, part.samples
        leg.version += 1 if part.id else 0
        leg.save()
        leg.alternates.set(part.alternates)
        rows.append(leg)
    for leg, part in zip(rows, wanted, strict=True):
        leg.depends_on.set([rows[position - 1] for position in part.depends_on])
    return []


def circle_in(depends: Sequence[Iterable[int]]) -> set[int]:
    """Positions that wait, directly or through others, for themselves; empty where the order can be kept."""
    waiting = {position: set(on) for position, on in enumerate(depends, start=1)}
    while free := {position for position, on in waiting.items() if not on & waiting.keys()}:
        waiting = {position: on for position, on in waiting.items() if position not in free}
    return set(waiting)


def _violations(part: LegPart, position: int, count: int, known: dict[UUID, Leg]) -> Iterator[Violation]:
    at = f"legs.{position}."
    if part.id and part.id not in known:
        yield Violation("leg_unknown", _("This part was taken out meanwhile."), f"legs.{position}")
    if part.units <= 0:
        yield Violation("units_positive", _("Say how many units are wanted."), f"{at}units")
    if part.least_units is not None and not 0 < part.least_units <= part.units:
        message = _("The least is more than nothing and at most what is wanted.")
        yield Violation("least_units", message, f"{at}least_units")
    if part.mode not in Instrument.Mode.values:
        yield Violation("unknown_mode", _("Choose on site, remote or mail-in."), f"{at}mode")
    if part.safety not in Safety.values:
        yield Violation("unknown_safety", _("Choose a safety class."), f"{at}safety")
    if part.instrument in part.alternates:
        message = _("Name as alternates other instruments than the first wish.")
        yield Violation("alternate_is_the_wish", message, f"{at}alternates")
    if any(not 1 <= other <= count or other == position for other in part.depends_on):
        message = _("A part waits only for other parts of the same proposal.")
        yield Violation("depends_on_unknown", message, f"{at}depends_on")
    for name in ("preferred_dates", "impossible_dates"):
        if any(last < first for first, last in getattr(part, name)):
            yield Violation("ends_before_start", _("The last day comes after the first."), f"{at}{name}")
