"""Requests of companies, in any state."""

from decimal import Decimal

import time_machine
from django.utils import timezone

from facilities.commands.bookings import request_time
from facilities.rules import BookingRequest
from programs.commands import industry
from programs.models import IndustrialRequest
from workflow.approvals import decide
from workflow.models import Task

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
    if state == "expired":
        industry.quote(request, offered(world), by=world.bo)
        with time_machine.travel(request.quotations.get().valid_until, tick=False):
            industry.expire_quotations()
        request.refresh_from_db()
        return request
    steps = {
        "nda": lambda: industry.agree_nda(request, by=world.bo, on=today),
        "quoted": lambda: industry.quote(request, offered(world), by=world.bo),
        "accepted": lambda: industry.accept_quotation(request, by=world.dan, number=1),
        "contract": lambda: industry.sign_agreement(request, by=world.bo, on=today, reference="C-1"),
        "paid": lambda: pay(request, world, Decimal(12500)),
        "booked": lambda: book(request, world),
        "done": lambda: industry.finish_request(request, by=world.bo),
        "statement": lambda: industry.send_statement(request, by=world.bo),
    }
    for name, step in steps.items():
        if state == "enquiry":
            break
        if name != "booked" or state == "booked":
            step()
        if name == state:
            break
    request.refresh_from_db()
    return request


def book(request, world):
    """A shift on the paid account is approved, and the request follows."""
    request.refresh_from_db()
    day = (request.allocation.valid_from - world.monday).days + 2
    wanted = BookingRequest(
        world.instrument_a, world.at(day, 7), world.at(day, 15), team=request.team, allocation=request.allocation
    )
    booking = request_time(wanted, by=world.dan)
    for task in Task.objects.filter(subject_id=booking.pk, state=Task.State.OPEN):
        decide(task, "approve", by=world.bo)
    industry.follow_bookings()


def pay(request, world, amount, reference="bank 1"):
    return industry.record_payment(
        request, by=world.bo, amount=amount, received_on=timezone.now().date(), reference=reference
    )
