"""Everything that writes industrial access: the enquiry, the quotation, agreement, payment and the statement."""

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

__all__ = [
    "Enquiry",
    "Offered",
    "accept_quotation",
    "agree_nda",
    "decline_request",
    "expire_quotations",
    "file_enquiry",
    "finish_request",
    "follow_bookings",
    "pass_on",
    "quote",
    "record_payment",
    "send_statement",
    "sign_agreement",
    "withdraw_request",
]
