"""What becomes of an allocation: added to, given back, moved, carried over, expired; sums follow the entries."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core import clock
from core.errors import Invalid, NotPermitted
from facilities.commands.allocations import grant_allocation
from facilities.commands.balances import add_units, expire_unused, give_units_back, roll_over, transfer_units
from facilities.commands.teams import add_member, create_team
from facilities.models import Allocation, Cycle, LedgerEntry
from facilities.queries.allocations import allocations_visible_to, ledger_of, newest_entries, with_balance
from tests.facilities.asking import ask, hourly, rules_of
from tests.world import make_instrument

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(world):
    """Ana leads it, dan is a member."""
    team = create_team("group", "Alloys", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system, role="lead")
    add_member(team, world.dan, by=world.system)
    return team


def grant(world, team, instrument, units, *, cycle=None, until=60):
    validity = {"cycle": cycle, "valid_from": world.at(-30, 0), "valid_until": world.at(until, 0)}
    return grant_allocation(team, instrument, Decimal(units), by=world.bo, **validity)


def sums(allocation):
    allocation.refresh_from_db()
    return allocation.granted, allocation.held, allocation.used


def entries(allocation):
    return [(kind, int(units)) for kind, units in ledger_of(allocation).values_list("kind", "units")]


def test_time_is_converted_by_the_length_of_the_units(world, team):
    shifts = grant(world, team, world.instrument_a, 10)
    hours = grant(world, team, hourly(world), 4)
    done = transfer_units(shifts, hours, Decimal("1.5"), by=world.bo, note="The spectrometer is down")
    assert done.arrived == 12
    assert (sums(shifts)[0], sums(hours)[0]) == (Decimal("8.5"), 16)
    sent, received = LedgerEntry.objects.get(kind="sent"), LedgerEntry.objects.get(kind="received")
    assert (sent.counterpart, received.counterpart) == (hours, shifts)
    assert {sent.note, received.note} == {"The spectrometer is down"}


def test_the_facility_whose_time_it_becomes_must_give_it(world, team):
    here, there = grant(world, team, world.instrument_a, 10), grant(world, team, world.instrument_b, 10)
    for person in (world.ana, world.bo, world.bob, world.dan):
        with pytest.raises(NotPermitted):
            transfer_units(here, there, Decimal(1), by=person, note="x")
    add_member(team, world.bob, by=world.system, role="lead")
    assert transfer_units(here, there, Decimal(1), by=world.bob, note="x").arrived == 1


def test_a_transfer_names_everything_that_is_wrong(world, team):
    cluster = make_instrument(world.facility_a, "HPC", unit="node_hour", unit_minutes=60)
    other = create_team("group", "Glasses", organisation=world.org_b, by=world.system)
    source, target = grant(world, team, world.instrument_a, 2), grant(world, other, cluster, 10)
    with pytest.raises(Invalid) as refused:
        transfer_units(source, target, Decimal(3), by=world.bo, note=" ")
    assert set(rules_of(refused.value)) == {"reason_required", "units_left", "other_team", "units_never_mix"}
    hours = grant(world, team, hourly(world), 1)
    for units in (Decimal(0), Decimal(-1), Decimal("0.0001")):
        with pytest.raises(Invalid):
            transfer_units(source, hours, units, by=world.bo, note="x")
    with pytest.raises(Invalid) as refused:
        transfer_units(source, source, Decimal(1), by=world.bo, note="x")
    assert rules_of(refused.value) == ["same_account"]
    assert sums(source) == (2, 0, 0)


def test_the_facility_adds_and_a_lead_gives_back_what_is_left(world, team):
    account = grant(world, team, hourly(world), 5)
    ask(account.instrument, world.at(0, 8), 3, by=world.ana, team=team)
    for person, act in ((world.ana, add_units), (world.bob, add_units), (world.dan, give_units_back)):
        with pytest.raises(NotPermitted):
            act(account, Decimal(1), by=person, note="x")
    add_units(account, Decimal(2), by=world.bo, note="Reserve time")
    with pytest.raises(Invalid):
        give_units_back(account, Decimal(5), by=world.ana, note="x")
    give_units_back(account, Decimal(4), by=world.ana, note="Done early")
    assert sums(account) == (3, 3, 0)
    assert entries(account) == [("granted", 5), ("held", 3), ("granted", 2), ("returned", 4)]


def test_what_is_left_is_carried_over_to_a_later_cycle(world, team):
    periods = [DateTimeTZRange(world.at(start, 0), world.at(start + 60, 0)) for start in (0, 60)]
    now, later = (
        Cycle.objects.create(facility=world.facility_a, name=name, period=period)
        for name, period in zip(("1", "2"), periods, strict=True)
    )
    account = grant(world, team, hourly(world), 8, cycle=now)
    ask(account.instrument, world.at(0, 8), 3, by=world.ana, team=team)
    with pytest.raises(NotPermitted):
        roll_over(account, later, by=world.ana, note="x")
    with pytest.raises(Invalid) as refused:
        roll_over(account, now, by=world.bo, note="x")
    assert "cycle_not_later" in rules_of(refused.value)
    done = roll_over(account, later, by=world.bo, note="Beam was off in March")
    assert (sums(account), sums(done.target)) == ((3, 3, 0), (5, 0, 0))
    assert (done.target.cycle, done.target.valid_until) == (later, later.period.upper)
    add_units(account, Decimal(1), by=world.bo, note="x")
    again = roll_over(account, later, by=world.bo, note="y", units=Decimal(1))
    assert (again.target.pk, sums(again.target)[0]) == (done.target.pk, 6)


def test_what_is_left_expires_once_however_often_the_timer_runs(world, team):
    over, running = grant(world, team, hourly(world), 8, until=1), grant(world, team, hourly(world, "H2"), 8)
    ask(over.instrument, world.at(0, 8), 3, by=world.ana, team=team)
    moment = world.at(1, 0)
    assert expire_unused(moment - timedelta(seconds=1)) == 0
    assert [expire_unused(moment), expire_unused(moment), expire_unused(moment + timedelta(days=400))] == [1, 0, 1]
    assert (sums(over), entries(over)[-1]) == ((3, 3, 0), ("expired", 5))
    assert sums(running)[0] == 0


def test_each_entry_shows_what_was_left_after_it(world, team):
    account = grant(world, team, hourly(world), 8)
    ask(account.instrument, world.at(0, 8), 3, by=world.ana, team=team)
    give_units_back(account, Decimal(2), by=world.ana, note="x")
    account.refresh_from_db()
    lines = with_balance(account, list(newest_entries(account)))
    assert [(each.entry.kind, int(each.signed), int(each.balance)) for each in lines] == [
        ("returned", -2, 3),
        ("held", -3, 5),
        ("granted", 8, 8),
    ]
    assert lines[0].balance == account.left
    assert with_balance(account, [lines[1].entry]) == [lines[1]]


def test_an_account_is_seen_by_its_team_and_by_the_facility_alone(world, team):
    account = grant(world, team, world.instrument_a, 8)
    for person, sees in (
        (world.ana, 1),
        (world.dan, 1),
        (world.bo, 1),
        (world.cleo, 1),
        (world.bob, 0),
        (world.lea, 0),
    ):
        assert allocations_visible_to(person).filter(pk=account.pk).count() == sees


def test_units_go_where_they_are_told_through_the_api(world, team, api):
    source, target = grant(world, team, world.instrument_a, 4), grant(world, team, hourly(world), 4)
    path = f"/allocations/{source.pk}"
    body = {"to": str(target.pk), "units": "1", "note": "Leg two is longer"}
    assert api(world.ana, "post", f"{path}/transfer", body).status_code == 403
    assert api(world.lea, "post", f"{path}/transfer", body).status_code == 404
    done = api(world.bo, "post", f"{path}/transfer", body)
    assert (done.status_code, done.json()["arrived"], done.json()["source"]["left"]) == (200, "8.000", "3.000")
    back = api(world.ana, "post", f"{path}/return", {"units": "1", "note": "Done early"})
    assert (back.status_code, back.json()["left"]) == (200, "2.000")
    given = api(world.bo, "post", f"{path}/grant", {"units": "2.5", "note": "Reserve"})
    assert given.json()["granted"] == "4.500"
    assert api(world.bo, "post", f"{path}/grant", {"units": "2.5"}).status_code == 400
    cycle = Cycle.objects.create(
        facility=world.facility_a, name="Next", period=DateTimeTZRange(world.at(60, 0), world.at(120, 0))
    )
    rolled = api(world.bo, "post", f"{path}/rollover", {"cycle": str(cycle.pk), "note": "The beam was off"})
    assert (rolled.json()["target"]["cycle"], rolled.json()["source"]["left"]) == ("Next", "0.000")
    kinds = [each["kind"] for each in api(world.ana, "get", f"{path}/ledger").json()["results"]]
    assert kinds == ["granted", "sent", "returned", "granted", "sent"]
    for filters, count in (({"instrument": source.instrument.slug}, 2), ({"facility": "fb"}, 0), ({"running": "1"}, 3)):
        assert len(api(world.ana, "get", "/allocations", filters).json()["results"]) == count
    assert Allocation.objects.filter(valid_until__gt=clock.now()).count() == 3
