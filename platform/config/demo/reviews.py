"""Two panels at work on the demonstration's call in review: experts assigned by the solver, some reviews in,
and a proposal with which the demonstration's reviewer is in conflict."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import User
from accounts.queries import system_user
from config.demo.people import People
from config.demo.places import Places
from core import clock
from core.models import new_id
from facilities.models import Instrument, Team, TeamMember, Technique
from programs.commands import reviews
from programs.commands.reviews.forwarding import put_before_panels
from programs.models import Call, Criterion, Leg, Panel, Proposal, ProposalMember, Review, Theme

PANELS = (("Structure and materials", "结构与材料", "materials"), ("Energy and environment", "能源与环境", "energy"))
TITLES = (
    ("Strain in turbine blades while they work", "materials"),
    ("Why perovskite cells age in the light", "energy"),
    ("Lithium on its way through a solid electrolyte", "energy"),
    ("Hydrogen in steel, seen before it breaks", "materials"),
    ("Metals that plants take from poor soil", "energy"),
    ("Glass that forgets its order", "materials"),
    ("A catalyst for carbon dioxide at room temperature", "energy"),
    ("Magnets without rare earths", "materials"),
    ("Salt that stores the heat of summer", "energy"),
    ("Bone that grows on printed titanium", "materials"),
    ("What happens in a cement that heals itself", "materials"),
    ("Fuel cells after ten thousand starts", "energy"),
)


def make_reviews(places: Places, people: People, chance: random.Random, *, now: datetime) -> None:
    """Nothing without a call in review."""
    call = Call.objects.filter(state="in_review").select_related("facility", "alliance", "scale").first()
    if call is None or call.scale is None:
        return
    instruments = list(Instrument.objects.filter(offers__call=call).order_by("code"))
    begun = max(now - timedelta(days=10), call.closes_at or now)
    with clock.standing_at(begun):
        panels = _panels(call, people, instruments)
        proposals = _proposals(call, people, instruments, begun)
        for proposal in proposals:
            put_before_panels(proposal, list(proposal.legs.select_related("instrument")), panels)
        reviews.assign_reviewers(call, by=system_user())
    with clock.standing_at(now - timedelta(days=2)):
        _answer(call, people, chance)


def _panels(call: Call, people: People, instruments: list[Instrument]) -> list[Panel]:
    """Each has a chair and seven members from other centres; the demonstration's reviewer sits on both."""
    by = system_user()
    assert call.scale is not None
    techniques = list(Technique.objects.filter(instruments__in=instruments).distinct())
    experts = people.scientists
    panels = []
    knows: dict[User, dict[Technique | Theme, int]] = {}
    for place, (name, chinese, slug) in enumerate(PANELS):
        theme = Theme.objects.get(slug=slug)
        panel = reviews.make_panel(
            call.alliance, name, call.scale, by=by, facility=call.facility, name_zh=chinese, is_demo=True
        )
        panel.themes.set([theme])
        reviews.attach_panel(panel, call, by=by)
        members = [people.named["reviewer"], *experts[place::5], *experts[place + 2 :: 9]]
        for seat, person in enumerate(dict.fromkeys(members)):
            role = "chair" if seat == 1 else "member"
            reviews.appoint(panel, person, by=by, starts_on=date(clock.now().year - 1, 1, 1), role=role, most=6)
            levels: dict[Technique | Theme, int] = {
                one: 1 + (seat + number) % 3 for number, one in enumerate(techniques)
            }
            knows[person] = {**knows.get(person, {}), **levels, theme: 3 - seat % 3}
        panels.append(panel)
    for person, levels in knows.items():
        reviews.set_expertise(person, levels, by=by)
    return panels


def _proposals(call: Call, people: People, instruments: list[Instrument], at: datetime) -> list[Proposal]:
    """Found feasible and handed over to the review; the first is of the reviewer's own centre."""
    home = people.named["reviewer"].affiliations.get().organisation_id
    own = [one for one in people.scientists if one.affiliations.get().organisation_id == home]
    leads = [own[0], *(one for one in people.scientists[3::3] if one not in own)]
    found = []
    for number, (title, slug) in enumerate(TITLES):
        proposal = proposal_row(call, leads[number % len(leads)], title, at + timedelta(minutes=number))
        proposal.themes.set(Theme.objects.filter(slug=slug))
        instrument = instruments[number % len(instruments)]
        Leg.objects.create(
            proposal=proposal,
            instrument=instrument,
            preferred=instrument,
            units=Decimal(9),
            least_units=Decimal(6),
            state="feasible",
        )
        found.append(proposal)
    return found


def proposal_row(call: Call, lead: User, title: str, at: datetime, *, state: str = "review") -> Proposal:
    """A proposal that was submitted at an instant, with its team of one."""
    organisation = lead.affiliations.select_related("organisation").get().organisation
    identifier = new_id()
    team = Team.objects.create(
        id=identifier, kind=Team.Kind.PROPOSAL, title=title, organisation=organisation, is_active=False
    )
    TeamMember.objects.create(team=team, user=lead, role="lead")
    proposal = Proposal.objects.create(
        id=identifier,
        team=team,
        call=call,
        title=title,
        public_title=title,
        abstract=f"{title}: we follow it in operation, in three samples, with the time that two earlier visits showed.",
        science_case="The question, what is known, why these instruments, what is measured, and what follows.",
        pi=lead,
        organisation=organisation,
        peaceful_use=True,
        state=state,
        submitted_at=at,
        is_demo=True,
    )
    ProposalMember.objects.create(
        proposal=proposal, person=lead, role="pi", state="joined", organisation=organisation,
        country=organisation.country,
    )  # fmt: skip
    return proposal


def _answer(call: Call, people: People, chance: random.Random) -> None:
    """Three of five reviews are in; the demonstration's reviewer has handed in one and has the others to write."""
    criteria = list(Criterion.objects.filter(call=call))
    scale = call.scale
    assert scale is not None
    asked = Review.objects.filter(assessment__proposal__call=call).select_related("reviewer", "assessment")
    handed_in = False
    for review in asked.order_by("assessment__proposal__number", "id"):
        mine = review.reviewer_id == people.named["reviewer"].pk
        if handed_in if mine else chance.random() > 0.6:
            continue
        handed_in = handed_in or mine
        steps = int((scale.highest - scale.lowest) / scale.step)
        scores = {row.slug: scale.lowest + scale.step * chance.randint(0, int(steps * 0.8)) for row in criteria}
        written = reviews.Written(scores, "Clear and worth doing.", "Strong where the samples exist already.")
        reviews.submit_review(review, written, by=review.reviewer)
