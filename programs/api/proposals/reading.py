"""What the API is told about proposals, and how names in it become rows."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import User
from accounts.queries import find_organisation
from core.errors import Invalid, NotFound, Violation
from core.lookup import find
from facilities.models import Instrument, Safety
from facilities.queries.catalogue import find_instrument
from programs.commands.proposals import Invitee, LegPart
from programs.models import Proposal, ProposalMember, Theme
from programs.queries.calls.listing import find_call
from programs.queries.cooperation.listing import find_program
from programs.queries.proposals.listing import find_proposal


class DaysIn(serializers.Serializer[Any]):
    """Both days included, on the facility's calendar."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class LegIn(serializers.Serializer[Any]):
    id = serializers.UUIDField(required=False, help_text="of a leg that exists")
    instrument = serializers.CharField(help_text="id or slug")
    alternates = serializers.ListField(child=serializers.CharField(), required=False, help_text="ids or slugs")
    units = serializers.DecimalField(max_digits=14, decimal_places=3)
    least_units = serializers.DecimalField(max_digits=14, decimal_places=3, required=False, allow_null=True)
    mode = serializers.ChoiceField(choices=Instrument.Mode.choices, default=Instrument.Mode.ONSITE)
    required: Any = serializers.BooleanField(default=True)
    order = serializers.IntegerField(required=False, min_value=1, help_text="else in the order of the list")
    may_be_split = serializers.BooleanField(default=False)
    depends_on = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, help_text="places in the order"
    )
    preferred_dates = DaysIn(many=True, required=False)
    impossible_dates = DaysIn(many=True, required=False)
    safety = serializers.ChoiceField(choices=Safety.choices, default=Safety.GREEN)
    samples = serializers.CharField(required=False, allow_blank=True, default="")

    class Meta:
        ref_name = "ProposalLegIn"


class MemberIn(serializers.Serializer[Any]):
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    orcid = serializers.CharField(required=False, allow_blank=True, default="")
    role = serializers.ChoiceField(
        choices=[(role.value, role.label) for role in ProposalMember.Role if role != ProposalMember.Role.PI],
        default=ProposalMember.Role.MEMBER,
    )

    class Meta:
        ref_name = "ProposalMemberIn"


class ChangesIn(serializers.Serializer[Any]):
    title = serializers.CharField(required=False, max_length=400)
    public_title = serializers.CharField(required=False, allow_blank=True, max_length=400)
    abstract = serializers.CharField(required=False, allow_blank=True)
    science_case = serializers.CharField(required=False, allow_blank=True)
    themes = serializers.ListField(child=serializers.CharField(), required=False, help_text="slugs")
    confidentiality = serializers.ChoiceField(choices=Proposal.Confidentiality.choices, required=False)
    lineage = serializers.ChoiceField(choices=Proposal.Lineage.choices, required=False)
    previous = serializers.ListField(child=serializers.CharField(), required=False, help_text="ids or references")
    program = serializers.CharField(required=False, allow_null=True, help_text="number of a joint programme")
    peaceful_use = serializers.BooleanField(required=False)
    excluded_reviewers = serializers.ListField(child=serializers.UUIDField(), required=False, help_text="ids of people")
    excluded_names = serializers.CharField(required=False, allow_blank=True)
    legs = LegIn(many=True, required=False)

    class Meta:
        ref_name = "ProposalChangesIn"


class ProposalIn(ChangesIn):
    call = serializers.CharField(help_text="id or slug")
    title = serializers.CharField(max_length=400)
    organisation = serializers.CharField(required=False, help_text="id or slug; else where you work now")
    members = MemberIn(many=True, required=False, help_text="people to ask; you are the principal investigator")


class ProposalPatch(ChangesIn):
    version = serializers.IntegerField(required=False, min_value=1, help_text="the version that you edited")


PLAIN = (
    "title",
    "public_title",
    "abstract",
    "science_case",
    "confidentiality",
    "lineage",
    "peaceful_use",
    "excluded_names",
)


class Names:
    """Turns names into rows and remembers every one that nothing has."""

    def __init__(self) -> None:
        self.violations: list[Violation] = []

    def row(self, field: str, name: Any, lookup: Callable[[str], Any]) -> Any:
        try:
            return lookup(str(name))
        except NotFound:
            message = _("There is nothing called “%(name)s” here.") % {"name": name}
            self.violations.append(Violation("unknown", message, field))
            return None

    def rows(self, field: str, names: list[Any], lookup: Callable[[str], Any]) -> list[Any]:
        return [self.row(field, name, lookup) for name in names]

    def refuse(self) -> None:
        """Raises Invalid with every name that was not found."""
        if self.violations:
            raise Invalid(_("Please correct what is marked."), self.violations)


def changes_from(user: User, given: dict[str, Any]) -> dict[str, Any]:
    """The command's changes. Raises Invalid for every name that nothing has."""
    names = Names()
    changes: dict[str, Any] = {name: given[name] for name in PLAIN if name in given}
    if "themes" in given:
        changes["themes"] = names.rows("themes", given["themes"], lambda key: find(Theme.objects.all(), key))
    if "previous" in given:
        changes["previous"] = names.rows("previous", given["previous"], lambda key: find_proposal(user, key))
    if "excluded_reviewers" in given:
        people = User.objects.filter(is_active=True, is_system=False)
        rows = names.rows("excluded_reviewers", given["excluded_reviewers"], lambda key: find(people, key))
        changes["excluded_reviewers"] = rows
    if "program" in given:
        number = given["program"]
        changes["program"] = names.row("program", number, lambda key: find_program(user, key)) if number else None
    if "legs" in given:
        ordered = sorted(enumerate(given["legs"]), key=lambda each: (each[1].get("order", each[0] + 1), each[0]))
        changes["legs"] = [_leg(names, row, place) for place, (_n, row) in enumerate(ordered, start=1)]
    names.refuse()
    return changes


def _leg(names: Names, row: dict[str, Any], place: int) -> LegPart:
    at = f"legs.{place}"
    return LegPart(
        instrument=names.row(f"{at}.instrument", row["instrument"], find_instrument),
        alternates=names.rows(f"{at}.alternates", row.get("alternates", []), find_instrument),
        units=row["units"],
        least_units=row.get("least_units"),
        mode=row["mode"],
        required=row["required"],
        may_be_split=row["may_be_split"],
        depends_on=row.get("depends_on", ()),
        preferred_dates=[(days["starts_on"], days["ends_on"]) for days in row.get("preferred_dates", ())],
        impossible_dates=[(days["starts_on"], days["ends_on"]) for days in row.get("impossible_dates", ())],
        safety=row["safety"],
        samples=row["samples"],
        id=row.get("id"),
    )


def drafted_from(user: User, given: dict[str, Any]) -> dict[str, Any]:
    """What the command that begins a draft is told. Raises Invalid for every name that nothing has."""
    names = Names()
    call = names.row("call", given["call"], lambda key: find_call(user, key))
    organisation = None
    if "organisation" in given:
        organisation = names.row("organisation", given["organisation"], find_organisation)
    names.refuse()
    return {
        "call": call,
        "organisation": organisation,
        "changes": changes_from(user, given),
        "invite": [Invitee(**row) for row in given.get("members", ())],
    }
