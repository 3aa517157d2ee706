"""What changed in a proposal since somebody looked at it, so that nothing is overwritten silently."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core import audit, times
from core.errors import DomainError, Violation
from core.models import AuditEntry
from facilities.models import Instrument
from programs.models import Proposal, Theme
from programs.queries.proposals.labels import field_label, in_words, leg_label


def changed_since(proposal: Proposal, version: int) -> dict[str, AuditEntry]:
    """The fields that were changed after `version`, each with the latest entry about it."""
    entries = audit.history(proposal).filter(verb="edit", data__version__gt=version)
    return {name: entry for entry in entries for name in entry.data.get("fields", ())}


def refuse_overwriting(proposal: Proposal, version: int, wanted: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise 409 `changed_meanwhile` for every field that was changed since `version` and would be overwritten.

    `wanted` are the new values and `now` what stands there; the very same value overwrites nothing. Fields that
    nobody changed since are merged. `legs` clashes with a change of any leg, `legs.<identifier>` with its own.
    """
    if version >= proposal.version:
        return
    meanwhile = changed_since(proposal, version)
    clashes = {
        name: entry
        for name in wanted
        if wanted[name] != now[name] and (entry := _latest_about(name, meanwhile)) is not None
    }
    if clashes:
        raise DomainError(
            _("Somebody changed the same text while you were writing. Yours is still here; compare, then save again."),
            "changed_meanwhile",
            [_clash(name, entry, now[name], wanted[name], proposal.call.zone) for name, entry in clashes.items()],
            status=409,
            details={"version": proposal.version, "theirs": {name: now[name] for name in clashes}},
        )


def _latest_about(name: str, meanwhile: Mapping[str, AuditEntry]) -> AuditEntry | None:
    about = [each for each in meanwhile if each == name or (name == "legs" and each.startswith("legs."))]
    return max((meanwhile[each] for each in about), key=lambda entry: entry.pk, default=None)


def _clash(name: str, entry: AuditEntry, now: Any, wanted: Any, zone: str) -> Violation:
    message = _("%(who)s changed “%(field)s” at %(at)s; it now reads: %(now)s") % {
        "who": entry.actor_name,
        "field": field_label(name),
        "at": times.moment(entry.at, zone),
        "now": _leg_now(now, wanted) if isinstance(wanted, dict) else _now(name, now),
    }
    return Violation("changed_meanwhile", message, name)


def _leg_now(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """What a leg says where it differs from what was to be written."""
    if not now:
        return _("it was taken out")
    return "; ".join(f"{leg_label(name)}: {_now(name, now[name])}" for name in wanted if now.get(name) != wanted[name])


def _now(name: str, value: Any) -> str:
    """A field in words; rows that are told by their identifiers, by their names."""
    if name in ("instrument", "alternates"):
        keys = [value] if isinstance(value, str) else value
        rows = Instrument.objects.filter(pk__in=keys).select_related("facility").order_by("code", "id")
        return ", ".join(f"{row.code}, {row.facility}" for row in rows) or "–"
    if name == "themes":
        value = list(Theme.objects.filter(pk__in=value).values_list("slug", flat=True))
    elif name == "previous":
        value = [row.reference for row in Proposal.objects.filter(pk__in=value).order_by("number")]
    elif name in ("legs", "excluded_reviewers", "program", "organisation"):
        return _("see below")
    return in_words(name, value)
