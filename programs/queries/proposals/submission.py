"""What a submission is judged by, as of one instant."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import times
from facilities.models import Facility, Instrument
from programs.models import Proposal, ProposalMember, ProposalVersion
from programs.permissions.proposals import LEADING
from programs.queries.outcomes import overdue_reports_of
from programs.queries.proposals.deadline import deadline_of, was_open
from programs.rules import proposals as rules


def submission_facts(proposal: Proposal, at: datetime) -> rules.Facts:
    """All that the rules of submission look at."""
    call = proposal.call
    members = list(proposal.members.select_related("person"))
    joined = [row for row in members if row.state == "joined"]
    return rules.Facts(
        at=at,
        call=rules.CallFacts(
            name=call.name,
            zone=call.zone,
            is_open=was_open(proposal, at),
            opens_at=call.opens_at,
            open_until=deadline_of(proposal),
            abstract_words=call.abstract_words,
        ),
        title=proposal.title,
        public_title=proposal.public_title,
        abstract=proposal.abstract,
        peaceful_use=proposal.peaceful_use,
        legs=tuple(_leg(row) for row in proposal.legs.select_related("preferred__facility").order_by("position")),
        offers={
            str(instrument): rules.OfferFacts(most)
            for instrument, most in call.offers.values_list("instrument_id", "most_per_proposal")
        },
        waiting=tuple(
            row.person.name if row.person else row.email or row.orcid for row in members if row.state != "joined"
        ),
        unaffiliated=tuple(row.person.name for row in joined if row.organisation_id is None and row.person),
        attachments=tuple(proposal.attachments.values_list("name", "mime")),
        questionnaire=proposal.questionnaire.content if proposal.questionnaire else {},
        answers=answers_of(proposal),
        overdue=overdue_reports(joined),
        open_points=tuple(proposal.points.filter(mended_at=None).values_list("text", flat=True)),
    )


def answers_of(proposal: Proposal) -> dict[str, Any]:
    """The answers by question, as the questionnaire judges them: attached files are answers too."""
    found: dict[str, Any] = dict(proposal.answers.values_list("question", "value"))
    for question, name, size in proposal.attachments.exclude(question="").values_list("question", "name", "size"):
        found.setdefault(question, []).append({"name": name, "size": size})
    return found


def overdue_reports(members: Iterable[ProposalMember]) -> tuple[str, ...]:
    """The overdue reports that keep those who lead from submitting, in words (R-31)."""
    leading = [row.person_id for row in members if row.role in LEADING and row.person_id]
    return tuple(
        _("%(proposal)s at %(instrument)s, due on %(day)s")
        % {
            "proposal": row.proposal.reference,
            "instrument": row.booking.instrument.code,
            "day": times.day(row.due_on),
        }
        for row in overdue_reports_of(leading)
    )


def current_version(proposal: Proposal) -> ProposalVersion | None:
    """The version frozen last, None before the first submission."""
    return proposal.versions.order_by("-number").first()


def _leg(leg: Any) -> rules.LegFacts:
    named: Iterable[Instrument] = [leg.preferred, *leg.alternates.select_related("facility").order_by("code", "id")]
    return rules.LegFacts(
        position=leg.position,
        instruments={str(row.pk): f"{row.code}, {row.facility}" for row in named},
        closed=tuple(f"{row.code}, {row.facility}" for row in named if not _is_open(row)),
        mode=leg.mode,
        modes=leg.preferred.modes,
        units=leg.units,
        preferred=str(leg.preferred_id),
    )


def _is_open(instrument: Instrument) -> bool:
    facility = instrument.facility
    return instrument.is_bookable and instrument.archived_at is None and facility.status != Facility.Status.CLOSED
