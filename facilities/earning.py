"""What earned an account beside its programme, told by the app that knows it: a leg of a proposal."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from facilities.models import Allocation

Account = Callable[[Any, UUID], Allocation | None]

_knows: dict[str, Account] = {}


def register(what: str, account: Account) -> None:
    """`account` finds, for a person and an identifier that the person may see, the allocation that was earned."""
    _knows[what] = account


def earned_by(what: str, user: Any, pk: UUID) -> Allocation | None:
    """The allocation that a leg (`what`) earned; None where the person sees none, or it has earned none."""
    return _knows[what](user, pk) if what in _knows else None
