"""Writes people, affiliations, roles, tokens and the directory of organisations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import identifiers
from accounts.models import Affiliation, ApiToken, Organisation, RoleAssignment, User
from accounts.queries import roles_of
from accounts.roles import ROLES
from core import audit, clock
from core.bulk import copy_rows
from core.errors import Invalid, NotPermitted, Violation
from core.permissions import _assign, _remove
from core.search import fold

TOKEN_DAYS = 90
LONGEST_TOKEN_DAYS = 365

GRANTED_BY = {
    "scientist": {"administrator", "secretariat"},
    "partner_signatory": {"administrator", "secretariat"},
    "facility_manager": {"administrator"},
    "instrument_scientist": {"administrator", "facility_manager"},
    "user_office": {"administrator", "facility_manager"},
    "safety_officer": {"administrator", "facility_manager"},
    "leadership": {"administrator"},
    "secretariat": {"administrator"},
    "secretary_general": {"administrator"},
    "chair": {"administrator"},
    "administrator": {"administrator"},
}
"""Which role lets its holder grant which; a facility manager only on the own facility."""


def invalid(error: ValidationError) -> Invalid:
    """Django's validation errors as ours, one violation for each message."""
    fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    violations = [
        Violation("invalid", message, field=name if name != "__all__" else "")
        for name, messages in fields.items()
        for message in messages
    ]
    return Invalid(_("Please correct what is marked."), violations)


@transaction.atomic
def register_person(
    email: str, name: str, *, by: User, password: str | None = None, check_password: bool = True, **profile: Any
) -> User:
    """A new account; without a password it cannot sign in until one is set. Raises Invalid."""
    user = User(email=email.strip().lower(), name=name, **profile)
    if profile.get("orcid"):
        user.orcid = _orcid(profile["orcid"])
    user.set_password(password)
    try:
        user.full_clean(exclude=["password"])
        if password and check_password:
            validate_password(password, user)
    except ValidationError as error:
        raise invalid(error) from error
    user.save(force_insert=True)
    audit.record("register", user, by=by)
    return user


@transaction.atomic
def change_profile(user: User, *, by: User, **profile: Any) -> User:
    """Name, name in own script, ORCID, languages and time zone. Only one's own, or as an administrator."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if by.pk != user.pk and not _holds(by, {"administrator"}):
        raise NotPermitted(_("A profile is changed by its owner."))
    if profile.get("orcid"):
        profile["orcid"] = _orcid(profile["orcid"])
    for field in profile:
        setattr(user, field, profile[field])
    try:
        user.full_clean(exclude=["password", "email"])
    except ValidationError as error:
        raise invalid(error) from error
    user.save(update_fields=[*profile, "updated_at"])
    audit.record("change", user, by=by, fields=sorted(profile))
    return user


@transaction.atomic
def affiliate(
    user: User, organisation: Organisation, *, by: User, starts_on: date, position: str = "", primary: bool = True
) -> Affiliation:
    """From `starts_on` the person works at the organisation; a primary affiliation ends the one before."""
    User.objects.select_for_update().get(pk=user.pk)
    if primary:
        for former in Affiliation.objects.filter(user=user, is_primary=True, ends_on=None):
            if former.organisation_id == organisation.pk:
                return former
            former.ends_on = max(starts_on, former.starts_on + timedelta(days=1))
            former.save(update_fields=["ends_on", "updated_at"])
    row = Affiliation.objects.create(
        user=user, organisation=organisation, position=position, is_primary=primary, starts_on=starts_on
    )
    audit.record("affiliate", user, by=by, organisation=organisation.slug)
    return row


@transaction.atomic
def grant_role(user: User, role: str, container: Model, *, by: User) -> RoleAssignment:
    """The person holds a role on a container from now on; granting it again changes nothing."""
    definition = _role(role, container)
    User.objects.select_for_update().get(pk=user.pk)
    scope: dict[str, Any] = {"role": role, "scope_type": definition.container, "scope_id": container.pk}
    if held := RoleAssignment.objects.filter(user=user, ends_at=None, **scope).first():
        return held
    _require_granter(role, container, by)
    row = RoleAssignment.objects.create(user=user, granted_by=by, **scope)
    _assign(user, definition.permissions, container)
    audit.record("grant-role", user, by=by, role=role, scope=str(container), scope_id=str(container.pk))
    return row


@transaction.atomic
def revoke_role(user: User, role: str, container: Model, *, by: User) -> None:
    """The person holds the role no longer; permissions that another role gives on the same container stay."""
    definition = _role(role, container)
    User.objects.select_for_update().get(pk=user.pk)
    held = RoleAssignment.objects.filter(user=user, role=role, scope_id=container.pk, ends_at=None).first()
    if held is None:
        return
    _require_granter(role, container, by)
    held.ends_at = clock.now()
    held.save(update_fields=["ends_at", "updated_at"])
    still = RoleAssignment.objects.filter(user=user, scope_id=container.pk, ends_at=None).values_list("role", flat=True)
    kept = {permission for name in still for permission in ROLES[name].permissions}
    _remove(user, [permission for permission in definition.permissions if permission not in kept], container)
    audit.record("revoke-role", user, by=by, role=role, scope=str(container), scope_id=str(container.pk))


@transaction.atomic
def create_token(
    user: User, *, by: User, name: str = "", may_write: bool = True, days: int = TOKEN_DAYS
) -> tuple[ApiToken, str]:
    """A new API token and its text, which is shown once and kept only as a hash. Valid for 1 to 365 days."""
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        message = _("A token is valid for 1 to %(most)d days.") % {"most": LONGEST_TOKEN_DAYS}
        raise Invalid(message, [Violation("token_days", message, field="days")])
    if by.pk != user.pk and not by.is_system:
        raise NotPermitted(_("A token is made by its owner."))
    token, text = ApiToken.objects.create(user, expiry=timedelta(days=days), name=name, may_write=may_write)
    audit.record("create-token", user, by=by, token=token.token_key, may_write=may_write)
    return token, text


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User) -> None:
    """The token stops working at once."""
    if by.pk != token.user_id and not by.is_system:
        raise NotPermitted(_("A token is revoked by its owner."))
    key, owner = token.token_key, token.user
    token.delete()
    audit.record("revoke-token", owner, by=by, token=key)


def _orcid(value: str) -> str:
    try:
        return identifiers.normal_orcid(value)
    except ValueError as error:
        message = _("This is not an ORCID: its last character does not match the others.")
        raise Invalid(message, [Violation("orcid", message, field="orcid")]) from error


def _role(role: str, container: Model) -> Any:
    definition = ROLES.get(role)
    if definition is None or definition.container != container._meta.label_lower:
        raise Invalid(_("There is no role “%(role)s” on this.") % {"role": role})
    return definition


def _holds(by: User, roles: set[str]) -> bool:
    return by.is_system or by.is_superuser or roles_of(by).filter(role__in=roles).exists()


def _require_granter(role: str, container: Model, by: User) -> None:
    granters = GRANTED_BY[role]
    if _holds(by, granters - {"facility_manager"}):
        return
    if "facility_manager" in granters and roles_of(by).filter(role="facility_manager", scope_id=container.pk).exists():
        return
    raise NotPermitted(
        _("This role is granted by others: %(who)s.")
        % {"who": ", ".join(str(ROLES[name].label) for name in sorted(granters))}
    )


@dataclass(frozen=True)
class Upserted:
    """How many rows of a batch were created, changed and left as they were."""

    created: int
    changed: int
    same: int


@transaction.atomic
def upsert_organisations(rows: Sequence[Mapping[str, Any]], *, by: User, source: str) -> Upserted:
    """Create or update organisations by `ror_id`, which every row has; for the platform and administrators.

    A row that came from `source` takes over what the source says now. A row that somebody else made keeps what it
    says; only what is empty is filled in.
    """
    _require_directory(by)
    given = {row["ror_id"]: row for row in rows}
    known = {row.ror_id: row for row in Organisation.objects.select_for_update().filter(ror_id__in=given)}
    changed = [row for ror_id, row in known.items() if ror_id and _take_over(row, given[ror_id], source)]
    new = [Organisation(**row, source=source) for ror_id, row in given.items() if ror_id not in known]
    _give_slugs(new)
    copy_rows(new)
    columns = sorted({*(column for row in rows for column in row), "version", "updated_at"})
    for row in changed:
        row.version += 1
        row.updated_at = clock.now()
    Organisation.objects.bulk_update(changed, columns, batch_size=500)
    audit.record_many("import", Organisation, [row.pk for row in new], by=by, source=source, change="created")
    audit.record_many("import", Organisation, [row.pk for row in changed], by=by, source=source, change="changed")
    return Upserted(len(new), len(changed), len(known) - len(changed))


def _take_over(row: Organisation, given: Mapping[str, Any], source: str) -> bool:
    changed = False
    for column, value in given.items():
        old = getattr(row, column)
        if old != value and (row.source == source or old in ("", None)):
            setattr(row, column, value)
            changed = True
    return changed


def _give_slugs(rows: Sequence[Organisation]) -> None:
    """The name as a slug; of namesakes with the country, then with the ROR id."""
    wanted = {row: slugify(fold(row.name))[:60].strip("-") or str(row.ror_id) for row in rows}
    choices = [(row, (name, f"{name}-{row.country.lower()}", f"{name}-{row.ror_id}")) for row, name in wanted.items()]
    taken = set(
        Organisation.objects.filter(slug__in=[slug for _row, slugs in choices for slug in slugs]).values_list(
            "slug", flat=True
        )
    )
    for row, slugs in choices:
        row.slug = next(slug for slug in slugs if slug not in taken)
        taken.add(row.slug)


@transaction.atomic
def relate_organisations(parents: Mapping[str, str], successors: Mapping[str, str], *, by: User, source: str) -> int:
    """Set parents and successors (ROR id → ROR id) of organisations that came from `source`; how many changed.

    Nothing happens where either is unknown, or where an organisation would become its own ancestor.
    """
    _require_directory(by)
    ids: dict[str, UUID] = {ror_id: pk for ror_id, pk in Organisation.objects.values_list("ror_id", "id") if ror_id}
    parent_of: dict[UUID, UUID | None] = dict(Organisation.objects.values_list("id", "parent_id"))
    own = set(Organisation.objects.filter(source=source).values_list("id", flat=True))
    changed = {}
    for child, parent in ((ids.get(low), ids.get(high)) for low, high in parents.items()):
        if child in own and parent and parent_of[child] != parent and child not in _ancestors(parent, parent_of):
            parent_of[child] = changed[child] = parent
    with connection.cursor() as cursor:
        cursor.execute(
            "update accounts_organisation o set parent_id = given.parent, version = version + 1"
            " from unnest(%s::uuid[], %s::uuid[]) as given(child, parent) where o.id = given.child",
            [list(changed), list(changed.values())],
        )
        cursor.execute(
            "update accounts_organisation o set version = version + 1,"
            " external_ids = external_ids || jsonb_build_object('successor', given.after)"
            " from unnest(%s::text[], %s::text[]) as given(before, after)"
            " where o.ror_id = given.before and o.source = %s"
            " and o.external_ids ->> 'successor' is distinct from given.after",
            [list(successors), list(successors.values()), source],
        )
        succeeded: int = cursor.rowcount
    audit.record_many("import", Organisation, changed, by=by, source=source, change="parent")
    return len(changed) + succeeded


def _ancestors(row: UUID | None, parent_of: Mapping[UUID, UUID | None]) -> set[UUID]:
    found: set[UUID] = set()
    while row is not None and row not in found:
        found.add(row)
        row = parent_of.get(row)
    return found


def _require_directory(by: User) -> None:
    if not _holds(by, {"administrator"}):
        raise NotPermitted(_("The directory is imported by an administrator."))
