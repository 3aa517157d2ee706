"""Motions, the vote on them and the resolutions that come of it.

An open vote keeps every choice with its member. A secret one keeps it sealed for the ballot's key; at the close the
latest choices are opened, shuffled into `Paper`s without member or time, and the key is destroyed.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance.models.alliances import Alliance
from alliance.models.documents import DocumentVersion
from alliance.models.governance import Body, OfficeTerm
from alliance.models.meetings import AgendaItem
from alliance.models.membership import Membership, MembershipApplication
from alliance.workflows.governance import MOTION
from core.models import APPEND_ONLY, Row, Versioned


def while_open(ballot: str) -> pgtrigger.Trigger:
    """The trigger that refuses a new row once its ballot, which the expression finds, is closed."""
    return pgtrigger.Trigger(
        name="while_open",
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        func=f"""
            IF EXISTS (SELECT 1 FROM alliance_ballot WHERE id = ({ballot}) AND closed_at IS NOT NULL) THEN
                RAISE EXCEPTION 'the vote is closed';
            END IF;
            RETURN NEW;
        """,
    )


class Motion(Versioned):
    """Something to be decided, in a meeting (under a point of its agenda) or in writing.

    What it is about stands in one of `version`, `application`, `membership`, `term`, as its kind demands.
    """

    class Kind(models.TextChoices):
        CHARTER_ADOPT = "charter_adopt", _("Adopt the charter")
        CHARTER_AMEND = "charter_amend", _("Amend the charter")
        ADMIT = "admit", _("Admit a member")
        SUSPEND = "suspend", _("Suspend a member")
        RESUME = "resume", _("Lift a suspension")
        EXCLUDE = "exclude", _("Exclude a member")
        APPOINT = "appoint", _("Elect to an office")
        DECLARATION = "declaration", _("Adopt a declaration")
        PLAN = "plan", _("Adopt a plan")
        DOCUMENT = "document", _("Adopt a document")
        OTHER = "other", _("Other")

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="motions")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="motions")
    agenda_item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="motions")
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.OTHER)
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    text = models.TextField(_("text"))
    mover = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="motions")
    version_of_document = models.ForeignKey(
        DocumentVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="motions"
    )
    application = models.ForeignKey(
        MembershipApplication, on_delete=models.PROTECT, null=True, blank=True, related_name="motions"
    )
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="motions")
    term = models.ForeignKey(OfficeTerm, on_delete=models.PROTECT, null=True, blank=True, related_name="motions")
    state = models.CharField(_("state"), max_length=10, choices=MOTION.choices, default="draft")
    rule = models.JSONField(default=dict, blank=True, editable=False, help_text="The rule as it was at the opening.")
    effective_on = models.DateField(_("takes effect"), null=True, blank=True, help_text=_("Empty: when it is carried."))

    class Meta:
        ordering = ["-created_at", "-id"]
        triggers = [MOTION.guard()]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind__in=["charter_adopt", "charter_amend", "declaration", "plan", "document"])
                    & Q(version_of_document__isnull=False)
                )
                | Q(kind="admit", application__isnull=False)
                | Q(kind__in=["suspend", "resume", "exclude"], membership__isnull=False)
                | Q(kind="appoint", term__isnull=False)
                | Q(kind="other"),
                name="motion_names_its_subject",
            )
        ]
        indexes = [models.Index(fields=["alliance", "state"], name="motions_by_state")]

    def __str__(self) -> str:
        return self.title


class Ballot(Row):
    """The vote on a motion between two instants; `result` is its sheet, with every count and fraction, once closed.

    `key` opens a secret vote; it is itself sealed by the installation's secret and is destroyed at the close.
    """

    motion = models.OneToOneField(Motion, on_delete=models.PROTECT, related_name="ballot")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_secret = models.BooleanField()
    public_key = models.BinaryField(null=True, blank=True)
    key = models.BinaryField(null=True, blank=True)
    members = models.PositiveIntegerField(help_text="members of the alliance at the opening")
    present = models.PositiveIntegerField(
        null=True, blank=True, help_text="voters present at the close of a meeting's vote"
    )
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="closed_is_final", operation=pgtrigger.Update, condition=pgtrigger.Q(old__closed_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(closed_at=None) | Q(key=None), name="a_closed_vote_has_no_key"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="closes_later"),
        ]

    def __str__(self) -> str:
        return f"Vote on {self.motion}"


class Voter(Row):
    """A member that may vote in a ballot, fixed at its opening, with its name and country then."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="voters")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=400)
    country = models.CharField(max_length=2, blank=True, default="")

    class Meta:
        ordering = ["ballot_id", "name", "id"]
        triggers = [APPEND_ONLY, while_open("NEW.ballot_id")]
        constraints = [models.UniqueConstraint(fields=["ballot", "membership"], name="voter_once")]

    def __str__(self) -> str:
        return self.name


class Choice(models.TextChoices):
    """What a member may say."""

    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    ABSTAIN = "abstain", _("Abstain")


class Vote(Row):
    """What a member chose, append-only; its highest number before the close counts (R-42). Sealed when secret."""

    voter = models.ForeignKey(Voter, on_delete=models.PROTECT, related_name="votes")
    number = models.PositiveSmallIntegerField()
    choice = models.CharField(max_length=10, choices=Choice, blank=True, default="")
    sealed = models.BinaryField(null=True, blank=True)
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_proxy_of = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The member that held the proxy.",
    )

    class Meta:
        ordering = ["voter_id", "number", "id"]
        triggers = [APPEND_ONLY, while_open("SELECT ballot_id FROM alliance_voter WHERE id = NEW.voter_id")]
        constraints = [
            models.UniqueConstraint(fields=["voter", "number"], name="vote_number_once"),
            models.CheckConstraint(
                condition=Q(choice="", sealed__isnull=False) | ~Q(choice="") & Q(sealed=None),
                name="vote_is_open_or_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voter} {self.number}"


class Paper(models.Model):
    """An opened paper of a secret vote: a choice and the voter's receipt, nothing that tells whose or when."""

    id = models.UUIDField(primary_key=True, editable=False)
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="papers")
    choice = models.CharField(max_length=10, choices=Choice)
    receipt = models.CharField(max_length=40)

    class Meta:
        ordering = ["ballot_id", "id"]
        triggers = [APPEND_ONLY, while_open("NEW.ballot_id")]

    def __str__(self) -> str:
        return self.receipt


class Resolution(Row):
    """A carried motion, numbered within its alliance and year; it takes effect on a day. Never changed."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="resolutions")
    motion = models.OneToOneField(Motion, on_delete=models.PROTECT, null=True, blank=True, related_name="resolution")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    title_zh = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField()
    decided_on = models.DateField(_("decided"))
    effective_on = models.DateField(_("takes effect"))
    source = models.CharField(_("source"), max_length=400, blank=True, default="")

    class Meta:
        ordering = ["-year", "-number", "id"]
        triggers = [APPEND_ONLY]
        constraints = [models.UniqueConstraint(fields=["alliance", "year", "number"], name="resolution_number_once")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"{self.year}/{self.number}"
