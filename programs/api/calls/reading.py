"""What the API is told about calls, and how names in it become rows."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.queries import organisations_listed
from alliance.models import Alliance
from alliance.queries import main_alliance
from core.errors import Invalid, NotFound, Violation
from core.lookup import find
from facilities.models import Access, Cycle
from facilities.queries.catalogue import find_instrument
from programs.commands import calls
from programs.models import Call, QuestionnaireVersion, ScoreScale, Window


class WindowIn(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=Window.Stage.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class DeadlineIn(serializers.Serializer[Any]):
    organisation = serializers.CharField(help_text="id or slug")
    closes_at = serializers.DateTimeField()


class OfferIn(serializers.Serializer[Any]):
    instrument = serializers.CharField(help_text="id or slug")
    units = serializers.DecimalField(max_digits=14, decimal_places=3)
    cycle = serializers.CharField(required=False, allow_null=True, help_text="id or name of the facility's cycle")
    most_per_proposal = serializers.DecimalField(max_digits=14, decimal_places=3, required=False, allow_null=True)


class CriterionIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    name_zh = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    help = serializers.CharField(required=False, allow_blank=True, default="")
    help_zh = serializers.CharField(required=False, allow_blank=True, default="")
    weight = serializers.DecimalField(max_digits=6, decimal_places=2, default=Decimal(1))


class RuleIn(serializers.Serializer[Any]):
    rule = serializers.CharField(max_length=40)
    parameters = serializers.DictField(required=False, default=dict)
    can_be_waived = serializers.BooleanField(required=False, default=True)
    source: Any = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")


class CallChanges(serializers.Serializer[Any]):
    name = serializers.CharField(required=False, max_length=200)
    name_zh = serializers.CharField(required=False, allow_blank=True, max_length=200)
    text = serializers.CharField(required=False, allow_blank=True)
    text_zh = serializers.CharField(required=False, allow_blank=True)
    kind = serializers.ChoiceField(required=False, choices=Call.Kind.choices)
    category = serializers.ChoiceField(required=False, choices=Access.choices)
    zone = serializers.CharField(required=False, max_length=40, help_text="IANA name")
    opens_at = serializers.DateTimeField(required=False)
    closes_at = serializers.DateTimeField(required=False, allow_null=True)
    office_closes_at = serializers.DateTimeField(required=False, allow_null=True)
    notify_at = serializers.DateTimeField(required=False, allow_null=True)
    contact = serializers.EmailField(required=False, allow_blank=True)
    questionnaire = serializers.UUIDField(required=False, allow_null=True, help_text="a frozen version")
    scale = serializers.CharField(required=False, allow_null=True, help_text="id or name")
    blind = serializers.BooleanField(required=False)
    needs_consent = serializers.BooleanField(required=False)
    reviews_wanted = serializers.IntegerField(required=False, min_value=0, max_value=50)
    internal_wanted = serializers.IntegerField(required=False, min_value=0, max_value=50)
    abstract_words = serializers.IntegerField(required=False, min_value=1, max_value=100_000)
    windows = WindowIn(many=True, required=False)
    partner_deadlines = DeadlineIn(many=True, required=False)
    offers = OfferIn(many=True, required=False)
    criteria = CriterionIn(many=True, required=False)
    rules = RuleIn(many=True, required=False)


class CallIn(CallChanges):
    name = serializers.CharField(max_length=200)
    alliance = serializers.CharField(required=False, help_text="id or slug; needed only when you run several")
    facility = serializers.CharField(required=False, help_text="id or slug, for a call of one facility")


class CallPatch(CallChanges):
    version = serializers.IntegerField(required=False, help_text="the version that you edited; another one answers 409")


LISTS: dict[str, Callable[..., Any]] = {
    "windows": calls.PlannedWindow,
    "partner_deadlines": calls.EarlierDeadline,
    "offers": calls.OfferedTime,
    "criteria": calls.Weighed,
    "rules": calls.AppliedRule,
}
NOT_CHANGES = {"version", "alliance", "facility"}


class _Named:
    """Rows by the names that a request gives them, and what nothing is called."""

    def __init__(self) -> None:
        self.violations: list[Violation] = []

    def row(self, field: str, key: str | UUID, lookup: Callable[[Any], Any]) -> Any:
        try:
            return lookup(key)
        except NotFound:
            message = _("There is nothing called “%(name)s” here.") % {"name": key}
            self.violations.append(Violation("unknown", message, field))
            return None


def among(rows: QuerySet[Any], by: str = "slug") -> Callable[[Any], Model]:
    return lambda key: find(rows, key, by=by)


def changes_from(given: dict[str, Any]) -> dict[str, Any]:
    """The command's changes; names become rows. Raises Invalid for every name that nothing has."""
    named = _Named()
    changes = {name: value for name, value in given.items() if name not in NOT_CHANGES}
    if changes.get("questionnaire"):
        versions = QuestionnaireVersion.objects.select_related("questionnaire")
        changes["questionnaire"] = named.row("questionnaire", changes["questionnaire"], among(versions))
    if changes.get("scale"):
        changes["scale"] = named.row("scale", changes["scale"], among(ScoreScale.objects.all(), "name"))
    for row in changes.get("partner_deadlines", ()):
        row["organisation"] = named.row("partner_deadlines", row["organisation"], among(organisations_listed()))
    for row in changes.get("offers", ()):
        row["instrument"] = named.row("offers", row["instrument"], find_instrument)
        if row.get("cycle") and row["instrument"] is not None:
            cycles = Cycle.objects.filter(facility=row["instrument"].facility_id)
            row["cycle"] = named.row("offers", row["cycle"], among(cycles, "name"))
    if named.violations:
        raise Invalid(_("Please correct what is marked."), named.violations)
    return {name: [LISTS[name](**row) for row in value] if name in LISTS else value for name, value in changes.items()}


def alliance_named(key: str | None) -> Alliance:
    """The alliance of that id or slug, else the main one. Raises NotFound; Invalid where there is none."""
    if key:
        return find(Alliance.objects.all(), key)
    alliance = main_alliance()
    if alliance is None:
        message = _("Name the alliance whose call it is.")
        raise Invalid(message, [Violation("alliance", message, "alliance")])
    return alliance
