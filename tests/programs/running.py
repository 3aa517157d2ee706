"""Runs on the account of granted proposals, and what is owed on them."""

from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from core import clock
from facilities.models import Booking
from programs.commands import outcomes
from programs.models import ExperimentReport, Proposal
from tests.programs.asking import a_call, a_proposal
from tests.world import World


def a_run(world: World, *, days_ago: int = 5, **fields: Any) -> Booking:
    """A completed run at A1 on the account of Ana's granted proposal."""
    return a_run_of(world, a_proposal(world, a_call(world, **fields), state="accepted"), days_ago=days_ago)


def a_run_of(world: World, proposal: Proposal, *, days_ago: int = 5) -> Booking:
    """A completed run at A1 on the account of a proposal, asked for by Ana."""
    end = (clock.now() - timedelta(days=days_ago)).replace(hour=8, minute=0, second=0, microsecond=0)
    return Booking.objects.create(
        instrument=world.instrument_a,
        period=DateTimeTZRange(end - timedelta(hours=8), end),
        state="completed",
        unit="shift",
        units=1,
        team=proposal.team,
        requester=world.ana,
    )


def a_report(world: World, **fields: Any) -> ExperimentReport:
    a_run(world, **fields)
    outcomes.ask_for_reports()
    return ExperimentReport.objects.get()
