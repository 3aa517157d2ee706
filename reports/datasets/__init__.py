from reports.datasets.alliance import applications, attendance, membership, participation
from reports.datasets.balance import balance, income, industry, international
from reports.datasets.cooperation import cooperation, country_cooperation, themes
from reports.datasets.demand import cut_off, demand, success
from reports.datasets.exchange import exchange, techniques
from reports.datasets.forecast import forecast
from reports.datasets.losses import losses
from reports.datasets.network import brokers, density
from reports.datasets.outcomes import budget, capacity, milestones, plan, publications
from reports.datasets.people import RATINGS, satisfaction, training, users, visits
from reports.datasets.reliability import reliability
from reports.datasets.timeliness import (
    cancellations,
    decision_time,
    notification_time,
    report_compliance,
    review_timeliness,
    time_to_beam,
)
from reports.datasets.use import delivered_time, flows, shift_delivery, usage, utilisation

__all__ = [
    "RATINGS",
    "applications",
    "attendance",
    "balance",
    "brokers",
    "budget",
    "cancellations",
    "capacity",
    "cooperation",
    "country_cooperation",
    "cut_off",
    "decision_time",
    "delivered_time",
    "demand",
    "density",
    "exchange",
    "flows",
    "forecast",
    "income",
    "industry",
    "international",
    "losses",
    "membership",
    "milestones",
    "notification_time",
    "participation",
    "plan",
    "publications",
    "reliability",
    "report_compliance",
    "review_timeliness",
    "satisfaction",
    "shift_delivery",
    "success",
    "techniques",
    "themes",
    "time_to_beam",
    "training",
    "usage",
    "users",
    "utilisation",
    "visits",
]
