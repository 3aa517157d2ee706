"""Fifteen proposals of the demonstration, by several teams, brought to their stages by the real commands."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Organisation
from config.demo.people import People
from config.demo.places import Places
from core import clock
from programs.commands import proposals
from programs.models import Call, Proposal
from programs.queries.proposals.consent import partner_answers
from programs.rules.questionnaire import questions_of

PLANS: tuple[tuple[str, str, int, tuple[str, ...], str], ...] = (
    ("open", "Lithium pathways in sulfide electrolytes", 0, ("B18", "CLÆSS"), "draft"),
    ("open", "Water in clay at depth", 5, ("I22",), "draft"),
    ("open", "Copper sites that make fuel", 9, ("B18", "I20"), "submitted"),
    ("open", "How bone grows back", 14, ("I22",), "confirmed"),
    ("open", "Recycled alloys for turbines", 0, ("I20",), "returned"),
    ("open", "Nickel at the edge", 18, ("CLÆSS",), "checking"),
    ("open", "Batteries that rest", 22, ("B18",), "withdrawn"),
    ("reviewed", "Hydrogen in steel welds", 0, ("I11",), "forwarded"),
    ("reviewed", "Glass that heals", 6, ("I12",), "forwarded"),
    ("reviewed", "Metals in leaves", 16, ("I18",), "forwarded"),
    ("reviewed", "Order in soft matter", 34, ("I11", "I12"), "forwarded"),
    ("allocating", "A battery through a thousand cycles", 10, ("I15-1", "I20"), "forwarded"),
    ("allocating", "Ten years of a cement", 20, ("I15-1",), "forwarded"),
    ("allocating", "Platinum that comes and goes", 28, ("I20",), "forwarded"),
    ("rapid", "A new strain, seen at once", 25, ("I03",), "forwarded"),
)
"""Key of the call, title, number of the scientist (0 is the one who signs in as such), instruments, stage."""
ANSWERS: Mapping[str, Any] = {
    "aim": "Whether the mobile ions choose one path or several, and what opens the second one.",
    "technique": "PaNET01135",
    "before": "elsewhere",
    "results": "Two papers and a data set; the third sample cracked.",
    "samples": [{"name": "S1", "substance": "Li6PS5Cl", "amount": "20 mg", "form": "Powder in a capillary"}],
    "temperature": "295",
    "hazards": ["toxic"],
    "time": "One shift to align, four samples of a shift each, one shift for standards.",
}


class Proposals:
    """Makes the proposals in the calls that are there; `made` keeps them in the order of PLANS."""

    def __init__(self, places: Places, people: People, calls: Mapping[str, Call], *, now: datetime) -> None:
        self.people, self.calls, self.now = people, calls, now
        self.by_code = {row.code: row for row in places.instruments}
        self.made: list[Proposal] = []

    def make(self) -> None:
        for position, plan in enumerate(PLANS):
            self.made.append(self._proposal(position, *plan))
        Proposal.objects.update(is_demo=True)

    def _proposal(
        self, position: int, key: str, title: str, number: int, codes: tuple[str, ...], stage: str
    ) -> Proposal:
        call = Call.objects.get(pk=self.calls[key].pk)
        pi = self.people.scientists[number - 1] if number else self.people.named["scientist"]
        begun = min(call.closes_at or self.now, self.now) - timedelta(days=12 - position % 5)
        with clock.standing_at(begun):
            proposal = proposals.draft_proposal(call, self._changes(title, codes, begun.date()), by=pi)
            colleague = self.people.scientists[(number + 4 + position) % 40]
            proposal = self._joined(proposal, pi, colleague) if colleague != pi else proposal
        if stage == "draft":
            return proposal
        with clock.standing_at(begun + timedelta(days=1)):
            self._answer(proposal, pi)
            proposal = proposals.submit_proposal(proposal, by=pi)
        with clock.standing_at(begun + timedelta(days=3)):
            return self._onward(proposal, stage, pi)

    def _changes(self, title: str, codes: tuple[str, ...], day: date) -> dict[str, Any]:
        days = (day + timedelta(days=120), day + timedelta(days=240))
        legs = [
            proposals.LegPart(
                self.by_code[code],
                Decimal(3),
                required=place == 0,
                depends_on=[place] if place else [],
                preferred_dates=[days],
            )
            for place, code in enumerate(codes)
        ]
        return {
            "title": title,
            "public_title": title,
            "abstract": f"{title}. We follow the change where it happens, with {' and '.join(codes)}.",
            "science_case": "What is known ends where measuring gets difficult; these instruments go on from there.",
            "peaceful_use": True,
            "legs": legs,
        }

    def _joined(self, proposal: Proposal, pi: Any, colleague: Any) -> Proposal:
        member = proposals.invite_member(proposal, by=pi, email=colleague.email, role="co_pi")
        proposals.join_proposal(member, by=colleague)
        return proposal

    def _answer(self, proposal: Proposal, pi: Any) -> None:
        asked = questions_of(proposal.questionnaire.content) if proposal.questionnaire else {}
        for key in asked.keys() & ANSWERS.keys():
            proposals.answer_question(proposal, key, ANSWERS[key], by=pi, version=0)

    def _onward(self, proposal: Proposal, stage: str, pi: Any) -> Proposal:
        office = self.people.named["manager" if proposal.call.facility else "secretary"]
        match stage:
            case "withdrawn":
                return proposals.withdraw_proposal(proposal, by=pi, note="The cells came out of another batch.")
            case "returned":
                points = [
                    proposals.Point("Say which alloys, and how much of each.", field="abstract"),
                    proposals.Point("The furnace needs the facility's consent.", leg=proposal.legs.first()),
                ]
                return proposals.return_proposal(proposal, by=office, points=points)
            case "checking":
                return proposals.check_proposal(proposal, by=office)
            case "confirmed" | "forwarded":
                self._confirm(proposal)
                if stage == "forwarded":
                    proposals.check_proposal(proposal, by=office)
                    return proposals.forward_proposal(proposal, by=office)
        return proposal

    def _confirm(self, proposal: Proposal) -> None:
        signatory = self.people.named["signatory"]
        waiting: list[Organisation] = [row.organisation for row in partner_answers(proposal)]
        for organisation in waiting:
            proposals.confirm_partner(proposal, organisation, by=signatory)
