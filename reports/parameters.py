"""What a report is asked for: a period, places and groupings, read from text and written back as text."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from core.errors import Invalid, NotFound, Violation
from core.lookup import find
from facilities.models import Facility, Instrument
from programs.models import Call, Program
from reports.periods import last_twelve


@dataclass(frozen=True)
class Parameter:
    """One thing that may be asked: its name in the address, what it means, the values it may have (empty: free)."""

    name: str
    label: Any
    help: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()
    default: str = ""


FROM = Parameter("from", gettext_lazy("From"), gettext_lazy("First day. Without it: the last twelve months."))
TO = Parameter("to", gettext_lazy("Until"), gettext_lazy("The day after the last. Without it: until today."))
FACILITY = Parameter("facility", gettext_lazy("Facility"), gettext_lazy("Identifier or slug."))
INSTRUMENT = Parameter("instrument", gettext_lazy("Instrument"), gettext_lazy("Identifier or slug."))
COUNTRY = Parameter("country", gettext_lazy("Host country"), gettext_lazy("ISO 3166-1 alpha-2 code of the facility."))
HOME = Parameter("home", gettext_lazy("Home country"), gettext_lazy("ISO 3166-1 alpha-2 code of the users."))
ORGANISATION = Parameter("organisation", gettext_lazy("Centre"), gettext_lazy("Identifier or slug."))
HOUSE = Parameter("house", gettext_lazy("Host centre"), gettext_lazy("Identifier or slug of the facility’s centre."))
CALL = Parameter("call", gettext_lazy("Call"), gettext_lazy("Identifier or slug of a call that was announced."))
PROGRAM = Parameter("program", gettext_lazy("Programme"), gettext_lazy("Identifier."))

CHART = "chart"
"""The parameter that says which chart is drawn; the numbers are the same."""
AS_OF = Parameter(
    "as_of",
    gettext_lazy("As of"),
    gettext_lazy("A past day or instant, UTC."),
)
UNITS = Parameter(
    "unit",
    gettext_lazy("Unit"),
    gettext_lazy("Units never mix."),
    (("hour", gettext_lazy("Hours")), ("node_hour", gettext_lazy("Node-hours"))),
    "hour",
)
LINES = Parameter(
    "of",
    gettext_lazy("Lines"),
    "",
    (("facility", gettext_lazy("Facilities")), ("instrument", gettext_lazy("Instruments"))),
    "facility",
)


def steps(*offered: str, usual: str = "") -> Parameter:
    """The parameter `by`: the kinds of period that a report is cut into; the first one unless another is usual."""
    return Parameter("by", gettext_lazy("By"), "", tuple((step, STEPS[step]) for step in offered), usual or offered[0])


STEPS = {
    "month": gettext_lazy("Month"),
    "quarter": gettext_lazy("Quarter"),
    "year": gettext_lazy("Year"),
    "cycle": gettext_lazy("Cycle"),
    "total": gettext_lazy("Whole period"),
}


@dataclass(frozen=True)
class Query:
    """The parameters of one reading, as values. The period is half-open; None on a side means all of history.

    An instrument brings its facility with it.
    """

    since: date | None
    until: date | None
    facility: UUID | None = None
    instrument: UUID | None = None
    organisation: UUID | None = None
    house: UUID | None = None
    call: UUID | None = None
    program: UUID | None = None
    country: str = ""
    home: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    outside: str = ""
    """The filter of which the rest is meant: everything that is not of this facility, of this home."""
    without: tuple[UUID, ...] = ()
    """Proposals that the reader must hear nothing about (conflicts of interest)."""
    as_of: datetime | None = None
    """The instant as of which the figure is asked; None is now."""
    narrow: dict[str, Any] = field(default_factory=dict)
    """What rows behind one mark are asked by, beyond what their report can be asked (reports.narrowing)."""

    def __getitem__(self, name: str) -> str:
        return self.choices[name]


PLACES: dict[str, QuerySet[Any]] = {
    "facility": Facility.objects.only("pk"),
    "instrument": Instrument.objects.only("facility_id"),
    "organisation": Organisation.objects.only("pk"),
    "house": Organisation.objects.only("pk"),
    "call": Call.objects.exclude(state="draft").only("pk"),
    "program": Program.objects.only("pk"),
}
"""Parameters that name a row, and the rows that may be named."""


def read(values: dict[str, str], parameters: tuple[Parameter, ...], *, always: bool = False) -> Query:
    """Values from text; unknown names are ignored, as in any address. Without a period: the last twelve months, or
    all of history where the report looks at that (`always`).

    Raises Invalid with every value that cannot be read.
    """
    wrong: list[Violation] = []
    known = {parameter.name for parameter in parameters}
    given = {name: text.strip() for name, text in values.items() if name in known and text.strip()}
    since, until = (_day(name, given.get(name), wrong) for name in ("from", "to"))
    if not always:
        usual = last_twelve()
        until = until or (usual.until if since is None or since < usual.until else since + timedelta(days=366))
        since = since or min(usual.first, until - timedelta(days=1))
    if since and until and since >= until:
        wrong.append(Violation("period", _("The period ends before it begins."), field="to"))
    choices = {}
    for parameter in parameters:
        if parameter.choices:
            choices[parameter.name] = given.get(parameter.name) or parameter.default
            if choices[parameter.name] not in dict(parameter.choices):
                offered = ", ".join(value for value, _label in parameter.choices)
                wrong.append(Violation("choice", _("One of: %(offered)s.") % {"offered": offered}, parameter.name))
    places = {name: place(name, given[name], rows, wrong) if name in given else None for name, rows in PLACES.items()}
    keys = {name: place and place.pk for name, place in places.items()}
    if places["instrument"] and not places["facility"]:
        keys["facility"] = places["instrument"].facility_id
    if wrong:
        raise Invalid(_("The report cannot be made as it was asked for."), wrong)
    written = {**given, **choices}
    written |= {"from": since.isoformat()} if since else {}
    written |= {"to": until.isoformat()} if until else {}
    return Query(
        since,
        until,
        facility=keys["facility"],
        instrument=keys["instrument"],
        organisation=keys["organisation"],
        house=keys["house"],
        call=keys["call"],
        program=keys["program"],
        country=given.get("country", "").upper(),
        home=given.get("home", "").upper(),
        choices=choices,
        given=written,
    )


def _day(name: str, text: str | None, wrong: list[Violation]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        wrong.append(Violation("date", _("A date as 2026-01-31."), field=name))
        return None


def place(name: str, key: str, rows: Any, wrong: list[Violation]) -> Any:
    """The row of this key; where there is none, None and one violation more."""
    try:
        return find(rows.all(), key)
    except NotFound:
        wrong.append(Violation("unknown", _("There is none of this name."), field=name))
        return None
