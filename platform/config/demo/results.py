"""What follows a decision: a call whose results are out, with reasons, a reserve list and an appeal that waits; and a
company's request in the middle of its life."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from accounts.queries import system_user
from config.demo.calls import Calls
from config.demo.people import People
from config.demo.places import Places
from config.demo.reviews import proposal_row
from core import clock
from facilities.models import Instrument
from programs.commands import afterwards, calls, industry, reviews, rounds
from programs.models import Assessment, Call, IndustrialRequest, Leg, Panel, Proposal
from programs.queries.rounds.reading import current_round, lines_of

PLANS: tuple[tuple[str, int, tuple[tuple[str, int], ...], str], ...] = (
    ("Cathodes that breathe oxygen", 0, (("I11", 9), ("I12", 6)), "1.4"),
    ("Cracks in bridges, seen while they grow", 3, (("I12", 9),), "1.8"),
    ("Arsenic in rice, grain by grain", 11, (("I18", 9),), "2.1"),
    ("Ice under the pressure of Neptune", 27, (("I11", 9),), "2.6"),
    ("Pigments of a lost palette", 38, (("I18", 9),), "4.2"),
)
"""Title, number of the scientist (0 signs in as such), instruments with shifts, the panel's score (one is best)."""
OFFERED = (("I11", 9), ("I12", 15), ("I18", 9))


def make_results(places: Places, people: People, made: Calls, *, now: datetime) -> None:
    """Results are four days old: the first PI has confirmed one part of two, the last one appeals."""
    manager = people.named["manager"]
    call = _call(made, manager, now)
    panel = Panel.objects.filter(facility=call.facility).order_by("name").first()
    if panel is None:
        return
    with clock.standing_at(now - timedelta(days=40)):
        reviews.attach_panel(panel, call, by=system_user())
        rows = _proposals(call, people, panel)
        calls.start_review(call, by=manager)
        call = calls.start_allocation(call, by=manager)
        rounds.propose_round(call, by=manager, limits={"reserve": 100})
        line = lines_of(current_round(call) or call.rounds.get()).get(leg__proposal=rows[-1])
        no = rounds.Verdict("refused")
        rounds.override_line(line, no, by=manager, reason="A museum's own laboratory can answer this question.")
    with clock.standing_at(now - timedelta(days=4)):
        rounds.announce_results(call, by=manager)
    with clock.standing_at(now - timedelta(days=3)):
        afterwards.confirm_leg(rows[0].legs.get(position=1), by=rows[0].pi)
        appeal = "The portable instruments that we have see the surface alone; the question is what lies beneath."
        afterwards.appeal_decision(rows[-1], by=rows[-1].pi, reason=appeal)
    _industrial(places, people, now=now)


def _call(made: Calls, manager: User, now: datetime) -> Call:
    """Diamond's call before the one that is reviewed now."""
    closes_at = made.on(-110, 16, "Europe/London")
    with clock.standing_at(closes_at - timedelta(days=45)):
        call = made.opened(
            "notified",
            made.by_code["I11"].facility,
            name=f"Diamond, standard access {closes_at.year}-2",
            name_zh=f"Diamond {closes_at.year}-2 常规机时",
            text="Beamtime in the coming period for experiments of any member or visitor.",
            text_zh="面向所有成员与访问者的下一周期束流时间。",
            offers=[made.offer(code, units, min(units, 18)) for code, units in OFFERED],
            **{**made.dated(closes_at, "Europe/London"), "notify_at": now - timedelta(days=4, hours=1)},
        )
    with clock.standing_at(closes_at + timedelta(seconds=20)):
        return calls.close_call(call, by=manager)


def _proposals(call: Call, people: People, panel: Panel) -> list[Proposal]:
    """Before the panel, each with the score that it set."""
    found = []
    for title, number, wanted, score in PLANS:
        pi = people.scientists[number - 1] if number else people.named["scientist"]
        submitted = (call.closes_at or clock.now()) - timedelta(hours=30 - number % 20)
        proposal = proposal_row(call, pi, title, submitted, state="panel")
        _legs(proposal, wanted)
        Assessment.objects.create(
            proposal=proposal, panel=panel, final_score=Decimal(score), final_reason="As the panel agreed."
        )
        found.append(proposal)
    return found


def _legs(proposal: Proposal, wanted: Sequence[tuple[str, int]]) -> None:
    for position, (code, units) in enumerate(wanted, start=1):
        instrument = Instrument.objects.get(code=code, facility=proposal.call.facility)
        leg = Leg.objects.create(
            proposal=proposal, position=position, instrument=instrument, preferred=instrument,
            units=Decimal(units), least_units=Decimal(3), state="feasible", required=position == 1,
        )  # fmt: skip
        leg.depends_on.set(proposal.legs.filter(position=position - 1))


def _industrial(places: Places, people: People, *, now: datetime) -> None:
    """Asked for a month ago, confidential since, and quoted ten days ago: the company has to accept."""
    instrument = next(row for row in places.instruments if row.code == "I15-1")
    manager, contact = people.named["manager"], people.scientists[30]
    with clock.standing_at(now - timedelta(days=30)):
        enquiry = industry.Enquiry(
            company="Hartglas Optik",
            title="Stress in hardened cover glass",
            question="How deep does the exchanged layer reach, and where does it break first?",
            country="DE",
            instrument=instrument,
        )
        request = industry.file_enquiry(places.alliances["gcasc"], enquiry, by=contact)
    with clock.standing_at(now - timedelta(days=21)):
        industry.agree_nda(request, by=manager, on=clock.now().date())
    with clock.standing_at(now - timedelta(days=10)):
        prices = [(1, Decimal(4200)), (6, Decimal(3900))]
        offered = industry.Offered(instrument, Decimal(6), prices, "GBP", Decimal(1500), "With our own scientist.")
        industry.quote(request, offered, by=manager)
    _paid(places, people, now=now)
    Call.objects.update(is_demo=True)
    IndustrialRequest.objects.update(is_demo=True)


def _paid(places: Places, people: People, *, now: datetime) -> None:
    """Another, signed and paid some weeks ago, whose title is published; the company has to ask for its time."""
    instrument = next(row for row in places.instruments if row.code == "B18")
    manager, contact = people.named["manager"], people.scientists[31]
    with clock.standing_at(now - timedelta(days=60)):
        enquiry = industry.Enquiry(
            company="Nordlicht Katalysatoren",
            title="Ageing of catalysts for ships' exhausts",
            question="Which form of platinum is left after five hundred hours?",
            country="DE",
            instrument=instrument,
        )
        request = industry.file_enquiry(places.alliances["gcasc"], enquiry, by=contact)
        offered = industry.Offered(instrument, Decimal(4), [(1, Decimal(4200))], "GBP")
        industry.quote(request, offered, by=manager, note="As agreed by telephone.")
    with clock.standing_at(now - timedelta(days=40)):
        industry.accept_quotation(request, by=contact, number=1)
        industry.sign_agreement(request, by=manager, on=clock.now().date(), reference="IND-2026-3")
    with clock.standing_at(now - timedelta(days=20)):
        industry.record_payment(
            request, by=manager, amount=Decimal(16800), received_on=clock.now().date(), reference="Bank 4711",
            note="Paid in full.",
        )  # fmt: skip
        industry.publish_title(request, by=manager)
