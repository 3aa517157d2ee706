"""Policies of a facility: written down, switched on and off, removed. Bookings stay, and those a policy would break
are listed before it holds."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit, clock
from core.errors import DomainError, Invalid, Violation, WrongState
from core.permissions import require
from facilities.commands.locks import lock_time
from facilities.models import Facility, Instrument, Policy
from facilities.models.policies import LONGEST_SOURCE
from facilities.queries.trying import broken_by
from facilities.rules import policy_rules

MANAGE = "facilities.manage_calendar"


@dataclass(frozen=True)
class PolicyDraft:
    """What a manager writes down. `parameters` are read as its rule declares them; absent ones are defaults."""

    rule: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    instrument: Instrument | None = None
    override: str = Policy.Override.MANAGER
    source: str = ""
    starts_on: date | None = None
    ends_on: date | None = None

    def policy(self, facility: Facility, policy: Policy | None = None) -> Policy:
        """The policy that this draft makes, unsaved, for trying and for saving. Raises Invalid with all violations."""
        if found := [*self._violations(facility)]:
            raise Invalid(_("The policy cannot be read as it is."), found)
        row = policy or Policy(facility=facility)
        row.rule, row.instrument, row.parameters = self.rule, self.instrument, self._read(facility)
        row.override, row.source = self.override, self.source.strip()
        row.starts_on, row.ends_on = self.starts_on, self.ends_on
        return row

    def _read(self, facility: Facility) -> dict[str, Any]:
        given = policy_rules()[self.rule].defaults | dict(self.parameters)
        return {each.name: each.read(given[each.name], facility) for each in policy_rules()[self.rule].parameters}

    def _violations(self, facility: Facility) -> Iterator[Violation]:
        rule = policy_rules().get(self.rule)
        if rule is None:
            yield Violation("unknown_rule", _("Choose a rule."), "rule")
            return
        known = {each.name: each for each in rule.parameters}
        for name in self.parameters.keys() - known.keys():
            message = _("The rule has no parameter “%(name)s”.") % {"name": name}
            yield Violation("unknown_parameter", message, f"parameters.{name}")
        for name, parameter in known.items():
            try:
                parameter.read(self.parameters.get(name, parameter.default), facility)
            except ValueError as error:
                yield Violation("parameter", str(error), f"parameters.{name}")
        if self.instrument is not None and self.instrument.facility_id != facility.pk:
            yield Violation("foreign_instrument", _("This instrument belongs to another facility."), "instrument")
        if self.override not in Policy.Override.values:
            yield Violation("unknown_override", _("Choose who may override it."), "override")
        if not self.source.strip():
            message = _("Say where the rule comes from, e.g. “House rules 2026 §4”: it is read by those it refuses.")
            yield Violation("source_missing", message, "source")
        elif len(self.source) > LONGEST_SOURCE:
            yield Violation("source_long", _("Say it in fewer words."), "source")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            yield Violation("ends_before_start", _("The last day comes after the first."), "ends_on")


@transaction.atomic
def set_policy(
    facility: Facility,
    draft: PolicyDraft,
    *,
    by: Any,
    policy: Policy | None = None,
    expected: int | None = None,
    seen: Collection[UUID] = (),
) -> Policy:
    """Write a new policy down, switched off, or change one. The same once more is a replay.

    A policy that is switched on changes only for one who has `seen` which bookings it would break then. `expected` is
    the version that the editor has read. Raises NotPermitted, Invalid, WrongState (changed meanwhile, removed, or
    bookings that were not seen).
    """
    require(by, MANAGE, facility)
    if policy is None:
        row = draft.policy(facility)
        row.created_by = by
        row.save(force_insert=True)
        audit.record("add-policy", row, by=by, note=row.source, **_as_written(row))
        return row
    row = _locked(policy)
    before = _as_written(row)
    draft.policy(facility, row)
    if _as_written(row) == before:
        return row
    if expected is not None and expected != row.version:
        raise WrongState(_("Somebody else has changed this policy meanwhile. Look at it again."), code="changed")
    if row.is_active:
        _require_seen(row, seen)
    _save(row)
    audit.record("set-policy", row, by=by, note=row.source, **_as_written(row), before=before)
    return row


@transaction.atomic
def switch_policy(policy: Policy, *, by: Any, on: bool, seen: Collection[UUID] = ()) -> Policy:
    """Let a policy hold from now on, or no more. On or off already: nothing happens.

    Bookings that it would break stay, and are listed first: whoever switches it on says which ones were `seen`.
    Raises NotPermitted, WrongState with one violation for each booking that was not seen.
    """
    require(by, MANAGE, policy.facility)
    row = _locked(policy)
    if row.is_active == on:
        return row
    row.is_active = on
    if on:
        _require_seen(row, seen)
    _save(row)
    audit.record("switch-on-policy" if on else "switch-off-policy", row, by=by, note=row.source, **_as_written(row))
    return row


@transaction.atomic
def remove_policy(policy: Policy, *, by: Any) -> Policy:
    """Put a policy away; bookings that were judged by it keep its name. Removed already: nothing happens."""
    require(by, MANAGE, policy.facility)
    row = Policy.objects.select_for_update().get(pk=policy.pk)
    if row.archived_at is None:
        row.is_active, row.archived_at = False, clock.now()
        _save(row)
        audit.record("remove-policy", row, by=by, note=row.source, **_as_written(row))
    return row


def _locked(policy: Policy) -> Policy:
    """The policy, after the door to the time it is about: nobody books between the list of bookings and the change."""
    instruments = policy.facility.instruments.values_list("pk", flat=True)
    lock_time(instruments)
    row = Policy.objects.select_for_update(of=("self",)).select_related("facility", "instrument").get(pk=policy.pk)
    if row.archived_at is not None:
        raise WrongState(_("This policy was removed. Write a new one."), code="removed")
    return row


def _require_seen(policy: Policy, seen: Collection[UUID]) -> None:
    unseen = [each for each in broken_by(policy) if each.booking.pk not in seen]
    if not unseen:
        return
    message = ngettext(
        "%(n)d booking would break this policy. It stays; look at it before the policy holds.",
        "%(n)d bookings would break this policy. They stay; look at them before the policy holds.",
        len(unseen),
    ) % {"n": len(unseen)}
    violations = [
        Violation(policy.rule, f"{each.booking.reference}: {' '.join(each.sentences)}", "seen", source=policy.source)
        for each in unseen
    ]
    raise DomainError(message, "bookings_break", violations, status=409)


def _save(policy: Policy) -> None:
    policy.version += 1
    policy.save()


def _as_written(policy: Policy) -> dict[str, Any]:
    """What the audit trail keeps of a policy."""
    return {
        "rule": policy.rule,
        "parameters": policy.parameters,
        "instrument": str(policy.instrument_id or ""),
        "override": policy.override,
        "source": policy.source,
        "starts_on": str(policy.starts_on or ""),
        "ends_on": str(policy.ends_on or ""),
    }
