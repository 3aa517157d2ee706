"""Keeps how a person wants to hear of each kind of message."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import Invalid, NotPermitted, Violation
from notifications.kinds import KINDS
from notifications.models import Preference


@transaction.atomic
def set_preferences(user: Any, wishes: Mapping[str, str], *, by: Any) -> None:
    """Kind → mode (`at_once`, `digest`, `off`); kinds not named stay as they are. One's own only.

    Raises NotPermitted, and Invalid with every violation.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if by.pk != user.pk and not by.is_system:
        raise NotPermitted(_("How somebody is told things is theirs to choose."))
    found = [
        Violation("kind_unknown", _("There is no kind of message “%(kind)s”.") % {"kind": kind}, field=kind)
        for kind in wishes
        if kind not in KINDS
    ] + [
        Violation("mode_unknown", _("Choose at once, in the digest, or not by e-mail."), field=kind)
        for kind, mode in wishes.items()
        if mode not in Preference.Mode.values
    ]
    if found:
        raise Invalid(_("Please correct what is marked."), found)
    Preference.objects.bulk_create(
        [Preference(user=user, kind=kind, mode=mode) for kind, mode in wishes.items()],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["mode", "updated_at"],
    )
    audit.record("set-preferences", user, by=by, **wishes)
