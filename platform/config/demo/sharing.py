"""What the people of a programme share (stays, nodes, trainings, money, an agreement), and what came of a run."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Organisation, User
from config.demo.people import People
from core import clock
from facilities.models import Booking
from programs.commands import outcomes
from programs.commands.cooperation import agreements, exchange, money, nodes, training
from programs.models import NODED, BudgetLine, ExperimentReport, Leg, Partner, Program

BUDGET = {"Travel": Decimal(60000), "Samples": Decimal(45000), "Doctoral candidates": Decimal(180000)}


def make_sharing(program: Program, people: People, *, now: datetime) -> None:
    """Of a running programme that the demonstration's scientist leads: one stay is over in part, another waits for its
    host; of a workshop that ended its lead has to say who passed."""
    lead, secretary, signatory = (people.named[name] for name in ("scientist", "secretary", "signatory"))
    home = program.lead_organisation
    partner = program.partners.exclude(role=Partner.Role.LEAD).select_related("organisation").first()
    if home is None or partner is None:
        return
    host = partner.organisation
    with clock.standing_at(now - timedelta(days=90)):
        today = clock.now().date()
        agreements.record_agreement(
            program, by=secretary, reference="Register of agreements, 14", signed_on=today, valid_from=today,
            valid_until=today + timedelta(days=160),
        )  # fmt: skip
        program = money.plan_budget(program, "EUR", BUDGET, by=lead)
        money.book_contribution(program, host, money.Amount(Decimal(90000), "EUR", today), by=lead)
        yuan = money.Amount(Decimal(480000), "CNY", today, Decimal("0.128"), "Sample environment, lent")
        money.book_contribution(program, home, yuan, by=lead, in_kind=True)
        travel = BudgetLine.objects.get(program=program, category="Travel")
        money.book_expenditure(travel, money.Amount(Decimal("8420.50"), "EUR", today, note="Three visits"), by=lead)
        stay = exchange.plan_stay(
            program, people.scientists[4], host, by=lead, home=home, purpose="A cell for the second beamline",
            starts_on=today + timedelta(days=20), ends_on=today + timedelta(days=130),
        )  # fmt: skip
        exchange.confirm_stay(stay, by=signatory)
        school = training.offer_training(
            program, by=lead, title="Workshop on cells at work", organisation=host, capacity=3, kind="workshop",
            starts_on=today + timedelta(days=60), ends_on=today + timedelta(days=62),
        )  # fmt: skip
        for person in people.scientists[8:12]:
            training.enrol(school, by=person)
    with clock.standing_at(now - timedelta(days=3)):
        today = clock.now().date()
        exchange.plan_stay(
            program, people.scientists[9], host, by=lead, home=home, purpose="Measurements of the aged cells",
            starts_on=today + timedelta(days=60), ends_on=today + timedelta(days=90),
        )  # fmt: skip


def make_nodes(programmes: list[Program], people: People, *, now: datetime) -> None:
    """Of every joint laboratory that runs: a node at each partner; one, planned the other day, waits for its host."""
    waits = False
    for program in programmes:
        if program.kind not in NODED or program.state != "active":
            continue
        for place, partner in enumerate(program.partners.select_related("organisation")):
            host, late = partner.organisation, place == 1 and not waits
            waits |= late
            with clock.standing_at(now - timedelta(days=4 if late else 100)):
                node = nodes.plan_node(
                    program, host, by=program.lead_person, name=f"{program.acronym} at {host.acronym or host.name}",
                    head=_head_at(host, people, place), tasks=partner.task or "Coordination",
                    since=clock.now().date() + timedelta(days=30 if late else 0),
                )  # fmt: skip
                if not late:
                    nodes.open_node(node, by=people.named["signatory"])


def _head_at(host: Organisation, people: People, place: int) -> User:
    """Somebody of the host where there is one."""
    at_host = User.objects.filter(affiliations__organisation=host, is_demo=True).order_by("name", "id").first()
    return at_host or people.scientists[place]


def make_outcome(leg: Leg, *, now: datetime) -> None:
    """Of a leg that was granted: its first run is over, the team has handed in its report and said how it went."""
    pi, start = leg.proposal.pi, (now - timedelta(days=2)).replace(hour=7, minute=0, second=0, microsecond=0)
    run = Booking.objects.create(
        instrument=leg.instrument,
        period=DateTimeTZRange(start, start + timedelta(hours=8)),
        state="completed",
        unit=leg.instrument.unit,
        units=Decimal(1),
        team=leg.proposal.team,
        requester=pi,
        title=leg.proposal.title,
        is_demo=True,
    )
    with clock.standing_at(now - timedelta(days=1)):
        outcomes.ask_for_reports()
        report = ExperimentReport.objects.get(booking=run)
        outcomes.submit_report(report, "Three cells ran; the second lost contact after four hours.", by=pi)
        outcomes.give_feedback(run, 5, by=pi, text="The spare cell was mounted within the hour.")
        entry = outcomes.Entry(
            "10.5072/yanqi.demo.1", "Oxygen in cathodes at work (made up for the demonstration)", now.year,
            container="Demonstration Letters", authors=(outcomes.Author(pi.name),),
        )  # fmt: skip
        outcomes.add_publication(entry, by=pi, sources=[leg.proposal])
