"""What the gate must know: sealed in the database, given by each visitor alone, read by staff on record, purged."""

from datetime import date, timedelta

import pytest
from django.db import connection

from alliance.commands.privacy import set_consent
from alliance.queries.privacy import rows_about
from core import audit, clock
from core.errors import Invalid, NotPermitted, WrongState
from core.sealing import InvalidToken, unseal
from facilities.commands.bookings import request_time
from facilities.commands.readiness import set_run_terms
from facilities.commands.site_access import Details, give_site_access, purge_site_access, read_site_access
from facilities.models import SiteAccess
from facilities.rules import BookingRequest

pytestmark = pytest.mark.django_db
OWN = Details("CN", date(1990, 4, 1), "E12345678")


@pytest.fixture
def visit(world):
    """Ana comes to facility B, which wants to know who comes."""
    set_run_terms(world.facility_b, by=world.bob, site_access=True)
    request = BookingRequest(world.instrument_b, world.at(0, 8), world.at(0, 16), "Cracks", people=(world.ana,))
    return request_time(request, by=world.ana)


def test_nothing_of_it_stands_readable_in_the_database(world, visit):
    row = give_site_access(visit, OWN, by=world.ana)
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(t)::text, convert_from(sealed, 'LATIN1') from facilities_siteaccess t")
        stored = " ".join(cursor.fetchone())
    assert "E12345678" not in stored
    assert "1990" not in stored
    with pytest.raises(InvalidToken):
        unseal(row.sealed, "another purpose")


def test_only_the_visitor_gives_and_only_staff_of_the_facility_read(world, visit):
    for person in (world.bob, world.dan, world.adm):
        with pytest.raises(NotPermitted):
            give_site_access(visit, OWN, by=person)
    give_site_access(visit, OWN, by=world.ana)
    for person in (world.ana, world.bo, world.dan, world.adm, world.lea):
        with pytest.raises(NotPermitted):
            read_site_access(visit, by=person)
    (visitor,) = read_site_access(visit, by=world.bob)
    assert (visitor.name, visitor.details) == ("Ana", OWN)


def test_each_reading_is_on_record_without_what_was_read(world, visit):
    give_site_access(visit, OWN, by=world.ana)
    read_site_access(visit, by=world.bob)
    entries = [entry for entry in audit.history(visit) if entry.verb.endswith("site-access")]
    assert [(entry.verb, entry.actor_name) for entry in entries] == [
        ("give-site-access", "Ana"),
        ("read-site-access", "Bob"),
    ]
    assert "E12345678" not in str([entry.data for entry in entries])


def test_it_is_not_asked_where_the_facility_does_not_need_it(world, visit):
    set_run_terms(world.facility_b, by=world.bob, site_access=False)
    with pytest.raises(WrongState):
        give_site_access(visit, OWN, by=world.ana)


def test_all_that_is_wrong_is_said_at_once(world, visit):
    with pytest.raises(Invalid) as refusal:
        give_site_access(visit, Details("XX", date(2999, 1, 1), " "), by=world.ana)
    assert {each.field for each in refusal.value.violations} == {"nationality", "born_on", "document"}


def test_it_is_purged_thirty_days_after_the_visit_and_not_before(world, visit):
    give_site_access(visit, OWN, by=world.ana)
    with clock.standing_at(visit.ends_at + timedelta(days=29)):
        assert purge_site_access() == 0
    with clock.standing_at(visit.ends_at + timedelta(days=30, minutes=1)):
        assert purge_site_access() == 1
    assert not SiteAccess.objects.exists()


def test_the_page_shows_a_visitor_the_form_and_staff_the_list_and_others_nothing(world, visit, client):
    address = f"/bookings/{visit.pk}/site-access/"
    client.force_login(world.ana)
    given = {"nationality": "CN", "born_on": "1990-04-01", "document": "E12345678"}
    assert client.post(address, given).status_code == 302
    assert "E12345678" not in client.get(address).text
    client.force_login(world.bob)
    answer = client.get(address)
    assert "E12345678" in answer.text
    assert answer["Cache-Control"] == "no-store"
    for person in (world.dan, world.bo, world.adm):
        client.force_login(person)
        assert client.get(address).status_code == 404


def test_who_goes_abroad_agrees_first_that_the_data_may_go_there(world, visit):
    visit.people.create(user=world.dan)
    with pytest.raises(Invalid) as refusal:
        give_site_access(visit, OWN, by=world.dan)
    assert [violation.rule for violation in refusal.value.violations] == ["transfer_consent"]
    set_consent(world.dan, "transfer", True, "words", by=world.dan)
    assert give_site_access(visit, OWN, by=world.dan).person == world.dan


def test_the_copy_of_ones_data_opens_what_is_sealed_for_its_person(world, visit):
    give_site_access(visit, OWN, by=world.ana)
    [told] = [row for table, row in rows_about(world.ana) if table == "facilities.SiteAccess"]
    assert (told["nationality"], told["document"]) == ("CN", "E12345678")
    assert "sealed" not in told
