"""Everything that writes industrial access: what is shown, the enquiry, quotation, agreement, payment, statement."""

from programs.commands.industry.asking import (
    Enquiry,
    accept_quotation,
    decline_request,
    file_enquiry,
    pass_on,
    withdraw_request,
)
from programs.commands.industry.quoting import Offered, agree_nda, expire_quotations, quote, sign_agreement
from programs.commands.industry.settling import finish_request, follow_bookings, record_payment, send_statement
from programs.commands.industry.showing import publish_shown, save_shown, take_down_shown
from programs.commands.industry.titling import publish_title, withdraw_title
from programs.commands.industry.visiting import Visitor, confirm_enquiry, leave_enquiry, purge_enquiries

__all__ = [
    "Enquiry",
    "Offered",
    "Visitor",
    "accept_quotation",
    "agree_nda",
    "confirm_enquiry",
    "decline_request",
    "expire_quotations",
    "file_enquiry",
    "finish_request",
    "follow_bookings",
    "leave_enquiry",
    "pass_on",
    "publish_shown",
    "publish_title",
    "purge_enquiries",
    "quote",
    "record_payment",
    "save_shown",
    "send_statement",
    "sign_agreement",
    "take_down_shown",
    "withdraw_request",
    "withdraw_title",
]
