"""A busy fortnight at facility A, so that the pages of scientists and managers have something to show."""

from dataclasses import dataclass
from decimal import Decimal

from facilities.commands.allocations import grant_allocation
from facilities.commands.bookings import counter_booking, hold_time, request_time
from facilities.commands.teams import add_member, create_team
from facilities.models import Booking, Course, Instrument, Technique, TechniqueClosure, TrainingRecord
from tests.facilities.asking import berlin, wanted
from tests.world import World, make_instrument, open_time
from workflow.approvals import decide
from workflow.models import Task

PURPOSE = "Operando XAS at the Ni and Mn K edges, three cells, one charge cycle each. We bring our own potentiostat."


@dataclass
class Desk:
    """The busy fortnight: three requests (colliding, without training, clean), one run to come, one offer, one hold."""

    clean: Booking
    colliding: Booking
    untrained: Booking
    coming: Booking
    countered: Booking
    held: Booking
    other: Instrument


def approve(booking: Booking, world: World) -> Booking:
    decide(Task.objects.get(subject_id=booking.pk, state="open"), "approve", by=world.bo)
    booking.refresh_from_db()
    return booking


def busy(world: World) -> Desk:
    """Fill the two weeks from `world.monday` on instrument A1 and a second one that shares its technique."""
    first = world.instrument_a
    Instrument.objects.filter(pk=first.pk).update(name="Core XAFS", code="B18", setup_minutes=60, notice_hours=24)
    first.refresh_from_db()
    other = make_instrument(world.facility_a, "KMC-2", granularity_minutes=480, setup_minutes=30)
    hourly = make_instrument(
        world.facility_a, "Cluster", unit="hour", unit_minutes=60, granularity_minutes=60, min_minutes=60, capacity=3
    )
    technique = Technique.objects.create(code="xas", label="X-ray absorption spectroscopy")
    TechniqueClosure.objects.create(ancestor=technique, descendant=technique)
    for instrument in (first, other, world.instrument_b):
        instrument.techniques.add(technique)
    team = create_team("program", "Oxygen loss in sodium-ion cathodes", organisation=world.org_b, by=world.system)
    for person, role in ((world.ana, "lead"), (world.sec, "member")):
        add_member(team, person, role=role, by=world.system)
    allocation = grant_allocation(
        team,
        first,
        Decimal(12),
        cycle=None,
        valid_from=world.at(-30, 0),
        valid_until=world.at(200, 0),
        by=world.system,
    )
    course = Course.objects.create(facility=world.facility_a, name="X-ray safety")
    for person, days in ((world.ana, 60), (world.sec, 300)):
        TrainingRecord.objects.create(
            user=person, course=course, passed_on=world.at(-300, 0).date(), valid_until=world.at(days, 0).date()
        )

    def ask(day: int, hour: int, hours: int, by=world.ana, instrument=first, **fields) -> Booking:
        fields = {"purpose": PURPOSE, "mode": "remote"} | fields
        return request_time(wanted(instrument, berlin(world, day, hour), hours, **fields), by=by)

    account = {"team": team, "allocation": allocation, "title": team.title}
    coming = approve(ask(0, 16, 8, **account), world)
    clean = ask(1, 16, 16, **account)
    colliding = ask(4, 8, 16, title="Hydrogen in palladium thin films", by=world.dan)
    untrained = ask(3, 16, 8, title="Copper speciation in soils", by=world.dan, mode="onsite")
    first.required_trainings.add(course)
    approve(ask(2, 16, 8, title="Catalyst ageing", by=world.dan), world)
    countered = ask(8, 8, 8, **account)
    counter_booking(
        countered,
        by=world.bo,
        starts_at=berlin(world, 9, 8),
        ends_at=berlin(world, 9, 16),
        note="The run before yours needs one more day.",
    )
    held = hold_time(wanted(other, berlin(world, 2, 8), 16, purpose=PURPOSE), by=world.ana)
    for n in range(3):
        ask(1, 8 + n, 6 + 3 * n, instrument=hourly, by=world.dan, title=f"Molecular dynamics {n + 1}")
    open_time(
        world.facility_a,
        berlin(world, 4, 16),
        berlin(world, 5, 8),
        kind="maintenance",
        reason="Vacuum pump",
    )
    open_time(
        world.facility_a, berlin(world, 6, 0), berlin(world, 7, 0), kind="machine_dev", instrument=other, reason=""
    )
    return Desk(clean, colliding, untrained, coming, countered, held, other)
