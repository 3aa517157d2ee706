"""Reads of events; what is not public starts from what a person may see."""

from alliance.queries.events.figures import Figures, figures_of, public_figures
from alliance.queries.events.programme import Band, Day, programme_of, sessions_of
from alliance.queries.events.reading import ahead, events_listed, find_event, over, proceedings_of

__all__ = [
    "Band",
    "Day",
    "Figures",
    "ahead",
    "events_listed",
    "figures_of",
    "find_event",
    "over",
    "proceedings_of",
    "programme_of",
    "public_figures",
    "sessions_of",
]
