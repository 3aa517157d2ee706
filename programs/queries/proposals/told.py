"""A proposal's content as people read it, chapter by chapter: on the page to check, in a frozen version, in the PDF."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import names, times
from facilities.models import Instrument, Technique
from programs.frozen import Content
from programs.models import Proposal, ProposalMember
from programs.queries.proposals.labels import leg_label, theme_names
from programs.rules.days import days_of
from programs.rules.questionnaire import SAMPLE_COLUMNS, Question, said, sections_of, visible_questions


@dataclass(frozen=True)
class Said:
    """One line: what it is about, and what is said. A file has its checksum, and where it is downloaded."""

    label: str
    text: str
    sha256: str = ""
    url: str = ""


@dataclass(frozen=True)
class Chapter:
    """`key` is the page of the task list that writes it."""

    key: str
    title: str
    lines: list[Said]


TITLES = {
    "details": gettext_lazy("Title and summary"),
    "team": gettext_lazy("Team"),
    "legs": gettext_lazy("Instruments and time"),
    "case": gettext_lazy("Science case"),
    "background": gettext_lazy("Earlier work"),
    "declaration": gettext_lazy("Peaceful use"),
    "reviewers": gettext_lazy("Reviewers to exclude"),
    "files": gettext_lazy("Files"),
}


def told(content: Content, questionnaire: Content) -> list[Chapter]:
    """All chapters in the order of the form; those about reviewers only where the content has them."""
    return [
        Chapter("details", str(TITLES["details"]), _details(content)),
        Chapter("team", str(TITLES["team"]), [_member(row) for row in sorted(content["members"], key=_leads)]),
        Chapter("legs", str(TITLES["legs"]), [_leg(row) for row in content["legs"]]),
        Chapter("case", str(TITLES["case"]), [Said("", content["science_case"] or "–")]),
        Chapter("background", str(TITLES["background"]), _background(content)),
        Chapter("declaration", str(TITLES["declaration"]), _declared(content)),
        *_questions(content, questionnaire),
        Chapter("files", str(TITLES["files"]), [_file(row) for row in content["attachments"]]),
        *(
            [Chapter("reviewers", str(TITLES["reviewers"]), [Said("", content["excluded_names"] or "–")])]
            if "excluded_names" in content
            else []
        ),
    ]


def _details(content: Content) -> list[Said]:
    kind = Proposal.Confidentiality(content["confidentiality"]).label
    return [
        Said(_("Title"), content["title"]),
        Said(_("Public title"), content["public_title"] or "–"),
        Said(_("Abstract"), content["abstract"] or "–"),
        Said(_("Themes"), theme_names(content["themes"]) or "–"),
        Said(_("Confidentiality"), str(kind)),
    ]


def _background(content: Content) -> list[Said]:
    return [
        Said(_("Lineage"), str(Proposal.Lineage(content["lineage"]).label)),
        Said(_("Earlier proposals"), ", ".join(content["previous"]) or "–"),
        Said(_("Joint programme"), content["program"] or "–"),
    ]


def _declared(content: Content) -> list[Said]:
    text = _("For peaceful ends only") if content["peaceful_use"] else _("Peaceful ends not declared")
    return [Said(_("Declared"), text)]


def _leads(row: dict[str, Any]) -> int:
    return ["pi", "co_pi"].index(row["role"]) if row["role"] in ("pi", "co_pi") else 2


def _member(row: dict[str, Any]) -> Said:
    place = ", ".join(filter(None, [row["organisation_name"], names.country(row["country"]) if row["country"] else ""]))
    text = "\n".join(filter(None, [place, f"ORCID {row['orcid']}" if row["orcid"] else ""]))
    return Said(f"{row['name']} ({ProposalMember.Role(row['role']).label})", text or "–")


def _leg(row: dict[str, Any]) -> Said:
    wanted = names.units(Decimal(row["units"]), row["unit"])
    least = names.units(Decimal(row["least_units"]), row["unit"])
    lines = [
        _("%(wanted)s, at least %(least)s") % {"wanted": wanted, "least": least},
        ", ".join(
            [
                str(Instrument.Mode(row["mode"]).label),
                _("required") if row["required"] else _("optional"),
                *([_("may be split")] if row["may_be_split"] else []),
            ]
        ),
    ]
    if row["alternate_names"]:
        lines.append(f"{leg_label('alternate_names')}: {'; '.join(row['alternate_names'])}")
    if row["depends_on"]:
        lines.append(f"{leg_label('depends_on')}: {', '.join(map(str, row['depends_on']))}")
    for name in ("preferred_dates", "impossible_dates"):
        if row[name]:
            spans = "; ".join(times.days(*days_of(text)) for text in row[name])
            lines.append(f"{leg_label(name)}: {spans}")
    if row["samples"]:
        lines.append(f"{leg_label('samples')}: {row['samples']}")
    return Said(f"{row['position']}. {row['name']}", "\n".join(lines))


def _file(row: dict[str, Any]) -> Said:
    text = f"{row['mime']}, {names.number(Decimal(row['size']))} B\nSHA-256 {row['sha256']}"
    return Said(row["name"], text, row["sha256"])


def _questions(content: Content, questionnaire: Content) -> Iterator[Chapter]:
    asked = {question.key for question in visible_questions(questionnaire, content["answers"])}
    for section in sections_of(questionnaire):
        lines = [
            Said(question.said, answer_in_words(question, content["answers"].get(question.key)))
            for question in section.questions
            if question.kind != "file" and question.key in asked
        ]
        yield Chapter(f"form-{section.key}", said(section.title), lines)


def answer_in_words(question: Question, value: Any) -> str:
    """An answer as its reader sees it: options and techniques by name, numbers with the unit, samples line by line."""
    if value in (None, "", [], {}):
        return "–"
    if question.kind == "choice":
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(said(question.options[key]) if key in question.options else str(key) for key in chosen)
    if question.kind == "number":
        return f"{value} {question.unit}".strip()
    if question.kind == "samples":
        return "\n".join("; ".join(str(row[key]) for key in SAMPLE_COLUMNS if row.get(key)) for row in value)
    if question.kind == "technique":
        found = Technique.objects.filter(code=value).first()
        return f"{found.label} ({value})" if found else str(value)
    return str(value)
