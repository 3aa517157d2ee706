"""Writes people, affiliations, roles and tokens."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts import identifiers
from accounts.models import Affiliation, ApiToken, Organisation, RoleAssignment, User
from accounts.queries import roles_of
from accounts.roles import ROLES
from core import audit, clock
from core.errors import Invalid, NotPermitted, Violation
from core.permissions import _assign, _remove

TOKEN_DAYS = 90
LONGEST_TOKEN_DAYS = 365

GRANTED_BY = {
    "scientist": {"administrator", "secretariat"},
    "partner_signatory": {"administrator", "secretariat"},
    "facility_manager": {"administrator"},
    "instrument_scientist": {"administrator", "facility_manager"},
    "user_office": {"administrator", "facility_manager"},
    "leadership": {"administrator"},
    "secretariat": {"administrator"},
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
    """Name, name in own script, ORCID, language and time zone. Only one's own, or as an administrator."""
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
