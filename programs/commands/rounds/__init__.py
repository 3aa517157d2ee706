"""Giving a call's time: proposed by the solver, decided line by line, announced to everyone at once."""

from programs.commands.rounds.announcing import announce_results
from programs.commands.rounds.deciding import Verdict, decide_proposal, override_line
from programs.commands.rounds.proposing import Trial, propose_round, try_round

__all__ = [
    "Trial",
    "Verdict",
    "announce_results",
    "decide_proposal",
    "override_line",
    "propose_round",
    "try_round",
]
