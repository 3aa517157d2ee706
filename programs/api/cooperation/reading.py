"""What the API is told about programmes, and how names in it become rows."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import Organisation, User
from accounts.queries import find_organisation
from core.errors import Invalid, NotFound, Violation
from core.lookup import find
from facilities.models import Cycle
from facilities.queries.catalogue import find_instrument
from programs.commands import cooperation
from programs.models import Partner, Program, Theme
from programs.permissions.cooperation import sees_inside, signs_for
from programs.queries.cooperation.listing import find_program, proposing_for


class PartnerIn(serializers.Serializer[Any]):
    organisation = serializers.CharField(help_text="id or slug")
    role = serializers.ChoiceField(choices=Partner.Role.choices, default=Partner.Role.PARTNER)
    task = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")
    contribution = serializers.DecimalField(max_digits=14, decimal_places=2, required=False, allow_null=True)


class MilestoneIn(serializers.Serializer[Any]):
    id = serializers.UUIDField(required=False, help_text="of a milestone that exists")
    title = serializers.CharField(max_length=200)
    due_on = serializers.DateField()
    starts_on = serializers.DateField(required=False, allow_null=True)
    weight = serializers.IntegerField(required=False, min_value=0, max_value=1000, default=1)


class TimeIn(serializers.Serializer[Any]):
    instrument = serializers.CharField(help_text="id or slug")
    units = serializers.DecimalField(max_digits=14, decimal_places=3)
    cycle = serializers.CharField(required=False, allow_null=True, help_text="id or name of the facility's cycle")
    purpose = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")


class ChangesIn(serializers.Serializer[Any]):
    title = serializers.CharField(required=False, max_length=400)
    acronym = serializers.CharField(required=False, allow_blank=True, max_length=60)
    type = serializers.ChoiceField(choices=Program.Kind.choices, required=False)
    summary = serializers.CharField(required=False, allow_blank=True)
    themes = serializers.ListField(child=serializers.CharField(), required=False, help_text="slugs")
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    peaceful_use = serializers.BooleanField(required=False)
    open_outputs = serializers.BooleanField(required=False)
    partners = PartnerIn(many=True, required=False)
    milestones = MilestoneIn(many=True, required=False)
    entitlements = TimeIn(many=True, required=False)


class ProgramIn(ChangesIn):
    title = serializers.CharField(max_length=400)
    lead_organisation = serializers.CharField(
        required=False, help_text="id or slug; needed only when you may propose for several"
    )


class ProgramPatch(ChangesIn):
    version = serializers.IntegerField(required=False, help_text="the version that you edited; another one answers 409")


def changes_from(given: dict[str, Any]) -> dict[str, Any]:
    """The command's changes; names become rows. Raises Invalid for every name that nothing has."""
    violations: list[Violation] = []

    def named(field: str, name: str, lookup: Callable[[str], Any]) -> Any:
        try:
            return lookup(name)
        except NotFound:
            message = _("There is nothing called “%(name)s” here.") % {"name": name}
            violations.append(Violation("unknown", message, field))
            return None

    changes: dict[str, Any] = {
        name: given[name]
        for name in ("title", "acronym", "summary", "starts_on", "ends_on", "peaceful_use", "open_outputs")
        if name in given
    }
    if "type" in given:
        changes["kind"] = given["type"]
    if "themes" in given:
        changes["themes"] = [
            named("themes", slug, lambda key: find(Theme.objects.all(), key)) for slug in given["themes"]
        ]
    if "partners" in given:
        changes["partners"] = [
            cooperation.PartnerPart(
                **{**row, "organisation": named("partners", row["organisation"], find_organisation)}
            )
            for row in given["partners"]
        ]
    if "milestones" in given:
        changes["milestones"] = [cooperation.PlannedMilestone(**row) for row in given["milestones"]]
    if "entitlements" in given:
        changes["entitlements"] = []
        for row in given["entitlements"]:
            instrument = named("entitlements", row["instrument"], find_instrument)
            cycle = None
            if row.get("cycle") and instrument:
                cycles = Cycle.objects.filter(facility=instrument.facility_id)
                cycle = cycles.filter(name=row["cycle"]).first() or named(
                    "entitlements", row["cycle"], partial(find, cycles)
                )
            changes["entitlements"].append(
                cooperation.WantedTime(instrument, row["units"], cycle=cycle, purpose=row["purpose"])
            )
    if violations:
        raise Invalid(_("Please correct what is marked."), violations)
    return changes


def lead_of(user: User, key: str | None) -> Organisation:
    """The organisation that a new programme is proposed for: the one named, or the only one. Raises Invalid."""
    if key:
        return find_organisation(key)
    proposing = list(proposing_for(user)[:2])
    if len(proposing) == 1:
        return proposing[0]
    message = _("Name the organisation in whose name you propose.")
    raise Invalid(message, [Violation("lead_organisation", message, "lead_organisation")])


def answering(user: User, program: Program, key: str | None) -> Organisation:
    """The partner that a signatory answers for: the one named, or the only one; somebody else's for who signs for
    none, so that the command refuses. Raises Invalid when it is not clear."""
    if key:
        return find_organisation(key)
    signing = list(signs_for(user, program)[:2])
    if len(signing) > 1:
        message = _("Name the organisation for which you answer.")
        raise Invalid(message, [Violation("organisation", message, "organisation")])
    first = program.partners.select_related("organisation").first()
    if not signing and first is not None:
        return first.organisation
    return signing[0]


def inside_of(user: User, key: str) -> Program:
    """A programme whose inside a person sees. Raises NotFound for everybody else."""
    program = find_program(user, key)
    if not sees_inside(user, program):
        raise NotFound()
    return program
