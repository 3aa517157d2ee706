"""What a call says at one moment, so that the trail shows what an edit changed."""

from datetime import datetime

from programs.frozen import Content
from programs.models import Call

TEXTS = ("name", "name_zh", "text", "text_zh", "kind", "category", "zone", "contact")
INSTANTS = ("opens_at", "closes_at", "office_closes_at", "notify_at")
TERMS = ("blind", "needs_consent", "reviews_wanted", "internal_wanted", "abstract_words", "settings")


def content_of(call: Call) -> Content:
    """All that an office edits, in a fixed order; identifiers beside the names they had at the time."""
    return {
        **{name: getattr(call, name) for name in TEXTS},
        **{name: _iso(getattr(call, name)) for name in INSTANTS},
        **{name: getattr(call, name) for name in TERMS},
        "questionnaire": str(call.questionnaire_id or ""),
        "scale": call.scale.name if call.scale else "",
        "windows": [
            {"stage": row.stage, "starts_at": _iso(row.period.lower), "ends_at": _iso(row.period.upper)}
            for row in call.windows.order_by("period", "stage", "id")
        ],
        "partner_deadlines": [
            {
                "organisation": str(row.organisation_id),
                "name": row.organisation.name,
                "closes_at": _iso(row.closes_at),
            }
            for row in call.partner_deadlines.select_related("organisation").order_by("closes_at", "id")
        ],
        "offers": [
            {
                "instrument": str(row.instrument_id),
                "name": f"{row.instrument.code}, {row.instrument.facility}",
                "units": f"{row.units.normalize():f}",
                "unit": row.instrument.unit,
                "cycle": row.cycle.name if row.cycle else "",
                "most_per_proposal": f"{row.most_per_proposal.normalize():f}" if row.most_per_proposal else "",
            }
            for row in call.offers.select_related("instrument__facility", "cycle").order_by(
                "instrument__facility__name", "instrument__code", "id"
            )
        ],
        "criteria": [
            {"slug": row.slug, "name": row.name, "weight": f"{row.weight.normalize():f}"}
            for row in call.criteria.order_by("position", "id")
        ],
        "rules": [
            {"rule": row.rule, "parameters": row.parameters, "can_be_waived": row.can_be_waived, "source": row.source}
            for row in call.rules.order_by("rule", "id")
        ],
    }


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
