"""How a request of industry moves. Parties: company (who asked), office (of its facility or alliance), system."""

from django.utils.translation import gettext_lazy as _

from workflow.machine import Workflow, move

INDUSTRIAL = Workflow(
    "industrial request",
    {
        "enquiry": _("Enquiry"),
        "nda": _("Confidentiality agreed"),
        "quoted": _("Quoted"),
        "accepted": _("Quotation accepted"),
        "contract": _("Agreement signed"),
        "paid": _("Paid"),
        "booked": _("Time booked"),
        "done": _("Done"),
        "statement": _("Statement sent"),
        "expired": _("Expired"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrawn"),
    },
    [
        move("agree-nda", "enquiry", "nda", "office", _("Record the confidentiality agreement")),
        move("quote", "enquiry nda quoted", "quoted", "office", _("Send a quotation")),
        move("accept", "quoted", "accepted", "company", _("Accept the quotation")),
        move("sign", "accepted", "contract", "office", _("Record the signed agreement")),
        move("pay", "contract", None, "office", _("Record a payment"), done=_("Payment recorded")),
        move("all-paid", "contract", "paid", "system", _("Paid in full")),
        move("book", "paid", "booked", "system", _("Time booked")),
        move("finish", "paid booked", "done", "office system", _("Record that it is done")),
        move("state", "done", "statement", "office", _("Send the statement")),
        move("expire", "quoted", "expired", "system", _("Expired")),
        move("decline", "enquiry nda quoted", "declined", "office", _("Decline"), reason=True),
        move("withdraw", "enquiry nda quoted accepted", "withdrawn", "company", _("Withdraw"), reason=True),
    ],
    initial="enquiry",
    final="statement expired declined withdrawn",
)
