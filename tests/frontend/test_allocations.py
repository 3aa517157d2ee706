"""Ledger pages: balances and entries, who sees them, and what may be done with units, as a browser posts it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from facilities.commands.allocations import grant_allocation
from facilities.commands.teams import add_member, create_team
from facilities.models import Allocation, LedgerEntry
from tests.facilities.asking import ask, hourly
from tests.world import make_instrument


@pytest.fixture
def account(world):
    """Ana's team has ten hours."""
    team = create_team("group", "Alloys", organisation=world.org_b, by=world.system)
    add_member(team, world.ana, by=world.system, role="lead")
    return grant(world, team, hourly(world), 10)


def grant(world, team, instrument, units):
    validity = {"cycle": None, "valid_from": world.at(-30, 0), "valid_until": world.at(60, 0)}
    return grant_allocation(team, instrument, Decimal(units), by=world.bo, **validity)


def act(client, account, name, **data):
    return client.post(reverse("allocation_act", args=[account.pk, name]), data)


def test_the_ledger_shows_every_entry_with_the_balance_after_it_and_its_booking(client, world, account):
    booking = ask(account.instrument, world.at(0, 8), 3, by=world.ana, team=account.team)
    client.force_login(world.ana)
    html = client.get(reverse("allocation", args=[account.pk])).content.decode()
    assert reverse("booking", args=[booking.pk]) in html
    assert "−3" in html
    assert "7 hours" in html
    assert "Give back to the facility" in html
    assert "Give more" not in html
    lines = client.get(reverse("ledger_file", args=[account.pk])).content.decode().splitlines()
    assert [line.split(",")[1:4] for line in lines] == [
        ["kind", "units", "balance"],
        ["granted", "10.000", "10.000"],
        ["held", "-3.000", "7.000"],
    ]


def test_others_find_no_ledger(client, world, account):
    for person in (world.bob, world.dan, world.lea):
        client.force_login(person)
        for name in ("allocation", "ledger_file"):
            assert client.get(reverse(name, args=[account.pk])).status_code == 404
        assert act(client, account, "return", units="1", note="x").status_code == 404
        assert "Alloys" not in client.get(reverse("allocations")).content.decode()


def test_a_lead_gives_back_and_the_manager_moves_units_to_another_leg(client, world, account):
    other = grant(world, account.team, make_instrument(world.facility_a, "A2"), 1)
    client.force_login(world.ana)
    assert act(client, account, "add", units="1", note="x").status_code == 404
    refused = act(client, account, "return", units="11", note="Done early")
    assert "data-errors" in refused.content.decode()
    assert "Done early" in refused.content.decode()
    assert act(client, account, "return", units="2", note="Done early").url == reverse("allocation", args=[account.pk])
    client.force_login(world.bo)
    act(client, account, "transfer", units="8", note="The second leg is longer", target=str(other.pk))
    act(client, other, "add", units="1.5", note="Reserve")
    left = dict(Allocation.objects.values_list("pk", "granted"))
    assert (left[account.pk], left[other.pk]) == (0, Decimal("3.5"))


def test_the_list_keeps_its_filters_in_the_address_and_asks_the_same_for_many(
    client, world, account, django_assert_max_num_queries
):
    client.force_login(world.bo)
    url = reverse("allocations")
    client.get(url)
    with django_assert_max_num_queries(40) as one:
        client.get(url)
    for number in range(3):
        grant(world, account.team, hourly(world, f"X{number}"), 1)
    with django_assert_max_num_queries(len(one)):
        page = client.get(url).context["page"]
    assert page.total == 4
    chosen = client.get(url, {"instrument": account.instrument.slug}).context["page"]
    assert [each.row for each in chosen.rows] == [account]
    assert client.get(url, {"when": "over"}).context["page"].total == 0


def given(world, to, **fields):
    days = {"first": f"{world.at(0, 0):%Y-%m-%d}", "last": f"{world.at(30, 0):%Y-%m-%d}"}
    said = {"team": str(to.pk), "units": "6", "category": "general", "note": "Round of spring"}
    return {"instrument": world.instrument_a.slug, **said, **days, **fields}


def test_a_facility_gives_a_team_that_it_knows_time_and_says_why(client, world, account):
    client.force_login(world.bo)
    page = reverse("grant_allocation")
    assert page in client.get(reverse("allocations")).content.decode()
    unreasoned = client.post(page, given(world, account.team, note=""))
    assert "note" in unreasoned.context["form"].errors
    client.post(page, given(world, account.team))
    made = Allocation.objects.get(instrument=world.instrument_a)
    assert (made.granted, made.category, made.team) == (6, "general", account.team)
    assert LedgerEntry.objects.get(allocation=made).note == "Round of spring"
    client.post(page, given(world, account.team, category="rapid"))
    made.refresh_from_db()
    assert made.granted == 6, "an allocation keeps its category"
    client.post(page, given(world, account.team))
    made.refresh_from_db()
    assert made.granted == 12


def test_teams_that_a_facility_does_not_know_are_named_by_their_reference_alone(client, world):
    hidden = create_team("group", "Secret alloys", organisation=world.org_c, by=world.system, reference="G-77")
    client.force_login(world.bo)
    page = reverse("grant_allocation")
    assert "Secret alloys" not in client.get(page).content.decode()
    client.post(page, given(world, hidden))
    assert not Allocation.objects.exists()
    client.post(page, given(world, hidden, team="", reference="g-77"))
    assert Allocation.objects.get().team == hidden


def test_time_is_given_only_by_those_who_keep_the_calendar_of_its_place(client, world, account):
    for person in (world.ana, world.cleo, world.dan, world.lea):
        client.force_login(person)
        assert client.get(reverse("grant_allocation")).status_code == 404
        assert reverse("grant_allocation") not in client.get(reverse("allocations")).content.decode()
    client.force_login(world.bob)
    client.post(reverse("grant_allocation"), given(world, account.team))
    assert not Allocation.objects.filter(instrument=world.instrument_a).exists()
