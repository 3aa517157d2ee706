"""Every kind of message: what it is called where people choose how to hear of it, and the page it leads to.

The words of a kind are in `templates/mail/<kind>.txt`, the subject on the first line.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Topic:
    """Kinds that are chosen together. `page` is the address name of their subject, taking its identifier if `one`."""

    label: Any
    page: str
    one: bool = True


@dataclass(frozen=True)
class Kind:
    name: str
    label: Any
    topic: Topic


DECISIONS = Topic(_("Decisions that wait for you"), "inbox", one=False)
BOOKINGS = Topic(_("Your bookings"), "booking")
SERIES = Topic(_("Your series"), "series")
CAMPAIGNS = Topic(_("Your campaigns"), "campaign")
PROGRAMS = Topic(_("Joint programmes"), "program")
PLACES = Topic(_("Applications for trainings, scholarships and stays"), "candidacy")
INDUSTRY = Topic(_("Industrial access"), "industrial_request")
CALLS = Topic(_("Calls for proposals"), "call")
PROPOSALS = Topic(_("Proposals"), "proposal")
PRIVACY = Topic(_("Your data"), "account_privacy", one=False)
REPORTS = Topic(_("Experiment reports"), "experiment_report")
REVIEWS = Topic(_("Reviews"), "review")
TRANSFERS = Topic(_("Parts that move to another instrument"), "transfer")
MEMBERSHIP = Topic(_("Membership of the alliance"), "application")
SIGNATURES = Topic(_("Documents to sign"), "version")
CIRCULARS = Topic(_("Circulars of your alliance"), "circular")
EVENTS = Topic(_("Events"), "event")
LEGS = Topic(_("What instruments can do for your proposals"), "leg")
MEETINGS = Topic(_("Meetings of an alliance"), "meeting")
ACTIONS = Topic(_("Actions that you promised"), "action")
OFFICES = Topic(_("Offices and their terms"), "office")
VIEWS = Topic(_("Saved views by mail"), "view")
GOVERNANCE = Topic(_("Motions and votes"), "motion")

KINDS = {
    kind.name: kind
    for kind in (
        Kind("task_open", _("A request waits for you"), DECISIONS),
        Kind("task_escalated", _("A request is overdue"), DECISIONS),
        Kind("booking_requested", _("Your request was sent"), BOOKINGS),
        Kind("booking_approved", _("Approved"), BOOKINGS),
        Kind("booking_reopened", _("An approval was taken back"), BOOKINGS),
        Kind("booking_shortened", _("A part of the time is granted"), BOOKINGS),
        Kind("booking_declined", _("Declined"), BOOKINGS),
        Kind("booking_countered", _("Another time is proposed"), BOOKINGS),
        Kind("booking_counter_refused", _("The proposed time was not taken"), BOOKINGS),
        Kind("booking_kept", _("Another time was not granted"), BOOKINGS),
        Kind("booking_affected", _("The facility needs the time"), BOOKINGS),
        Kind("booking_unready", _("Something is missing"), BOOKINGS),
        Kind("booking_joined", _("You are named to come"), BOOKINGS),
        Kind("booking_left", _("You are not to come any more"), BOOKINGS),
        Kind("instrument_problem", _("A problem at an instrument"), BOOKINGS),
        Kind("booking_moved", _("Moved to another time"), BOOKINGS),
        Kind("booking_changed", _("Mode or people changed"), BOOKINGS),
        Kind("booking_withdrawn", _("Withdrawn"), BOOKINGS),
        Kind("booking_cancelled", _("Cancelled"), BOOKINGS),
        Kind("booking_expired", _("Expired"), BOOKINGS),
        Kind("downtime_reported", _("Something does not work"), BOOKINGS),
        Kind("downtime_ended", _("It works again"), BOOKINGS),
        Kind("booking_displaced", _("Displaced by other time"), BOOKINGS),
        Kind("booking_offered", _("Time is offered to you"), BOOKINGS),
        Kind("booking_offer_over", _("An offer has ended"), BOOKINGS),
        Kind("booking_lost", _("Lost through the facility"), BOOKINGS),
        Kind("booking_no_show", _("Nobody came"), BOOKINGS),
        Kind("series_requested", _("Your request was sent"), SERIES),
        Kind("series_approved", _("Approved"), SERIES),
        Kind("series_declined", _("Declined"), SERIES),
        Kind("series_moved", _("Moved to another time"), SERIES),
        Kind("series_kept", _("Another time was not granted"), SERIES),
        Kind("series_ended", _("Dates cancelled or withdrawn"), SERIES),
        Kind("campaign_requested", _("Your request was sent"), CAMPAIGNS),
        Kind("campaign_confirmed", _("Everything that it needs is approved"), CAMPAIGNS),
        Kind("campaign_broken", _("It cannot take place"), CAMPAIGNS),
        Kind("campaign_withdrawn", _("Withdrawn"), CAMPAIGNS),
        Kind("program_confirm_asked", _("Your organisation is asked to confirm"), PROGRAMS),
        Kind("program_check_asked", _("A programme waits for the check"), PROGRAMS),
        Kind("program_decision_asked", _("A programme waits for the decision"), PROGRAMS),
        Kind("program_returned", _("Returned for changes"), PROGRAMS),
        Kind("program_approved", _("Approved"), PROGRAMS),
        Kind("program_rejected", _("Rejected"), PROGRAMS),
        Kind("program_moved", _("A new stage"), PROGRAMS),
        Kind("program_progress", _("Progress was reported"), PROGRAMS),
        Kind("call_opened", _("A call is open"), CALLS),
        Kind("call_closes", _("The deadline of a call comes near"), CALLS),
        Kind("proposal_invited", _("You are asked to join"), PROPOSALS),
        Kind("proposal_member_answered", _("Somebody answered your invitation"), PROPOSALS),
        Kind("proposal_submitted", _("Submitted"), PROPOSALS),
        Kind("proposal_confirm_asked", _("Your organisation is asked to confirm"), PROPOSALS),
        Kind("proposal_confirmed", _("Every organisation confirmed"), PROPOSALS),
        Kind("proposal_returned", _("Returned for changes"), PROPOSALS),
        Kind("proposal_moved", _("A new stage"), PROPOSALS),
        Kind("proposal_reopened", _("The call is open again for you"), PROPOSALS),
        Kind("program_ended", _("The end of a programme"), PROGRAMS),
        Kind("program_agreement_ends", _("An agreement ends soon"), PROGRAMS),
        Kind("stay_moved", _("An exchange stay"), PROGRAMS),
        Kind("node_moved", _("A node of a joint laboratory"), PROGRAMS),
        Kind("training_place", _("A place in a training"), PROGRAMS),
        Kind("candidacy_moved", _("A new stage"), PLACES),
        Kind("industrial_enquiry", _("A company asks for time"), INDUSTRY),
        Kind("data_copy_ready", _("The copy of your data is ready"), PRIVACY),
        Kind("data_request_refused", _("Your request about your data was refused"), PRIVACY),
        Kind("enquiry_confirm", _("Confirm your enquiry"), INDUSTRY),
        Kind("industrial_moved", _("A new stage"), INDUSTRY),
        Kind("proposal_result", _("The result of a call"), PROPOSALS),
        Kind("proposal_appealed", _("A decision is appealed"), PROPOSALS),
        Kind("proposal_appeal_answered", _("Your appeal is answered"), PROPOSALS),
        Kind("leg_moved", _("A part of your proposal has moved on"), PROPOSALS),
        Kind("leg_extended", _("More time for a part of your proposal"), PROPOSALS),
        Kind("proposal_expires", _("Your proposal expires soon"), PROPOSALS),
        Kind("transfer_asked", _("A part is to move to another instrument"), TRANSFERS),
        Kind("transfer_ended", _("A part moved, or stays"), TRANSFERS),
        Kind("report_due", _("A report is due"), REPORTS),
        Kind("report_submitted", _("A report was handed in"), REPORTS),
        Kind("report_judged", _("A report was accepted, returned or waived"), REPORTS),
        Kind("publication_due", _("A publication is expected"), REPORTS),
        Kind("publication_explained", _("Why nothing is published"), REPORTS),
        Kind("review_asked", _("You are asked for a review"), REVIEWS),
        Kind("review_due", _("A review is due"), REVIEWS),
        Kind("review_reopened", _("A review is open again"), REVIEWS),
        Kind("review_called_off", _("A review was called off"), REVIEWS),
        Kind("review_lacking", _("No reviewer is left"), REVIEWS),
        Kind("term_ends", _("A term of office ends soon"), OFFICES),
        Kind("office_vacant", _("An office is vacant"), OFFICES),
        Kind("application_submitted", _("A centre asks to join"), MEMBERSHIP),
        Kind("application_returned", _("Returned for changes"), MEMBERSHIP),
        Kind("application_moved", _("A new stage"), MEMBERSHIP),
        Kind("vote_opened", _("A vote is open"), GOVERNANCE),
        Kind("vote_closed", _("The result of a vote"), GOVERNANCE),
        Kind("signature_awaited", _("A document awaits your signature"), SIGNATURES),
        Kind("circular", _("A circular of the secretariat"), CIRCULARS),
        Kind("meeting_called", _("You are invited to a meeting"), MEETINGS),
        Kind("meeting_changed", _("A meeting was changed"), MEETINGS),
        Kind("meeting_cancelled", _("A meeting was cancelled"), MEETINGS),
        Kind("agenda_circulated", _("The agenda of a meeting"), MEETINGS),
        Kind("action_promised", _("You are asked to do something"), ACTIONS),
        Kind("action_due", _("An action is due soon"), ACTIONS),
        Kind("action_overdue", _("An action is overdue"), ACTIONS),
        Kind("event_invited", _("You are invited"), EVENTS),
        Kind("event_registered", _("You have a place"), EVENTS),
        Kind("event_waiting", _("You are on the waiting list"), EVENTS),
        Kind("event_place", _("A place is yours"), EVENTS),
        Kind("event_left", _("Your registration is cancelled"), EVENTS),
        Kind("event_changed", _("An event has changed"), EVENTS),
        Kind("event_postponed", _("An event is postponed"), EVENTS),
        Kind("event_cancelled", _("An event is cancelled"), EVENTS),
        Kind("view_sent", _("The figures of a saved view"), VIEWS),
        Kind("leg_alternates", _("Another instrument is offered"), LEGS),
    )
}
