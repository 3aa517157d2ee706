"""The alliance's catalogue of figures, K01–K36: what each is, its formula, unit, source, chart, and when it is n/a."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

NOT_BELOW = _("Never n/a: nothing is 0; a place that reports nothing is a gap.")


@dataclass(frozen=True)
class Kpi:
    """One figure of the catalogue. `zero` says what is shown where nothing stands below the line: n/a, never 0.

    `missing` says why the product cannot work it out; empty where it does.
    """

    key: str
    name: Any
    formula: Any
    unit: Any
    source: Any
    chart: Any
    zero: Any = NOT_BELOW
    missing: Any = ""


HOURS, SHARE, DAYS, PEOPLE, UNITS = _("hours"), _("share"), _("days"), _("people"), _("units of the instrument")
OURS = _("Alliance’s own definition")
COM = _("Common Operation Metrics of the light sources")
NO_USER_TIME = _("n/a without user time.")
NOTHING_GIVEN = _("n/a where nothing was delivered.")

KPIS: dict[str, Kpi] = {
    kpi.key: kpi
    for kpi in (
        Kpi(
            "K01",
            _("Scheduled user time"),
            _("T_sched = Σ h of user blocks fixed at least one month ahead"),
            HOURS,
            COM,
            _("Stacked bar by cycle"),
        ),
        Kpi(
            "K02",
            _("Backup time"),
            _("T_backup = Σ h of reserve blocks that were used; T_user = T_sched + T_backup"),
            HOURS,
            COM,
            _("Stacked bar by cycle"),
        ),
        Kpi(
            "K03",
            _("Availability overall"),
            _("(T_user − Σ h without beam) ÷ T_user"),
            SHARE,
            _("Common Operation Metrics; SLS. ESRF 2007: (5,455 − 112) ÷ 5,455 = 97.95 %"),
            _("Line with target, 97 % (APS)"),
            NO_USER_TIME,
        ),
        Kpi(
            "K04",
            _("Availability compensated"),
            _("(T_user − Σ h without beam) ÷ T_sched; may exceed 1"),
            SHARE,
            _("Common Operation Metrics; SLS"),
            _("Line with target"),
            _("n/a without scheduled user time."),
        ),
        Kpi(
            "K05",
            _("Mean time between failures (SLS)"),
            _(
                "T_user ÷ (N + 1), N outages; outages with less than one hour of running between them are one. The"
                " second column, T_user ÷ N, is how other houses count."
            ),
            HOURS,
            _("SLS"),
            _("Line"),
            _("n/a without user time; T ÷ N is n/a without an outage."),
        ),
        Kpi(
            "K06",
            _("Mean time to repair"),
            _("Σ h without beam ÷ N outages"),
            HOURS,
            _("SLS"),
            _("Line"),
            _("n/a without an outage."),
        ),
        Kpi(
            "K07",
            _("Shift delivery"),
            _("delivered units ÷ planned units of bookings"),
            SHARE,
            OURS,
            _("Bullet"),
            _("n/a without planned units."),
        ),
        Kpi(
            "K08",
            _("Utilisation"),
            _("hours booked inside user blocks ÷ hours of user blocks"),
            SHARE,
            OURS,
            _("Heat map, instrument × week"),
            NO_USER_TIME,
        ),
        Kpi(
            "K09",
            _("Oversubscription"),
            _("requested ÷ available units"),
            _("times"),
            _("SLS ADRESS; FAST 4.9–5.6"),
            _("Bar with a line at 1"),
            _("n/a where nothing was on offer."),
        ),
        Kpi(
            "K10",
            _("Allocation ratio"),
            _("allocated ÷ requested units; not 1 ÷ K09 unless everything on offer is allocated"),
            SHARE,
            _("ALS: 3,488 ÷ 11,082 = 31.5 %"),
            _("Bar"),
            _("n/a where nothing was requested."),
        ),
        Kpi(
            "K11",
            _("Success rate"),
            _(
                "accepted ÷ decided proposals; accepted in full or in part; withdrawn and undecided ones are in"
                " neither. Interval: Wilson, 95 %"
            ),
            SHARE,
            _("ESRF 2008: 903 ÷ 2,013 = 44.9 %"),
            _("Bar with n and its interval"),
            _("n/a where nothing was decided."),
        ),
        Kpi(
            "K12",
            _("Cut-off score"),
            _("the worst native score that was given time, by instrument and call; on the panel’s own scale"),
            _("score of the panel’s scale"),
            OURS,
            _("Dot plot"),
            _("n/a where nothing was given time, or nothing that was has a score."),
        ),
        Kpi(
            "K13",
            _("User visits"),
            _("Σ persons × bookings attended; on site, remote and mail-in apart"),
            _("visits"),
            OURS,
            _("Stacked area"),
        ),
        Kpi(
            "K14",
            _("Unique users"),
            _(
                "distinct persons in the period, each once: on site before remote before mail-in; the host’s own"
                " staff are not users. A total over periods is less than the sum of its parts"
            ),
            PEOPLE,
            _("EMSL; US Department of Energy"),
            _("Line"),
        ),
        Kpi(
            "K15",
            _("New-user share"),
            _("users without an earlier booking ÷ unique users"),
            SHARE,
            OURS,
            _("Line"),
            _("n/a without users."),
        ),
        Kpi(
            "K16",
            _("International share"),
            _("units used by teams whose home country is not the facility’s ÷ units of known home"),
            SHARE,
            OURS,
            _("Bar up to 100 %"),
            NOTHING_GIVEN,
        ),
        Kpi(
            "K17",
            _("Geographic balance"),
            _(
                "B = u ÷ t, u the share of units of a country, t its target share, which is that of its centres among"
                " the members of the alliance; concentration: HHI = Σ u², Gini of the shares"
            ),
            _("times"),
            OURS,
            _("Map, diverging bar"),
            _("n/a where a country has no target share."),
        ),
        Kpi(
            "K18",
            _("Cooperation matrix"),
            _("C = Σ weight of joint objects of two centres, counted in full; a centre with itself is left out"),
            _("joint objects"),
            OURS,
            _("Heat map; Sankey for directed use"),
        ),
        Kpi(
            "K19",
            _("Normalised cooperation"),
            _("S = C ÷ √(Ci · Cj), between 0 and 1"),
            _("index"),
            _("Salton’s cosine; Rousseau & Zhang"),
            _("Heat map"),
            _("n/a where a centre has no joint object."),
        ),
        Kpi(
            "K20",
            _("Density"),
            _("2E ÷ (n(n−1)), E pairs with a joint object among n centres"),
            SHARE,
            OURS,
            _("Number with its course"),
            _("n/a with fewer than two centres."),
        ),
        Kpi(
            "K21",
            _("Time to decision"),
            _("median and 90th percentile of the days from the deadline (rolling: the submission) to the notification"),
            DAYS,
            _("Targets 49 d (ORNL), 70–84 d (ESRF), 98–105 d (XFEL)"),
            _("Box"),
            _("n/a where nothing was decided."),
        ),
        Kpi(
            "K22",
            _("Time to beam"),
            _("median days from the notification to the first shift"),
            DAYS,
            OURS,
            _("Box"),
            _("n/a where no proposal has had a shift."),
        ),
        Kpi(
            "K23",
            _("Review timeliness"),
            _("reviews in time ÷ reviews that were assigned and due"),
            SHARE,
            OURS,
            _("Bar"),
            _("n/a where no review was due."),
        ),
        Kpi(
            "K24",
            _("Report compliance"),
            _("reports in time ÷ reports due in the period"),
            SHARE,
            _("Alliance’s own definition; R-31"),
            _("Bullet"),
            _("n/a where no report was due."),
        ),
        Kpi(
            "K25",
            _("Publications"),
            _("distinct DOIs, by year; per 100 shifts delivered; by instrument"),
            _("publications"),
            OURS,
            _("Line, bar"),
            _("Per 100 shifts: n/a where nothing was delivered."),
        ),
        Kpi(
            "K26",
            _("Top-10 % share"),
            _("publications among the most cited tenth of their field ÷ publications"),
            SHARE,
            _("ESFRI"),
            _("Number"),
            missing=_("Citations are not held here: this figure would be an imported value with its source."),
        ),
        Kpi(
            "K27",
            _("Industrial share"),
            _("industrial users ÷ unique users; proprietary ÷ delivered units against a cap; income"),
            SHARE,
            _("Alliance’s own definition; cap of 15 %"),
            _("Bar against the cap"),
            NOTHING_GIVEN,
        ),
        Kpi(
            "K28",
            _("Milestones on time"),
            _("reached by their day ÷ due in the period; earned = Σ weight reached ÷ Σ weight"),
            SHARE,
            OURS,
            _("Gantt, burn-up, bar with the earned share"),
            _("n/a where nothing was due."),
        ),
        Kpi(
            "K29",
            _("Budget execution"),
            _(
                "Σ spent ÷ Σ planned to date; variance = planned to date − spent; in kind apart; foreign money at the"
                " rate at which it was booked"
            ),
            SHARE,
            OURS,
            _("Waterfall"),
            _("n/a where nothing was planned."),
        ),
        Kpi(
            "K30",
            _("Loss by cause"),
            _("Σ lost hours by cause; given back ÷ lost"),
            HOURS,
            _("Alliance’s own definition; R-29"),
            _("Pareto"),
            _("Shares are n/a where nothing was lost."),
        ),
        Kpi(
            "K31",
            _("Late cancellations"),
            _("bookings cancelled less than 14 days ahead ÷ all bookings; no-shows ÷ all bookings"),
            SHARE,
            OURS,
            _("Line"),
            _("n/a without bookings."),
        ),
        Kpi(
            "K32",
            _("Governance"),
            _("attendance = members present ÷ voting members; participation = votes cast ÷ eligible"),
            SHARE,
            _("Alliance’s own definition; 12 of 17 = 70.6 %"),
            _("Table, bar"),
            _("n/a without voting members."),
        ),
        Kpi(
            "K33",
            _("Capacity building"),
            _(
                "trainees, each once; trainee-days; countries; passed ÷ took part; exchange person-months = Σ days ÷"
                " 30.44"
            ),
            PEOPLE,
            OURS,
            _("Bar"),
            _("The pass rate is n/a where nobody took part."),
        ),
        Kpi(
            "K34",
            _("Training before the start"),
            _("persons on site whose required trainings were valid throughout ÷ persons on site; must be 100 %"),
            SHARE,
            OURS,
            _("Number"),
            _("n/a where no training was required of anybody."),
        ),
        Kpi(
            "K35",
            _("Membership"),
            _("active members by class and country; applications under way; median days to admission"),
            _("members"),
            OURS,
            _("Step line, funnel"),
            _("Days to admission are n/a where nobody was admitted."),
        ),
        Kpi(
            "K36",
            _("Satisfaction"),
            _("mean and number of ratings from 1 to 5; rated ÷ all runs"),
            _("rating"),
            OURS,
            _("Diverging stacked bar"),
            _("n/a where nobody rated."),
        ),
    )
}

RULES = (
    _("A period runs from its first day up to, not including, its last; what reaches beyond it counts by its part."),
    _("Days are those of the facility’s own zone: a day on which the clocks change has 23 or 25 hours."),
    _("Time that overlaps counts once for each place of an instrument."),
    _("What is asked for is not use; nor is what was declined, withdrawn, cancelled or not shown up for."),
    _("Planned stops and faults stand apart, and neither shrinks the time that was scheduled."),
    _("A person counts for the organisation and country of the time of the act, not for those of today."),
    _("Who reports nothing is a gap, not a zero. Units never mix: node-hours stand apart from hours."),
    _(
        "A past period is counted from what is known today. As of any past instant since this version was installed it"
        " is worked out again from the histories that are kept, with the rows that came in late; from before that a"
        " snapshot taken then shows it. Members and their class, payments, budgets and downtimes keep every entry."
    ),
    _("Cells about fewer than three groups are kept from the public, with those whose sums would tell them."),
)
"""The cutting rules of every figure."""
