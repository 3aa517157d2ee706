"""Drafts a call and edits it: a lost update is refused, and what was announced is not taken from anybody."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.commands import invalid
from accounts.models import Organisation
from alliance.models import Alliance
from core import audit, clock, permissions, times
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, Violation, WrongState
from core.lookup import free_slug
from core.search import fold
from facilities.models import Cycle, Facility, Instrument
from programs.frozen import changed_between
from programs.frozen.calls import content_of
from programs.models import Call, CallRule, Criterion, Leg, Offer, PartnerDeadline, Window
from programs.permissions.calls import RUN, call_parties
from programs.queries.calls.judging import call_facts, changes_since
from programs.rules.calls import violations_of
from programs.rules.eligibility import RULES

SCALARS = (
    "name", "name_zh", "text", "text_zh", "kind", "category", "zone", "opens_at", "closes_at", "office_closes_at",
    "notify_at", "contact", "questionnaire", "scale", "blind", "needs_consent", "reviews_wanted", "internal_wanted",
    "abstract_words", "settings",
)  # fmt: skip
LISTS = ("windows", "partner_deadlines", "offers", "criteria", "rules")
ALWAYS = frozenset({"text", "text_zh", "contact", "office_closes_at", "notify_at", "windows", "offers"})
WHILE_PUBLIC = ALWAYS | {"name", "name_zh", "closes_at", "partner_deadlines", "reviews_wanted", "internal_wanted"}
EDITABLE: dict[str, frozenset[str]] = {
    "draft": frozenset(SCALARS) | frozenset(LISTS),
    "announced": WHILE_PUBLIC,
    "open": WHILE_PUBLIC,
    "closed": ALWAYS,
    "in_review": ALWAYS,
    "allocating": ALWAYS,
}
"""What may still be edited in a state: people who write proposals, and judge them, began with the rest."""


@dataclass(frozen=True)
class PlannedWindow:
    """When a stage (`Window.Stage`) takes place, half-open."""

    stage: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class EarlierDeadline:
    """The deadline for proposals in which an organisation leads."""

    organisation: Organisation
    closes_at: datetime


@dataclass(frozen=True)
class OfferedTime:
    """Units of an instrument, in its own unit, in one cycle or at any time."""

    instrument: Instrument
    units: Decimal
    cycle: Cycle | None = None
    most_per_proposal: Decimal | None = None


@dataclass(frozen=True)
class Weighed:
    """A criterion with its weight relative to the others."""

    name: str
    weight: Decimal = Decimal(1)
    name_zh: str = ""
    help: str = ""
    help_zh: str = ""


@dataclass(frozen=True)
class AppliedRule:
    """A rule of eligibility by its name, with its parameters and whose rule it is."""

    rule: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    can_be_waived: bool = True
    source: str = ""


Changes = Mapping[str, Any]
"""New values by field: SCALARS, and each of LISTS as a complete list of the dataclasses above."""


@transaction.atomic
def draft_call(alliance: Alliance, changes: Changes, *, by: Any, facility: Facility | None = None) -> Call:
    """A new draft of an alliance, or of one facility in it.

    Raises NotPermitted unless `by` runs the calls of the facility, or of the alliance; Invalid, RulesRefuse.
    """
    if facility is not None:
        permissions.require(by, f"facilities.{RUN}", facility)
    else:
        permissions.require(by, f"alliance.{RUN}", alliance)
    name = str(changes.get("name", "")).strip() or _("Untitled call")
    _one_draft_at_a_time()
    call = Call(
        alliance=alliance,
        facility=facility,
        slug=free_slug(Call.objects.all(), name),
        name=name,
        zone=facility.zone if facility else alliance.zone,
        contact=facility.user_office_email if facility else "",
        opens_at=clock.now(),
        created_by=by,
    )
    _apply(call, changes)
    audit.record("draft", call, by=by, to_state=call.state, version=call.version)
    return call


@transaction.atomic
def edit_call(call: Call, changes: Changes, *, by: Any, version: int) -> Call:
    """Change a call. `version` is the one the editor saw; the call comes back with the next one.

    A draft may change in everything; what was announced only in what takes nothing from those who began a proposal:
    its deadline moves later, never earlier. Raises NotPermitted, WrongState, Invalid, RulesRefuse, and 409
    `changed_meanwhile` with what somebody else changed since.
    """
    call = Call.objects.select_for_update(of=["self"]).select_related("facility", "scale").get(pk=call.pk)
    if not call_parties(by, call) & {"office", "system"}:
        raise NotPermitted(_("A call is edited by the office that runs it."))
    state = str(call.get_state_display()).lower()
    if not (set(changes) and set(changes) <= EDITABLE.get(call.state, frozenset())):
        raise WrongState(_("It is %(state)s now, and this of it can no longer be edited.") % {"state": state})
    if version != call.version:
        raise DomainError(
            _("Somebody changed this call while you were editing. Look at what changed, then save again."),
            "changed_meanwhile",
            changes_since(call, version),
            status=409,
        )
    before = content_of(call)
    _apply(call, changes)
    changed = changed_between(before, content_of(call))
    audit.record("edit", call, by=by, version=call.version, changes=changed)
    return call


def _apply(call: Call, changes: Changes) -> None:
    """Write the new values; the version goes up unless the call is new. Raises Invalid and RulesRefuse, each with
    every violation."""
    promised = call.closes_at if call.state in {"announced", "open"} else None
    for name in SCALARS:
        if name in changes:
            setattr(call, name, changes[name])
    _lock(cycle for cycle in (row.cycle for row in changes.get("offers", ())) if cycle)
    planned = {
        name: [make(call, place, row) for place, row in enumerate(changes[name])]
        for name, make in PLANS.items()
        if name in changes
    }
    _require_readable(call, planned)
    violations = [
        *_kept_promises(call, promised, planned),
        *_ours(call),
        *violations_of(call_facts(call, planned)),
    ]
    if violations:
        raise RulesRefuse(_("The call cannot be saved like this."), violations)
    call.version += 0 if call._state.adding else 1
    call.save()
    for name, rows in planned.items():
        getattr(call, name).all().delete()
        getattr(call, name).bulk_create(rows)


def _one_draft_at_a_time() -> None:
    """Two calls of the same name that are drafted at once get two addresses."""
    list(Alliance.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _lock(cycles: Iterable[Cycle]) -> None:
    """Whoever offers time of a cycle waits for others who do, so that together they offer no more than it has."""
    keys = {cycle.pk for cycle in cycles}
    if keys:
        list(Cycle.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _require_readable(call: Call, planned: Mapping[str, list[Any]]) -> None:
    violations: list[Violation] = []
    try:
        call.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        violations += invalid(error).violations
    once = {
        "partner_deadlines": (lambda row: row.organisation_id, _("Name each organisation once.")),
        "offers": (lambda row: row.instrument_id, _("Name each instrument once.")),
        "criteria": (lambda row: row.slug, _("Name each criterion once.")),
        "rules": (lambda row: row.rule, _("Name each rule once.")),
    }
    for name, (key, message) in once.items():
        keys = [key(row) for row in planned.get(name, ())]
        if len(set(keys)) < len(keys):
            violations.append(Violation("named_twice", message, name))
    for row in planned.get("criteria", ()):
        if not row.name.strip():
            violations.append(Violation("name_missing", _("Give every criterion a name."), "criteria"))
    for row in planned.get("rules", ()):
        violations += _unreadable(row)
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)


def _unreadable(row: CallRule) -> list[Violation]:
    """What is wrong with a rule of eligibility; a right one gets its parameters whole, absent ones as defaults."""
    known = RULES.get(row.rule)
    if known is None:
        message = _("There is no rule of eligibility “%(rule)s”.") % {"rule": row.rule}
        return [Violation("unknown_rule", message, "rules")]
    try:
        row.parameters = known.read(row.parameters)
    except ValueError as error:
        return [Violation("parameter", f"{known.label}: {error}", "rules")]
    return []


def _kept_promises(call: Call, promised: datetime | None, planned: Mapping[str, list[Any]]) -> list[Violation]:
    """What was announced is not taken back: no earlier deadline, no instrument gone that somebody asks for."""
    found = []
    if promised is not None and (call.closes_at is not None and call.closes_at < promised):
        message = _("The deadline was announced as %(when)s. It can only be moved later.")
        when = times.moment(promised, call.zone)
        found.append(Violation("deadline_earlier", message % {"when": when}, "closes_at", source="R-01"))
    if "offers" in planned and call.state != "draft":
        kept = {row.instrument_id for row in planned["offers"]}
        asked = Leg.objects.filter(proposal__call=call).exclude(instrument__in=kept).select_related("instrument")
        for code in sorted({leg.instrument.code for leg in asked}):
            message = _("Proposals ask for %(instrument)s. It stays on offer.") % {"instrument": code}
            found.append(Violation("offer_is_asked_for", message, "offers"))
    return found


def _ours(call: Call) -> list[Violation]:
    """The questionnaire belongs to the call's facility or alliance."""
    form = call.questionnaire.questionnaire if call.questionnaire else None
    if (
        form is None
        or form.alliance_id == call.alliance_id
        or (form.facility_id and form.facility_id == call.facility_id)
    ):
        return []
    message = _("This questionnaire belongs to somebody else. Choose one of your own, or of the alliance.")
    return [Violation("foreign_questionnaire", message, "questionnaire")]


def _window(call: Call, place: int, row: PlannedWindow) -> Window:
    return Window(call=call, stage=row.stage, period=DateTimeTZRange(row.starts_at, row.ends_at))


def _criterion(call: Call, place: int, row: Weighed) -> Criterion:
    return Criterion(
        call=call,
        slug=slugify(fold(row.name))[:40].strip("-") or f"criterion-{place + 1}",
        name=row.name,
        name_zh=row.name_zh,
        help=row.help,
        help_zh=row.help_zh,
        weight=row.weight,
        position=place + 1,
    )


PLANS: dict[str, Callable[[Call, int, Any], Any]] = {
    "windows": _window,
    "partner_deadlines": lambda call, place, row: PartnerDeadline(
        call=call, organisation=row.organisation, closes_at=row.closes_at
    ),
    "offers": lambda call, place, row: Offer(
        call=call,
        instrument=row.instrument,
        cycle=row.cycle,
        units=row.units,
        most_per_proposal=row.most_per_proposal,
    ),
    "criteria": _criterion,
    "rules": lambda call, place, row: CallRule(
        call=call,
        rule=row.rule,
        parameters=dict(row.parameters),
        can_be_waived=row.can_be_waived,
        source=row.source,
    ),
}
"""The row of each list of a call from what its editor says."""
