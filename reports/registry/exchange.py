"""Reports on what centres gave to each other and had from each other, and on the network that they make."""

from django.utils.translation import gettext_lazy as _

from reports import datasets, figures
from reports.parameters import FROM, ORGANISATION, STEPS, TO, Parameter
from reports.registry.shape import Column, Report
from reports.registry.together import CENTRES, COUNT, COUNTING

REPORTS = (
    Report(
        "exchange",
        _("Balance of exchange"),
        _("What a centre gave to others at its facilities and had at theirs"),
        _(
            "F = hours delivered to users of one centre at facilities of another, by the centre of the time. Balance ="
            " given − received; evenness = balance ÷ (given + received), from −1 (only received) to 1 (only given). The"
            " running sum adds up the balance from the first period on. Without a centre, all centres are listed and"
            " the balances add up to nothing. Node-hours are left out."
        ),
        _("Bars of given and received hours"),
        (
            FROM,
            TO,
            ORGANISATION,
            Parameter(
                "by",
                _("By"),
                "",
                (("partner", _("Partner")), *((step, STEPS[step]) for step in ("year", "quarter", "month"))),
                "partner",
            ),
        ),
        (
            Column("label", _("Of")),
            Column("given_hours", _("Given"), "hours", small=True),
            Column("received_hours", _("Received"), "hours", small=True),
            Column("balance", _("Balance"), "hours", small=True),
            Column("even", _("Evenness"), "decimal", small=True, of=("given_hours", "received_hours")),
            Column("running", _("Running sum"), "hours", small=True),
        ),
        datasets.exchange,
        figures.exchange,
        "exchanged",
        ("K18",),
        axes=("whole",),
        size="given_hours",
    ),
    Report(
        "exchange-techniques",
        _("Techniques of the exchange"),
        _("With which techniques a centre served others, and was served by them"),
        _(
            "Hours delivered to users of one centre at facilities of another, by the techniques of the instrument: one"
            " with n techniques counts 1 ÷ n under each, so that the hours add up. Node-hours are left out."
        ),
        _("Bars of given and received hours"),
        (FROM, TO, ORGANISATION),
        (
            Column("technique", _("Technique")),
            Column("given_hours", _("Given"), "hours", small=True),
            Column("received_hours", _("Received"), "hours", small=True),
            Column("partners", _("Partners"), "number", small=True),
        ),
        datasets.techniques,
        lambda rows: figures.exchange([{**row, "label": figures.own_word(row, "technique") or "–"} for row in rows]),
        "exchanged",
        ("K18",),
        axes=("whole",),
        size="given_hours",
    ),
    Report(
        "joint-themes",
        _("Themes of joint programmes"),
        _("On what a centre works together with others"),
        _(
            "Approved programmes of several centres that run within the period, by theme: one with two themes counts"
            " under each. Partners are the other centres in them, each once."
        ),
        _("Bars of programmes"),
        (FROM, TO, ORGANISATION),
        (
            Column("theme", _("Theme")),
            Column("programs", _("Joint programmes"), "number"),
            Column("partners", _("Partners"), "number"),
        ),
        datasets.themes,
        figures.bars(figures.name_of("theme"), "programs", title=_("Joint programmes")),
        "joint",
        ("K18",),
        always=True,
    ),
    Report(
        "network",
        _("Network of centres by year"),
        _("How close the centres work together, and in how many communities"),
        _(
            "K20 density = 2E ÷ (n(n−1)) of the centres with a joint object in the year (K18). Communities: greedy"
            " modularity of the pairs weighed by C (Clauset, Newman & Moore 2004); Q = Σ (e − a²), 0 where they are no"
            " closer than by chance."
        ),
        _("Line by year"),
        (FROM, TO, COUNT, COUNTING, CENTRES),
        (
            Column("period", _("Year")),
            Column("centres", _("Centres"), "number"),
            Column("pairs", _("Pairs"), "number"),
            Column("density", _("Density"), "share", of=("pairs", "centres")),
            Column("communities", _("Communities"), "number"),
            Column("modularity", _("Modularity"), "decimal"),
        ),
        datasets.density,
        figures.course("density", percent=True, title=_("Density")),
        "joint",
        ("K20",),
        always=True,
        beside=("exchanged",),
    ),
    Report(
        "brokers",
        _("Communities and brokers by year"),
        _("Which centres work in one community, who joined another, and who stands between them"),
        _(
            "A community keeps the number of the one of the year before with which it shares most members (Jaccard)."
            " Broker = betweenness, the share of shortest paths of all other pairs that lead through a centre (Freeman"
            " 1977); a pair is as long as 1 ÷ C (Newman 2001)."
        ),
        _("Lines of the strongest brokers"),
        (FROM, TO, COUNT, COUNTING, CENTRES),
        (
            Column("period", _("Year")),
            Column("centre", _("Centre")),
            Column("community", _("Community"), "number"),
            Column("came", _("Joined"), "came"),
            Column("partners", _("Partners"), "number"),
            Column("together", _("Joint objects"), "decimal"),
            Column("broker", _("Broker"), "decimal"),
            Column("rank", _("Rank"), "number"),
        ),
        datasets.brokers,
        figures.course("broker", line=figures.name_of("centre"), title=_("Betweenness")),
        "joint",
        ("K20",),
        always=True,
        beside=("exchanged",),
        closed=True,
    ),
)
