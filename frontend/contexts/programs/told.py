"""A programme's content as people read it before they answer: from the frozen version, or from the draft."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core import names
from core.names import local
from programs.frozen import Content
from programs.frozen.cooperation import part_of
from programs.models import Partner, Program, Theme


@dataclass(frozen=True)
class Row:
    """A partner, a milestone or a line of time, each with what stands beside it."""

    name: str
    detail: str = ""
    note: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Told:
    """Everything that is signed."""

    title: str
    acronym: str
    kind: str
    summary: str
    themes: str
    starts_on: date | None
    ends_on: date | None
    peaceful_use: bool
    open_outputs: bool
    partners: list[Row]
    milestones: list[Row]
    time: list[Row]


def told(content: Content) -> Told:
    """The content in words."""
    themes = Theme.objects.filter(slug__in=content["themes"])
    return Told(
        title=content["title"],
        acronym=content["acronym"],
        kind=str(Program.Kind(content["kind"]).label),
        summary=content["summary"],
        themes=", ".join(local(theme, "name") for theme in themes),
        starts_on=_day(content["starts_on"]),
        ends_on=_day(content["ends_on"]),
        peaceful_use=content["peaceful_use"],
        open_outputs=content["open_outputs"],
        partners=[_partner(row) for row in sorted(content["partners"], key=lambda row: row["role"] != "lead")],
        milestones=[
            Row(row["title"], detail=str(row["weight"]), first=_day(row["starts_on"]), last=_day(row["due_on"]))
            for row in content["milestones"]
        ],
        time=[_time(row) for row in content["entitlements"]],
    )


@dataclass(frozen=True)
class Part:
    """What concerns one partner."""

    organisation: Any
    role: str
    task: str
    time: list[Row]


def part(content: Content, organisation: Any) -> Part:
    """A partner's own part of the content."""
    own = part_of(content, organisation.pk)
    [row] = own["partner"]
    hosted = [line for line in content["entitlements"] if line["host"] == str(organisation.pk)]
    return Part(organisation, str(Partner.Role(row["role"]).label), row["task"], [_time(line) for line in hosted])


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _partner(row: dict[str, Any]) -> Row:
    place = names.country(row["country"]) if row["country"] else ""
    detail = " · ".join(filter(None, [str(Partner.Role(row["role"]).label), place]))
    return Row(row["name"], detail=detail, note=row["task"])


def _time(row: dict[str, Any]) -> Row:
    amount = names.units(Decimal(row["units"]), row["unit"])
    return Row(row["name"], detail=amount, note=" · ".join(filter(None, [row["cycle_name"], row["purpose"]])))
