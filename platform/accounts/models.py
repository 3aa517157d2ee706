"""People, the organisations they belong to, the roles they hold and the tokens they use."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.mixins import GuardianUserMixin
from guardian.models import UserObjectPermissionBase
from knox.models import AbstractAuthToken

from accounts.identifiers import validate_country, validate_language, validate_orcid, validate_ror, validate_zone
from core import clock
from core.models import Row, Versioned
from core.search import LEARN_WORDS, search_column, search_index, unspaced_index


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(Row, AbstractBaseUser, GuardianUserMixin, PermissionsMixin):
    """A person with an account. The one row with `is_system` acts for the platform itself and cannot sign in."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_local = models.CharField(_("name in own script"), max_length=200, blank=True, default="")
    orcid = models.CharField(_("ORCID"), max_length=19, blank=True, default="", validators=[validate_orcid])
    locale = models.CharField(_("language"), max_length=10, default="en")
    languages = ArrayField(
        models.CharField(max_length=2, validators=[validate_language]),
        verbose_name=_("languages spoken fluently"), default=list, blank=True,
    )  # fmt: skip
    time_zone = models.CharField(_("time zone"), max_length=40, default="UTC", validators=[validate_zone])
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the administration"), default=False)
    is_system = models.BooleanField(default=False, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["is_system"], condition=Q(is_system=True), name="one_system_user"),
            models.UniqueConstraint(fields=["orcid"], condition=~Q(orcid=""), name="orcid_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Organisation(Versioned):
    """A science centre, university, company or other body; containers of the roles scientist and partner signatory."""

    class Kind(models.TextChoices):
        SCIENCE_CENTER = "science_center", _("Science centre")
        NATIONAL_LABORATORY = "national_laboratory", _("National laboratory")
        SCIENCE_CITY = "science_city", _("Science city")
        ACADEMY = "academy", _("Academy")
        UNIVERSITY = "university", _("University")
        RESEARCH_INSTITUTION = "research_institution", _("Research institution")
        INTERNATIONAL_ORGANIZATION = "international_organization", _("International organisation")
        COMPANY = "company", _("Company")
        GOVERNMENT = "government", _("Government body")
        OTHER = "other", _("Other")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=400)
    name_local = models.CharField(_("name in own script"), max_length=400, blank=True, default="")
    acronym = models.CharField(_("acronym"), max_length=60, blank=True, default="")
    kind = models.CharField(_("type"), max_length=30, choices=Kind, default=Kind.RESEARCH_INSTITUTION)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    ror_id = models.CharField("ROR", max_length=9, null=True, blank=True, unique=True, validators=[validate_ror])
    external_ids = models.JSONField(default=dict, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[validate_country], blank=True, default="")
    city = models.CharField(_("city"), max_length=120, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    website = models.URLField(max_length=500, blank=True, default="")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    legal_entity_name = models.CharField(_("legal entity"), max_length=400, blank=True, default="")
    source = models.CharField(max_length=60, blank=True, default="")
    is_demo = models.BooleanField(default=False, editable=False)
    search = search_column("acronym", "name", "name_local", also=("city",))

    class Meta:
        ordering = ["name", "id"]
        permissions = [
            ("propose_programs", "Propose joint programmes in the name of the organisation"),
            ("sign_for_organisation", "Confirm and sign for the organisation"),
        ]
        indexes = [
            models.Index(fields=["country", "name", "id"], name="organisation_by_country"),
            search_index("organisation_search"),
            unspaced_index("organisation_unspaced"),
        ]
        triggers = LEARN_WORDS

    def __str__(self) -> str:
        return self.name


class OrganisationPermission(UserObjectPermissionBase):
    """Permissions held on one organisation (direct foreign key, as guardian's performance page recommends)."""

    content_object = models.ForeignKey(Organisation, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass


class Affiliation(Row):
    """A person works at an organisation between two dates (half-open; no end while it lasts)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="affiliations")
    position = models.CharField(_("position"), max_length=120, blank=True, default="")
    is_primary = models.BooleanField(_("primary"), default=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["user_id", "-is_primary", "-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="affiliation_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_primary=True, ends_on=None), name="one_current_primary_affiliation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"


class RoleAssignment(Row):
    """A role held on a container, since when and until when; written by grant_role and revoke_role only."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30)
    scope_type = models.CharField(max_length=60)
    scope_id = models.UUIDField()
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["user_id", "role", "scope_id", "starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "scope_type", "scope_id"],
                condition=Q(ends_at=None),
                name="role_once_on_a_container",
            ),
        ]
        indexes = [models.Index(fields=["role", "scope_id"], name="role_holders")]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.scope_type}"


class ApiToken(AbstractAuthToken):
    """A token for programs: only its hash is kept; it expires, is revoked by deletion, may read or also write."""

    name = models.CharField(_("name"), max_length=100, blank=True, default="")
    may_write = models.BooleanField(_("may write"), default=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-created", "digest"]

    def __str__(self) -> str:
        return f"{self.token_key}… {self.name}"
