"""Giving a call's time: proposed by the solver, decided line by line, announced to everyone at once."""

from programs.commands.rounds.announcing import announce_results
from programs.commands.rounds.deciding import Verdict, decide_proposal, override_line
from programs.commands.rounds.proposing import propose_round, try_round
from programs.commands.rounds.solving import run_solving, start_solving

__all__ = [
    "Verdict",
    "announce_results",
    "decide_proposal",
    "override_line",
    "propose_round",
    "run_solving",
    "start_solving",
    "try_round",
]
