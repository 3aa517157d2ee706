"""What programs hears of facilities: a booking on an account has moved."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from facilities.signals import account_moved
from programs.commands import afterwards


@receiver(account_moved, dispatch_uid="programs.follow_account")
def follow_account(sender: Any, allocation: UUID, **_more: Any) -> None:
    """Legs of proposals follow the bookings on their account."""
    afterwards.follow_account(allocation)
