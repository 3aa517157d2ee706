"""Approval turns wanted time into allocations, once; the team books while the programme runs."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core.errors import Invalid, WrongState
from facilities.models import Allocation, Cycle, LedgerEntry
from notifications.models import Message
from notifications.rendering import words
from programs.commands import cooperation
from programs.models import Program
from tests.programs import cast


@pytest.mark.django_db
def test_what_was_wanted_becomes_an_allocation_with_its_ledger(world):
    program = cast.approved(world)
    allocation = program.entitlements.get().allocation
    assert (allocation.team, allocation.instrument, allocation.granted, allocation.left) == (
        program.team,
        world.instrument_a,
        18,
        18,
    )
    berlin = ZoneInfo("Europe/Berlin")
    assert allocation.valid_from.astimezone(berlin).date() == program.starts_on
    assert allocation.valid_until == datetime.combine(
        program.ends_on + timedelta(days=1), datetime.min.time(), berlin
    ).astimezone(UTC)
    assert [(entry.kind, entry.units, entry.by, entry.note) for entry in allocation.entries.all()] == [
        ("granted", 18, world.lea, program.number)
    ]
    assert program.team.is_active or program.team.__class__.objects.get(pk=program.pk).is_active


@pytest.mark.django_db
def test_time_in_a_cycle_is_valid_in_that_cycle(world):
    cycle = Cycle.objects.create(
        facility=world.facility_a, name="Next", period=DateTimeTZRange(world.at(0, 0), world.at(90, 0))
    )
    program = cast.approved(world, entitlements=[cooperation.WantedTime(world.instrument_a, Decimal(6), cycle)])
    allocation = program.entitlements.get().allocation
    assert (allocation.cycle, allocation.valid_from, allocation.valid_until) == (
        cycle,
        cycle.period.lower,
        cycle.period.upper,
    )


@pytest.mark.django_db
def test_everyone_concerned_hears_of_the_approval_once(world):
    cast.approved(world)
    told = Message.objects.filter(kind="program_approved").values_list("recipient__name", flat=True)
    assert sorted(told) == ["Ana", "Sig_a", "Sig_b"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "may_book"),
    [("draft", False), ("reviewed", False), ("approved", True), ("active", True), ("suspended", False)],
)
def test_a_team_asks_for_time_while_its_programme_runs(world, state, may_book):
    assert cast.in_state(world, state).team.__class__.objects.get().is_active is may_book


@pytest.mark.django_db
def test_a_resumed_programme_may_book_again(world):
    program = cooperation.resume_program(cast.in_state(world, "suspended"), by=world.sec)
    program.team.refresh_from_db()
    assert program.team.is_active


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_approvals_one_set_of_allocations_remains(world):
    program = cast.reviewed(world)
    barrier, outcomes = threading.Barrier(4), []

    def approve() -> None:
        try:
            barrier.wait(timeout=30)
            cooperation.approve_program(Program.objects.get(pk=program.pk), by=world.lea)
            outcomes.append("approved")
        except WrongState:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=approve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["approved", "refused", "refused", "refused"]
    assert Allocation.objects.get().granted == 18
    assert LedgerEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_partners_who_confirm_at_the_same_moment_move_it_on_once(world):
    program = cast.submitted(world)
    barrier = threading.Barrier(2)

    def confirm(organisation, by) -> None:
        try:
            barrier.wait(timeout=30)
            cooperation.confirm_partner(program, organisation, by=by)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=confirm, args=pair) for pair in ((world.org_a, world.sig_a), (world.org_b, world.sig_b))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    program.refresh_from_db()
    assert program.state == "partners_confirmed"


def granting(program, units, note=""):
    return {program.entitlements.get().pk: cooperation.Grant(Decimal(units), note)}


@pytest.mark.django_db
def test_fewer_units_than_wanted_are_granted_with_a_reason_that_everyone_reads(world):
    program = cast.reviewed(world)
    cooperation.approve_program(program, by=world.lea, grants=granting(program, 6, "The cycle is short."))
    line = program.entitlements.get()
    assert (line.units, line.granted, line.granted_note) == (18, 6, "The cycle is short.")
    assert [entry.units for entry in line.allocation.entries.all()] == [6]
    assert line.allocation.left == 6
    _subject, text = words(Message.objects.get(kind="program_approved", recipient=world.ana))
    assert "Instrument A1: 6 shifts of the 18 shifts wanted. Reason: The cycle is short." in text


@pytest.mark.django_db
def test_a_line_may_be_granted_nothing_and_then_has_no_allocation(world):
    program = cast.reviewed(world)
    cooperation.approve_program(program, by=world.lea, grants=granting(program, 0, "Not in operation then."))
    assert program.entitlements.get().allocation is None
    assert not Allocation.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("units", "note", "rule"),
    [(6, " ", "reason_required"), (19, "More", "grant_units"), (-1, "Less", "grant_units")],
)
def test_a_grant_that_cannot_be_leaves_the_programme_undecided(world, units, note, rule):
    program = cast.reviewed(world)
    with pytest.raises(Invalid) as refused:
        cooperation.approve_program(program, by=world.lea, grants=granting(program, units, note))
    assert [violation.rule for violation in refused.value.violations] == [rule]
    program.refresh_from_db()
    assert program.state == "reviewed"
