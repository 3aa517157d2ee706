"""What an application for membership must say before it is submitted."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from alliance.models import MembershipApplication
from alliance.rules.membership import MAY_BE_ASKED_FOR, Rights
from core.errors import Violation


def unfinished(
    application: MembershipApplication, *, files: int, sponsoring: list[Rights], sponsors_needed: int
) -> Iterator[Violation]:
    """Everything that is missing; `sponsoring` are the rights of its sponsors' classes, of active members only."""
    if application.member_class not in MAY_BE_ASKED_FOR:
        yield Violation("class_not_open", _("Founding membership cannot be applied for."), "member_class")
    for name, message in (
        ("motivation", _("Say why the centre wants to join.")),
        ("facilities_offered", _("Say which facilities it would open to members; “none” is an answer.")),
        ("head_name", _("Name the head of the centre, who signs the charter.")),
        ("head_email", _("Give the e-mail address of the head: with an account of it they sign.")),
    ):
        if not getattr(application, name).strip():
            yield Violation(f"{name}_missing", message, name)
    if not files:
        yield Violation("files_missing", _("Add at least one document about the centre."), "files")
    if unable := sum(not rights.sponsors for rights in sponsoring):
        message = _("%(n)d of the sponsors may not sponsor an application.") % {"n": unable}
        yield Violation("sponsor_may_not", message, "sponsors")
    if len(sponsoring) < sponsors_needed:
        message = _("Name at least %(n)d members as sponsors.") % {"n": sponsors_needed}
        yield Violation("sponsors_missing", message, "sponsors")
