"""Fixtures of the page tests."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture
def furnished(world: "World") -> "World":
    """The cast with news, events, techniques and a training."""
    from tests.frontend.furnished import furnish

    return furnish(world)
