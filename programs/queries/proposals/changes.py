"""What changed in a proposal since somebody looked at it, so that nothing is overwritten silently."""

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, times
from core.errors import DomainError, Violation
from core.models import AuditEntry
from programs.models import Proposal

LIST_LABELS = {
    "legs": gettext_lazy("instruments"),
    "previous": gettext_lazy("earlier proposals"),
    "excluded_reviewers": gettext_lazy("people who shall not review"),
    "themes": gettext_lazy("themes"),
    "program": gettext_lazy("programme"),
}


def field_label(name: str) -> str:
    """A field of a proposal, or one leg (`legs.<identifier>`), as people call it."""
    if name in LIST_LABELS:
        return str(LIST_LABELS[name])
    if name.startswith("legs."):
        return _("one of the instruments")
    return str(label_for_field(name, Proposal))


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
            [_clash(name, entry, now[name]) for name, entry in clashes.items()],
            status=409,
            details={"version": proposal.version, "theirs": {name: now[name] for name in clashes}},
        )


def _latest_about(name: str, meanwhile: Mapping[str, AuditEntry]) -> AuditEntry | None:
    about = [each for each in meanwhile if each == name or (name == "legs" and each.startswith("legs."))]
    return max((meanwhile[each] for each in about), key=lambda entry: entry.pk, default=None)


def _clash(name: str, entry: AuditEntry, now: Any) -> Violation:
    message = _("%(who)s changed “%(field)s” at %(at)s; it now reads: %(now)s") % {
        "who": entry.actor_name,
        "field": field_label(name),
        "at": times.moment(entry.at, "UTC"),
        "now": now if isinstance(now, str) and now else _("see below"),
    }
    return Violation("changed_meanwhile", message, name)
