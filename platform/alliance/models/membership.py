"""Who belongs to an alliance, who speaks for a member, who asks to join, and what changed when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from alliance.models.alliances import Alliance, MemberClass
from alliance.workflows.membership import APPLICATION, MEMBERSHIP
from core.models import APPEND_ONLY, Row, Versioned


class Membership(Versioned):
    """An organisation belongs to an alliance in a class, between two dates (half-open).

    The columns say how it stands today; `changes` say how it stood on any past day.
    """

    Class = MemberClass

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    member_class = models.CharField(_("class"), max_length=10, choices=MemberClass, default=MemberClass.FULL)
    state = models.CharField(_("state"), max_length=10, choices=MEMBERSHIP.choices, default="active")
    good_standing = models.BooleanField(_("in good standing"), default=True)
    joined_on = models.DateField(_("joined"), null=True, blank=True)
    left_on = models.DateField(_("left"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["alliance_id", "organisation__name", "id"]
        triggers = [MEMBERSHIP.guard()]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "organisation"], condition=Q(left_on=None), name="member_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(joined_on=None) | Q(left_on__gt=F("joined_on")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.alliance}"


class MembershipChange(Row):
    """What changed in a membership from a day on, and why; append-only. A correction names the entry it replaces.

    Its kind says which of the three columns it decides (`rules.membership.DECIDES`); the others are as they were then.
    """

    class Kind(models.TextChoices):
        JOINED = "joined", _("Joined")
        CLASS = "class", _("Class changed")
        SUSPENDED = "suspended", _("Suspended")
        RESUMED = "resumed", _("Suspension lifted")
        STANDING = "standing", _("Standing changed")
        WITHDRAWN = "withdrawn", _("Left")
        EXCLUDED = "excluded", _("Excluded")

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    effective_on = models.DateField(_("from"))
    member_class = models.CharField(max_length=10, choices=MemberClass)
    state = models.CharField(max_length=10, choices=MEMBERSHIP.choices)
    good_standing = models.BooleanField()
    resolution = models.ForeignKey(
        "alliance.Resolution", on_delete=models.PROTECT, null=True, blank=True, related_name="membership_changes"
    )
    reason = models.TextField(_("reason"), blank=True, default="")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["membership_id", "effective_on", "created_at", "id"]
        triggers = [APPEND_ONLY]
        constraints = [
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(reason=""), name="correction_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.membership}: {self.kind} {self.effective_on}"


class Representative(Row):
    """A person speaks for a member between two dates (half-open); `head` may sign the charter.

    `name` is kept beside the account: history outlives the account.
    """

    class Kind(models.TextChoices):
        HEAD = "head", _("Head")
        DELEGATE = "delegate", _("Delegate")
        ALTERNATE = "alternate", _("Alternate")

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="representatives")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="represents"
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["membership_id", "kind", "-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="representative_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["membership", "person"],
                condition=Q(ends_on=None, person__isnull=False),
                name="represents_once_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["person", "membership"], name="representative_of")]

    def __str__(self) -> str:
        return f"{self.name} for {self.membership}"


class MembershipApplication(Versioned):
    """An organisation asks to join in a class, with what it offers and who sponsors it."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    member_class = models.CharField(_("class wanted"), max_length=10, choices=MemberClass, default=MemberClass.FULL)
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="membership_applications"
    )
    state = models.CharField(_("state"), max_length=12, choices=APPLICATION.choices, default="draft")
    motivation = models.TextField(_("why the centre wants to join"), blank=True, default="")
    facilities_offered = models.TextField(_("facilities it would open to members"), blank=True, default="")
    sponsors = models.ManyToManyField(Membership, verbose_name=_("sponsors"), blank=True, related_name="sponsored")
    head_name = models.CharField(_("head of the centre"), max_length=200, blank=True, default="")
    head_email = models.EmailField(_("their e-mail address"), blank=True, default="")
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    visit_on = models.DateField(_("site visit on"), null=True, blank=True)
    visit_report = models.TextField(_("report of the visit"), blank=True, default="")
    membership = models.OneToOneField(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="application"
    )
    signed_by = models.CharField(_("charter signed by"), max_length=200, blank=True, default="")
    signed_on = models.DateField(_("charter signed on"), null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [APPLICATION.guard()]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "organisation"],
                condition=~Q(state__in=["draft", "member", "declined", "withdrawn"]),
                name="one_application_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="member") | Q(membership__isnull=False, signed_on__isnull=False),
                name="who_joined_has_signed",
            ),
        ]
        indexes = [models.Index(fields=["alliance", "state"], name="application_by_state")]

    def __str__(self) -> str:
        return f"{self.organisation} to {self.alliance}"


class ApplicationPoint(Row):
    """What the secretariat asks to be mended in the part `about` of an application, in its `round`-th return."""

    class About(models.TextChoices):
        ORGANISATION = "organisation", _("The centre")
        CLASS = "class", _("Class of membership")
        MOTIVATION = "motivation", _("Motivation")
        FACILITIES = "facilities", _("Facilities offered")
        SPONSORS = "sponsors", _("Sponsors")
        HEAD = "head", _("Head of the centre")
        FILES = "files", _("Documents")
        OTHER = "other", _("Other")

    application = models.ForeignKey(MembershipApplication, on_delete=models.CASCADE, related_name="points")
    round = models.PositiveSmallIntegerField()
    about = models.CharField(_("about"), max_length=15, choices=About, default=About.OTHER)
    text = models.TextField(_("what to mend"))

    class Meta:
        ordering = ["application_id", "-round", "created_at", "id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.text


class ApplicationFile(Row):
    """A document that the applicant adds."""

    application = models.ForeignKey(MembershipApplication, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to="applications/%Y/%m/")
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="bytes")

    class Meta:
        ordering = ["application_id", "created_at", "id"]

    def __str__(self) -> str:
        return self.name
