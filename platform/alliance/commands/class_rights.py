"""Writes what the members of each class may do."""

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Alliance, ClassRights, MemberClass
from alliance.permissions.membership import MANAGE
from alliance.rules.membership import Rights
from core import audit, permissions
from core.errors import Invalid, Violation


@transaction.atomic
def set_class_rights(alliance: Alliance, member_class: str, rights: Rights, *, by: Any, note: str = "") -> ClassRights:
    """From now on; votes that are open keep the voters that they were opened with. Raises NotPermitted, Invalid."""
    permissions.require(by, MANAGE, alliance)
    if member_class not in MemberClass.values:
        message = _("There is no such class of members.")
        raise Invalid(message, [Violation("unknown_class", message, "member_class")])
    row, _made = ClassRights.objects.update_or_create(
        alliance=alliance, member_class=member_class, defaults=asdict(rights)
    )
    audit.record("set-rights", alliance, by=by, note=note, member_class=member_class, **asdict(rights))
    return row
