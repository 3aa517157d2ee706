"""Programmes that wait for a person: to finish a draft, to confirm for a partner, to check, to decide, to evaluate."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Organisation
from alliance.models import Alliance
from core import permissions
from programs.models import Agreement, Confirmation, Partner, Program, ProgramVersion
from programs.workflows.cooperation import CONFIRMING, RUNNING


@dataclass(frozen=True)
class Waiting:
    """A programme and what it waits for: `finish`, `confirm`, `check`, `decide` or `evaluate`."""

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
        ("evaluate", Program.objects.filter(others, state="completed", alliance__in=checks, source="")),
    ]
    found = [Waiting(program, what) for what, rows in questions for program in rows]
    return sorted(found, key=lambda row: (row.program.submitted_at or row.program.created_at, str(row.program.pk)))


def agreements_ending(alliance: Alliance, until: date) -> QuerySet[Agreement]:
    """The agreements in force of an alliance's programmes that end by a day, soonest first."""
    newer = Agreement.objects.filter(program=OuterRef("program"), number__gt=OuterRef("number"))
    rows = Agreement.objects.filter(~Exists(newer), program__alliance=alliance, program__state__in=RUNNING)
    return rows.filter(valid_until__lte=until).select_related("program").order_by("valid_until", "id")
