"""Frozen versions of a proposal: what a reader sees of one, and what differs between two."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from programs.frozen import Content
from programs.models import Proposal, ProposalVersion
from programs.queries.proposals.labels import field_label, in_words, leg_label
from programs.queries.proposals.listing import sees_team_side
from programs.queries.proposals.told import answer_in_words
from programs.rules.questionnaire import questions_of

APART = ("excluded_reviewers", "excluded_names")
"""Read by the team, the office and the management only."""

UNNAMED = frozenset({"call", "pi", "organisation", "excluded_reviewers", "reference"})
"""Identifiers that stand beside a name, and what never changes."""


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
            yield Difference(name, field_label(name), in_words(name, before.get(name)), in_words(name, after[name]))


def _legs(before: Content, after: Content) -> Iterator[Difference]:
    old = {row["leg"]: row for row in before.get("legs", ())}
    new = {row["leg"]: row for row in after["legs"]}
    for key in {**old, **new}:
        one, other = old.get(key, {}), new.get(key, {})
        place = other.get("position") or one.get("position")
        for name in {**one, **other}:
            if name not in {"leg", "preferred", "alternates", "hosts"} and one.get(name) != other.get(name):
                label = _("Part %(place)s: %(field)s") % {"place": place, "field": leg_label(name)}
                yield Difference(
                    f"legs.{key}.{name}", label, in_words(name, one.get(name)), in_words(name, other.get(name))
                )


def _answers(before: Content, after: Content, questionnaire: Content) -> Iterator[Difference]:
    asked = questions_of(questionnaire)
    old, new = before.get("answers", {}), after.get("answers", {})
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            label = asked[key].said if key in asked else key
            values = (old.get(key), new.get(key))
            said = [answer_in_words(asked[key], each) if key in asked else in_words("", each) for each in values]
            yield Difference(f"answers.{key}", label, *said)
