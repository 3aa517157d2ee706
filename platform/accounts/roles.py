"""One table of roles: what each may do, and on which kind of container it is held."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    """`container` is the label of the model it is held on; `permissions` are held on that container."""

    name: str
    label: Any
    container: str
    permissions: tuple[str, ...]


FACILITY_STAFF = (
    "facilities.view_private_calendar",
    "facilities.decide_bookings",
    "facilities.run_sessions",
    "facilities.review_feasibility",
)
FACILITY_OFFICE = (
    "facilities.view_private_calendar",
    "facilities.decide_bookings",
    "facilities.manage_calendar",
    "facilities.view_usage",
    "facilities.manage_calls",
)
FACILITY_ALL = (
    *FACILITY_STAFF,
    "facilities.manage_calendar",
    "facilities.manage_routes",
    "facilities.override_rules",
    "facilities.view_usage",
    "facilities.manage_calls",
    "facilities.decide_proposals",
)
ALLIANCE_OFFICE = (
    "alliance.check_programs",
    "alliance.manage_calls",
    "alliance.manage_members",
    "alliance.run_governance",
    "alliance.publish",
    "alliance.view_figures",
)
LEADERSHIP = ("alliance.view_figures", "alliance.approve_programs", "alliance.decide_proposals")

ROLES = {
    role.name: role
    for role in (
        Role("scientist", _("Scientist"), "accounts.organisation", ("accounts.propose_programs",)),
        Role("partner_signatory", _("Partner signatory"), "accounts.organisation", ("accounts.sign_for_organisation",)),
        Role("facility_manager", _("Facility manager"), "facilities.facility", FACILITY_ALL),
        Role("instrument_scientist", _("Instrument scientist"), "facilities.facility", FACILITY_STAFF),
        Role("user_office", _("User office"), "facilities.facility", FACILITY_OFFICE),
        Role(
            "safety_officer",
            _("Safety officer"),
            "facilities.facility",
            ("facilities.view_private_calendar", "facilities.review_safety"),
        ),
        Role("leadership", _("Leadership"), "alliance.alliance", LEADERSHIP),
        Role("secretariat", _("Secretariat"), "alliance.alliance", ALLIANCE_OFFICE),
        Role(
            "secretary_general",
            _("Secretary general"),
            "alliance.alliance",
            (*ALLIANCE_OFFICE, "alliance.open_votes"),
        ),
        Role(
            "chair",
            _("Chair of the alliance"),
            "alliance.alliance",
            (*LEADERSHIP, "alliance.run_governance", "alliance.open_votes"),
        ),
        Role(
            "administrator",
            _("Administrator"),
            "alliance.alliance",
            (*ALLIANCE_OFFICE, "alliance.approve_programs", "alliance.decide_proposals", "alliance.manage_roles"),
        ),
    )
}
