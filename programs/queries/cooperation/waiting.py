"""Programmes that wait for a person: to finish a draft, to confirm for a partner, to check, to decide."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.models import Organisation
from alliance.models import Alliance
from core import permissions
from programs.models import Confirmation, Partner, Program, ProgramVersion
from programs.workflows.cooperation import CONFIRMING


@dataclass(frozen=True)
class Waiting:
    """A programme and what it waits for: `finish`, `confirm`, `check` or `decide`."""

    program: Program
    what: str


def programs_waiting_for(user: Any) -> list[Waiting]:
    """Everything about programmes that waits for a person, oldest first."""
    signing = permissions.containers(user, "accounts.sign_for_organisation", Organisation.objects.all())
    latest = ProgramVersion.objects.filter(program=OuterRef(OuterRef("program"))).order_by("-number").values("pk")[:1]
    answered = Confirmation.objects.filter(version=Subquery(latest), organisation=OuterRef("organisation"))
    asked = Partner.objects.filter(program=OuterRef("pk"), organisation__in=signing.values("pk")).exclude(
        Exists(answered)
    )
    checks = permissions.containers(user, "alliance.check_programs", Alliance.objects.all()).values("pk")
    decides = permissions.containers(user, "alliance.approve_programs", Alliance.objects.all()).values("pk")
    others = Q(lead_person=None) | ~Q(lead_person=user)
    questions = [
        ("finish", Program.objects.filter(state="draft", lead_person=user)),
        ("confirm", Program.objects.filter(Exists(asked), state__in=CONFIRMING)),
        ("check", Program.objects.filter(others, state="partners_confirmed", alliance__in=checks)),
        ("decide", Program.objects.filter(others, state="reviewed", alliance__in=decides)),
    ]
    found = [Waiting(program, what) for what, rows in questions for program in rows]
    return sorted(found, key=lambda row: (row.program.submitted_at or row.program.created_at, str(row.program.pk)))
