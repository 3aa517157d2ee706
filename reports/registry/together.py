"""Reports on cooperation: who worked abroad, and which centres share programmes and each other’s facilities."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from reports import datasets, figures
from reports.parameters import COUNTRY, FACILITY, FROM, HOME, INSTRUMENT, ORGANISATION, TO, UNITS, Parameter
from reports.registry.shape import Chart, Column, Report

COUNT = Parameter(
    "count",
    _("Counting"),
    "",
    (("all", _("Programmes and use")), ("programs", _("Programmes only")), ("use", _("Use only"))),
    "all",
)
COUNTING = Parameter(
    "counting",
    _("Weighing"),
    "",
    (("full", _("In full")), ("fractional", _("In fractions"))),
    "full",
)
CENTRES = Parameter(
    "centres",
    _("Centres"),
    "",
    (("all", _("All centres")), ("members", _("Members of the alliance"))),
    "all",
)
FORMULA = _(
    "K18: C = number of joint objects, counted in full: approved programmes with both as partners, and sessions of"
    " users of one at a facility of the other. In fractions, a pair in an object of n has 1 ÷ (n−1) of it, so that"
    " nobody counts an object more than once (Perianes-Rodriguez, Waltman & van Eck 2016). K19 Salton = C ÷ √(Ci · Cj),"
    " where Ci counts the joint objects of one. K20 density = 2E ÷ (n(n−1)), where E counts pairs with a joint object"
    " among n. Drafts and refused programmes do not count."
)
MEASURES = (
    Column("programs", _("Joint programmes"), "number"),
    Column("uses", _("Sessions at each other’s"), "number", small=True),
    Column("hours_there", _("Hours there"), "hours", small=True),
    Column("hours_back", _("Hours back"), "hours", small=True),
    Column("together", _("Joint objects"), "decimal", small=True),
    Column("salton", _("Salton"), "decimal", small=True),
)
SALTON = Chart("salton", _("Heat map, centre × centre"), partial(figures.cooperation, of="salton"))
COUNTRY_SALTON = Chart("salton", _("Heat map, country × country"), partial(figures.country_cooperation, of="salton"))

REPORTS = (
    Report(
        "flows",
        _("Who worked abroad"),
        _("Delivered time from the home country of the users to the host facility"),
        _(
            "Sum of delivered units in hours by the country of the user’s organisation at the time and the facility"
            " that delivered them. K16 = hours of users from another country ÷ hours of known home."
        ),
        _("Sankey, home country to host facility"),
        (FROM, TO, FACILITY, INSTRUMENT, COUNTRY, HOME, UNITS),
        (
            Column("home", _("Home country"), "country"),
            Column("facility", _("Host facility")),
            Column("host", _("Host country"), "country"),
            Column("hours", _("Delivered"), "hours", small=True),
            Column("sessions", _("Sessions"), "number", small=True),
            Column("parties", _("Groups"), "number"),
        ),
        datasets.flows,
        figures.flows,
        "sessions",
        ("K16", "K18"),
        axes=("facility_id", "home"),
        size="hours",
    ),
    Report(
        "cooperation",
        _("Cooperation between centres"),
        _("Joint programmes, and use of each other’s facilities, by pair of centres"),
        FORMULA,
        _("Heat map, centre × centre"),
        (
            FROM,
            TO,
            ORGANISATION,
            COUNT,
            COUNTING,
            CENTRES,
        ),
        (
            Column("one", _("Centre")),
            Column("other", _("With")),
            *MEASURES,
        ),
        datasets.cooperation,
        figures.cooperation,
        "joint",
        ("K18", "K19", "K20"),
        always=True,
        beside=("exchanged",),
        charted="together",
        others=(SALTON,),
    ),
    Report(
        "country-cooperation",
        _("Cooperation between countries"),
        _("Joint programmes, and use of each other’s facilities, by pair of countries"),
        FORMULA,
        _("Heat map, country × country"),
        (FROM, TO, COUNT, COUNTING, CENTRES),
        (
            Column("one_id", _("Country"), "country"),
            Column("other_id", _("With"), "country"),
            *MEASURES,
        ),
        datasets.country_cooperation,
        figures.country_cooperation,
        "joint",
        ("K18", "K19", "K20"),
        always=True,
        beside=("exchanged",),
        charted="together",
        others=(COUNTRY_SALTON,),
    ),
)
