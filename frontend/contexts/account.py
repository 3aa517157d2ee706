"""What the account pages show: profile, roles and affiliations, tokens, and the demonstration accounts of the login."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Affiliation, ApiToken, Organisation, User
from accounts.queries import roles_of
from accounts.roles import ROLES
from alliance.models import Alliance
from core import clock
from core.names import local
from facilities.models import Facility


@dataclass(frozen=True)
class HeldRole:
    """A role and on what it is held."""

    label: str | Promise
    scope: str
    since: datetime


@dataclass(frozen=True)
class ProfilePage:
    """The reader's own profile with what others decided about it."""

    form: Any
    refusal: Any
    roles: list[HeldRole]
    affiliations: list[Affiliation]


@dataclass(frozen=True)
class TokenRow:
    """An API token; its text was shown once."""

    key: str
    name: str
    may_write: bool
    made_at: datetime
    expires_at: datetime | None
    last_used_on: date | None
    over: bool


@dataclass(frozen=True)
class TokensPage:
    """The reader's tokens, the form for a new one, and its text right after it was made."""

    form: Any
    refusal: Any
    tokens: list[TokenRow]
    fresh: str = ""


@dataclass(frozen=True)
class Demonstration:
    """The accounts that the login page offers when this instance shows the demonstration alliance."""

    password: str
    rows: list[tuple[str, str]]
    columns: tuple[dict[str, Any], ...] = ({"label": _("E-mail")}, {"label": _("Role")})


def profile_page(user: User, form: Any, refusal: Any = None) -> ProfilePage:
    return ProfilePage(
        form=form,
        refusal=refusal,
        roles=held_roles(user),
        affiliations=list(user.affiliations.select_related("organisation").order_by("ends_on", "-starts_on", "id")),
    )


def held_roles(user: User) -> list[HeldRole]:
    """Roles held now with the names of their containers; one query per kind of container."""
    held = list(roles_of(user))
    names: dict[Any, str] = {}
    for model in (Alliance, Facility, Organisation):
        ids = [row.scope_id for row in held if row.scope_type == model._meta.label_lower]
        if ids:
            names |= {row.pk: str(row) for row in model._default_manager.filter(pk__in=ids)}
    return [HeldRole(ROLES[row.role].label, names.get(row.scope_id, ""), row.starts_at) for row in held]


def tokens_page(user: User, form: Any, refusal: Any = None, fresh: str = "") -> TokensPage:
    now = clock.now()
    rows = ApiToken.objects.filter(user=user).order_by("-created", "digest")
    tokens = [
        TokenRow(
            key=token.token_key,
            name=token.name,
            may_write=token.may_write,
            made_at=token.created,
            expires_at=token.expiry,
            last_used_on=token.last_used_on,
            over=bool(token.expiry and token.expiry <= now),
        )
        for token in rows
    ]
    return TokensPage(form=form, refusal=refusal, tokens=tokens, fresh=fresh)


def demonstration() -> Demonstration | None:
    """One account per role, and none of the many scientists that only fill the alliance."""
    people = (
        User.objects.filter(is_demo=True, is_active=True)
        .exclude(email__regex=r"^[a-z]+[0-9]+@")
        .order_by("created_at", "id")
    )
    rows = [(user.email, local(user, "name")) for user in people]
    return Demonstration(settings.DEMO_PASSWORD, rows) if rows else None
