"""Frozen versions of a proposal: what a reader sees of one, and what differs between two."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.frozen import Content
from programs.models import Proposal, ProposalVersion
from programs.queries.proposals.changes import field_label
from programs.queries.proposals.listing import sees_team_side
from programs.rules.questionnaire import questions_of

APART = ("excluded_reviewers", "excluded_names")
"""Read by the team, the office and the management only."""

UNNAMED = frozenset({"call", "pi", "organisation", "excluded_reviewers", "reference"})
"""Identifiers that stand beside a name, and what never changes."""

LABELS = {
    "call_name": gettext_lazy("call"),
    "pi_name": gettext_lazy("principal investigator"),
    "organisation_name": gettext_lazy("organisation"),
    "members": gettext_lazy("team"),
    "attachments": gettext_lazy("files"),
}


@dataclass(frozen=True)
class Difference:
    """One place that reads differently, in words."""

    field: str
    label: str
    before: str
    after: str


def content_for(user: Any, proposal: Proposal, version: ProposalVersion) -> Content:
    """What a version says, as far as this reader may see it."""
    content: Content = dict(version.content)
    if not sees_team_side(user, proposal):
        for name in APART:
            content.pop(name, None)
    return content


def compared(before: Content, after: Content, questionnaire: Content | None = None) -> list[Difference]:
    """Everything that differs between two contents, in the order of the form; answers question by question."""
    return [*_fields(before, after), *_answers(before, after, questionnaire or {})]


def _fields(before: Content, after: Content) -> Iterator[Difference]:
    for name in after:
        if name in UNNAMED or name == "answers" or before.get(name) == after[name]:
            continue
        if name == "legs":
            yield from _legs(before, after)
        else:
            label = str(LABELS[name]) if name in LABELS else field_label(name)
            yield Difference(name, label, in_words(before.get(name)), in_words(after[name]))


def _legs(before: Content, after: Content) -> Iterator[Difference]:
    old = {row["leg"]: row for row in before.get("legs", ())}
    new = {row["leg"]: row for row in after["legs"]}
    for key in {**old, **new}:
        one, other = old.get(key, {}), new.get(key, {})
        place = other.get("position") or one.get("position")
        for name in {**one, **other}:
            if name not in {"leg", "preferred", "alternates", "hosts"} and one.get(name) != other.get(name):
                label = _("Part %(place)s: %(field)s") % {"place": place, "field": leg_label(name)}
                yield Difference(f"legs.{key}.{name}", label, in_words(one.get(name)), in_words(other.get(name)))


def _answers(before: Content, after: Content, questionnaire: Content) -> Iterator[Difference]:
    asked = questions_of(questionnaire)
    old, new = before.get("answers", {}), after.get("answers", {})
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            label = asked[key].said if key in asked else key
            yield Difference(f"answers.{key}", label, in_words(old.get(key)), in_words(new.get(key)))


LEG_LABELS = {
    "position": gettext_lazy("order"),
    "name": gettext_lazy("instrument"),
    "alternate_names": gettext_lazy("alternates"),
    "mode": gettext_lazy("mode"),
    "units": gettext_lazy("units wanted"),
    "least_units": gettext_lazy("units needed at least"),
    "unit": gettext_lazy("unit"),
    "may_be_split": gettext_lazy("may be split"),
    "required": gettext_lazy("the proposal needs it"),
    "depends_on": gettext_lazy("waits for"),
    "preferred_dates": gettext_lazy("preferred dates"),
    "impossible_dates": gettext_lazy("impossible dates"),
    "safety": gettext_lazy("safety class"),
    "samples": gettext_lazy("samples"),
}


def leg_label(name: str) -> str:
    """A field of a leg as people call it."""
    return str(LEG_LABELS.get(name, name))


def in_words(value: Any) -> str:
    """A plain value as text: yes and no, lists with commas, rows by their names."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return str(value.get("name") or ", ".join(str(each) for each in value.values() if each))
    if isinstance(value, list | tuple):
        return ", ".join(in_words(each) for each in value) or "–"
    return str(value)
