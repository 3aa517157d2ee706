"""Everything that writes applications for membership, from the draft to the signed charter."""

from alliance.commands.applications.checking import Point, plan_visit, report_visit, return_application, start_check
from alliance.commands.applications.deciding import (
    admit_by_resolution,
    back_to_check,
    decline_application,
    sign_charter,
)
from alliance.commands.applications.drafting import (
    Wanted,
    add_application_file,
    edit_application,
    remove_application_file,
    start_application,
    submit_application,
    withdraw_application,
)
from alliance.commands.applications.voting import put_to_vote

__all__ = [
    "Point",
    "Wanted",
    "add_application_file",
    "admit_by_resolution",
    "back_to_check",
    "decline_application",
    "edit_application",
    "plan_visit",
    "put_to_vote",
    "remove_application_file",
    "report_visit",
    "return_application",
    "sign_charter",
    "start_application",
    "start_check",
    "submit_application",
    "withdraw_application",
]
