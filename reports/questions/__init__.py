"""Own questions: one registry of what can be counted, along what, and how a reader's rights cut it."""

from reports.questions.dimensions import DIMENSIONS, Dimension
from reports.questions.measures import MEASURES, Measure
from reports.questions.sources import SOURCES, Source

__all__ = ["DIMENSIONS", "MEASURES", "SOURCES", "Dimension", "Measure", "Source", "allowed"]


def allowed(measure: Measure) -> list[Dimension]:
    """Along what a measure can be cut: what its source knows."""
    return [each for each in DIMENSIONS.values() if each.name in SOURCES[measure.source].keys]
