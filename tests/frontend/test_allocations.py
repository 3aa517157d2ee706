"""Ledger pages: balances and entries, who sees them, and what may be done with units, as a browser posts it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from facilities.commands.allocations import grant_allocation
from facilities.commands.teams import add_member, create_team
from facilities.models import Allocation
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
