"""One typed DataFrame per report, from the roll-ups (use) and the rows themselves (decisions, programmes).

Each takes the Query and whether parties must be counted (they decide what the public may see, and cost a second look at
the shares). Hours are elapsed hours; a figure divides only what has the same unit, so node-hours stand apart.
pandas is imported when first used: it costs a third of a second.
"""

from reports.datasets.cooperation import cooperation
from reports.datasets.losses import losses
from reports.datasets.reliability import reliability
from reports.datasets.timeliness import decision_time
from reports.datasets.use import delivered_time, flows, shift_delivery, usage, utilisation

__all__ = [
    "cooperation",
    "decision_time",
    "delivered_time",
    "flows",
    "losses",
    "reliability",
    "shift_delivery",
    "usage",
    "utilisation",
]
