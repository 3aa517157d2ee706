"""Documents of an alliance, their versions from draft to superseded, and who signed which."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from alliance.models.alliances import Alliance
from alliance.models.events import Event
from alliance.models.governance import Body
from alliance.models.membership import Membership
from alliance.workflows.documents import VERSION
from core.fulltext import words_column, words_index
from core.models import APPEND_ONLY, Row, Versioned

SETTLED = ["proposed", "adopted", "in_force", "superseded", "withdrawn"]
FIXED = pgtrigger.Protect(
    name="fixed_once_proposed",
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__state__in=SETTLED)
    & (
        pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
        | pgtrigger.Q(old__document__df=pgtrigger.F("new__document"))
        | pgtrigger.Q(old__language__df=pgtrigger.F("new__language"))
        | pgtrigger.Q(old__text__df=pgtrigger.F("new__text"))
        | pgtrigger.Q(old__file__df=pgtrigger.F("new__file"))
        | pgtrigger.Q(old__name__df=pgtrigger.F("new__name"))
        | pgtrigger.Q(old__sha256__df=pgtrigger.F("new__sha256"))
    ),
)
KEPT = pgtrigger.Protect(
    name="kept_once_proposed", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__state__in=SETTLED)
)
BY_RESOLUTION = pgtrigger.Trigger(
    name="valid_by_resolution",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__state__in=["adopted", "in_force"], new__adopted_by__isnull=True),
    func="""
        if exists (select from alliance_document where id = new.document_id and needs_resolution) then
            raise exception 'a version of this document is valid by resolution only' using errcode = 'check_violation';
        end if;
        return null;
    """,
)
"""R-40: in force by resolution only."""


class Document(Versioned):
    """A document with its versions; who may read it says `access`, and the public only what was adopted."""

    class Kind(models.TextChoices):
        CHARTER = "charter", _("Charter")
        DECLARATION = "declaration", _("Declaration")
        STATEMENT = "statement", pgettext_lazy("type of document", "Statement")
        COOPERATION_PLAN = "cooperation_plan", _("Cooperation plan")
        ACTION_PLAN = "action_plan", _("Action plan")
        MINUTES = "minutes", _("Minutes")
        MOU = "mou", _("Memorandum of understanding")
        LETTER = "congratulatory_letter", _("Congratulatory letter")
        GUIDELINE = "guideline", _("Guideline")
        REPORT = "report", pgettext_lazy("type of document", "Report")
        FORM = "form", _("Form")

    class Access(models.TextChoices):
        PUBLIC = "public", _("Everybody, once adopted")
        MEMBERS = "members", _("Members")
        BODY = "body", _("A body")
        RESTRICTED = "restricted", _("The secretariat")

    alliance = models.ForeignKey(Alliance, on_delete=models.PROTECT, related_name="documents")
    slug = models.SlugField(max_length=120)
    kind = models.CharField(_("type"), max_length=25, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    summary = models.TextField(_("summary"), blank=True, default="")
    summary_zh = models.TextField(_("summary in Chinese"), blank=True, default="")
    authors = models.CharField(_("authors"), max_length=400, blank=True, default="")
    access = models.CharField(_("who may read it"), max_length=10, choices=Access, default=Access.MEMBERS)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="documents")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="documents")
    signed_by_members = models.BooleanField(_("every member signs"), default=False)
    needs_resolution = models.BooleanField(_("valid by resolution only"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    search = words_column("title", "title_zh", "summary", "summary_zh", "authors")

    class Meta:
        ordering = ["alliance_id", "kind", "title", "id"]
        indexes = [
            words_index("words_of_documents"),
            models.Index(fields=["alliance", "title", "id"], name="documents_by_title"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "slug"], name="document_slug_once"),
            models.CheckConstraint(
                condition=~Q(access="body") | Q(body__isnull=False), name="document_of_a_body_names_it"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DocumentParty(Row):
    """An organisation that a document binds and that therefore signs it (an agreement of a few)."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["document_id", "id"]
        verbose_name_plural = "document parties"
        constraints = [models.UniqueConstraint(fields=["document", "organisation"], name="party_once")]

    def __str__(self) -> str:
        return str(self.organisation)


class DocumentVersion(Versioned):
    """A version: a file or a text (or both), fixed from the moment it is proposed, valid by a resolution (R-40)."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=10, default="en")
    state = models.CharField(_("state"), max_length=10, choices=VERSION.choices, default="draft")
    text = models.TextField(_("text"), blank=True, default="")
    words = models.TextField(blank=True, default="", editable=False, help_text="What the file says, for the search.")
    file = models.FileField(upload_to="documents/%Y/%m/", null=True, blank=True)
    name = models.CharField(_("name of the file"), max_length=200, blank=True, default="")
    mime = models.CharField(max_length=100, blank=True, default="")
    size = models.PositiveIntegerField(null=True, blank=True, help_text="bytes")
    sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    note = models.TextField(_("what changed"), blank=True, default="")
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    adopted_by = models.ForeignKey(
        "alliance.Resolution", on_delete=models.PROTECT, null=True, blank=True, related_name="versions"
    )
    adopted_on = models.DateField(_("adopted"), null=True, blank=True)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When `words` were read.")
    search = words_column("text", "words")

    class Meta:
        ordering = ["document_id", "-number", "language", "id"]
        triggers = [VERSION.guard(), FIXED, KEPT, BY_RESOLUTION]
        indexes = [
            words_index("words_of_versions"),
            models.Index(fields=["effective_from"], condition=Q(state="adopted"), name="versions_to_take_effect"),
            models.Index(fields=["id"], condition=Q(read_at=None, file__gt=""), name="versions_to_read"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["document", "number", "language"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["document", "language"], condition=Q(state="in_force"), name="one_version_in_force"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "in_force"]) | Q(adopted_on__isnull=False), name="adopted_has_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} v{self.number}"


class Signature(Row):
    """An organisation signed a version; append-only."""

    class Method(models.TextChoices):
        ELECTRONIC = "electronic", _("Here")
        PAPER = "paper", _("On paper")

    version = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="signatures")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="signatures")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="signatures"
    )
    signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="signatures"
    )
    name = models.CharField(_("signed by"), max_length=200)
    signed_on = models.DateField(_("signed"))
    method = models.CharField(_("how"), max_length=10, choices=Method, default=Method.ELECTRONIC)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version_id", "signed_on", "id"]
        triggers = [APPEND_ONLY]
        constraints = [models.UniqueConstraint(fields=["version", "organisation"], name="signs_once")]

    def __str__(self) -> str:
        return f"{self.name} for {self.organisation}"
