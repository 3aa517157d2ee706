"""What a signatory confirms, what the secretariat checks and what leadership decides on: the frozen version."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from core.errors import DomainError, Violation
from frontend.contexts.programs.editing import crumbs_of
from frontend.contexts.programs.told import Part, Told, part, told
from frontend.forms.programs.listing import Granting
from programs.models import Program, ProgramVersion
from programs.permissions.cooperation import program_parties, signs_for
from programs.queries.cooperation.submission import (
    PartnerAnswer,
    current_version,
    partner_answers,
    standing_answers,
    submission_facts,
)
from programs.rules.cooperation import submission_violations
from programs.workflows.cooperation import PROGRAM


@dataclass(frozen=True)
class Frozen:
    """The version that is read, and what of it every page says."""

    program: Program
    crumbs: list[dict[str, str]]
    version: ProgramVersion
    told: Told

    @property
    def fingerprint(self) -> str:
        """The SHA-256 in groups that fit on a phone."""
        digits = self.version.sha256
        return " ".join(digits[place : place + 16] for place in range(0, len(digits), 16))


@dataclass(frozen=True)
class ConfirmPage(Frozen):
    """The frozen version, and the parts the reader may sign for that are not signed yet."""

    parts: list[Part]
    answered: list[PartnerAnswer]
    open: bool
    refusal: DomainError | None


@dataclass(frozen=True)
class DecidePage(Frozen):
    """The frozen version with every answer, the rules as they stand today, and the reader's moves."""

    partners: list[PartnerAnswer]
    problems: list[Violation]
    moves: frozenset[str]
    granting: Granting
    refusal: DomainError | None


def confirm_page(program: Program, user: Any, refusal: DomainError | None) -> ConfirmPage:
    """For a signatory of one of the partners. Raises Http404 for everybody else and where nothing is frozen."""
    version = _version(program)
    own = {row.pk: row for row in signs_for(user, program)}
    if not own:
        raise Http404
    answers = standing_answers(version)
    waiting = [row for key, row in own.items() if key not in answers or not answers[key].confirmed]
    return ConfirmPage(
        program=program,
        crumbs=crumbs_of(program, (_("Confirm"), "")),
        version=version,
        told=told(version.content),
        parts=[part(version.content, row) for row in waiting],
        answered=[row for row in partner_answers(program) if row.partner.organisation_id in own and row.answer],
        open=program.state == "submitted",
        refusal=refusal,
    )


def decide_page(program: Program, user: Any, granting: Granting, refusal: DomainError | None) -> DecidePage:
    """For the secretariat and the leadership. Raises Http404 for everybody else and where nothing is frozen."""
    parties = program_parties(user, program)
    if not parties & {"secretariat", "leadership"}:
        raise Http404
    version = _version(program)
    return DecidePage(
        program=program,
        crumbs=crumbs_of(program, (_("Check and decision"), "")),
        version=version,
        told=told(version.content),
        partners=partner_answers(program),
        problems=submission_violations(submission_facts(program)),
        moves=frozenset(move.name for move in PROGRAM.open_moves(program.state, parties)),
        granting=granting,
        refusal=refusal,
    )


def _version(program: Program) -> ProgramVersion:
    version = current_version(program)
    if version is None:
        raise Http404
    return version
