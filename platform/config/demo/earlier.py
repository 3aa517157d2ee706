"""An earlier call of Diamond whose proposals have had their time, with their reports; companies that paid for time;
centres that want to join. All of it is made up, and says so."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile

from accounts.models import Organisation, User
from accounts.queries import system_user
from alliance.commands import applications
from alliance.models import Alliance, MembershipApplication
from config.demo.calls import Calls
from config.demo.people import People
from config.demo.places import Places
from config.demo.reviews import proposal_row
from core import clock
from facilities.commands.history import PastBooking, PastSession, record_past_bookings, record_sessions
from facilities.models import Access, Booking, Cycle, Instrument, Person, Team
from programs.commands import afterwards, calls, industry, outcomes, reviews, rounds
from programs.models import Assessment, Call, ExperimentReport, IndustrialRequest, Leg, Panel, Proposal

SOURCE = "demonstration, earlier"
CLOSED, TOLD = 425, 350
"""Days ago."""
PLANS: tuple[tuple[str, int, str, str, int, int], ...] = (
    ("Sodium between layers", 4, "I11", "1.2", 40, -12),
    ("Welds of a tidal turbine", 8, "I12", "1.5", 62, -3),
    ("Zinc in coral, year by year", 12, "I18", "1.7", 75, 9),
    ("Frost inside concrete", 17, "I12", "2.0", 97, -20),
    ("Two phases of a memory", 21, "I11", "2.2", 130, -1),
    ("Iron in the first soils", 26, "I18", "3.9", 0, 0),
)
"""Title, number of the scientist, instrument, the panel's score (one is best), days from the result to the run, and
from the day of the report to the report."""
OFFERED = (("I11", 12), ("I12", 12), ("I18", 6))
COMPANIES = (
    ("Beispiel Kathoden", "Ageing of cells at speed", 290, "I11", 32),
    ("Example Glazing", "Why the coating clouds", 130, "I15-1", 33),
)
"""Company, title, days ago of its question, instrument, number of the scientist who asks for it."""
CENTRES = (
    ("Example Light Source", "PL", 34, "submitted"),
    ("Example Institute of Neutrons", "IT", 35, "checking"),
    ("Example Laser Centre", "CZ", 36, "returned"),
)


def make_earlier(places: Places, people: People, made: Calls, *, now: datetime) -> None:
    manager = people.named["manager"]
    _runs(_decided(people, made, manager, now), manager, now)
    for company in COMPANIES:
        _paid(places, people, manager, now, *company)
    industry.follow_bookings()
    for centre in CENTRES:
        _applies(places.alliances["gcasc"], people, now, *centre)
    Call.objects.update(is_demo=True)
    IndustrialRequest.objects.update(is_demo=True)


def _decided(people: People, made: Calls, manager: User, now: datetime) -> list[Proposal]:
    """Its results were told a year ago; all but the last have time, and took it."""
    closes_at, told_at = made.on(-CLOSED, 16, "Europe/London"), now - timedelta(days=TOLD)
    facility = made.by_code["I11"].facility
    cycle = Cycle.objects.filter(facility=facility, period__endswith__gt=told_at).order_by("period").first()
    with clock.standing_at(closes_at - timedelta(days=45)):
        call = made.opened(
            "earlier",
            facility,
            name=f"Diamond, standard access {closes_at.year}-2",
            name_zh=f"Diamond {closes_at.year}-2 常规机时",
            text="Beamtime in the coming period for experiments of any member or visitor.",
            text_zh="面向所有成员与访问者的下一周期束流时间。",
            offers=[
                calls.OfferedTime(made.by_code[code], Decimal(units), cycle, Decimal(6)) for code, units in OFFERED
            ],
            **{**made.dated(closes_at, "Europe/London"), "notify_at": told_at - timedelta(hours=1)},
        )
    with clock.standing_at(closes_at + timedelta(seconds=20)):
        call = calls.close_call(call, by=manager)
    panel = Panel.objects.filter(facility=facility).order_by("name").first()
    if panel is None:
        return []
    with clock.standing_at(told_at - timedelta(days=12)):
        reviews.attach_panel(panel, call, by=system_user())
        proposals = [_proposal(call, people.scientists[plan[1] - 1], panel, plan) for plan in PLANS]
        calls.start_review(call, by=manager)
        call = calls.start_allocation(call, by=manager)
        rounds.propose_round(call, by=manager, limits={"reserve": 100})
    with clock.standing_at(told_at):
        rounds.announce_results(call, by=manager)
    with clock.standing_at(told_at + timedelta(days=2)):
        for leg in Leg.objects.filter(proposal__in=proposals, state="allocated").select_related("proposal__pi"):
            afterwards.confirm_leg(leg, by=leg.proposal.pi)
    return proposals


def _proposal(call: Call, lead: User, panel: Panel, plan: tuple[str, int, str, str, int, int]) -> Proposal:
    title, number, code, score, _wait, _late = plan
    assert call.closes_at is not None
    proposal = proposal_row(call, lead, title, call.closes_at - timedelta(hours=40 - number), state="panel")
    instrument = Instrument.objects.get(code=code, facility=call.facility)
    Leg.objects.create(
        proposal=proposal, position=1, instrument=instrument, preferred=instrument, units=Decimal(6),
        least_units=Decimal(3), state="feasible", required=True,
    )  # fmt: skip
    Assessment.objects.create(
        proposal=proposal, panel=panel, final_score=Decimal(score), final_reason="As the panel agreed."
    )
    return proposal


def _runs(proposals: list[Proposal], manager: User, now: datetime) -> None:
    """Each in the first free time from its day on, and the report in time or late."""
    late = {}
    for proposal, (_title, _number, _code, _score, wait, days) in zip(proposals, PLANS, strict=False):
        leg = Leg.objects.filter(proposal=proposal, confirmed_at__isnull=False).select_related("instrument").first()
        if leg is None:
            continue
        begins = now - timedelta(days=TOLD - wait)
        run = _ran(leg.instrument, proposal.team, proposal.pi, proposal.title, begins)
        late[run.pk] = days
    outcomes.ask_for_reports()
    for report in ExperimentReport.objects.filter(booking__in=late).select_related("proposal__pi", "booking"):
        handed = datetime.combine(report.due_on, now.timetz()) + timedelta(days=late[report.booking_id])
        with clock.standing_at(min(handed, now)):
            outcomes.submit_report(
                report, "What was planned was measured; the data are in our archive.", by=report.proposal.pi
            )
            outcomes.accept_report(report, by=manager)


def _ran(instrument: Instrument, team: Team, person: User, title: str, begins: datetime, category: str = "") -> Booking:
    """A day on the instrument, the first that is free, recorded as its own records would be."""
    home = person.affiliations.select_related("organisation").get().organisation
    at = begins.replace(hour=7, minute=0, second=0, microsecond=0)
    for start in _days(at):
        row = PastBooking(
            external_id=f"{team.pk}",
            instrument=instrument,
            starts_at=start,
            ends_at=start + timedelta(hours=24),
            title=title,
            state="closed",
            requester=person,
            team=team,
            organisation=home,
            requested_at=start - timedelta(days=21),
            decided_at=start - timedelta(days=18),
            category=category,
            is_demo=True,
        )
        (outcome,) = record_past_bookings([row], by=system_user(), source=SOURCE)
        if booking := outcome.booking:
            used = PastSession(
                external_id=row.external_id,
                instrument=instrument,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                booking=booking,
                team=team,
                organisation=home,
                country=home.country,
                is_demo=True,
            )
            record_sessions([used], by=system_user(), source=SOURCE)
            return booking
    raise AssertionError("no day of two months is free")


def _days(first: datetime) -> Iterator[datetime]:
    return (first + timedelta(hours=8 * step) for step in range(180))


def _paid(
    places: Places,
    people: People,
    manager: User,
    now: datetime,
    company: str,
    title: str,
    ago: int,
    code: str,
    number: int,
) -> None:
    """Asked for, quoted, accepted, signed, paid, and used by somebody of the company."""
    contact = people.scientists[number - 1]
    instrument = Instrument.objects.get(code=code, facility=places.facilities["diamond"])
    asked = now - timedelta(days=ago)
    with clock.standing_at(asked):
        enquiry = industry.Enquiry(
            company, title, "Which phase grows first, and where?", country="DE", instrument=instrument
        )
        request = industry.file_enquiry(places.alliances["gcasc"], enquiry, by=contact)
        industry.agree_nda(request, by=manager, on=asked.date())
    with clock.standing_at(asked + timedelta(days=9)):
        offered = industry.Offered(instrument, Decimal(3), [(1, Decimal(4200))], "GBP", Decimal(1500))
        quotation = industry.quote(request, offered, by=manager)
    with clock.standing_at(asked + timedelta(days=16)):
        day = clock.now().date()
        request = industry.accept_quotation(request, by=contact, number=quotation.number)
        industry.sign_agreement(request, by=manager, on=day, reference=f"Agreements, {number}")
        industry.record_payment(
            request, by=manager, amount=quotation.total, received_on=day, reference=f"Transfer {number}"
        )
    request.refresh_from_db()
    assert request.team is not None
    run = _ran(instrument, request.team, contact, title, asked + timedelta(days=40), Access.PROPRIETARY)
    firm = Organisation.objects.create(
        slug=f"example-company-{number}", name=f"{company} (demonstration)", kind="company", country="DE"
    )
    engineer = people.join(f"engineer{number}", f"Engineer {number}", f"工程师{number}", firm, "Europe/Berlin")
    Person.objects.create(booking=run, user=engineer)


def _applies(
    alliance: Alliance, people: People, now: datetime, name: str, country: str, number: int, state: str
) -> None:
    """A made-up centre, as far as its application has come."""
    secretary, contact = people.named["secretary"], people.scientists[number - 1]
    centre = Organisation.objects.create(
        slug=f"example-{number}", name=f"{name} (demonstration)", kind="science_center", country=country
    )
    wanted = applications.Wanted(
        motivation="To train with the members, and to open our instruments to them.",
        facilities_offered="One, to every member, for a tenth of its time.",
        head_name="Head of the demonstration",
        head_email=f"head{number}@demo.yanqi.example",
    )
    with clock.standing_at(now - timedelta(days=4 * number - 110)):
        application = applications.start_application(alliance, centre, wanted, by=contact)
        about = ContentFile(b"Made up for the demonstration.", name="about-the-centre.txt")
        applications.add_application_file(application, about, by=contact)
        application = applications.submit_application(application, by=contact)
    with clock.standing_at(now - timedelta(days=3)):
        if state != "submitted":
            application = applications.start_check(application, by=secretary)
        if state == "returned":
            points = [("facilities", "Say which instrument, and from when.")]
            applications.return_application(application, points, by=secretary)
    MembershipApplication.objects.filter(pk=application.pk).update(is_demo=True)
