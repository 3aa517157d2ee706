"""What the pages about policies show: those of one's facilities, the editor of one, and what switching it on does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import Job
from facilities.models import Facility, Policy
from facilities.queries.rulebook import managed_facilities, policies_by_facility
from facilities.queries.trying import Refused, Trial
from facilities.rules import PolicyRule, policy_rules
from frontend.forms.facilities.policies import PolicyForm

MOST_SHOWN = 100


@dataclass(frozen=True)
class Line:
    """A policy in the list."""

    policy: Policy
    label: str
    says: str


@dataclass(frozen=True)
class Place:
    """A facility that the reader manages, with everything written down there."""

    facility: Facility
    lines: list[Line]

    @property
    def holding(self) -> int:
        return sum(line.policy.is_active for line in self.lines)


@dataclass(frozen=True)
class ListPage:
    places: list[Place]
    rules: list[PolicyRule]


@dataclass(frozen=True)
class EditorPage:
    """The editor. `trial` is what the last cycle would have met, `breaks` what changing it would break, `job` a
    trial that is still running."""

    facility: Facility
    rule: PolicyRule
    policy: Policy | None
    form: PolicyForm
    crumbs: list[dict[str, str]]
    trial: Trial | None = None
    breaks: Sequence[Refused] = ()
    job: Job | None = None

    @property
    def zone(self) -> str:
        return self.facility.zone

    @property
    def refused(self) -> list[Refused]:
        """Those that the page shows."""
        return list(self.trial.refused[:MOST_SHOWN]) if self.trial else []

    @property
    def more(self) -> int:
        return len(self.trial.refused) - len(self.refused) if self.trial else 0


@dataclass(frozen=True)
class SwitchPage:
    """What switching a policy on would break; nothing has changed yet."""

    policy: Policy
    line: Line
    breaks: Sequence[Refused]
    crumbs: list[dict[str, str]] = field(default_factory=list)

    @property
    def zone(self) -> str:
        return self.policy.facility.zone


def list_page(user: Any) -> ListPage:
    facilities = list(managed_facilities(user))
    known = policies_by_facility(facilities)
    places = [Place(facility, [line_of(row) for row in known.get(facility.pk, ())]) for facility in facilities]
    return ListPage(places, list(policy_rules().values()))


def line_of(policy: Policy) -> Line:
    rule = policy_rules()[policy.rule]
    return Line(policy, str(rule.label), rule.described(policy.parameters))


def editor_page(
    facility: Facility,
    form: PolicyForm,
    policy: Policy | None,
    *,
    trial: Trial | None = None,
    breaks: Sequence[Refused] = (),
    job: Job | None = None,
) -> EditorPage:
    return EditorPage(facility, form.rule, policy, form, crumbs(str(form.rule.label)), trial, breaks, job)


def switch_page(policy: Policy, breaks: Sequence[Refused]) -> SwitchPage:
    line = line_of(policy)
    return SwitchPage(policy, line, breaks, crumbs(line.label))


def crumbs(last: str) -> list[dict[str, str]]:
    return [{"label": _("Policies"), "url": reverse("policies")}, {"label": last, "url": ""}]
