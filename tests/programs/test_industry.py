"""Industrial access: who may do what, what it costs, when paid time may begin, and what nobody else sees."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from core import audit
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, WrongState
from facilities.commands.bookings import request_time
from facilities.models import Cycle, QuotaRule
from facilities.rules import BookingRequest
from notifications.models import Message
from programs.commands import industry
from programs.permissions.industry import TITLED, industrial_parties, industrial_requests_visible_to
from programs.queries.capping import cap_shown, over_cap, proprietary_cap
from programs.queries.industry import title_acts
from programs.rules.industry import first_day_after, price_of, valid_until
from programs.workflows.industry import INDUSTRIAL
from tests.programs.companies import SLIDING, asked, enquiry, in_state, offered, pay
from tests.world import make_user

WEEKDAYS = frozenset({1, 2, 3, 4, 5})


def kinds_told(person) -> list[str]:
    return list(Message.objects.filter(recipient=person).values_list("kind", flat=True))


MOVES = {
    "agree-nda": lambda r, w, by: industry.agree_nda(r, by=by, on=timezone.now().date()),
    "quote": lambda r, w, by: industry.quote(r, offered(w), by=by),
    "accept": lambda r, w, by: industry.accept_quotation(r, by=by, number=1),
    "sign": lambda r, w, by: industry.sign_agreement(r, by=by, on=timezone.now().date(), reference="C-1"),
    "pay": lambda r, w, by: industry.record_payment(
        r, by=by, amount=Decimal(1), received_on=timezone.now().date(), reference="bank 2"
    ),
    "finish": lambda r, w, by: industry.finish_request(r, by=by),
    "state": lambda r, w, by: industry.send_statement(r, by=by),
    "decline": lambda r, w, by: industry.decline_request(r, by=by, note="because"),
    "withdraw": lambda r, w, by: industry.withdraw_request(r, by=by, note="because"),
}
PEOPLE = ("dan", "bo", "bob", "ana", "cleo", "sec", "lea", "adm", "sig_a")


@pytest.mark.django_db
@pytest.mark.parametrize("state", INDUSTRIAL.states)
def test_what_the_table_does_not_list_is_refused(world, state):
    request = in_state(world, state)
    assert request.state == state
    for name in PEOPLE:
        person = getattr(world, name)
        parties = industrial_parties(person, request)
        assert parties == {"dan": {"company"}, "bo": {"office"}}.get(name, frozenset())
        for move_name, perform in MOVES.items():
            move = INDUSTRIAL.find(move_name)
            if move.who & parties and state in move.sources:
                continue
            with pytest.raises(WrongState if move.who & parties else NotPermitted):
                perform(request, world, person)
    for name in PEOPLE:
        if name == "bo" and state in TITLED:
            continue
        with pytest.raises(WrongState if name == "bo" else NotPermitted):
            industry.publish_title(request, by=getattr(world, name))
        if name != "bo":
            with pytest.raises(NotPermitted):
                industry.withdraw_title(request, by=getattr(world, name))
    request.refresh_from_db()
    assert request.state == state
    assert title_acts(world.bo, request) == (["publish-title"] if state in TITLED else [])
    assert title_acts(world.dan, request) == []


@pytest.mark.django_db
def test_only_the_company_and_the_facility_asked_see_it(world):
    request = asked(world)
    seen = {name for name in PEOPLE if industrial_requests_visible_to(getattr(world, name)).exists()}
    assert seen == {"dan", "bo"}
    without = industry.file_enquiry(world.alliance, enquiry(world, instrument=None), by=world.dan)
    assert list(industrial_requests_visible_to(world.sec)) == [without]
    industry.pass_on(without, world.facility_b, by=world.sec)
    assert not industrial_requests_visible_to(world.sec).exists()
    assert list(industrial_requests_visible_to(world.bob)) == [without]
    assert request.reference.startswith("IND-")


@pytest.mark.django_db
def test_paid_time_is_proprietary_and_begins_when_five_working_days_have_passed(world):
    request = in_state(world, "contract")
    pay(request, world, Decimal(12000))
    request.refresh_from_db()
    assert (request.state, request.allocation) == ("contract", None)
    pay(request, world, Decimal(500), "bank 2")
    request.refresh_from_db()
    assert request.state == "paid"
    allocation = request.allocation
    assert (allocation.category, allocation.granted, allocation.instrument) == ("proprietary", 3, world.instrument_a)
    first = first_day_after(timezone.now().date(), 5, WEEKDAYS)
    assert allocation.valid_from.astimezone(UTC).date() in {first, first - timedelta(days=1)}


@pytest.mark.django_db
def test_a_payment_recorded_twice_counts_once(world):
    request = in_state(world, "contract")
    assert pay(request, world, Decimal(100)) == pay(request, world, Decimal(100))
    with pytest.raises(Invalid):
        pay(request, world, Decimal(200))
    assert request.payments.count() == 1


@pytest.mark.django_db
def test_no_more_is_paid_back_than_was_received(world):
    """Scenario 8: 60 %, then 25 %, then all of it once more."""
    request = in_state(world, "contract")
    for place, amount in enumerate((5000, -3000, -1250)):
        pay(request, world, Decimal(amount), f"bank {place}")
    with pytest.raises(Invalid) as refused:
        pay(request, world, Decimal(-5000), "bank 3")
    assert [each.rule for each in refused.value.violations] == ["more_than_received"]
    pay(request, world, Decimal(-750), "bank 3")
    assert sum(row.amount for row in request.payments.all()) == 0


@pytest.mark.django_db
def test_paid_time_is_booked_and_used_as_busy_time_that_others_cannot_read(world):
    request = in_state(world, "paid")
    day = (request.allocation.valid_from - world.monday).days + 2
    booked = request_time(
        BookingRequest(
            world.instrument_a,
            world.at(day, 7),
            world.at(day, 15),
            team=request.team,
            allocation=request.allocation,
        ),
        by=world.dan,
    )
    assert booked.category == "proprietary"
    assert industry.follow_bookings() == 0, "a request that waits is no booked time"


@pytest.mark.django_db
def test_paid_time_cannot_pay_for_work_of_the_alliance(world):
    request = in_state(world, "paid")
    day = (request.allocation.valid_from - world.monday).days + 2
    wanted = BookingRequest(
        world.instrument_a,
        world.at(day, 7),
        world.at(day, 15),
        team=request.team,
        allocation=request.allocation,
        category="general",
    )
    with pytest.raises(RulesRefuse) as refused:
        request_time(wanted, by=world.dan)
    assert [each.rule for each in refused.value.violations] == ["proprietary_apart"]


@pytest.mark.django_db
def test_a_quotation_expires_after_twelve_months_and_cannot_be_accepted_then(world):
    request = in_state(world, "quoted")
    with time_machine.travel(request.quotations.get().valid_until - timedelta(seconds=1), tick=False):
        assert industry.expire_quotations() == 0
    with time_machine.travel(request.quotations.get().valid_until, tick=False):
        with pytest.raises(DomainError) as refused:
            industry.accept_quotation(request, by=world.dan, number=1)
        assert refused.value.code == "quotation_expired"
        assert (industry.expire_quotations(), industry.expire_quotations()) == (1, 0)


@pytest.mark.django_db
def test_the_company_accepts_the_quotation_that_it_read(world):
    request = in_state(world, "quoted")
    industry.quote(request, offered(world, units=Decimal(6)), by=world.bo)
    with pytest.raises(DomainError) as refused:
        industry.accept_quotation(request, by=world.dan, number=1)
    assert (refused.value.code, refused.value.status) == ("quotation_changed", 409)


@pytest.mark.django_db
def test_a_wrong_quotation_names_everything_at_once(world):
    request = asked(world)
    wrong = offered(
        world,
        instrument=world.instrument_b,
        units=Decimal(0),
        currency="€",
        services=Decimal(-1),
        prices=[(2, Decimal(1))],
    )
    with pytest.raises(Invalid) as refused:
        industry.quote(request, wrong, by=world.bo)
    assert [each.field for each in refused.value.violations] == [
        "instrument",
        "units",
        "currency",
        "services",
        "prices",
    ]


@pytest.mark.django_db
def test_the_statement_charges_what_was_used_and_says_what_is_left(world):
    request = in_state(world, "statement")
    content = request.statement_sent.content
    assert (content["units_used"], content["cost"], content["paid"], content["balance"]) == (
        "0",
        "500.00",
        "12500.00",
        "12000.00",
    )


@pytest.mark.django_db
def test_the_office_of_the_facility_hears_of_an_enquiry_and_the_company_of_each_step(world):
    request = asked(world)
    assert kinds_told(world.bo) == ["industrial_enquiry"]
    industry.quote(request, offered(world), by=world.bo)
    assert kinds_told(world.dan) == ["industrial_moved"]
    assert kinds_told(world.bob) == []


def test_a_later_price_holds_only_for_the_units_from_it_on():
    assert price_of(Decimal(10), SLIDING) == 40000
    assert price_of(Decimal(12), SLIDING) == 46000
    assert price_of(Decimal("10.5"), SLIDING) == 41500
    assert price_of(Decimal(0), SLIDING) == 0


@settings(max_examples=40, deadline=None)
@given(st.decimals(0, 500, places=1), st.decimals(0, 500, places=1))
def test_more_units_never_cost_less(one, other):
    assert (price_of(one, SLIDING) <= price_of(other, SLIDING)) == (one <= other) or one == other


def test_prices_begin_at_the_first_unit_and_rise():
    for wrong in ([], [(2, Decimal(1))], [(1, Decimal(1)), (1, Decimal(2))], [(1, Decimal(-1))]):
        with pytest.raises(ValueError, match="unit 1"):
            price_of(Decimal(1), wrong)


def test_five_working_days_from_a_thursday_end_on_the_friday_of_the_next_week():
    assert first_day_after(date(2026, 11, 19), 5, WEEKDAYS) == date(2026, 11, 27)


def test_a_quotation_stands_to_the_end_of_the_day_in_the_zone_of_the_facility():
    assert valid_until(datetime(2026, 2, 27, 12, tzinfo=UTC), 12, "Europe/Berlin") == datetime(
        2027, 2, 27, 23, tzinfo=UTC
    )


@pytest.mark.django_db
def test_a_manager_who_asks_for_a_company_is_not_the_office_as_well(world):
    request = industry.file_enquiry(world.alliance, enquiry(world), by=world.bo)
    assert industrial_parties(world.bo, request) == {"company"}
    other = make_user("eve", world.org_c)
    assert industrial_parties(other, request) == frozenset()


def capped(world, most=10):
    """A cycle of facility A of three months around today, all of it user time at A1, and its cap for companies."""
    start = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    Cycle.objects.filter(facility=world.facility_a).delete()
    cycle = Cycle.objects.create(
        facility=world.facility_a, name="2026/II", period=DateTimeTZRange(start, start + timedelta(days=90))
    )
    QuotaRule.objects.create(cycle=cycle, category="proprietary", least=0, most=most)


@pytest.mark.django_db
def test_more_than_the_cap_leaves_is_quoted_and_paid_only_with_a_reason(world):
    capped(world)
    one, other = asked(world), asked(world)
    cap = proprietary_cap(world.facility_a)
    units = (cap.left / 8).quantize(Decimal(1), ROUND_DOWN)
    industry.quote(one, offered(world, units=units), by=world.bo)
    industry.accept_quotation(one, by=world.dan, number=1)
    assert proprietary_cap(world.facility_a).left == cap.left - units * 8, "what is accepted is promised"
    assert proprietary_cap(world.facility_a, without=one).left == cap.left
    with pytest.raises(Invalid) as refused:
        industry.quote(other, offered(world), by=world.bo)
    [violation] = refused.value.violations
    assert (violation.rule, violation.field, violation.source) == ("proprietary_cap", "units", "R-17")
    assert "2026/II (10 % until" in violation.message
    industry.quote(other, offered(world), by=world.bo, note="The director agreed")
    assert audit.history(other).last().data["over_cap"] is True
    industry.accept_quotation(other, by=world.dan, number=1)
    industry.sign_agreement(other, by=world.bo, on=timezone.now().date(), reference="C-2")
    pay(other, world, Decimal(12000))
    with pytest.raises(Invalid) as refused:
        pay(other, world, Decimal(500), "bank 2")
    assert [each.rule for each in refused.value.violations] == ["proprietary_cap"]
    industry.record_payment(
        other, by=world.bo, amount=Decimal(500), received_on=timezone.now().date(), reference="bank 2", note="Agreed"
    )
    other.refresh_from_db()
    assert other.state == "paid"


@pytest.mark.django_db
def test_without_a_cap_nothing_is_refused_and_the_office_alone_reads_what_is_left(world):
    request = asked(world)
    Cycle.objects.filter(facility=world.facility_a).delete()
    assert proprietary_cap(world.facility_a) is None
    industry.quote(request, offered(world, units=Decimal(1000)), by=world.bo)
    capped(world)
    cap = proprietary_cap(world.facility_a)
    assert [each.rule for each in over_cap(cap, cap.left + 1, field="units")] == ["proprietary_cap"]
    assert over_cap(replace(cap, binding=False), cap.left + 1, field="units") == [], "a later cycle has no cap"
    request.refresh_from_db()
    assert cap_shown(world.bo, request) is not None
    assert cap_shown(world.dan, request) is None


@pytest.mark.django_db
def test_a_published_title_is_read_by_everybody_with_nothing_else(world, client):
    request = in_state(world, "contract")
    assert request.title not in client.get("/industry/").content.decode()
    industry.publish_title(request, by=world.bo)
    industry.publish_title(request, by=world.bo)
    seen = client.get("/industry/").content.decode()
    assert request.title in seen
    assert not {word for word in (request.company, request.question, request.reference) if word in seen}
    industry.withdraw_title(request, by=world.bo)
    assert request.title not in client.get("/industry/").content.decode()
