"""What came of the joint programmes: their money, a school with its results, stays of guests, and papers."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from config.demo.people import People
from core import clock
from programs.commands.cooperation import exchange, money, training
from programs.commands.outcomes.publications import Author, Entry, add_publication
from programs.models import Program

BUDGET = {"Travel": Decimal(18_000), "Consumables": Decimal(24_000), "Guest researchers": Decimal(60_000)}
SPENT = ((300, "Travel", 2_300), (240, "Consumables", 6_900), (120, "Travel", 4_100), (60, "Guest researchers", 21_500))
"""Days ago, on what, and how much in the programme's own currency."""
FUNDED = 6
SCHOOLS = ((150, "School on total scattering"), (400, "School on imaging with neutrons"))
"""Days ago, and the title."""
PAPERS = (
    ("Breathing cathodes followed with neutrons and X-rays", 0),
    ("Arsenic pathways in rice grains", 0),
    ("A map of strain in welded rails", 1),
    ("Ice phases under extreme pressure", 1),
    ("Fibre order in bioplastics during drawing", 1),
)
"""Title, and how many years ago it appeared."""


def make_outcomes(people: People, *, now: datetime) -> None:
    active = list(Program.objects.filter(state="active").order_by("number"))
    without_budget = [program for program in active if not program.budget.exists()]
    for place, program in enumerate(without_budget[:FUNDED]):
        _money(program, people.named["secretary"], Decimal(80 + 15 * place) / 100, now)
    for place, (ago, title) in enumerate(SCHOOLS):
        _school(active[place], people, now, ago, title)
    _stay(active[0], people, now)
    for place, (title, ago) in enumerate(PAPERS):
        entry = Entry(
            doi=f"10.5555/yanqi.demonstration.{place + 1}",
            title=title,
            year=now.year - ago,
            container="An example journal",
            authors=[Author(str(people.scientists[place]))],
        )
        program = active[place % len(active)]
        add_publication(entry, by=_lead(program), sources=[program])


def _lead(program: Program) -> User:
    return program.team.members.filter(role="lead").order_by("id")[0].user


def _money(program: Program, by: User, pace: Decimal, now: datetime) -> None:
    """Planned in all, given by two partners, and spent at the programme's own pace."""
    program = money.plan_budget(program, "EUR", BUDGET, by=by)
    lines = {line.category: line for line in program.budget.all()}
    today = now.date()
    for days, category, amount in SPENT:
        paid = money.Amount(Decimal(amount) * pace, "EUR", today - timedelta(days=days))
        money.book_expenditure(lines[category], paid, by=by)
    partners = [row.organisation for row in program.partners.select_related("organisation").order_by("id")[:2]]
    for place, partner in enumerate(partners):
        paid = money.Amount(Decimal(30_000), "EUR", today - timedelta(days=310))
        money.book_contribution(program, partner, paid, by=by, in_kind=bool(place))


def _school(program: Program, people: People, now: datetime, ago: int, title: str) -> None:
    """Four days, some months ago: six people came, five of them passed."""
    lead, begins = _lead(program), (now - timedelta(days=ago)).date()
    with clock.standing_at(now - timedelta(days=ago + 50)):
        school = training.offer_training(
            program,
            by=lead,
            title=title,
            organisation=program.lead_organisation or program.partners.order_by("id")[0].organisation,
            starts_on=begins,
            ends_on=begins + timedelta(days=3),
            capacity=12,
        )
        places = [training.enrol(school, by=person) for person in people.scientists[4 + ago % 7 : 34 : 5]]
    with clock.standing_at(now - timedelta(days=ago - 5)):
        for number, enrolment in enumerate(places):
            training.record_result(enrolment, "pass" if number else "attend", by=lead)


def _stay(program: Program, people: People, now: datetime) -> None:
    """A guest for ten weeks, confirmed by the host's signatory."""
    host, home = [row.organisation for row in program.partners.select_related("organisation").order_by("id")[:2]]
    guest = next(person for person in people.scientists if person.affiliations.get().organisation_id == home.pk)
    begins = (now - timedelta(days=140)).date()
    with clock.standing_at(now - timedelta(days=170)):
        stay = exchange.plan_stay(
            program,
            guest,
            host,
            by=_lead(program),
            starts_on=begins,
            ends_on=begins + timedelta(days=69),
            purpose="To measure together, and to learn how the other house reduces its data.",
            home=home,
        )
        exchange.confirm_stay(stay, by=people.named["signatory"])
