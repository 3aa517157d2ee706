"""Makes the resolution of a carried motion and lets it take effect, or tells the other matter that it was lost."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.queries import system_user
from alliance.models import Alliance, Motion, Resolution
from alliance.permissions.voting import RUN
from alliance.rules.days import today_in
from core import audit
from core.errors import DomainError, Invalid, Violation
from core.permissions import require

COMMANDS = "alliance.commands"
ADOPT = (f"{COMMANDS}.documents.adopt_version", "version_of_document")
EFFECTS: dict[str, tuple[str, str]] = {
    "charter_adopt": ADOPT,
    "charter_amend": ADOPT,
    "declaration": ADOPT,
    "plan": ADOPT,
    "document": ADOPT,
    "admit": (f"{COMMANDS}.applications.admit_by_resolution", "application"),
    "suspend": (f"{COMMANDS}.membership.suspend_membership", "membership"),
    "resume": (f"{COMMANDS}.membership.resume_membership", "membership"),
    "exclude": (f"{COMMANDS}.membership.exclude_membership", "membership"),
    "appoint": (f"{COMMANDS}.offices.elect_by_resolution", "term"),
}
"""By kind of motion the command that a resolution calls, and what of the motion it is about.

Named, not imported: those matters draft motions of their own.
"""
REASONED = {"suspend", "resume", "exclude"}


def resolve(motion: Motion) -> tuple[Resolution, str]:
    """The resolution of a motion just carried, and why it could not take effect (empty: it did).

    A result stands whatever becomes of it: an effect that is refused is told to the officers, who act by hand.
    """
    today = today_in(motion.alliance)
    resolution = _numbered(
        motion.alliance,
        motion=motion,
        title=motion.title,
        title_zh=motion.title_zh,
        text=motion.text,
        decided_on=today,
        effective_on=max(motion.effective_on or today, today),
    )
    audit.record("resolve", resolution, by=system_user(), motion=str(motion.pk))
    return resolution, _take_effect(motion, resolution)


def after_lost(motion: Motion) -> str:
    """A lost motion to admit declines the application; without a quorum it goes back to the check."""
    if motion.kind != Motion.Kind.ADMIT:
        return ""
    if motion.state == "inquorate":
        return back_to_check(motion, _("There was no quorum."))
    return _tried(f"{COMMANDS}.applications.decline_application", motion.application, note=_("The vote was lost."))


def back_to_check(motion: Motion, note: str) -> str:
    """The application that a motion is about is checked again."""
    return _tried(f"{COMMANDS}.applications.back_to_check", motion.application, note=note)


@transaction.atomic
def record_resolution(
    alliance: Alliance,
    *,
    by: Any,
    title: str,
    text: str,
    decided_on: date,
    source: str,
    effective_on: date | None = None,
    title_zh: str = "",
) -> Resolution:
    """A resolution whose votes are not kept here, with where it is known from. Raises NotPermitted, Invalid."""
    require(by, RUN, alliance)
    needed = {"title": title, "text": text, "source": source}
    violations = [
        Violation("required", _("This is needed."), field=name) for name, given in needed.items() if not given.strip()
    ]
    if decided_on > today_in(alliance):
        violations.append(Violation("past", _("Only what was decided already is recorded."), field="decided_on"))
    if violations:
        raise Invalid(_("The resolution cannot be kept like this."), violations)
    resolution = _numbered(
        alliance,
        title=title,
        title_zh=title_zh,
        text=text,
        source=source,
        decided_on=decided_on,
        effective_on=effective_on or decided_on,
    )
    audit.record("record", resolution, by=by, note=source)
    return resolution


def _numbered(alliance: Alliance, *, decided_on: date, **what: Any) -> Resolution:
    """The next number of its year; the lock on the alliance keeps numbers without gaps when votes close together."""
    Alliance.objects.select_for_update(no_key=True).get(pk=alliance.pk)
    taken = Resolution.objects.filter(alliance=alliance, year=decided_on.year).aggregate(last=Max("number"))["last"]
    return Resolution.objects.create(
        alliance=alliance, year=decided_on.year, number=(taken or 0) + 1, decided_on=decided_on, **what
    )


def _take_effect(motion: Motion, resolution: Resolution) -> str:
    if motion.kind not in EFFECTS:
        return ""
    command, subject = EFFECTS[motion.kind]
    reason = {"reason": f"{motion.title} ({resolution.reference})"} if motion.kind in REASONED else {}
    return _tried(command, getattr(motion, subject), resolution=resolution, **reason)


def _tried(command: str, subject: Any, **given: Any) -> str:
    """Call another matter's command as the system; why it refused, if it did."""
    try:
        with transaction.atomic():
            import_string(command)(subject, by=system_user(), **given)
    except DomainError as refusal:
        audit.record("effect-refused", subject, by=system_user(), note=str(refusal))
        return str(refusal)
    return ""
