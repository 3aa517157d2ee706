"""Thirty joint programmes of the demonstration, brought to their states by the real commands at past instants."""

import random
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from config.demo.people import People
from config.demo.places import Places
from core import clock
from facilities.models import Cycle, Instrument
from programs.commands.cooperation import consent, decisions, drafting, evaluating, running
from programs.models import Partner, Program, ProgressReport, Theme

DONE_SHARE = 0.85
JUDGED = evaluating.Judgement(
    goals=4,
    use=5,
    impact=4,
    lasting=3,
    reached="The structure of three families of compounds was followed from 10 to 900 K; two of them are in use.",
    learnt="Total scattering and transport are measured on the same piece from the first run on.",
    advice="continue",
)


class Programmes:
    """Makes the programmes; `made` keeps those with allocations, by the code of their instrument."""

    def __init__(self, places: Places, people: People, chance: random.Random, *, now: datetime) -> None:
        self.places, self.people, self.chance, self.now = places, people, chance, now
        self.made: list[Program] = []

    def make(self) -> None:
        for slug, (name, chinese) in self.places.facts["themes"].items():
            Theme.objects.create(slug=slug, name=name, name_zh=chinese)
        for position, plan in enumerate(self.places.facts["programmes"]["plans"]):
            self.made.append(self._programme(position, *plan))
        Program.objects.update(is_demo=True)

    def _programme(
        self, position: int, acronym: str, title: str, kind: str, themes: str, code: str, state: str
    ) -> Program:
        begun = self.now - timedelta(days=620 - 15 * position if position < 26 else 40 - position)
        lead = self.people.named["scientist"] if position in (0, 25, 28, 29) else self._scientist()
        instrument = next(row for row in self.places.instruments if row.code == code)
        with clock.standing_at(begun):
            program = self._draft(lead, acronym, title, kind, themes, instrument, begun)
        for days, move in self._moves(state):
            with clock.standing_at(min(begun + timedelta(days=days), self.now)):
                self._move(program, move, lead)
        if state == "active":
            with clock.standing_at(self.now - timedelta(days=25)):
                self._report(program, lead)
        return Program.objects.get(pk=program.pk)

    def _draft(
        self, lead: User, acronym: str, title: str, kind: str, themes: str, instrument: Instrument, begun: datetime
    ) -> Program:
        home = lead.affiliations.get().organisation
        partners = self._partners(home.slug, instrument)
        start = begun.date() + timedelta(days=60)
        cycles = Cycle.objects.filter(
            facility=instrument.facility, period__endswith__gt=max(begun, self.now - timedelta(days=270))
        ).order_by("period")
        changes = {
            "acronym": acronym,
            "title": title,
            "kind": kind,
            "summary": f"{title}. A programme of {len(partners) + 1} centres.",
            "starts_on": start,
            "ends_on": start + timedelta(days=3 * 365),
            "peaceful_use": True,
            "open_outputs": True,
            "themes": list(Theme.objects.filter(slug__in=themes.split())),
            "partners": [
                drafting.PartnerPart(home, Partner.Role.LEAD, "Coordination"),
                *(drafting.PartnerPart(row, Partner.Role.PARTNER, part) for row, part in partners),
            ],
            "milestones": [
                drafting.PlannedMilestone(
                    title=name,
                    due_on=start + timedelta(days=270 * (step + 1)),
                    weight=(20, 30, 30, 20)[step],
                    starts_on=start + timedelta(days=200 * step),
                )
                for step, name in enumerate(self.places.facts["programmes"]["milestones"])
            ],
            "entitlements": [
                drafting.WantedTime(instrument, self._units(instrument), cycle, "Runs of the programme")
                for cycle in cycles[:2]
            ],
        }
        program = drafting.draft_program(home, changes, by=lead, alliance=self.places.alliances["gcasc"])
        for person in self.chance.sample(self.people.scientists, 2):
            if person.pk != lead.pk:
                drafting.add_participant(program, person, by=lead)
        return program

    def _scientist(self) -> User:
        """Somebody of a member, for only members' scientists propose."""
        members = set(self.places.facts["members"]["gcasc"])
        homes = self.places.facts["scientists"]["organisations"]
        able = [person for place, person in enumerate(self.people.scientists) if homes[place // 4] in members]
        return self.chance.choice(able)

    def _partners(self, home: str, instrument: Instrument) -> list[tuple[Any, str]]:
        host = instrument.facility.organisation
        assert host is not None
        members = [slug for slug in self.places.facts["members"]["gcasc"] if slug not in (home, host.slug)]
        chosen = [self.places.organisations[slug] for slug in [self.chance.choice(members)]]
        if self.chance.random() < 0.3:
            chosen.append(self.places.organisations[self.chance.choice(["soochow", "lund", "jagiellonian", "psi"])])
        if host.slug != home:
            chosen.insert(0, host)
        return [(row, "Host of the experiments" if row == host else "Samples and analysis") for row in chosen]

    def _units(self, instrument: Instrument) -> Decimal:
        return Decimal({"shift": 36, "day": 18, "hour": 90, "node_hour": 600}[instrument.unit])

    def _moves(self, state: str) -> list[tuple[int, str]]:
        way = ["submit", "confirm", "review", "approve", "sign", "activate"]
        length = {
            "draft": 0, "submitted": 1, "partners_confirmed": 2, "reviewed": 3, "approved": 4, "agreement_signed": 5,
        }.get(state, 6)  # fmt: skip
        moves = list(zip((3, 12, 20, 30, 45, 60), way, strict=True))[:length]
        extra = {"completed": ["complete"], "evaluated": ["complete", "evaluate"], "suspended": ["suspend"]}
        return moves + [(400 + 20 * step, move) for step, move in enumerate(extra.get(state, []))]

    def _move(self, program: Program, move: str, lead: User) -> None:
        named = self.people.named
        if move == "submit":
            consent.submit_program(program, by=lead)
        elif move == "confirm":
            for partner in program.partners.all():
                consent.confirm_partner(program, partner.organisation, by=named["signatory"])
        elif move == "review":
            decisions.review_program(program, by=named["secretary"])
        elif move == "approve":
            decisions.approve_program(program, by=named["leader"])
        elif move == "sign":
            running.sign_program(program, by=named["secretary"])
        elif move == "activate":
            running.activate_program(program, by=named["secretary"])
            self._milestones(program, lead)
        elif move == "complete":
            running.complete_program(program, by=named["secretary"])
        elif move == "evaluate":
            evaluating.evaluate_program(program, JUDGED, by=named["leader"])
        elif move == "suspend":
            running.suspend_program(program, by=named["secretary"], note="The host is shut down for repairs.")

    def _report(self, program: Program, lead: User) -> None:
        """As its milestones say: one late is a risk, several are off track."""
        late = program.milestones.filter(due_on__lt=clock.now().date(), done_on=None).count()
        rating, text = (
            (ProgressReport.Rating.ON_TRACK, "Everything that was due is reached."),
            (
                ProgressReport.Rating.AT_RISK,
                "One milestone is late; the samples came a quarter after they were promised.",
            ),
            (ProgressReport.Rating.OFF_TRACK, "Two milestones are late; the plan has to be made anew."),
        )[min(late, 2)]
        running.report_progress(program, by=lead, rating=rating, text=text)

    def _milestones(self, program: Program, lead: User) -> None:
        for milestone in program.milestones.filter(due_on__lt=self.now.date()):
            done = datetime.combine(milestone.due_on, time(12), UTC) + timedelta(days=self.chance.randint(-30, 25))
            if self.chance.random() < DONE_SHARE and done < self.now:
                with clock.standing_at(done):
                    running.reach_milestone(milestone, by=lead, evidence="Report filed.")
        running.report_progress(
            program, by=lead, rating=ProgressReport.Rating.ON_TRACK, text="The first runs went as planned."
        )
