"""Reports on whose time it was: from abroad, by country against its share of members, by industry."""

from django.utils.translation import gettext_lazy as _

from reports import datasets, figures
from reports.parameters import COUNTRY, FACILITY, FROM, INSTRUMENT, TO
from reports.registry.shape import Chart, Column, Report

PLACES = (FROM, TO, FACILITY, INSTRUMENT, COUNTRY)

REPORTS = (
    Report(
        "international-share",
        _("Use from abroad"),
        _("Share of the delivered hours that went to users from another country"),
        _(
            "Delivered hours by the country of the users’ organisation at the time. Hours of unknown home are on"
            " neither side of the share. Node-hours are left out."
        ),
        _("Bars up to 100 % by facility"),
        PLACES,
        (
            Column("facility", _("Facility")),
            Column("home_hours", _("At home"), "hours", small=True),
            Column("abroad_hours", _("From abroad"), "hours", small=True),
            Column("unknown_hours", _("Not known"), "hours", small=True),
            Column("abroad_share", _("From abroad, share"), "share", small=True, of=("abroad_hours", "home_hours")),
        ),
        datasets.international,
        figures.stacked(
            figures.name_of("facility"),
            (("home_hours", _("At home")), ("abroad_hours", _("From abroad")), ("unknown_hours", _("Not known"))),
            whole=True,
        ),
        "sessions",
        ("K16",),
    ),
    Report(
        "balance",
        _("Geographic balance"),
        _("How much each country used, against its share of the alliance’s members"),
        _(
            "Delivered hours of known home; the target of a country is the share of its centres among the members on"
            " the last day. Countries without a member have no target. HHI and Gini are of the shares used, for"
            " readers who see all cells. Node-hours are left out."
        ),
        _("Diverging bars around 1, and a map"),
        PLACES,
        (
            Column("home", _("Home country"), "country"),
            Column("hours", _("Delivered"), "hours", small=True),
            Column("used_share", _("Share of hours"), "share", small=True),
            Column("target_share", _("Share of members"), "share"),
            Column("balance", _("Hours ÷ members"), "decimal", small=True, of=("used_share", "target_share")),
        ),
        datasets.balance,
        figures.diverging(figures.country_of("home"), "balance", 1, _("times the share of members")),
        "sessions",
        ("K17",),
        axes=("whole",),
        size="hours",
        mapped="balance",
    ),
    Report(
        "industry",
        _("Industrial use"),
        _("Proprietary time and users from companies, against the cap"),
        _(
            "Proprietary: the access category of the booking; its sessions count whole on the day they began."
            " Industrial users were affiliated with a company on the day. Node-hours are left out."
        ),
        _("Bars by facility with the cap of 15 %"),
        PLACES,
        (
            Column("facility", _("Facility")),
            Column("delivered_hours", _("Delivered"), "hours"),
            Column("proprietary_hours", _("Proprietary"), "hours", small=True),
            Column(
                "proprietary_share",
                _("Proprietary, share"),
                "share",
                small=True,
                of=("proprietary_hours", "delivered_hours"),
            ),
            Column("users", _("Users"), "number", small=True),
            Column("industrial_users", _("From companies"), "number", small=True),
            Column("user_share", _("From companies, share"), "share", small=True, of=("industrial_users", "users")),
        ),
        datasets.industry,
        figures.bars(figures.name_of("facility"), "proprietary_share", percent=True, at=figures.INDUSTRIAL_CAP),
        "proprietary",
        ("K27",),
        charted="proprietary_share",
        others=(
            Chart(
                "user_share",
                _("Bars by facility"),
                figures.bars(figures.name_of("facility"), "user_share", percent=True, n="users"),
            ),
        ),
    ),
    Report(
        "industrial-income",
        _("Income from industry"),
        _("What companies paid, by facility and currency"),
        _("Payments received within the period, in the currency of the quotation; currencies are never added up."),
        _("Bars by facility and currency"),
        (FROM, TO, FACILITY),
        (
            Column("facility", _("Facility")),
            Column("currency", _("Currency")),
            Column("income", _("Income"), "money"),
            Column("requests", _("Requests"), "number"),
        ),
        datasets.income,
        figures.bars(figures.name_of("facility", "currency"), "income"),
        "payments",
        ("K27",),
        closed=True,
    ),
)
