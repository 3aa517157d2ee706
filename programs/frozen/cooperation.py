"""What a programme says at one moment, and the part of it that concerns one partner."""

from programs.frozen import Content
from programs.models import Program

COMMON_TERMS = (
    "kind",
    "title",
    "summary",
    "starts_on",
    "ends_on",
    "peaceful_use",
    "open_outputs",
    "lead_organisation",
)
"""What every partner signs. Milestones and themes are not among them: the lead may change those after approval too."""


def content_of(program: Program) -> Content:
    """All that people edit, in a fixed order; identifiers beside the names they had at the time."""
    partners = program.partners.select_related("organisation").order_by("role", "organisation__name", "id")
    wanted = program.entitlements.select_related("instrument__facility", "cycle")
    lead = program.lead_organisation
    return {
        "kind": program.kind,
        "acronym": program.acronym,
        "title": program.title,
        "summary": program.summary,
        "themes": sorted(program.themes.values_list("slug", flat=True)),
        "starts_on": program.starts_on.isoformat() if program.starts_on else "",
        "ends_on": program.ends_on.isoformat() if program.ends_on else "",
        "peaceful_use": program.peaceful_use,
        "open_outputs": program.open_outputs,
        "lead_organisation": str(lead.pk) if lead else "",
        "partners": [
            {
                "organisation": str(partner.organisation_id),
                "name": partner.organisation.name,
                "country": partner.organisation.country,
                "role": partner.role,
                "task": partner.task,
                "contribution": f"{partner.contribution:.2f}" if partner.contribution is not None else "",
            }
            for partner in partners
        ],
        "milestones": [
            {
                "title": milestone.title,
                "weight": milestone.weight,
                "starts_on": milestone.starts_on.isoformat() if milestone.starts_on else "",
                "due_on": milestone.due_on.isoformat(),
            }
            for milestone in program.milestones.order_by("due_on", "id")
        ],
        "entitlements": [
            {
                "instrument": str(row.instrument_id),
                "name": f"{row.instrument.code}, {row.instrument.facility}",
                "host": str(row.instrument.facility.organisation_id or ""),
                "cycle": str(row.cycle_id or ""),
                "cycle_name": row.cycle.name if row.cycle else "",
                "units": f"{row.units.normalize():f}",
                "unit": row.instrument.unit,
                "purpose": row.purpose,
            }
            for row in wanted.order_by("instrument__facility__name", "instrument__code", "cycle__period", "id")
        ],
    }


def part_of(content: Content, organisation_id: object) -> Content:
    """What concerns one partner: the common terms, its own role and task, and the time wanted at its instruments.

    Display names are left out, so that renaming an organisation or an instrument voids no signature.
    """
    key = str(organisation_id)
    return {
        "terms": {name: content[name] for name in COMMON_TERMS},
        "partner": [
            {name: row[name] for name in ("role", "task", "contribution")}
            for row in content["partners"]
            if row["organisation"] == key
        ],
        "time": sorted(
            (
                {name: row[name] for name in ("instrument", "cycle", "units", "unit", "purpose")}
                for row in content["entitlements"]
                if row["host"] == key
            ),
            key=lambda row: (row["instrument"], row["cycle"]),
        ),
    }
