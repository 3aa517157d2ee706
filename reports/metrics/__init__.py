"""The figures of the catalogue as pure functions: one per KPI, with its formula, unit and source.

Everywhere the same rule holds: where nothing is below the line the answer is None, shown as "n/a", never 0.
Shares are fractions (0.83 is 83 %). K numbers are those of the alliance's catalogue of figures.
"""

from reports.metrics.alliance import attendance, participation
from reports.metrics.demand import allocation_ratio, cut_off, oversubscription, success_rate
from reports.metrics.forecast import Forecast, back_test, drift, forecast, seasonal_naive
from reports.metrics.money import execution, industrial_share, per_hundred_shifts, planned_to_date, variance
from reports.metrics.network import Network, brokers, network, numbered
from reports.metrics.people import (
    Satisfaction,
    new_user_share,
    pass_rate,
    person_months,
    satisfaction,
    trained_share,
    unique_users,
    visits,
)
from reports.metrics.reliability import (
    availability,
    availability_compensated,
    mtbf,
    mtbf_of_other_houses,
    mttr,
    outages,
    user_time,
)
from reports.metrics.shares import Interval, Slice, pareto, quantile, ratio, wilson
from reports.metrics.timeliness import DecisionTime, decision_time, earned, in_time, late_share, time_to_beam
from reports.metrics.together import Cooperation, cooperation, density, salton
from reports.metrics.use import balance, concentration, gini, international_share, shift_delivery, utilisation

__all__ = [
    "Cooperation",
    "DecisionTime",
    "Forecast",
    "Interval",
    "Network",
    "Satisfaction",
    "Slice",
    "allocation_ratio",
    "attendance",
    "availability",
    "availability_compensated",
    "back_test",
    "balance",
    "brokers",
    "concentration",
    "cooperation",
    "cut_off",
    "decision_time",
    "density",
    "drift",
    "earned",
    "execution",
    "forecast",
    "gini",
    "in_time",
    "industrial_share",
    "international_share",
    "late_share",
    "mtbf",
    "mtbf_of_other_houses",
    "mttr",
    "network",
    "new_user_share",
    "numbered",
    "outages",
    "oversubscription",
    "pareto",
    "participation",
    "pass_rate",
    "per_hundred_shifts",
    "person_months",
    "planned_to_date",
    "quantile",
    "ratio",
    "salton",
    "satisfaction",
    "seasonal_naive",
    "shift_delivery",
    "success_rate",
    "time_to_beam",
    "trained_share",
    "unique_users",
    "user_time",
    "utilisation",
    "variance",
    "visits",
    "wilson",
]
