"""Reports on what came of it: publications, milestones, money, exchange and training."""

from django.utils.translation import gettext_lazy as _

from reports import datasets, figures
from reports.parameters import COUNTRY, FACILITY, FROM, HOUSE, INSTRUMENT, PROGRAM, TO, Parameter, steps
from reports.registry.shape import Chart, Column, Report

PROGRAMME = (Column("number", _("Number")), Column("program", _("Programme")))

REPORTS = (
    Report(
        "publications",
        _("Publications"),
        _("Papers and data sets that came of granted time"),
        _(
            "Distinct DOIs that are linked to a booking, an instrument, a proposal or a programme, by their year;"
            " data sets apart. By instrument and facility only what is linked to an instrument or one of its"
            " bookings. Per 100 shifts of eight hours delivered in the same time; node-hours are left out."
        ),
        _("Line by year, bars by instrument"),
        (
            FROM,
            TO,
            FACILITY,
            INSTRUMENT,
            COUNTRY,
            HOUSE,
            Parameter(
                "by",
                _("By"),
                "",
                (("year", _("Year")), ("instrument", _("Instrument")), ("facility", _("Facility"))),
                "year",
            ),
        ),
        (
            Column("label", _("Of")),
            Column("publications", _("Publications"), "number"),
            Column("datasets", _("Data sets"), "number"),
            Column("delivered_hours", _("Delivered"), "hours", small=True),
            Column("per_hundred", _("Per 100 shifts"), "decimal", small=True, of=("publications", "delivered_hours")),
        ),
        datasets.publications,
        figures.publications,
        "publications",
        ("K25",),
        charted="publications",
        others=(Chart("per_hundred", _("Line by year, bars by instrument"), figures.publications_per_hundred),),
    ),
    Report(
        "milestones",
        _("Milestones on time"),
        _("Which programmes reach what they planned, by the day they planned"),
        _(
            "Milestones of approved programmes that were due within the period and by now; one reached later, or not"
            " at all, is late. Earned is the weight reached of all milestones of the programme, whenever they are"
            " due."
        ),
        _("Bars by programme of the earned share"),
        (FROM, TO, PROGRAM),
        (
            *PROGRAMME,
            Column("due", _("Due"), "number"),
            Column("in_time", _("In time"), "number"),
            Column("share", _("Share in time"), "share", of=("in_time", "due")),
            Column("reached", _("Weight reached"), "number"),
            Column("weight", _("Weight in all"), "number"),
            Column("earned", _("Earned"), "share", of=("reached", "weight")),
        ),
        datasets.milestones,
        figures.bars(figures.name_of("number", "program"), "earned", percent=True, at=1),
        "milestones",
        ("K28",),
        always=True,
        closed=True,
    ),
    Report(
        "milestone-plan",
        _("Milestones over time"),
        _("What each programme planned to reach when, and how it stands today"),
        _(
            "Milestones of approved programmes that are due within the period. In time: reached on its day or before;"
            " late: after it; overdue: its day has passed and it is not reached. The bar is the programme’s own days."
        ),
        _("Gantt chart by programme"),
        (FROM, TO, PROGRAM),
        (
            *PROGRAMME,
            Column("milestone", _("Milestone")),
            Column("due_on", _("Due"), "date"),
            Column("done_on", _("Reached"), "date"),
            Column("standing", _("How it stands"), "standing"),
            Column("weight", _("Weight"), "number"),
        ),
        datasets.plan,
        figures.plan,
        "milestones",
        ("K28",),
        always=True,
        closed=True,
        charted="due_on",
        others=(Chart("weight", _("Burn-up: what was due and what was reached"), figures.burn_up, _("Burn-up")),),
    ),
    Report(
        "budget",
        _("Budgets of programmes"),
        _("What was spent of what was planned to date"),
        _(
            "At the end of the period, in the programme’s own currency; foreign money at the rate at which it was"
            " booked. A plan is spread evenly over the days of the programme; without days all of it is due."
            " Contributions in kind stand apart. Currencies are never added up."
        ),
        _("Bars by programme with a line at 100 %; the waterfall of a single programme"),
        (FROM, TO, PROGRAM),
        (
            *PROGRAMME,
            Column("currency", _("Currency")),
            Column("planned", _("Planned"), "money"),
            Column("planned_to_date", _("Planned to date"), "money"),
            Column("spent", _("Spent"), "money"),
            Column("variance", _("Left of the plan to date"), "money"),
            Column("execution", _("Spent ÷ planned to date"), "share", of=("spent", "planned_to_date")),
            Column("cash", _("Contributed in money"), "money"),
            Column("in_kind", _("Contributed in kind"), "money"),
        ),
        datasets.budget,
        figures.budget,
        "expenditures",
        ("K29",),
        always=True,
        closed=True,
    ),
    Report(
        "capacity",
        _("Capacity building"),
        _("Who was trained, and how long scientists stayed with each other"),
        _(
            "Trainings by the day they began; who took part counts once in a period, their days each time. Countries"
            " are those of the organisation on that day. Stays that were confirmed or are done, cut to the period."
        ),
        _("Bars by period"),
        (FROM, TO, steps("year", "quarter", "month", "total")),
        (
            Column("period", _("Period")),
            Column("trainees", _("Trainees"), "number", small=True),
            Column("trainee_days", _("Trainee-days"), "number", small=True),
            Column("countries", _("Countries"), "number", small=True),
            Column("took_part", _("Places taken"), "number", small=True),
            Column("passed", _("Passed"), "number", small=True),
            Column("pass_rate", _("Passed, share"), "share", small=True, of=("passed", "took_part")),
            Column("guests", _("Guests"), "number", small=True),
            Column("person_months", _("Person-months of exchange"), "decimal", small=True),
        ),
        datasets.capacity,
        figures.bars(figures.name_of("period"), "trainees", title=_("Trainees")),
        "enrolments",
        ("K33",),
        axes=("whole",),
        size="trainees",
        charted="trainees",
        others=(
            Chart(
                "person_months",
                _("Bars by period"),
                figures.bars(figures.name_of("period"), "person_months", title=_("Person-months")),
            ),
            Chart("pass_rate", _("Bars by period"), figures.bars(figures.name_of("period"), "pass_rate", percent=True)),
        ),
    ),
)
