"""What makes a version valid: a resolution, or an editor where none is needed; and the day on which it takes effect."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.queries import system_user
from alliance.commands.documents.locking import locked_version
from alliance.commands.documents.telling import tell_signers
from alliance.models import DocumentVersion, Resolution
from alliance.permissions.documents import PUBLISH, version_parties
from alliance.queries.documents import effective_before
from alliance.rules.days import today_in
from alliance.workflows.documents import VERSION
from core import clock
from core.errors import RulesRefuse, Violation
from core.permissions import require
from workflow.commands import advance, permitted_move

DAY_AHEAD = 1  # the earth's earliest day is at most so many days before UTC's


@transaction.atomic
def adopt_version(version: DocumentVersion, resolution: Resolution, *, by: Any) -> DocumentVersion:
    """A resolution adopts a version with all its languages; it is in force from the resolution's day on (R-40).

    The resolution is about this version; one recorded without a motion is an editor's entry. Safe to run twice.
    Raises WrongState unless proposed, RulesRefuse for another's resolution, NotPermitted.
    """
    row = locked_version(version)
    if row.adopted_by_id == resolution.pk:
        return row
    if resolution.motion is None:
        require(by, PUBLISH, row.document.alliance)
    elif resolution.motion.version_of_document_id != row.pk:
        message = _("Resolution %(number)s is about something else.") % {"number": resolution.reference}
        raise RulesRefuse(message, [Violation("other_resolution", message, source="R-40")])
    permitted_move(VERSION, "adopt", row.state, {"system"})
    return _adopt(row, by, {"system"}, resolution.decided_on, resolution.effective_on, resolution)


@transaction.atomic
def adopt_by_editor(
    version: DocumentVersion, *, by: Any, adopted_on: date | None = None, effective_from: date | None = None
) -> DocumentVersion:
    """An editor makes a version valid that needs no resolution, from `effective_from` (default: today) on.

    Raises NotPermitted, also where a resolution is needed; WrongState; RulesRefuse for days in the wrong order.
    """
    row = locked_version(version)
    parties = version_parties(by, row)
    permitted_move(VERSION, "adopt", row.state, parties)
    today = today_in(row.document.alliance)
    adopted = adopted_on or today
    if adopted > today:
        message = _("It cannot be adopted on a day to come.")
        raise RulesRefuse(message, [Violation("adopted_later", message, "adopted_on")])
    effective = effective_from or adopted
    if effective < adopted:
        message = _("It cannot be in force before it is adopted.")
        raise RulesRefuse(message, [Violation("effective_before", message, "effective_from")])
    return _adopt(row, by, parties, adopted, effective, None)


def take_effect_due() -> int:
    """Put in force what was adopted and whose day has come in the alliance's zone; how many. Safe to run twice."""
    ahead = date.fromordinal(clock.now().date().toordinal() + DAY_AHEAD)
    by = system_user()
    return sum(_take_effect_if_due(version, by) for version in effective_before(ahead).select_related("document"))


@transaction.atomic
def _take_effect_if_due(version: DocumentVersion, by: Any) -> bool:
    return _take_effect(locked_version(version), by)


def _adopt(
    row: DocumentVersion, by: Any, parties: set[str], adopted: date, effective: date, resolution: Resolution | None
) -> DocumentVersion:
    others = DocumentVersion.objects.select_for_update().filter(
        document=row.document, number=row.number, state="proposed"
    )
    for each in [row, *others.exclude(pk=row.pk).order_by("id")]:
        each.document = row.document
        each.adopted_by, each.adopted_on, each.effective_from = resolution, adopted, effective
        advance(
            each, VERSION, "adopt", by=by, parties=parties, also=("adopted_by", "adopted_on", "effective_from"),
            resolution=str(resolution.pk) if resolution else "",
        )  # fmt: skip
        _take_effect(each, by)
    if row.state in ("adopted", "in_force"):
        tell_signers(row)
    return row


def _take_effect(version: DocumentVersion, by: Any) -> bool:
    """Its earlier versions end with it; one that comes after a later version ends at once."""
    if (
        version.state != "adopted"
        or version.effective_from is None
        or version.effective_from > today_in(version.document.alliance)
    ):
        return False
    rows = DocumentVersion.objects.select_for_update().filter(document=version.document)
    if rows.filter(state="in_force", number__gt=version.number).exists():
        advance(version, VERSION, "supersede", by=by, parties={"system"})
        return True
    for earlier in rows.filter(state__in=["adopted", "in_force"], number__lt=version.number).order_by("number", "id"):
        advance(earlier, VERSION, "supersede", by=by, parties={"system"}, successor=version.number)
    advance(version, VERSION, "take-effect", by=by, parties={"system"})
    return True
