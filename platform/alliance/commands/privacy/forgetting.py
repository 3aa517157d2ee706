"""Forgets a person: a pseudonym stands wherever the name stood; votes, decisions and the trail are kept (Art. 17(3)).

What only the person needed is deleted. Frozen versions, minutes and resolutions are records of the alliance and stay.
"""

from typing import Any

import pgtrigger
from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.commands import revoke_role
from accounts.models import Affiliation, RoleAssignment, User
from accounts.roles import ROLES
from alliance.hindrances import registered
from alliance.models import OfficeTerm
from alliance.rules.privacy import NAMED_BESIDE, NAMED_IN_TRAIL, REMOVED
from core import audit
from core.models import AuditEntry
from notifications.models import Message


def hindrances(person: User) -> list[str]:
    """What must be settled first; nothing when the person can be forgotten."""
    held = OfficeTerm.objects.filter(person=person, state="in_office").select_related("office")
    own = [_("You hold an office: %(office)s.") % {"office": term.office} for term in held]
    return [*own, *(sentence for hindrance in registered() for sentence in hindrance(person))]


def pseudonym_of(person: User) -> str:
    """The same for one person everywhere, and nothing that tells who it was."""
    return f"Former user {person.pk.hex[-6:]}"


@transaction.atomic
def forget(person: User, *, by: Any) -> User:
    """Put the pseudonym in place of a person; doing it again changes nothing. `by` is the system."""
    row = User.objects.select_for_update().get(pk=person.pk)
    name, address = pseudonym_of(row), f"{row.pk.hex}@forgotten.invalid"
    if row.email == address:
        return row
    for held in RoleAssignment.objects.filter(user=row, ends_at=None):
        container = apps.get_model(ROLES[held.role].container)._base_manager.get(pk=held.scope_id)
        revoke_role(row, held.role, container, by=by)
    for label in sorted(REMOVED):
        model = apps.get_model(label)
        column = next(field.name for field in model._meta.fields if field.related_model is User)
        rows = model._base_manager.filter(**{column: row})
        if label == "alliance.Consent":
            with pgtrigger.ignore("alliance.Consent:append_only"):
                rows.delete()
        else:
            rows.delete()
    words = {"pseudonym": name, "empty": "", "address": address}
    for label, (column, becomes) in NAMED_BESIDE.items():
        changes = {field: words[word] for field, word in becomes.items()}
        theirs = Q(**{column: row}) if column else Q()
        for field, word in becomes.items():
            theirs |= Q(**{f"{field}__iexact": row.email}) if word == "address" else Q()
        apps.get_model(label)._base_manager.filter(theirs).update(**changes)
    Message.objects.filter(address__iexact=row.email).delete()
    Affiliation.objects.filter(user=row).update(position="")
    with pgtrigger.ignore("core.AuditEntry:append_only"):
        AuditEntry.objects.filter(actor_id=row.pk).update(actor_name=name)
        _rename_in_trail(row, name)
    row.email, row.name, row.name_local, row.orcid = address, name, "", ""
    row.is_active = row.is_staff = row.is_superuser = False
    row.time_zone, row.languages = "UTC", []
    row.set_unusable_password()
    row.save()
    audit.record("forget", row, by=by)
    return row


def _rename_in_trail(person: User, pseudonym: str) -> None:
    """Acts of others that name the person; those of a namesake, who cannot be told apart there, are left alone."""
    told = {person.email}
    if not User.objects.filter(name=person.name).exclude(pk=person.pk).exists():
        told.add(person.name)
    about = Q(data__person_id=str(person.pk))
    for key in NAMED_IN_TRAIL:
        about |= Q(**{f"data__{key}__in": sorted(told)})
    entries = list(AuditEntry.objects.filter(about))
    for entry in entries:
        entry.data |= {key: pseudonym for key in NAMED_IN_TRAIL if key in entry.data}
    AuditEntry.objects.bulk_update(entries, ["data"], batch_size=500)
