"""What a proposal says at one moment, and the part of it that concerns one organisation."""

from typing import Any

from programs.frozen import Content
from programs.models import Leg, Proposal

COMMON_TERMS = (
    "call",
    "title",
    "public_title",
    "confidentiality",
    "peaceful_use",
    "pi",
    "organisation",
    "program",
)
"""What every organisation confirms. The text of the case is the team's own: changing it voids no signature."""

LEG_TERMS = ("leg", "preferred", "alternates", "mode", "units", "least_units", "required", "safety")
MEMBER_TERMS = ("person", "role")


def content_of(proposal: Proposal) -> Content:
    """All that the team edits, in a fixed order; identifiers beside the names they had at the time.

    `words` beside an answer holds the question as it was asked, in both languages, so that the version reads alone.
    """
    return {
        "call": str(proposal.call_id),
        "call_name": proposal.call.name,
        "reference": proposal.reference,
        "title": proposal.title,
        "public_title": proposal.public_title,
        "abstract": proposal.abstract,
        "science_case": proposal.science_case,
        "themes": sorted(proposal.themes.values_list("slug", flat=True)),
        "confidentiality": proposal.confidentiality,
        "lineage": proposal.lineage,
        "previous": [row.reference for row in proposal.previous.order_by("number")],
        "program": proposal.program.number if proposal.program else "",
        "pi": str(proposal.pi_id),
        "pi_name": proposal.pi.name,
        "organisation": str(proposal.organisation_id),
        "organisation_name": proposal.organisation.name,
        "peaceful_use": proposal.peaceful_use,
        "excluded_reviewers": sorted(map(str, proposal.excluded_reviewers.values_list("pk", flat=True))),
        "excluded_names": proposal.excluded_names,
        "members": _members(proposal),
        "legs": [_leg(row) for row in legs_in_order(proposal)],
        "answers": {row.question: row.value for row in proposal.answers.order_by("question")},
        "attachments": [
            {"name": row.name, "question": row.question, "mime": row.mime, "size": row.size, "sha256": row.sha256}
            for row in proposal.attachments.order_by("question", "name", "id")
        ],
    }


def part_of(content: Content, organisation_id: object) -> Content:
    """What concerns one organisation: the common terms, its own people, and the legs at its instruments.

    The organisation that leads answers for every leg. Display names are left out: renaming voids no signature.
    """
    key = str(organisation_id)
    leads = content["organisation"] == key
    return {
        "terms": {name: content[name] for name in COMMON_TERMS},
        "people": sorted(
            ({name: row[name] for name in MEMBER_TERMS} for row in content["members"] if row["organisation"] == key),
            key=lambda row: row["person"],
        ),
        "legs": sorted(
            ({name: row[name] for name in LEG_TERMS} for row in content["legs"] if leads or key in row["hosts"]),
            key=lambda row: row["leg"],
        ),
    }


def organisations_in(content: Content) -> list[str]:
    """Identifiers of the organisations that have people on the team, each once, the leading one first."""
    of_people = [row["organisation"] for row in content["members"] if row["organisation"]]
    return list(dict.fromkeys([content["organisation"], *of_people]))


def legs_in_order(proposal: Proposal) -> list[Leg]:
    rows = proposal.legs.select_related("preferred__facility").prefetch_related("alternates__facility", "depends_on")
    return list(rows.order_by("position", "id"))


def _members(proposal: Proposal) -> list[dict[str, Any]]:
    rows = proposal.members.filter(state="joined").select_related("person", "organisation")
    return [
        {
            "person": str(row.person_id),
            "name": row.person.name if row.person else "",
            "orcid": row.person.orcid if row.person else "",
            "role": row.role,
            "organisation": str(row.organisation_id or ""),
            "organisation_name": row.organisation.name if row.organisation else "",
            "country": row.country,
        }
        for row in rows.order_by("role", "person__name", "id")
    ]


def _leg(leg: Leg) -> dict[str, Any]:
    alternates = sorted(leg.alternates.all(), key=lambda row: (row.facility.name, row.code, str(row.pk)))
    named = [leg.preferred, *alternates]
    return {
        "leg": str(leg.pk),
        "position": leg.position,
        "preferred": str(leg.preferred_id),
        "name": f"{leg.preferred.code}, {leg.preferred.facility}",
        "alternates": [str(row.pk) for row in alternates],
        "alternate_names": [f"{row.code}, {row.facility}" for row in alternates],
        "hosts": sorted({str(row.facility.organisation_id) for row in named if row.facility.organisation_id}),
        "mode": leg.mode,
        "units": f"{leg.units.normalize():f}",
        "least_units": f"{leg.least_units.normalize():f}",
        "unit": leg.preferred.unit,
        "may_be_split": leg.may_be_split,
        "required": leg.required,
        "depends_on": sorted(row.position for row in leg.depends_on.all()),
        "preferred_dates": list(leg.preferred_dates),
        "impossible_dates": list(leg.impossible_dates),
        "safety": leg.safety,
        "samples": leg.samples,
    }
