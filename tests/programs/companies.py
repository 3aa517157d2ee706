"""Requests of companies, in any state."""

from decimal import Decimal

from django.utils import timezone

from programs.commands import industry
from programs.models import IndustrialRequest

SLIDING = [(1, Decimal(4000)), (11, Decimal(3000))]


def enquiry(world, **fields) -> industry.Enquiry:
    said = {"company": "Acme Coatings", "title": "Coatings under stress", "question": "Where do cracks begin?"}
    return industry.Enquiry(**{**said, "instrument": world.instrument_a, **fields})


def offered(world, **fields) -> industry.Offered:
    return industry.Offered(
        **{
            "instrument": world.instrument_a,
            "units": Decimal(3),
            "prices": SLIDING,
            "currency": "EUR",
            "services": Decimal(500),
            **fields,
        }
    )


def asked(world, **fields) -> IndustrialRequest:
    """Dan asks for his company, at facility A, whose manager is bo."""
    return industry.file_enquiry(world.alliance, enquiry(world, **fields), by=world.dan)


def in_state(world, state: str) -> IndustrialRequest:
    """Brought there by the shortest way of commands; `done` is recorded by the office, though nothing was booked."""
    request = asked(world)
    today = timezone.now().date()
    if state == "declined":
        return industry.decline_request(request, by=world.bo, note="No furnace")
    if state == "withdrawn":
        return industry.withdraw_request(request, by=world.dan, note="Solved")
    steps = {
        "nda": lambda: industry.agree_nda(request, by=world.bo, on=today),
        "quoted": lambda: industry.quote(request, offered(world), by=world.bo),
        "accepted": lambda: industry.accept_quotation(request, by=world.dan, number=1),
        "contract": lambda: industry.sign_agreement(request, by=world.bo, on=today, reference="C-1"),
        "paid": lambda: pay(request, world, Decimal(12500)),
        "done": lambda: industry.finish_request(request, by=world.bo),
        "statement": lambda: industry.send_statement(request, by=world.bo),
    }
    for name, step in steps.items():
        if state == "enquiry":
            break
        step()
        if name == state:
            break
    request.refresh_from_db()
    return request


def pay(request, world, amount, reference="bank 1"):
    return industry.record_payment(
        request, by=world.bo, amount=amount, received_on=timezone.now().date(), reference=reference
    )
