"""Files that kinds of messages carry: made at delivery, in the reader's language, of what the reader may see then."""

from collections.abc import Callable
from typing import NamedTuple

from notifications.models import Message


class Attachment(NamedTuple):
    name: str
    content: bytes
    media_type: str


class Withheld(Exception):
    """The reader may not see any of it any more: the message is not sent."""


Maker = Callable[[Message], list[Attachment]]
_makers: dict[str, Maker] = {}


def register(kind: str, maker: Maker) -> None:
    """Say what messages of a kind carry; for the `ready` of the app whose matter it is. `maker` may raise Withheld."""
    _makers[kind] = maker


def attachments_of(message: Message) -> list[Attachment]:
    """Raises Withheld."""
    maker = _makers.get(message.kind)
    return maker(message) if maker else []
