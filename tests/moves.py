"""Every move × every state × every party of a workflow, and what must come of it: the exhaustive table test.

@pytest.mark.parametrize(("move", "state", "party"), exhaustive(BOOKING))
def test_…(move, state, party):
    assert outcome(BOOKING, move, state, party) == what_really_happens(…)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from workflow.machine import Workflow


def exhaustive(workflow: Workflow, extra_party: str = "nobody") -> list[Any]:
    """All combinations as parameters, with one party that no move knows."""
    return [
        pytest.param(move.name, state, party, id=f"{party}-{move.name}-from-{state}")
        for move, state, party in product(workflow.moves, workflow.states, [*sorted(workflow.parties), extra_party])
    ]


def outcome(workflow: Workflow, move: str, state: str, party: str) -> str | int:
    """The state afterwards; 403 where the move is never this party's; 409 where it does not start from the state."""
    found = workflow.find(move)
    if party not in found.who:
        return 403
    if state not in found.sources:
        return 409
    return found.target or state


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
