"""Alliances, the rights held on them and what each class of members may do."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from accounts.identifiers import validate_zone
from core.models import Row, Versioned


class MemberClass(models.TextChoices):
    """The classes of members."""

    FOUNDING = "founding", _("Founding member")
    FULL = "full", _("Full member")
    ASSOCIATE = "associate", _("Associate")
    OBSERVER = "observer", _("Observer")
    HONORARY = "honorary", _("Honorary member")


class Alliance(Versioned):
    """An alliance of science centres with its nature as its charter says it; several live side by side."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_local = models.CharField(_("name in own script"), max_length=200, blank=True, default="")
    acronym = models.CharField(_("acronym"), max_length=20)
    purpose = models.TextField(_("purpose"), blank=True, default="")
    purpose_zh = models.TextField(_("purpose in Chinese"), blank=True, default="")
    is_non_governmental = models.BooleanField(_("non-governmental"), default=True)
    is_non_confidential = models.BooleanField(_("non-confidential"), default=True)
    is_non_profit = models.BooleanField(_("non-profit"), default=True)
    is_peaceful_only = models.BooleanField(_("for peaceful ends only"), default=True)
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    seat = models.CharField(_("seat"), max_length=120, blank=True, default="")
    seat_zh = models.CharField(_("seat in Chinese"), max_length=120, blank=True, default="")
    zone = models.CharField(_("time zone"), max_length=40, default="UTC", validators=[validate_zone])
    website = models.URLField(blank=True, default="")
    contact_email = models.EmailField(_("address of the secretariat"), blank=True, default="")
    is_main = models.BooleanField(default=False, help_text=_("The one whose home page this instance shows."))

    class Meta:
        ordering = ["-is_main", "name", "id"]
        permissions = [
            ("view_figures", "Read all usage and cooperation figures"),
            ("check_programs", "Check submitted programmes"),
            ("approve_programs", "Approve programmes"),
            ("manage_calls", "Run calls, their check and their review"),
            ("decide_proposals", "Decide proposals and announce results"),
            ("manage_members", "Run membership: applications, members and their representatives"),
            ("run_governance", "Run bodies, offices, meetings and motions"),
            ("open_votes", "Open and close votes, put applications to the vote"),
            ("publish", "Publish news, events, documents and circulars"),
            ("manage_roles", "Grant and revoke roles"),
        ]
        constraints = [models.UniqueConstraint(fields=["is_main"], condition=Q(is_main=True), name="one_main_alliance")]

    def __str__(self) -> str:
        return self.acronym


class AlliancePermission(UserObjectPermissionBase):
    """Permissions held on one alliance."""

    content_object = models.ForeignKey(Alliance, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass


class ClassRights(Row):
    """What the members of one class may do in an alliance; where no row is, only what every member may."""

    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, related_name="class_rights")
    member_class = models.CharField(_("class"), max_length=10, choices=MemberClass)
    votes = models.BooleanField(_("votes"), default=False)
    speaks = models.BooleanField(_("speaks in meetings"), default=True)
    stands = models.BooleanField(_("may be elected to offices"), default=False)
    sponsors = models.BooleanField(_("may sponsor an application"), default=False)
    proposes = models.BooleanField(_("may propose motions and joint programmes"), default=False)

    class Meta:
        ordering = ["alliance_id", "member_class", "id"]
        constraints = [models.UniqueConstraint(fields=["alliance", "member_class"], name="rights_of_a_class_once")]

    def __str__(self) -> str:
        return f"{self.alliance} {self.member_class}"
