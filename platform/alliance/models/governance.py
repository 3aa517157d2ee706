"""Bodies and who sits on them, offices and their terms, and the rules by which is voted."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from alliance.models.alliances import Alliance
from alliance.workflows.governance import TERM
from core.models import Row, Versioned


class Body(Versioned):
    """A general assembly, council, board, office, working group or panel of an alliance.

    In a body of `members` every member with a vote sits and votes; otherwise its own `seats` do.
    """

    class Kind(models.TextChoices):
        ASSEMBLY = "assembly", _("General assembly")
        COUNCIL = "council", _("Council")
        BOARD = "board", _("Governing board")
        OFFICE = "office", _("Secretary office")
        WORKING_GROUP = "working_group", _("Working group")
        PANEL = "panel", _("Panel")

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="bodies")
    slug = models.SlugField(max_length=80)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True, default="")
    seat = models.CharField(_("seat"), max_length=120, blank=True, default="")
    seat_zh = models.CharField(_("seat in Chinese"), max_length=120, blank=True, default="")
    of_members = models.BooleanField(_("every member sits on it"), default=False)
    places = models.PositiveSmallIntegerField(
        _("number of seats"), null=True, blank=True, help_text=_("Where it is fixed, also before names are known.")
    )
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["alliance_id", "name", "id"]
        verbose_name_plural = "bodies"
        constraints = [models.UniqueConstraint(fields=["alliance", "slug"], name="body_slug_once")]

    def __str__(self) -> str:
        return self.name


class BodyMembership(Row):
    """A person sits on a body between two dates (half-open), perhaps for a member."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    name_local = models.CharField(_("name in own script"), max_length=200, blank=True, default="")
    membership = models.ForeignKey(
        "alliance.Membership", on_delete=models.PROTECT, null=True, blank=True, related_name="seats"
    )
    function = models.CharField(_("function"), max_length=120, blank=True, default="")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["body_id", "-starts_on", "name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="seat_has_a_length")
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.body}"


class Office(Versioned):
    """An office such as chair or secretary general; terms say who holds it when."""

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="offices")
    slug = models.SlugField(max_length=60)
    title = models.CharField(_("title"), max_length=120)
    title_zh = models.CharField(_("title in Chinese"), max_length=120, blank=True, default="")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="offices")
    single_holder = models.BooleanField(_("one holder at a time"), default=True)
    default_term_months = models.PositiveSmallIntegerField(_("usual term, months"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["alliance_id", "order", "title", "id"]
        constraints = [models.UniqueConstraint(fields=["alliance", "slug"], name="office_slug_once")]

    def __str__(self) -> str:
        return self.title


class OfficeTerm(Versioned):
    """A person's term in an office: `starts_on` to `ends_on` (half-open; no end while none is known).

    The day of the decision is apart from the day of the start, and the ordinal is stored, not counted (R-45).
    """

    class Designation(models.TextChoices):
        ELECT = "elect", _("Elect")
        HOLDER = "holder", _("Holder")
        ACTING = "acting", _("Acting")

    class Ending(models.TextChoices):
        TERM = "term", _("Term over")
        RESIGNATION = "resignation", _("Resigned")
        REPLACED = "replaced", _("Replaced")
        OTHER = "other", _("Other")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="terms")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="office_terms"
    )
    name = models.CharField(_("name"), max_length=200)
    name_local = models.CharField(_("name in own script"), max_length=200, blank=True, default="")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ordinal = models.PositiveSmallIntegerField(_("ordinal"), null=True, blank=True)
    designation = models.CharField(_("as"), max_length=10, choices=Designation, default=Designation.HOLDER)
    state = models.CharField(_("state"), max_length=10, choices=TERM.choices, default="nominated")
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    resolution = models.ForeignKey(
        "alliance.Resolution", on_delete=models.PROTECT, null=True, blank=True, related_name="terms"
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=15, choices=Ending, blank=True, default="")
    is_single = models.BooleanField(editable=False, default=True, help_text="The office's single_holder, for the rule.")
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["office_id", F("starts_on").asc(nulls_last=True), "ordinal", "id"]
        triggers = [TERM.guard()]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on")), name="term_has_a_length"
            ),
            ExclusionConstraint(
                name="one_holder_at_a_time",
                expressions=[
                    ("office", RangeOperators.EQUAL),
                    (
                        Func("starts_on", "ends_on", function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(designation="holder", is_single=True, starts_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office}: {self.name}"


class TermAlert(Row):
    """The secretariat was told that a term ends within so many days; 0: that it is over and nobody follows. Once."""

    term = models.ForeignKey(OfficeTerm, on_delete=models.CASCADE, related_name="alerts")
    days = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["term_id", "-days", "id"]
        constraints = [models.UniqueConstraint(fields=["term", "days"], name="term_alert_once")]

    def __str__(self) -> str:
        return f"{self.term} {self.days}"


class VotingRule(Versioned):
    """Who votes, how many must be there and how many must agree; fractions are integers (R-41 to R-44).

    `kind` is the kind of motion that it decides; empty: the chair may choose it for motions of kind other.
    """

    class Threshold(models.TextChoices):
        SIMPLE = "simple", _("More for than against")
        ABSOLUTE = "absolute", _("More than half")
        TWO_THIRDS = "two_thirds", _("Two thirds")
        THREE_QUARTERS = "three_quarters", _("Three quarters")
        UNANIMOUS = "unanimous", _("Unanimous")
        CONSENSUS = "consensus", _("Consensus: nobody against")

    class Base(models.TextChoices):
        CAST = "cast", _("of the votes cast")
        PRESENT = "present", _("of those present")
        ALL = "all", _("of all who may vote")

    class QuorumBase(models.TextChoices):
        VOTING = "voting", _("of the voting members")
        MEMBERS = "members", _("of all members")

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="voting_rules")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("for motions to"), max_length=15, blank=True, default="")
    threshold = models.CharField(_("majority"), max_length=15, choices=Threshold, default=Threshold.SIMPLE)
    base = models.CharField(_("counted"), max_length=10, choices=Base, default=Base.CAST)
    abstentions_count = models.BooleanField(_("abstentions count as votes cast"), default=False)
    quorum_numerator = models.PositiveSmallIntegerField(_("quorum, numerator"), default=1)
    quorum_denominator = models.PositiveSmallIntegerField(_("quorum, denominator"), default=2)
    quorum_base = models.CharField(_("quorum"), max_length=10, choices=QuorumBase, default=QuorumBase.VOTING)
    abstention_breaks_unanimity = models.BooleanField(_("an abstention breaks unanimity"), default=False)
    proxies_max = models.PositiveSmallIntegerField(_("proxies one member may hold"), default=0)
    is_secret = models.BooleanField(_("secret"), default=False)
    is_electronic = models.BooleanField(_("votes are cast here"), default=True)
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["alliance_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "kind"], condition=~Q(kind=""), name="one_rule_for_a_kind"),
            models.CheckConstraint(
                condition=Q(quorum_denominator__gt=0, quorum_numerator__lte=F("quorum_denominator")),
                name="quorum_is_a_fraction",
            ),
            models.CheckConstraint(
                condition=~Q(is_secret=True, is_electronic=False), name="secret_votes_are_cast_here"
            ),
        ]

    def __str__(self) -> str:
        return self.name
