"""What came of granted time: experiment reports, feedback of both sides, publications and data sets by DOI."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.models import Row, Versioned
from facilities.models import Booking, Instrument
from programs.models.cooperation import Program
from programs.models.proposals import Proposal
from programs.workflows.outcomes import REPORT


class ExperimentReport(Versioned):
    """What a team owes on one run of its proposal: a report, due calendar months after the run ends (R-31, F11), and
    later a publication or the explanation why there is none (R-32)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="experiment_reports")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="experiment_report")
    state = models.CharField(_("state"), max_length=10, choices=REPORT.choices, default="due")
    due_on = models.DateField(_("due"))
    text = models.TextField(_("what was done and found"), blank=True, default="")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reminded = ArrayField(
        models.SmallIntegerField(), default=list, blank=True, help_text="Days from the due day that were reminded of."
    )
    publish_by = models.DateField(_("publication or explanation expected"))
    publication_reminded = ArrayField(
        models.SmallIntegerField(), default=list, blank=True, help_text="Days from that day that were reminded of."
    )
    explanation = models.TextField(_("why nothing is published"), blank=True, default="")
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    explained_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["due_on", "id"]
        triggers = [REPORT.guard()]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "accepted"]) | Q(submitted_at__isnull=False) & ~Q(text=""),
                name="submitted_report_has_its_text",
            ),
            models.CheckConstraint(
                condition=Q(explanation="", explained_by=None, explained_at=None)
                | ~Q(explanation="") & Q(explained_by__isnull=False, explained_at__isnull=False),
                name="an_explanation_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="reports_due"),
            models.Index(fields=["publish_by", "id"], name="publications_due"),
        ]

    def __str__(self) -> str:
        return f"report on {self.booking_id}"


class Feedback(Row):
    """How a run went, from 1 (bad) to 5 (good), by a user or by the facility; one from each person."""

    class Side(models.TextChoices):
        USER = "user", _("User")
        FACILITY = "facility", _("Facility")

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="feedback")
    side = models.CharField(max_length=10, choices=Side)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rating = models.PositiveSmallIntegerField(_("rating"))
    text = models.TextField(_("in words"), blank=True, default="")

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(fields=["booking", "by"], name="feedback_once_per_person"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="feedback_from_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.rating} by {self.by_id}"


class Publication(Versioned):
    """Something published under a DOI: a paper, a thesis, a data set. `doi` is bare and in lower case."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        PROCEEDINGS = "proceedings", _("Conference paper")
        CHAPTER = "chapter", _("Book or chapter")
        THESIS = "thesis", _("Thesis")
        DATASET = "dataset", _("Data set")
        OTHER = "other", _("Other")

    doi = models.CharField("DOI", max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.ARTICLE)
    title = models.TextField(_("title"))
    container = models.CharField(_("journal, book or repository"), max_length=300, blank=True, default="")
    year = models.PositiveSmallIntegerField(_("year"))
    embargo_until = models.DateField(_("data closed until"), null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-year", "-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(doi__regex=r"^10\.[0-9]{4,9}/\S+$"), name="doi_is_bare"),
            models.CheckConstraint(
                condition=Q(embargo_until=None) | Q(kind="dataset"), name="only_data_are_closed_for_a_while"
            ),
        ]

    def __str__(self) -> str:
        return self.doi


class Authorship(Row):
    """One author in the order of the title page; `person` where the ORCID or the one who entered it says who it is."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="authors")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=200)
    orcid = models.CharField(_("ORCID iD"), max_length=19, blank=True, default="")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="authorships"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="authorships"
    )

    class Meta:
        ordering = ["publication_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "position"], name="author_position_once"),
            models.UniqueConstraint(
                fields=["publication", "person"], condition=Q(person__isnull=False), name="author_once"
            ),
        ]
        indexes = [models.Index(fields=["orcid"], name="authors_by_orcid", condition=~Q(orcid=""))]

    def __str__(self) -> str:
        return self.name


class OutcomeLink(Row):
    """What a publication came from: one booking, instrument, proposal or programme in each row."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="links")
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="publication_links"
    )
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, blank=True, related_name="publication_links"
    )
    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="publication_links"
    )
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="publication_links"
    )

    class Meta:
        ordering = ["publication_id", "created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(booking__isnull=False, instrument=None, proposal=None, program=None)
                | Q(booking=None, instrument__isnull=False, proposal=None, program=None)
                | Q(booking=None, instrument=None, proposal__isnull=False, program=None)
                | Q(booking=None, instrument=None, proposal=None, program__isnull=False),
                name="a_link_leads_to_one_thing",
            ),
            models.UniqueConstraint(
                fields=["publication", "booking", "instrument", "proposal", "program"],
                name="linked_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}"
